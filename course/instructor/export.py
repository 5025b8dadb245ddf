"""Grades as the files that learning management systems import."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
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

FOLDER = "reports"
INDENT = "    "
FORMULA = re.compile(r"[=+\-@＝＋－＠]")
AFTER_SEMICOLON = re.compile(rf"""(;[\s"']*)(?={FORMULA.pattern})""")
Row = list[object]


@dataclass(frozen=True)
class Table:
    """Grades: `submissions` by lesson and student, `most` points by lesson."""

    people: list[Person]
    lessons: list[str]
    submissions: dict[str, dict[str, GradedSubmission]]
    most: dict[str, float]

    def scores(self, person: Person) -> Row:
        """By lesson; nothing without a submission, so that none becomes a 0."""
        submissions = [self.submissions[name].get(person.id) for name in self.lessons]
        return [
            "" if submission is None else _number(submission.score)
            for submission in submissions
        ]


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
    replace_all({path: csv_bytes(FORMATS[kind](table))})
    all_ = [
        submission
        for submissions in table.submissions.values()
        for submission in submissions.values()
    ]
    return Exported(
        path, len(table.people), sum(submission.waiting for submission in all_)
    )


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
    # Canvas knows its own line by the spaces before it.
    return f"{INDENT}{text}" if value.startswith(INDENT) else text


def _csv(table: Table) -> list[Row]:
    """One line a student: who, points by lesson, all points, and how many there are."""
    head = ["student", "last name", "first name", "email"]
    rows: list[Row] = [[*head, *table.lessons, "total", "of"]]
    for person in table.people:
        scores = table.scores(person)
        total = _number(sum(score for score in scores if score != ""))
        who = (person.id, person.last_name, person.first_name, person.email)
        rows.append([*who, *scores, total, _number(sum(table.most.values()))])
    return rows


def _canvas(table: Table) -> list[Row]:
    """The columns of Canvas' gradebook import, with its line of possible points."""
    rows: list[Row] = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *table.lessons],
        [f"{INDENT}Points Possible", "", "", "", ""]
        + [_number(table.most[name]) for name in table.lessons],
    ]
    for person in table.people:
        name = ", ".join(filter(None, (person.last_name, person.first_name)))
        who = (name or person.id, person.lms_user_id, "", person.id, "")
        rows.append([*who, *table.scores(person)])
    return rows


def _moodle(table: Table) -> list[Row]:
    """The columns that Moodle's grade import maps to its users, and one a lesson."""
    head = ["Username", "First name", "Last name", "ID number", "Email address"]
    rows: list[Row] = [[*head, *table.lessons]]
    for person in table.people:
        who = (person.id, person.first_name, person.last_name)
        rows.append([*who, person.lms_user_id, person.email, *table.scores(person)])
    return rows


FORMATS: dict[str, Callable[[Table], list[Row]]] = {
    "csv": _csv,
    "canvas": _canvas,
    "moodle": _moodle,
}


def _number(value: float) -> float | int:
    """Without a fraction where there is none, else with two digits."""
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded
