"""Tables of README.md and docs/, made from the lessons, docs/*.toml and the limits.

A page holds the table NAME between two lines of its own, `<!-- table: NAME -->` and
`<!-- end of table -->`; whatever else stands in the page is left alone.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.limits import MIB, Limits
from course.base.notebook import Lesson
from course.base.outcomes_and_pitfalls import (
    OUTCOMES,
    PITFALLS,
    read_outcomes,
    read_pitfalls,
)

END = "<!-- end of table -->"
BEGIN = "<!-- table: {} -->"
MARKER = re.compile(r"^(?:<!-- table: ([\w-]*) -->|<!-- end of table -->)$", re.M)
Rows = Iterable[Iterable[object]]
Table = Callable[[Course, list[Lesson]], str]


@dataclass(frozen=True)
class Page:
    """A page as its tables should be: `stale` names those which are not."""

    path: Path
    text: str
    stale: tuple[str, ...]


def read_pages(course: Course, lessons: list[Lesson]) -> list[Page]:
    """Every page of the course that holds tables, with the tables that it should hold.

    `lessons`: all of the course. Raises CourseError where a page lacks a marker, and
    where what a table is made from is malformed or missing.
    """
    pages = []
    for name, tables in PAGES.items():
        path = course.root / name
        if path.is_file():
            made = {table: make(course, lessons) for table, make in tables.items()}
            pages.append(_filled(path, made))
    return pages


def _filled(path: Path, tables: dict[str, str]) -> Page:
    text = path.read_text(encoding="utf-8")
    _check_markers(path, text, list(tables))
    stale = []
    for name, table in tables.items():
        before, begin, rest = text.partition(BEGIN.format(name))
        held, end, after = rest.partition(END)
        wanted = f"\n\n{table}\n\n"
        stale += [name] if held != wanted else []
        text = f"{before}{begin}{wanted}{end}{after}"
    return Page(path, text, tuple(stale))


def _check_markers(path: Path, text: str, names: list[str]) -> None:
    """Raise CourseError unless each table begins once, and ends before the next one."""
    found = [each[1] for each in MARKER.finditer(text)]
    for name in found:
        if name not in (None, *names):
            raise CourseError(
                f"{path}: there is no table {name!r} for this page. "
                f"Its tables are: {', '.join(names)}."
            )
    for name in names:
        if found.count(name) != 1:
            fault = "stands twice" if name in found else "is missing"
            raise CourseError(
                f"{path}: `{BEGIN.format(name)}` {fault}. "
                f"Put it once where the table belongs, and `{END}` below it."
            )
    for name, following in pairwise([None, *found, ""]):
        if (name is None) == (following is None):
            line = f"`{BEGIN.format(name)}` has no end" if name else f"`{END}` is alone"
            raise CourseError(
                f"{path}: {line}. Each table begins with a line "
                f"`{BEGIN.format('NAME')}`, and a line `{END}` follows it."
            )


def _table(head: Iterable[str], rows: Rows, made_from: str) -> str:
    """A table of Markdown; CourseError where there is nothing to show."""
    rows = list(rows)
    if not rows:
        raise CourseError(
            f"{made_from}: holds nothing for a table. Restore it from version control."
        )
    line = "|".join("---" for _ in head)
    return "\n".join([_row(head), f"|{line}|", *map(_row, rows)])


def _row(cells: Iterable[object]) -> str:
    texts = (" ".join(str(cell).split()).replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(texts)} |"


def _names(exercises: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in exercises)


# ---- The tables ----


def _lessons(course: Course, lessons: list[Lesson]) -> str:
    after = read_outcomes(course, lessons).lessons
    for lesson in lessons:
        if lesson.name not in after:
            raise CourseError(
                f"{course.root / OUTCOMES}: [lesson] lacks {lesson.name}. "
                f'Add a line: {lesson.name} = "what students can do after it".'
            )
    head = ("Lesson", "Minutes", "Points", "What you can do after")
    rows = (
        (
            f"[{lesson.heading}](notebooks/{lesson.name}.ipynb)",
            lesson.minutes,
            f"{lesson.points:g}",
            after[lesson.name],
        )
        for lesson in lessons
    )
    return _table(head, rows, str(course.root / OUTCOMES))


def _outcomes(course: Course, lessons: list[Lesson]) -> str:
    outcomes = read_outcomes(course, lessons).course
    rows = ((each.can, _names(each.exercises)) for each in outcomes)
    return _table(("You can", "Proven by"), rows, str(course.root / OUTCOMES))


def _exercises(_course: Course, lessons: list[Lesson]) -> str:
    """A table a lesson, each below its heading."""
    head = ("Exercise", "Id", "Kind", "Level", "Points", "Minutes")
    tables = []
    for lesson in lessons:
        rows = [
            (
                f"{number} · {e.title}",
                *(_names([e.id]), e.kind, e.stars, f"{e.points:g}", e.minutes),
            )
            for number, e in enumerate(lesson.exercises, 1)
        ]
        table = _table(head, rows, str(lesson.path))
        tables.append(f"### {lesson.heading}\n\n{table}")
    return "\n\n".join(tables)


def _pitfalls(course: Course, lessons: list[Lesson]) -> str:
    rows = (
        (each.number, each.belief, each.truth, _names(each.exercises))
        for each in read_pitfalls(course, lessons)
    )
    head = ("#", "The belief", "What is so", "Exercises")
    return _table(head, rows, str(course.root / PITFALLS))


def _limits(_course: Course, _lessons: list[Lesson]) -> str:
    rows = []
    for limit in fields(Limits):
        said = limit.metadata
        value = said["shown"].format(_amount(limit.default))
        rows.append((f"`{limit.name}`", value, said["beyond"]))
        rows += [said["follows"]] if said["follows"] else []
    return _table(("Limit", "Value", "Beyond it"), rows, "course/base/limits.py")


def _amount(value: float) -> str:
    """A number as a reader says it: from a MiB on, it is one of bytes."""
    for unit, size in (("GiB", 1024 * MIB), ("MiB", MIB)):
        if value >= size:
            return f"{value / size:g} {unit}"
    return f"{value:g}"


PAGES: dict[str, dict[str, Table]] = {
    "README.md": {
        "lessons": _lessons,
        "outcomes": _outcomes,
        "exercises": _exercises,
    },
    "docs/pitfalls.md": {"pitfalls": _pitfalls},
    "docs/grading.md": {"limits": _limits},
}
