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
from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SolutionCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.utils import compute_checksum
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.orm import Session, with_polymorphic
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from course.base.errors import CourseError
from course.base.gradebook_location import PATIENCE, held_for
from course.base.notebook import read_lesson
from course.grading.submission import SourceCell

GRADED, COMMENTED = (GradeCell, TaskCell), (SolutionCell, TaskCell)


@dataclass(frozen=True)
class Grades:
    """What a submission earned.

    `passed`: by test cell. `person`: whether a person must look at its tests.
    `changed`: whether this is another submission than the one graded before.
    `only`: the graded cells that count, None for all.
    """

    lesson: str
    student: str
    notebook: NotebookNode
    passed: dict[str, bool]
    timestamp: datetime | None
    person: bool
    changed: bool
    only: frozenset[str] | None = None


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


class Held(CourseError):
    """The gradebook cannot be written now, but perhaps a moment later."""


class Book:
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
            return Held(f"the gradebook {self.shown} {held_for(self.patience)}")
        kind = Held if error.connection_invalidated else CourseError
        return kind(f"the gradebook {self.shown}: {why}. Mend that, and run it again.")

    def source(self, lesson: str, path: Path) -> list[SourceCell]:
        """The cells of a lesson in order: locked ones and stubs as they were released.

        Raises CourseError where it was not released, or was changed since.
        """
        make_it = f"Run `nbgrader generate_assignment {lesson} --force` first."
        with self.session() as session:
            found = _notebook(session, lesson)
            if found is None:
                raise CourseError(f"{lesson} is not in the gradebook. {make_it}")
            kept = {cell.name: cell for cell in found.source_cells}
            given = read_lesson(path).cells
            here = {cell.nbgrader.get("grade_id") for cell in given} - {None}
            odd = sorted(here ^ set(kept))
            if odd and found.submissions:
                raise CourseError(
                    f"{lesson}: {', '.join(odd)}: added or taken out since the "
                    "release. While there are submissions, nbgrader allows neither. "
                    "Have the same cells as then; a new check can stand in a test "
                    "cell that is there."
                )
            cells = []
            for cell in given:
                name = cell.nbgrader.get("grade_id")
                if not name:
                    cells.append(SourceCell(cell.id, cell.kind, cell.source))
                    continue
                old = kept.get(name)
                same = old is not None and (
                    cell.is_solution or old.source == cell.source
                )
                if not same:
                    raise CourseError(
                        f"{lesson}: cell {name} is not as it was released. {make_it}"
                    )
                nbgrader = dict(cell.nbgrader)
                nbgrader |= {"cell_type": cell.kind, "checksum": old.checksum}
                cells.append(SourceCell(name, cell.kind, old.source, nbgrader))
            if gone := set(kept) - here:
                raise CourseError(
                    f"{lesson}: the cell {min(gone)} was released, and is gone from "
                    f"the source. {make_it}"
                )
        return cells

    def due(self, lesson: str) -> datetime | None:
        """When the lesson is due, in UTC."""
        query = sa.select(Assignment.duedate).where(Assignment.name == lesson)
        with self.session() as session:
            return session.scalars(query).first()

    def graded(self, lesson: str) -> dict[str, datetime | None]:
        """Who has grades for this lesson, and when that submission was made."""
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
            retry=retry_if_exception_type(Held),
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
            grades = _rows(session, notebook).grades
            for each in grades:
                if each.cell.name in passed:
                    earned = passed[each.cell.name]
                    each.auto_score = each.cell.max_score if earned else 0
                    each.needs_manual_grade = False
            points = sum(map(_points, grades))
            return points, sum(each.cell.max_score for each in grades)

    def _write(self, grades: Grades, penalty: Penalty) -> Score:
        with self.session() as session:
            source = _notebook(session, grades.lesson)
            submission = _submission(session, grades, source)
            notebook = _submitted(session, submission, source)
            rows = _rows(session, notebook)
            cells = {c.metadata.nbgrader.grade_id: c for c in _graded(grades.notebook)}
            before = {each.cell.name: _points(each) for each in rows.grades}
            for each in rows.grades:
                if grades.only is None or each.cell.name in grades.only:
                    _fill(each, cells.get(each.cell.name), grades)
            for comment in rows.comments:
                _remark(comment, cells.get(comment.cell.name), grades)
            after = {each.cell.name: _points(each) for each in rows.grades}
            points = sum(after.values())
            late = submission.total_seconds_late
            taken = penalty(grades.student, points, late) if late > 0 else None
            notebook.late_submission_penalty = taken
            waiting = sum(each.needs_manual_grade for each in rows.grades)
            most = sum(each.cell.max_score for each in rows.grades)
            return Score(points - (taken or 0), most, waiting, before, after)


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


def _notebook(session: Session, lesson: str) -> Notebook | None:
    query = sa.select(Notebook).join(Assignment).where(Assignment.name == lesson)
    return session.scalars(query.where(Notebook.name == lesson)).first()


def _submission(
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


def _submitted(
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
class _Rows:
    """Everything that hangs on a submitted notebook; what they refer to is kept too."""

    grades: list[Grade]
    comments: list[Comment]
    cells: list[BaseCell]


def _rows(session: Session, notebook: SubmittedNotebook) -> _Rows:
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
    return _Rows(found[Grade], found[Comment], cells)


def _points(grade: Grade) -> float:
    given = grade.auto_score if grade.manual_score is None else grade.manual_score
    return (given or 0) + (grade.extra_credit or 0)


def _graded(nb: NotebookNode) -> Iterator[NotebookNode]:
    return (c for c in nb.cells if "grade_id" in c.metadata.get("nbgrader", {}))


def _fill(grade: Grade, cell: NotebookNode | None, grades: Grades) -> None:
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
        grade.needs_manual_grade = grades.person or (by_hand and not settled)
    else:
        untouched = cell is None or _is_untouched(cell)
        grade.auto_score = 0 if untouched else None
        grade.needs_manual_grade = not untouched and not marked


def _remark(comment: Comment, cell: NotebookNode | None, grades: Grades) -> None:
    if grades.changed:
        comment.manual_comment = None
    untouched = cell is None or _is_untouched(cell)
    comment.auto_comment = "No response." if untouched else None


def _is_untouched(cell: NotebookNode) -> bool:
    return cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
