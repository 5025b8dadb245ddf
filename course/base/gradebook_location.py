"""The gradebook of a course: where it is, and whether it is this course's own."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from course.base.course_folder import CONFIG, Course
from course.base.errors import CourseError
from course.base.settings import DEFAULT_COURSE, nbgrader_config, text

if TYPE_CHECKING:
    from traitlets.config import Config

FILE = "gradebook.db"
PATIENCE = 60.0  # seconds that another program may hold it


class GradebookLocation(NamedTuple):
    """Where a course's grades are: SQLAlchemy's URL, and the id of the course in it."""

    url: str
    course_id: str


def gradebook_location(
    course: Course, config: "Config | None" = None, patience: float | None = None
) -> GradebookLocation:
    """The location of the course's gradebook.

    Everything that reads or writes grades asks here. `config`: the configuration, where
    it has been read already. Raises CourseError where the address cannot be one, and
    where the file that is there belongs to another course.
    """
    given = (config or nbgrader_config(course.root)).CourseDirectory
    course_id = text(given, "course_id") or DEFAULT_COURSE
    address = _absolute(course, text(given, "db_url") or gradebook_url(course.root))
    own = address.get_backend_name() == "sqlite" and address.database == str(
        course.root / FILE
    )
    if own and (course.root / FILE).exists():
        check_gradebook(course, course_id, PATIENCE if patience is None else patience)
    url = address.render_as_string(hide_password=False)
    return GradebookLocation(url, course_id)


def gradebook_url(root: Path) -> str:
    """The address of `gradebook.db` in this folder, whatever the folder is called.

    As nbgrader itself would write it, where that is right: `%20`, say, or `?` in a
    folder's name mean something else in an address.
    """
    path = str(root / FILE)
    plain = f"sqlite:///{path}"
    if make_url(plain).database == path and not set(plain) & set("#%?"):
        return plain
    return URL.create("sqlite", database=path).render_as_string(hide_password=False)


def _absolute(course: Course, url: str) -> URL:
    """The address, in which a file's path begins at the course's folder."""
    try:
        address = make_url(url)
        backend = address.get_backend_name()
    except (ArgumentError, ValueError):
        raise CourseError(
            f"{course.root / CONFIG}: c.CourseDirectory.db_url is no address of a "
            "database. It is like sqlite:///gradebook.db, or "
            "postgresql://USER:PASSWORD@HOST/DATABASE."
        ) from None
    if backend != "sqlite" or not address.database or address.database == ":memory:":
        return address
    return address.set(database=str(course.root / address.database))


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
    """Reason and advice where another program does not let go of the gradebook."""
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
