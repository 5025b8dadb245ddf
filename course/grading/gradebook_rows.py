"""The rows of nbgrader's gradebook: finding them, making them, filling them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    SolutionCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.utils import compute_checksum
from sqlalchemy.orm import Session, with_polymorphic

GRADED, COMMENTED = (GradeCell, TaskCell), (SolutionCell, TaskCell)


@dataclass(frozen=True, kw_only=True)
class Grades:
    """The grades of a submission, as its tests came out.

    `passed`: by test cell. `needs_person`: whether a person must look at its tests.
    `changed`: whether this is another submission than the one graded before.
    `only_cells`: the graded cells that count, None for all.
    """

    lesson: str
    student: str
    notebook: NotebookNode
    passed: dict[str, bool]
    timestamp: datetime | None
    needs_person: bool
    changed: bool
    only_cells: frozenset[str] | None = None


def of_submissions(query: sa.Select, notebook: sa.Column, lessons: list) -> sa.Select:
    """The query, joined up to the submissions of these lessons."""
    return (
        query.join(SubmittedNotebook, SubmittedNotebook.id == notebook)
        .join(
            SubmittedAssignment,
            SubmittedAssignment.id == SubmittedNotebook.assignment_id,
        )
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .where(Assignment.name.in_(lessons), Notebook.name == Assignment.name)
        .order_by(Assignment.name, SubmittedAssignment.student_id)
    )


def find_notebook(session: Session, lesson: str) -> Notebook | None:
    """The row of the lesson's notebook, None where it was not released."""
    query = sa.select(Notebook).join(Assignment).where(Assignment.name == lesson)
    return session.scalars(query.where(Notebook.name == lesson)).first()


def submission_row(
    session: Session, grades: Grades, source: Notebook
) -> SubmittedAssignment:
    """The row of this submission, made where it is new."""
    student = session.get(Student, grades.student)
    if student is None:
        student = Student(id=grades.student)
        session.add(student)
    query = sa.select(SubmittedAssignment).where(
        SubmittedAssignment.student_id == grades.student,
        SubmittedAssignment.assignment_id == source.assignment_id,
    )
    submission = session.scalars(query).first()
    if submission is None:
        submission = SubmittedAssignment(assignment=source.assignment, student=student)
        session.add(submission)
    submission.timestamp = grades.timestamp
    session.flush()
    return submission


def notebook_row(
    session: Session, submission: SubmittedAssignment, source: Notebook
) -> SubmittedNotebook:
    """The row of the submission's notebook, made where it is new."""
    keys = {"notebook_id": source.id, "assignment_id": submission.id}
    query = sa.select(SubmittedNotebook).filter_by(**keys)
    notebook = session.scalars(query).first()
    if notebook is None:
        notebook = SubmittedNotebook(**keys)
        session.add(notebook)
        session.flush()
    return notebook


@dataclass(frozen=True)
class CellRows:
    """The grades and comments of a submitted notebook, with the cells they refer to."""

    grades: list[Grade]
    comments: list[Comment]
    cells: list[BaseCell]


def cell_rows(session: Session, notebook: SubmittedNotebook) -> CellRows:
    """The rows of each cell, made where they are missing.

    Asked for by cell and notebook, of which nbgrader's tables have an index: by the
    notebook alone, the rows of all submissions of the course would be gone through.
    """
    query = sa.select(with_polymorphic(BaseCell, "*"))
    query = query.where(BaseCell.notebook_id == notebook.notebook_id)
    cells = list(session.scalars(query))
    found = {}
    for kind, types in ((Grade, GRADED), (Comment, COMMENTED)):
        wanted = {cell.id: cell for cell in cells if isinstance(cell, types)}
        query = sa.select(kind).where(kind.cell_id.in_(wanted))
        query = query.where(kind.notebook_id == notebook.id)
        found[kind] = list(session.scalars(query))
        for row in found[kind]:
            wanted.pop(row.cell_id, None)
        new = [kind(cell=cell, notebook_id=notebook.id) for cell in wanted.values()]
        session.add_all(new)
        found[kind] += new
    return CellRows(found[Grade], found[Comment], cells)


def points(grade: Grade) -> float:
    """The points of a graded cell; a person's marks replace the automatic ones."""
    given = grade.auto_score if grade.manual_score is None else grade.manual_score
    return (given or 0) + (grade.extra_credit or 0)


def fill_grade(grade: Grade, cell: NotebookNode | None, grades: Grades) -> None:
    """Set the automatic score; what a person gave stays with the same submission."""
    if grades.changed:
        grade.manual_score = None
        grade.extra_credit = None
    name = grade.cell.name
    marked = grade.manual_score is not None and not grade.needs_manual_grade
    before = grade.auto_score
    if name in grades.passed:
        grade.auto_score = grade.cell.max_score if grades.passed[name] else 0
        settled = marked and grade.auto_score == before
        by_hand = grade.manual_score is not None
        grade.needs_manual_grade = grades.needs_person or (by_hand and not settled)
    else:
        untouched = cell is None or is_untouched(cell)
        grade.auto_score = 0 if untouched else None
        grade.needs_manual_grade = not untouched and not marked


def fill_comment(comment: Comment, cell: NotebookNode | None, grades: Grades) -> None:
    """Set nbgrader's automatic comment on an untouched answer."""
    if grades.changed:
        comment.manual_comment = None
    untouched = cell is None or is_untouched(cell)
    comment.auto_comment = "No response." if untouched else None


def is_untouched(cell: NotebookNode) -> bool:
    """Whether the cell is as it was released, by nbgrader's checksum."""
    return cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
