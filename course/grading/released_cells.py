"""The cells of a lesson as the gradebook has them since its release."""

from pathlib import Path

from nbgrader.api import Notebook
from nbgrader.api import SourceCell as ReleasedCell

from course.base.errors import CourseError
from course.base.notebook import Cell, read_lesson
from course.grading.submission import SourceCell


def released_cells(lesson: str, path: Path, found: Notebook | None) -> list[SourceCell]:
    """The cells of the source in order, with text and checksum of the release.

    `found`: the lesson's notebook in the gradebook. Raises CourseError where the lesson
    was not released, or was changed since.
    """
    release_it = f"Run `nbgrader generate_assignment {lesson} --force` first."
    if found is None:
        raise CourseError(f"{lesson} is not in the gradebook. {release_it}")
    released = {cell.name: cell for cell in found.source_cells}
    cells = read_lesson(path).cells
    names = {cell.nbgrader.get("grade_id") for cell in cells} - {None}
    odd = sorted(names ^ set(released))
    if odd and found.submissions:
        raise CourseError(
            f"{lesson}: {', '.join(odd)}: added or taken out since the "
            "release. While there are submissions, nbgrader allows neither. "
            "Have the same cells as then; a new check can stand in a test "
            "cell that is there."
        )
    made = []
    for cell in cells:
        name = cell.nbgrader.get("grade_id")
        if not name:
            made.append(SourceCell(cell.id, cell.kind, cell.source))
        elif _is_as_released(cell, released.get(name)):
            made.append(_released_cell(cell, released[name]))
        else:
            raise CourseError(
                f"{lesson}: cell {name} is not as it was released. {release_it}"
            )
    if gone := set(released) - names:
        raise CourseError(
            f"{lesson}: the cell {min(gone)} was released, and is gone from "
            f"the source. {release_it}"
        )
    return made


def _is_as_released(cell: Cell, released: ReleasedCell | None) -> bool:
    """Whether nothing was changed but perhaps an answer, which students do not get."""
    return released is not None and (cell.is_solution or released.source == cell.source)


def _released_cell(cell: Cell, released: ReleasedCell) -> SourceCell:
    nbgrader = dict(cell.nbgrader)
    nbgrader |= {"cell_type": cell.kind, "checksum": released.checksum}
    return SourceCell(released.name, cell.kind, released.source, nbgrader)
