"""Entering a list of students into the gradebook, as spreadsheets save it."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.file_names import tidy
from course.base.gradebook_location import GradebookLocation, gradebook_location
from course.grading.student_names import Spelling

COLUMNS = ("id", "first_name", "last_name", "email", "lms_user_id")
# Other names of these columns, in lower case and with one kind of space.
SYNONYMS = {
    "student_id": "id",
    "username": "id",
    "login": "id",
    "firstname": "first_name",
    "given_name": "first_name",
    "lastname": "last_name",
    "surname": "last_name",
    "family_name": "last_name",
    "e_mail": "email",
    "email_address": "email",
    "mail": "email",
}
DELIMITERS = ",;\t|"
LARGEST_LIST = 20 * 2**20  # bytes of a list
ROUNDED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)  # Excel's long numbers


@dataclass
class EnteredStudents:
    """Changes that a list made: ids, rejected rows, and notes on the table."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class StudentRow:
    """One row: its line in the file, the student's id, and what else it says."""

    line: int
    id: str
    values: dict[str, str]


def enter_students(course: Course, path: Path) -> EnteredStudents:
    """Add the students of this list to the gradebook, or update them.

    An empty field leaves what the gradebook holds. Raises CourseError where the file
    cannot be read, or has no column of ids.
    """
    entered = EnteredStudents()
    rows = list(_valid_rows(_rows(_table(path), path, entered), entered))
    _write(rows, gradebook_location(course), entered)
    return entered


def _write(
    rows: list[StudentRow], location: GradebookLocation, entered: EnteredStudents
) -> None:
    from nbgrader.api import Gradebook, Student  # seconds

    spelling = Spelling.of(location.url)
    with Gradebook(*location) as gradebook:
        known = {student.id: student for student in gradebook.students}
        for row in rows:
            name = spelling.id(row.id)
            student = known.get(name)
            if student is None:
                gradebook.db.add(Student(id=name, **row.values))
                entered.added.append(name)
                continue
            new = {k: v for k, v in row.values.items() if getattr(student, k) != v}
            for key, value in new.items():
                setattr(student, key, value)
            entered.unchanged += not new
            entered.updated += [name] * bool(new)
        gradebook.db.commit()  # all, or none


def _table(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_LIST + 1)
    except OSError as error:
        raise CourseError(f"{path}: cannot be read ({error.strerror}).") from None
    if len(data) > LARGEST_LIST:
        raise CourseError(f"{path}: is too large for a list of students.")
    if data.startswith(b"PK\3\4"):
        raise CourseError(
            f"{path}: is a workbook of a spreadsheet. Save it as CSV, and name that."
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _rows(text: str, path: Path, entered: EnteredStudents) -> Iterator[StudentRow]:
    """The rows of the table, without empty ones."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    said = re.match(r"\s*sep=(.)\n", text)  # Excel's own first line
    lines = text[said.end() :] if said else text
    skipped = text.count("\n", 0, len(text) - len(lines))
    head = next((line for line in lines.splitlines() if line.strip(" ,;\t|")), "")
    delimiter = said[1] if said else max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(lines), delimiter=delimiter, skipinitialspace=True)
    columns: list[str | None] | None = None
    try:
        for fields in reader:
            values = [tidy(value) for value in fields]
            if not any(values):
                continue
            if columns is None:
                columns = _columns(values, path, entered)
                continue
            line = reader.line_num + skipped
            if any(values[len(columns) :]):
                entered.rejected.append(f"line {line}: has more fields than the header")
                continue
            pairs = zip(columns, values, strict=False)
            found = {name: value for name, value in pairs if name and value}
            yield StudentRow(line, found.pop("id", ""), found)
    except csv.Error as error:
        raise CourseError(f"{path}: line {reader.line_num}: {error}.") from None
    if columns is None:
        raise CourseError(f"{path}: is empty. It begins with {','.join(COLUMNS)}.")


def _columns(head: list[str], path: Path, entered: EnteredStudents) -> list[str | None]:
    """The columns' names; None for those that the gradebook has no use for."""
    names = [re.sub(r"\W+", "_", name.casefold()).strip("_") for name in head]
    names = [SYNONYMS.get(name, name) for name in names]
    if "id" not in names:
        raise CourseError(
            f"{path}: has no column `id`; it has {', '.join(filter(None, head))}. "
            f"The first line names the columns: {','.join(COLUMNS)}."
        )
    for name in COLUMNS:
        if names.count(name) > 1:
            raise CourseError(f"{path}: two columns are taken for `{name}`.")
    unused = [h for h, n in zip(head, names, strict=True) if h and n not in COLUMNS]
    if unused:
        entered.notes.append(f"columns left out: {', '.join(unused)}")
    return [name if name in COLUMNS else None for name in names]


def _valid_rows(
    rows: Iterator[StudentRow], entered: EnteredStudents
) -> Iterator[StudentRow]:
    """The rows that can be taken; the first of several that differ."""
    seen: dict[str, StudentRow] = {}
    for row in rows:
        if problem := _problem(row):
            entered.rejected.append(f"line {row.line}: {problem}")
            continue
        before = seen.get(row.id)
        if before and before.values != row.values:
            entered.rejected.append(
                f"line {row.line}: {row.id} is in line {before.line}, too, with other "
                "values; the first one counts"
            )
        elif not before:
            seen[row.id] = row
    yield from seen.values()


def _problem(row: StudentRow) -> str:
    if not row.id:
        return "has no id"
    if "/" in row.id or "\\" in row.id or row.id.startswith("."):
        return f"{row.id} cannot be the name of a folder, so it is no id"
    if ROUNDED.fullmatch(row.id):
        return f"{row.id} was rounded by the spreadsheet: format that column as text"
    if "\N{REPLACEMENT CHARACTER}" in row.id + "".join(row.values.values()):
        return f"{row.id}: characters that cannot be read; save the list as UTF-8"
    email = row.values.get("email", "")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        return f"{row.id}: {email} is no address"
    return ""
