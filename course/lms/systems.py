"""All learning management systems that the course knows: a new one is an entry here."""

import re

from course.lms import canvas, moodle
from course.lms.interface import System

# Where a name fits several, the first one counts.
SYSTEMS: tuple[System, ...] = (moodle.SYSTEM, canvas.SYSTEM)

BEFORE = "|".join(system.before for system in SYSTEMS)
AFTER = "|".join(system.after for system in SYSTEMS)
PREFIX = re.compile(rf"\A(?:{BEFORE})[^\\/_]+(?:{AFTER})")
ANONYMOUS = {system.anonymous for system in SYSTEMS if system.anonymous}


def named_regexp() -> str:
    r"""The pattern of paths for nbgrader's `zip_collect`: student_id and file_id.

    Only the first name below the zip says whose a file is: students choose the others.
    """
    return (
        r".*?[\\/]downloaded[\\/][^\\/]+[\\/]extracted[\\/][^\\/]+[\\/]"
        # no hidden file, and none of those that a Mac adds
        r"(?!(?:.*[\\/])?(?:__MACOSX|\.))"
        rf"(?:{BEFORE})(?P<student_id>[^\\/_]+)(?:{AFTER})(?:.*[\\/])?"
        # Canvas calls what is submitted again 01_tensors-1.ipynb, a browser what is
        # downloaded again 01_tensors (1).ipynb.
        r"(?P<file_id>[^\\/]+?)(?:-\d+| ?\(\d+\))*\.ipynb$"
    )


def own_name(name: str) -> str:
    """A file's own name, without what the system has written before it."""
    return PREFIX.sub("", name)


def number_of(name: str) -> str | None:
    """The submission's number, in a system whose ids two people may share."""
    for system in SYSTEMS:
        if system.number and (found := re.search(system.number, name)):
            return found[1]
    return None
