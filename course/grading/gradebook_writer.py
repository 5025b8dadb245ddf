"""Writing grades into nbgrader's gradebook: one transaction a submission.

nbgrader's own `Gradebook` commits after every step. Here its tables are filled in one
session, so that a submission is in the gradebook as a whole or not at all.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.orm import Session
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from course.base.errors import CourseError
from course.base.gradebook_location import PATIENCE, held_for
from course.grading.gradebook_rows import (
    Grades,
    cell_rows,
    fill_comment,
    fill_grade,
    find_notebook,
    notebook_row,
    of_submissions,
    points,
    submission_row,
)
from course.grading.released_cells import released_cells
from course.grading.submission import SourceCell


@dataclass(frozen=True)
class Score:
    """Points so far, the most there are, and how many answers wait for a person.

    `before` and `after`: points by graded cell, as they were and as they are.
    """

    points: float
    most: float
    by_hand: int
    before: dict[str, float]
    after: dict[str, float]


Penalty = Callable[[str, float, float], float | None]  # student, score, seconds late


class GradebookHeld(CourseError):
    """The gradebook cannot be written now, but perhaps a moment later."""


class GradebookWriter:
    """The gradebook of a course, in SQLite or PostgreSQL."""

    patience = PATIENCE

    def __init__(self, url: str, course_id: str) -> None:
        address = sa.make_url(url)
        self.shown = address.render_as_string(hide_password=True)
        if address.get_backend_name() == "sqlite":
            if not Path(address.database or "").exists():
                raise CourseError(
                    f"{address.database}: there is no gradebook yet. Release the "
                    "lessons first: `nbgrader generate_assignment LESSON --force`."
                )
            address = address.update_query_dict({"timeout": str(self.patience)})
        url = address.render_as_string(hide_password=False)
        try:
            with Gradebook(url, course_id):  # makes its tables where they are missing
                pass
        except DBAPIError as error:
            raise self._trouble(error) from None
        except Exception as error:
            raise CourseError(
                f"the gradebook {self.shown}: {_first_line(error)}"
            ) from None
        self.engine = sa.create_engine(url)

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that is committed as a whole, or rolled back.

        Raises CourseError where the database does not let it, and DataError where it
        cannot hold a value.
        """
        try:
            with Session(self.engine, autoflush=False) as session, session.begin():
                yield session
        except DataError:
            raise
        except DBAPIError as error:
            raise self._trouble(error) from None

    def _trouble(self, error: DBAPIError) -> CourseError:
        why = _first_line(error.orig)
        if "locked" in why:
            return GradebookHeld(
                f"the gradebook {self.shown} {held_for(self.patience)}"
            )
        kind = GradebookHeld if error.connection_invalidated else CourseError
        return kind(f"the gradebook {self.shown}: {why}. Mend that, and run it again.")

    def source(self, lesson: str, path: Path) -> list[SourceCell]:
        """The cells of a lesson in order: locked ones and stubs as they were released.

        Raises CourseError where it was not released, or was changed since.
        """
        with self.session() as session:
            return released_cells(lesson, path, find_notebook(session, lesson))

    def due(self, lesson: str) -> datetime | None:
        """The due date of the lesson, in UTC."""
        query = sa.select(Assignment.duedate).where(Assignment.name == lesson)
        with self.session() as session:
            return session.scalars(query).first()

    def graded(self, lesson: str) -> dict[str, datetime | None]:
        """The students with grades for this lesson, and the times of submission."""
        query = (
            sa.select(Student.id, SubmittedAssignment.timestamp)
            .join(SubmittedAssignment, SubmittedAssignment.student_id == Student.id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .where(Assignment.name == lesson)
        )
        with self.session() as session:
            return {student: when for student, when in session.execute(query)}

    def earned(self, lesson: str) -> dict[str, dict[str, float | None]]:
        """By student and graded cell: automatic points."""
        query = of_submissions(
            sa.select(SubmittedAssignment.student_id, BaseCell.name, Grade.auto_score)
            .select_from(Grade)
            .join(BaseCell.__table__, BaseCell.__table__.c.id == Grade.cell_id),
            Grade.notebook_id,
            [lesson],
        )
        found: dict[str, dict[str, float | None]] = {}
        with self.session() as session:
            for student, cell, score in session.execute(query):
                found.setdefault(student, {})[cell] = score
        return found

    def write(self, grades: Grades, penalty: Penalty) -> Score:
        """Replace the grades of a submission as a whole; waits while the book is held.

        Raises CourseError where it is held for too long, or cannot be written.
        """
        again = Retrying(
            retry=retry_if_exception_type(GradebookHeld),
            stop=stop_after_delay(self.patience),
            wait=wait_fixed(0.5),
            reraise=True,
        )
        return again(self._write, grades, penalty)

    def accept(
        self, lesson: str, student: str, passed: dict[str, bool]
    ) -> tuple[float, float]:
        """Set the automatic points of these tests, and that they need no review.

        Returns the points of the whole submission, and the most there are. Raises
        CourseError where the gradebook holds no such submission.
        """
        with self.session() as session:
            query = (
                sa.select(SubmittedNotebook)
                .join(
                    SubmittedAssignment,
                    SubmittedAssignment.id == SubmittedNotebook.assignment_id,
                )
                .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
                .where(
                    Assignment.name == lesson, SubmittedAssignment.student_id == student
                )
            )
            notebook = session.scalars(query).first()
            if notebook is None:
                raise CourseError(
                    f"the gradebook holds no grades of {student} for {lesson}. "
                    f"Run `course grade {lesson} --student {student}` first."
                )
            grades = cell_rows(session, notebook).grades
            for each in grades:
                if each.cell.name in passed:
                    earned = passed[each.cell.name]
                    each.auto_score = each.cell.max_score if earned else 0
                    each.needs_manual_grade = False
            return sum(map(points, grades)), sum(each.cell.max_score for each in grades)

    def _write(self, grades: Grades, penalty: Penalty) -> Score:
        with self.session() as session:
            source = find_notebook(session, grades.lesson)
            submission = submission_row(session, grades, source)
            notebook = notebook_row(session, submission, source)
            rows = cell_rows(session, notebook)
            cells = {
                cell.metadata.nbgrader.grade_id: cell
                for cell in grades.notebook.cells
                if "grade_id" in cell.metadata.get("nbgrader", {})
            }
            before = {each.cell.name: points(each) for each in rows.grades}
            for each in rows.grades:
                if grades.only_cells is None or each.cell.name in grades.only_cells:
                    fill_grade(each, cells.get(each.cell.name), grades)
            for comment in rows.comments:
                fill_comment(comment, cells.get(comment.cell.name), grades)
            after = {each.cell.name: points(each) for each in rows.grades}
            total = sum(after.values())
            late = submission.total_seconds_late
            taken = penalty(grades.student, total, late) if late > 0 else None
            notebook.late_submission_penalty = taken
            waiting = sum(each.needs_manual_grade for each in rows.grades)
            most = sum(each.cell.max_score for each in rows.grades)
            return Score(
                points=total - (taken or 0),
                most=most,
                by_hand=waiting,
                before=before,
                after=after,
            )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
