"""Grades as the files that learning management systems import."""

import csv
import io
import re
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from course.base.atomic_files import replace_all
from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.gradebook_location import gradebook_location
from course.base.printable import printable
from course.grading.gradebook_reader import (
    GradedSubmission,
    Person,
    read_grades,
    read_people,
)
from course.grading.gradebook_writer import GradebookWriter
from course.instructor.export_formats import FORMATS, rounded
from course.lms.canvas import INDENT
from course.lms.interface import Grades, Row, Student

FOLDER = "reports"
FORMULA = re.compile(r"[=+\-@＝＋－＠]")
AFTER_SEMICOLON = re.compile(rf"""(;[\s"']*)(?={FORMULA.pattern})""")


@dataclass(frozen=True)
class Table:
    """The gradebook: `submissions` by lesson and student, `most` points by lesson."""

    people: list[Person]
    lessons: list[str]
    submissions: dict[str, dict[str, GradedSubmission]]
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
        found = [self.submissions[name].get(person.id) for name in self.lessons]
        return ["" if one is None else rounded(one.score) for one in found]


@dataclass(frozen=True)
class Exported:
    """The file, and the numbers of students and of answers that wait for a person."""

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
    submissions = [one for each in table.submissions.values() for one in each.values()]
    waiting = sum(submission.waiting for submission in submissions)
    return Exported(path, len(table.people), waiting)


def read_table(course: Course, lessons: list[str]) -> Table:
    """The grades of these lessons, or of all that have any."""
    names = list(dict.fromkeys(map(course.name, lessons))) or course.names
    with closing(GradebookWriter(*gradebook_location(course))) as gradebook:
        submissions, people = read_grades(gradebook, names), read_people(gradebook)
    graded = [name for name in names if submissions[name]]
    if not graded:
        raise CourseError(
            f"the gradebook holds no grades of {', '.join(lessons) or 'any lesson'}. "
            "Run `course grade` first."
        )
    most = {name: max(s.most for s in submissions[name].values()) for name in graded}
    return Table(people, graded, submissions, most)


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
