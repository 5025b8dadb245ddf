"""A lesson as the graders see it: cells, exercises and the regions inside them.

Only the standard library is used, so that answers can be proven on a machine
that has torch and no Jupyter.
"""

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from course.base.errors import CourseError

REGIONS = ("SOLUTION", "STUB", "HIDDEN TESTS", "MARK SCHEME")
HIDDEN_REGIONS = ("HIDDEN TESTS", "MARK SCHEME")  # from students
CHECKED_OUTPUT = "nbval-check-output"
KINDS = ("Write", "Predict", "Find and fix", "Test", "Explain")
TASK_LINE = re.compile(
    rf"^\*\*(?P<kind>{'|'.join(KINDS)}) · (?P<stars>★{{1,3}}) · "
    r"(?P<points>\d+) points? · (?P<minutes>\d+) minutes?\*\*$",
    re.MULTILINE,
)
TITLE = re.compile(r"^# (?P<number>\d+) · (?P<title>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """One cell of a lesson.

    `nbgrader` is the cell's nbgrader metadata, empty where it has none.
    """

    id: str
    kind: str
    source: str
    tags: tuple[str, ...]
    nbgrader: dict
    outputs: tuple[dict, ...]

    @property
    def is_code(self) -> bool:
        return self.kind == "code"

    @property
    def is_graded(self) -> bool:
        return bool(self.nbgrader.get("grade"))

    @property
    def is_solution(self) -> bool:
        return bool(self.nbgrader.get("solution"))

    @property
    def is_test(self) -> bool:
        """Whether the cell is an automatic test: graded code, locked for students."""
        return self.is_code and self.is_graded and not self.is_solution

    @property
    def is_given(self) -> bool:
        """Whether the cell is code that students use as it is: locked, not graded."""
        return self.is_code and bool(self.nbgrader.get("locked")) and not self.is_graded

    @property
    def points(self) -> float:
        return float(self.nbgrader.get("points", 0)) if self.is_graded else 0.0


@dataclass(frozen=True)
class Exercise:
    """The cells of one exercise, in the notebook's order: task first, hint last."""

    id: str
    cells: tuple[Cell, ...]

    def role(self, suffix: str) -> Cell | None:
        """The cell `<exercise>-<suffix>`, or None."""
        return next((c for c in self.cells if c.id == f"{self.id}-{suffix}"), None)

    @property
    def task(self) -> Cell:
        return self.role("task")

    @property
    def answer(self) -> Cell | None:
        return self.role("answer")

    @property
    def tests(self) -> tuple[Cell, ...]:
        return tuple(c for c in self.cells if c.is_test)

    @property
    def judged_run(self) -> Cell | None:
        """A `…-run` cell before the tests: they judge what the whole notebook made."""
        before = itertools.takewhile(lambda c: not c.is_test, self.cells)
        return next((c for c in before if c.is_given and c.id.endswith("-run")), None)

    @property
    def points(self) -> float:
        return sum(c.points for c in self.cells)

    @cached_property
    def _task_line(self) -> re.Match | None:
        return TASK_LINE.search(self.task.source)

    @property
    def kind(self) -> str | None:
        """One of KINDS, as the task's second line says; None where it does not."""
        return self._task_line and self._task_line["kind"]

    @property
    def stars(self) -> str | None:
        return self._task_line and self._task_line["stars"]

    @property
    def minutes(self) -> int | None:
        return self._task_line and int(self._task_line["minutes"])

    @property
    def promised_points(self) -> int | None:
        """The points that the task's text promises."""
        return self._task_line and int(self._task_line["points"])

    @property
    def title(self) -> str:
        heading = re.search(r"^### (?:Exercise \d+ · )?(.+)$", self.task.source, re.M)
        return heading[1] if heading else self.id


@dataclass(frozen=True)
class Lesson:
    """A lesson's notebook, read once."""

    name: str
    path: Path
    cells: tuple[Cell, ...]

    def cell(self, cell_id: str) -> Cell:
        return next(c for c in self.cells if c.id == cell_id)

    @property
    def setup(self) -> Cell | None:
        """The cell that imports and chooses the device."""
        return next((c for c in self.cells if c.id == "setup"), None)

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every group of cells whose ids begin with that of a `…-task` cell."""
        names = [c.id.removesuffix("-task") for c in self.cells if is_task_id(c.id)]
        groups: dict[str, list[Cell]] = {name: [] for name in names}
        for cell in self.cells:
            owners = [name for name in names if cell.id.startswith(f"{name}-")]
            if owners:
                groups[max(owners, key=len)].append(cell)
        return tuple(Exercise(name, tuple(cells)) for name, cells in groups.items())

    def exercise(self, exercise_id: str) -> Exercise:
        return next(e for e in self.exercises if e.id == exercise_id)

    @property
    def points(self) -> float:
        return sum(c.points for c in self.cells)

    @cached_property
    def _title(self) -> re.Match | None:
        return TITLE.search(self.cells[0].source) if self.cells else None

    @property
    def title(self) -> str:
        return self._title["title"] if self._title else self.name

    @property
    def heading(self) -> str:
        """Number and title, as the first cell has them."""
        number = f"{self._title['number']} · " if self._title else ""
        return f"{number}{self.title}"

    @property
    def minutes(self) -> int | None:
        """The minutes that the first cell promises."""
        found = self.cells and re.search(r"(\d+) minutes", self.cells[0].source)
        return int(found[1]) if found else None


def is_given_id(cell_id: str) -> bool:
    """Whether a code cell of an exercise with this id is locked, and not graded."""
    return cell_id.endswith(("-given", "-run"))


def is_task_id(cell_id: str) -> bool:
    """Whether a cell with this id begins an exercise."""
    return cell_id.endswith("-task")


def read_lesson(path: Path) -> Lesson:
    """Read a notebook file.

    Raises CourseError if the file is no notebook in nbformat 4.
    """
    return lesson_from(read_json(path), path)


def read_json(path: Path) -> dict:
    """The notebook's JSON; CourseError where it is missing or no notebook."""
    try:
        nb = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(f"{path}: there is no such notebook.") from None
    except (ValueError, OSError) as error:
        raise CourseError(
            f"{path}: not a readable notebook ({error}). "
            "Restore it from version control, or fix the JSON."
        ) from None
    if not isinstance(nb, dict) or nb.get("nbformat") != 4 or "cells" not in nb:
        raise CourseError(
            f"{path}: JSON, but not a notebook in format 4. "
            "Open it in JupyterLab and save it, or restore it from version control."
        )
    return nb


def lesson_from(nb: dict, path: Path) -> Lesson:
    """The lesson that the notebook's JSON holds."""
    return Lesson(path.stem, path, tuple(_cell(raw) for raw in nb["cells"]))


def _cell(raw: dict) -> Cell:
    metadata = raw.get("metadata", {})
    return Cell(
        id=raw.get("id", ""),
        kind=raw["cell_type"],
        source=text_of(raw["source"]),
        tags=tuple(metadata.get("tags", ())),
        nbgrader=metadata.get("nbgrader", {}),
        outputs=tuple(raw.get("outputs", ())),
    )


def text_of(value: str | list[str]) -> str:
    """A multi-line field of the notebook format, which may be a list of lines."""
    return value if isinstance(value, str) else "".join(value)


class SourceLine(NamedTuple):
    """A line of a cell; `region`: the one that it belongs to, "" for none.

    `edge`: BEGIN or END for a line that delimits its region, "" for others.
    """

    number: int
    text: str
    region: str
    edge: str


def source_lines(source: str, *names: str) -> Iterator[SourceLine]:
    """The lines of a cell, and which of the regions `names` each belongs to."""
    inside = ""
    for number, text in enumerate(source.splitlines(), 1):
        region, edge = inside, ""
        for name in names:
            if f"BEGIN {name}" in text:
                region, edge, inside = name, "BEGIN", name
            elif f"END {name}" in text:
                region, edge, inside = name, "END", ""
        yield SourceLine(number, text, region, edge)


def delimiter(edge: str, name: str) -> str:
    """The line that begins or ends a region."""
    return f"### {edge} {name}"


def region(source: str, name: str) -> list[str]:
    """The lines between `BEGIN name` and `END name`, without those two."""
    lines = source_lines(source, name)
    return [line.text for line in lines if line.region and not line.edge]


def has_region(source: str, name: str) -> bool:
    """Whether a region of this name begins somewhere."""
    return f"BEGIN {name}" in source


def without_region(source: str, name: str) -> str:
    """The source less the region `name` and its two delimiters."""
    lines = source_lines(source, name)
    return "\n".join(line.text for line in lines if not line.region)


def stub_lines(source: str) -> list[str]:
    """Lines that students find in place of the solution, where a cell has its own stub.

    The region `STUB` holds it as comments, which lose one `# ` here.
    """
    commented = region(source, "STUB")
    return [re.sub(r"^(\s*)# ?", r"\1", line).rstrip() for line in commented]
