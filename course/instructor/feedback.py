"""Feedback pages: submissions with their points, comments and messages.

nbgrader makes them, with an exporter of this course: nothing in a page can act in the
reader's browser, formulas need no script, and nothing is loaded from elsewhere. Each is
made apart from the others: one that cannot be made stops no other.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from course.base.atomic_files import replace_all
from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.gradebook_location import gradebook_location
from course.base.printable import printable, why
from course.base.settings import read_settings
from course.grading.find_submissions import student_id
from course.grading.student_names import Spelling
from course.grading.submission import is_folder
from course.instructor.process_pool import Failure, run_isolated
from course.nbgrader_hooks.feedback_page import FeedbackExporter

SECONDS = 120.0  # that a page may take, while the machine does other things as well


@dataclass(frozen=True)
class Pages:
    """The pages that were written, and submissions that nobody has graded yet.

    `failed`: lesson, student and reason of the pages that could not be made.
    """

    written: list[Path]
    ungraded: list[str]
    failed: list[str] = field(default_factory=list)


def feedback(
    course: Course, lessons: list[str], students: list[str], workers: int
) -> Pages:
    """Write the feedback page of every graded submission of these lessons and students.

    Without names: of all. Pages that are there already are written anew. Raises
    CourseError where there is nothing graded.
    """
    names = list(dict.fromkeys(map(course.name, lessons))) or course.names
    given = _converter(str(course.root)).coursedir
    submitted = course.root / given.submitted_directory
    autograded = course.root / given.autograded_directory
    graded = [
        (student, lesson)
        for student in _folders(autograded)
        for lesson in names
        if (autograded / student / lesson / f"{lesson}.ipynb").is_file()
    ]
    ungraded = [
        printable(f"{lesson} {student}")
        for student, lesson in _submitted(submitted, names, given.db_url)
        if not (autograded / student / lesson).is_dir()
        and (not students or student in students)
    ]
    if students:
        known = {student for student, _ in graded}
        if unknown := [s for s in students if s not in known]:
            raise CourseError(
                f"{', '.join(unknown)}: nothing graded by that name. "
                "Run `course grade`, or see autograded/ for the names there are."
            )
        graded = [(s, lesson) for s, lesson in graded if s in students]
    if not graded:
        raise CourseError(
            f"nothing is graded of {', '.join(lessons) or 'any lesson'}. "
            "Run `course grade` first."
        )
    jobs = [(str(course.root), *each) for each in graded]
    written, failed = [], []
    made = run_isolated(_page, jobs, workers, SECONDS)
    for (student, lesson), page in zip(graded, made, strict=True):
        if isinstance(page, Failure):
            failed.append(f"{lesson} {printable(student, 100)}: {page.why}")
        else:
            written.append(page)
    return Pages(written, ungraded, failed)


def _submitted(submitted: Path, lessons: list[str], url: str) -> list[tuple[str, str]]:
    """Student and lesson of each submission; students as the gradebook has them."""
    folders = _folders(submitted)
    spelling = Spelling.for_names(folders, url)
    return [
        (student_id(folder, spelling), lesson)
        for folder in folders
        for lesson in lessons
        if is_folder(submitted / folder / lesson)
    ]


def _folders(path: Path) -> list[str]:
    with suppress(OSError):
        return sorted(p.name for p in path.iterdir() if is_folder(p))
    return []


@cache
def _converter(root: str) -> GenerateFeedback:
    """nbgrader's converter as the course's configuration sets it up, once a process."""
    course = Course(Path(root))
    config = read_settings(course).config
    config.CourseDirectory.root = root
    config.CourseDirectory.db_url = gradebook_location(course, config).url
    converter = GenerateFeedback(
        coursedir=CourseDirectory(config=config), config=config
    )
    converter.log.setLevel("ERROR")
    converter.exporter = FeedbackExporter(parent=converter, config=converter.config)
    for preprocessor in converter.preprocessors:
        converter.exporter.register_preprocessor(preprocessor)
    return converter


def _page(job: tuple[str, str, str]) -> Path | Failure:
    """Write one page: the root, the student and the lesson; returns its path."""
    root, student, lesson = job
    given = _converter(root).coursedir
    here = Path(root, given.autograded_directory, student, lesson, f"{lesson}.ipynb")
    # As nbgrader has it, but without a look at the path: names may be odd.
    resources = {
        "unique_key": lesson,
        "output_files_dir": f"{lesson}_files",
        "nbgrader": {
            "student": student,
            "assignment": lesson,
            "notebook": lesson,
            "db_url": given.db_url,
        },
    }
    name = printable(student, 100)
    again = f"grade it again: `course grade {lesson} --student {name} --force`"
    try:
        page, _ = _converter(root).exporter.from_filename(str(here), resources)
    except MissingEntry:
        return Failure(f"the gradebook holds no grades of it; {again}")
    except CourseError as error:
        return Failure(f"{printable(error)}; {again}")
    except Exception as error:  # whatever a notebook holds
        return Failure(f"{why(error)}; {again}")
    path = Path(root, given.feedback_directory, student, lesson, f"{lesson}.html")
    try:
        replace_all({path: page.encode(errors="replace")})
    except CourseError as error:
        return Failure(printable(error))
    return path
