"""Grades as the files that learning management systems import."""

import csv
import io
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from course.base.atomic_files import replace_all
from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.gradebook_location import gradebook_location
from course.base.printable import printable
from course.grading.gradebook_reader import Person, Work, read_people, read_works
from course.grading.gradebook_writer import Book
from course.instructor.export_formats import FORMATS, rounded
from course.lms.canvas import INDENT
from course.lms.interface import Grades, Row, Student

FOLDER = "reports"
FORMULA = re.compile(r"[=+\-@＝＋－＠]")
AFTER_SEMICOLON = re.compile(rf"""(;[\s"']*)(?={FORMULA.pattern})""")


@dataclass(frozen=True)
class Table:
    """The gradebook: `works` by lesson and student, `most` points by lesson."""

    people: list[Person]
    lessons: list[str]
    works: dict[str, dict[str, Work]]
    most: dict[str, float]

    @property
    def grades(self) -> Grades:
        students = [
            Student(**asdict(person), scores=self._scores(person))
            for person in self.people
        ]
        most: Row = [rounded(self.most[name]) for name in self.lessons]
        return Grades(students, self.lessons, most)

    def _scores(self, person: Person) -> Row:
        works = [self.works[name].get(person.id) for name in self.lessons]
        return ["" if work is None else rounded(work.score) for work in works]


@dataclass(frozen=True)
class Exported:
    """Where the grades went, whose, and how many answers still wait for a person."""

    path: Path
    students: int
    waiting: int


def export(
    course: Course, kind: str, lessons: list[str], output: Path | None = None
) -> Exported:
    """Write the grades of these lessons, or of all that have any, in one of FORMATS.

    Raises CourseError for another format, and where there is no gradebook or no grade.
    """
    if kind not in FORMATS:
        raise CourseError(
            f"There is no format {kind!r}. Choose one of {', '.join(FORMATS)}."
        )
    table = read_table(course, lessons)
    path = output or course.root / FOLDER / f"grades-{kind}.csv"
    if path.is_dir():
        raise CourseError(f"{path}: is a folder. Name a file: `--output grades.csv`.")
    replace_all({path: csv_bytes(FORMATS[kind](table.grades))})
    all_ = [work for works in table.works.values() for work in works.values()]
    return Exported(path, len(table.people), sum(work.waiting for work in all_))


def read_table(course: Course, lessons: list[str]) -> Table:
    """The grades of these lessons, or of all that have any."""
    names = list(dict.fromkeys(map(course.name, lessons))) or course.names
    book = Book(*gradebook_location(course))
    try:
        works, people = read_works(book, names), read_people(book)
    finally:
        book.close()
    graded = [name for name in names if works[name]]
    if not graded:
        raise CourseError(
            f"the gradebook holds no grades of {', '.join(lessons) or 'any lesson'}. "
            "Run `course grade` first."
        )
    most = {name: max(w.most for w in works[name].values()) for name in graded}
    return Table(people, graded, works, most)


def csv_bytes(rows: list[Row]) -> bytes:
    """The rows as CSV in UTF-8 (RFC 4180), in which no text acts as a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([safe(value) for value in row] for row in rows)
    return text.getvalue().encode()


def safe(value: object) -> object:
    """A value that no spreadsheet takes for a formula; numbers stay as they are.

    Text in one line, so that a row stays a row whatever reads it, with an apostrophe
    before what looks like a formula, as OWASP's "CSV Injection" page has it. Where a
    spreadsheet takes the semicolon to separate values, one begins behind each.
    """
    if not isinstance(value, str):
        return value
    text = AFTER_SEMICOLON.sub(r"\1'", printable(value))
    if FORMULA.match(text):
        return f"'{text}"
    return f"{INDENT}{text}" if value.startswith(INDENT) else text
