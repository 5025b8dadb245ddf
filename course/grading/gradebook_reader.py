"""What the gradebook holds, read for reports and exports; it is not changed."""

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

from course.grading.gradebook_writer import Book, of_submissions

UNTOUCHED = "No response."  # nbgrader's automatic comment on an untouched answer


@dataclass(frozen=True)
class Mark:
    """What one graded cell earned. `waiting`: whether a person must still judge it."""

    score: float
    most: float
    waiting: bool


@dataclass
class Work:
    """A graded submission: marks by graded cell, and answers left as they were."""

    lesson: str
    student: str
    penalty: float = 0.0
    marks: dict[str, Mark] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)

    @property
    def score(self) -> float:
        """All points together, less the penalty for being late."""
        return max(0.0, sum(m.score for m in self.marks.values()) - self.penalty)

    @property
    def most(self) -> float:
        return sum(m.most for m in self.marks.values())

    @property
    def waiting(self) -> int:
        """How many cells wait for a person."""
        return sum(m.waiting for m in self.marks.values())


@dataclass(frozen=True)
class Person:
    """A student as the gradebook knows them; "" where it does not."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


def read_people(book: Book) -> list[Person]:
    """All students, by id."""
    columns = (
        *(Student.id, Student.first_name, Student.last_name),
        *(Student.email, Student.lms_user_id),
    )
    with book.session() as session:
        rows = session.execute(sa.select(*columns).order_by(Student.id))
        return [Person(*(value or "" for value in row)) for row in rows]


def read_works(book: Book, lessons: list[str]) -> dict[str, dict[str, Work]]:
    """By lesson and student: every graded submission of these lessons."""
    works: dict[str, dict[str, Work]] = defaultdict(dict)
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
    with book.session() as session:
        for row in session.execute(grades):
            lesson, student, cell, penalty, top, auto, manual, extra, waiting = row
            work = works[lesson].setdefault(student, Work(lesson, student))
            work.penalty = _points(penalty)
            score = _points(auto if manual is None else manual) + _points(extra)
            work.marks[cell] = Mark(score, _points(top), bool(waiting))
        for lesson, student, cell in session.execute(comments):
            if student in works[lesson]:
                works[lesson][student].untouched.add(cell)
    return {name: works[name] for name in lessons}


def _points(value: float | None) -> float:
    """The number; 0 for none, and for what no person can have meant."""
    return value if value is not None and math.isfinite(value) else 0.0
