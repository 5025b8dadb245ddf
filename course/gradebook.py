"""The gradebook in a course folder: whether it is this course's own."""

import sqlite3
from contextlib import closing
from pathlib import Path

from course.errors import CourseError
from course.folder import Course

FILE = "gradebook.db"
DEFAULT_COURSE = "default_course"


def check_gradebook(course: Course, course_id: str, patience: float = 5) -> None:
    """Raise CourseError if `gradebook.db` cannot be the one of this course.

    It is only read. An empty one is fine. Where another program holds it, this one
    waits for it, but not longer than `patience` in seconds.
    """
    path = course.root / FILE
    try:
        ids, assignments = _contents(path, patience)
    except sqlite3.Error as error:
        if "locked" in str(error):
            raise CourseError(f"{path} {held_for(patience)}") from None
        raise CourseError(
            f"{path}: not a gradebook that can be read ({error}). "
            "Move it out of this folder, or restore it from a backup."
        ) from None
    foreign = sorted(ids - {course_id, DEFAULT_COURSE})
    if not foreign and assignments and not assignments & set(course.names):
        foreign = sorted(assignments)
    if foreign:
        raise CourseError(
            f"{path}: belongs to another course (it holds {', '.join(foreign)}; "
            f"this one is {course_id}). Move it out of this folder."
        )


def held_for(seconds: float) -> str:
    """What to say where another program does not let go of the gradebook."""
    return (
        f"is locked: another program has held it for {seconds:g} s. "
        "Close that one, and run this again."
    )


def _contents(path: Path, patience: float) -> tuple[set[str], set[str]]:
    """Ids of courses and names of assignments in the database."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", patience, uri=True)) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        return (
            _column(db, "SELECT id FROM course") if "course" in tables else set(),
            _column(db, "SELECT name FROM assignment")
            if "assignment" in tables
            else set(),
        )


def _column(db: sqlite3.Connection, query: str) -> set[str]:
    return {value for (value,) in db.execute(query)}
