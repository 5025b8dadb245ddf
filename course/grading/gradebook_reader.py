"""Reading the gradebook for reports and exports; it is not changed."""

import math
from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)

from course.grading.gradebook_rows import of_submissions
from course.grading.gradebook_writer import GradebookWriter

UNTOUCHED = "No response."  # nbgrader's automatic comment on an untouched answer


@dataclass(frozen=True)
class CellScore:
    """The score of one graded cell. `waiting`: whether a person must still judge it."""

    score: float
    most: float
    waiting: bool


@dataclass
class GradedSubmission:
    """A graded submission: scores by graded cell, and answers left as they were."""

    lesson: str
    student: str
    penalty: float = 0.0
    cells: dict[str, CellScore] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)

    @property
    def score(self) -> float:
        """All points together, less the penalty for being late."""
        return max(0.0, sum(m.score for m in self.cells.values()) - self.penalty)

    @property
    def most(self) -> float:
        return sum(m.most for m in self.cells.values())

    @property
    def waiting(self) -> int:
        """The number of cells that wait for a person."""
        return sum(m.waiting for m in self.cells.values())


@dataclass(frozen=True)
class Person:
    """A student as the gradebook knows them; "" where it does not."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


def read_people(gradebook: GradebookWriter) -> list[Person]:
    """All students, by id."""
    columns = (
        *(Student.id, Student.first_name, Student.last_name),
        *(Student.email, Student.lms_user_id),
    )
    with gradebook.session() as session:
        rows = session.execute(sa.select(*columns).order_by(Student.id))
        return [Person(*(value or "" for value in row)) for row in rows]


def read_grades(
    gradebook: GradebookWriter, lessons: list[str]
) -> dict[str, dict[str, GradedSubmission]]:
    """Every graded submission of these lessons, by lesson and student."""
    submissions: dict[str, dict[str, GradedSubmission]] = defaultdict(dict)
    most = sa.func.coalesce(GradeCell.max_score, TaskCell.max_score)
    grades = of_submissions(
        sa.select(
            *(Assignment.name, SubmittedAssignment.student_id, BaseCell.name),
            *(SubmittedNotebook.late_submission_penalty, most),
            *(Grade.auto_score, Grade.manual_score, Grade.extra_credit),
            Grade.needs_manual_grade,
        )
        .select_from(Grade)
        .join(BaseCell.__table__, BaseCell.__table__.c.id == Grade.cell_id)
        .outerjoin(GradeCell.__table__, GradeCell.__table__.c.id == Grade.cell_id)
        .outerjoin(TaskCell.__table__, TaskCell.__table__.c.id == Grade.cell_id),
        Grade.notebook_id,
        lessons,
    )
    comments = of_submissions(
        sa.select(Assignment.name, SubmittedAssignment.student_id, BaseCell.name)
        .select_from(Comment)
        .join(BaseCell.__table__, BaseCell.__table__.c.id == Comment.cell_id),
        Comment.notebook_id,
        lessons,
    ).where(Comment.auto_comment == UNTOUCHED)
    with gradebook.session() as session:
        for row in session.execute(grades):
            lesson, student, cell, penalty, top, auto, manual, extra, waiting = row
            submission = submissions[lesson].setdefault(
                student, GradedSubmission(lesson, student)
            )
            submission.penalty = _points(penalty)
            score = _points(auto if manual is None else manual) + _points(extra)
            submission.cells[cell] = CellScore(score, _points(top), bool(waiting))
        for lesson, student, cell in session.execute(comments):
            if student in submissions[lesson]:
                submissions[lesson][student].untouched.add(cell)
    return {name: submissions[name] for name in lessons}


def _points(value: float | None) -> float:
    """The number; 0 for none, and for what no person can have meant."""
    return value if value is not None and math.isfinite(value) else 0.0
