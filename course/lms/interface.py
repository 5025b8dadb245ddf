"""One learning management system, described: its names in archives, its import file."""

from collections.abc import Callable
from dataclasses import dataclass

Row = list[object]


@dataclass(frozen=True)
class Student:
    """A row of an import file: a student, and points in the order of the lessons.

    Names and addresses are "" where the gradebook has none, and so is a score where
    nothing was submitted, so that a missing submission doesn't become a 0.
    """

    id: str
    first_name: str
    last_name: str
    email: str
    lms_user_id: str
    scores: Row


@dataclass(frozen=True)
class Grades:
    """The grades that an import file is made from; `most`: points by lesson."""

    students: list[Student]
    lessons: list[str]
    most: Row


@dataclass(frozen=True)
class System:
    """A learning management system, as the course deals with it.

    An archive of submissions names each file (or each student's folder) like this:
    something, the student's id, something, the file's own name. `before` and `after`
    are regular expressions for the two somethings, without named groups. The id between
    them holds no `_`, so `before` ends in a lookahead where it needs one.

    `rows` makes the lines of the file that the system imports, with its head.
    """

    name: str
    before: str
    after: str
    rows: Callable[[Grades], list[Row]]
    # Finds the number of a submission, if ids are names, which two people may share.
    number: str | None = None
    # The id that everybody has where the system hides who is who.
    anonymous: str | None = None
