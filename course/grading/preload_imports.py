"""Starting the imports of kernels before a command does its own."""

from course.base.course_folder import Course


def preload_imports(lessons: list[str], pattern: str) -> None:
    """Have the forkserver import a lesson's modules while this process imports its own.

    The lesson is the first of `lessons`, or the first that lies at `pattern`.
    """
    from course.base.cell_imports import modules_imported
    from course.kernel.forkserver_client import Forkserver

    course = Course.here()
    names = [course.name(wanted) for wanted in lessons] or course.names
    for name in names:
        if any(course.root.glob(pattern.format(name))) and course.link(name).is_file():
            cells = course.lesson(name).cells
            Forkserver.begin(
                modules_imported(cell.source for cell in cells if cell.is_code)
            )
            return
