"""Closing a course folder to other accounts of the same machine.

Solutions, hidden tests, marks and the work of students are nobody else's business. On a
shared machine a home or a project folder is often open to everybody who has a login.
"""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.settings import Settings

FOLDERS = (
    *("answers", "downloaded", "notebooks", "reports", "source", "work"),
    "tests/bank",  # where the answers were in the first edition
)
PRIVATE_FILES = ("gradebook.db*", "students.csv", "*.log", ".*.log")
OTHERS, GROUP = 0o007, 0o070


def umask_of(settings: Settings) -> int:
    """The umask with which files of this course are made."""
    return OTHERS if settings.groupshared else OTHERS | GROUP


def close_to_others(course: Course, settings: Settings) -> str:
    """Take from others what they may do here; one line that says so, or "".

    Raises CourseError where something is open and belongs to somebody else, who has to
    close it. On Windows, folders of one account are closed to others as they are.
    """
    if sys.platform == "win32":
        return ""
    shared = settings.groupshared
    closed = [
        _shown(course, path) for path in _held(course, settings) if _close(path, shared)
    ]
    if settings.submitted.is_dir() and _close_all(settings.submitted, shared):
        closed.append(f"what lies in {_shown(course, settings.submitted)}")
    if not closed:
        return ""
    who = "everybody outside your group" if shared else "everybody else"
    return f"Closed to {who} on this machine: {', '.join(dict.fromkeys(closed))}"


def close_own(folder: Path) -> None:
    """Close a folder of one's own, if it is there and one's own."""
    if sys.platform != "win32" and folder.is_dir():
        with suppress(CourseError, OSError):
            _close(folder, shared=False)


def _mode(mode: int, shared: bool) -> int:
    """The permissions that something of this mode should have."""
    if not shared:
        return stat.S_IMODE(mode) & ~(OTHERS | GROUP)
    access = 0o070 if stat.S_ISDIR(mode) else 0o060
    return (stat.S_IMODE(mode) | access) & ~OTHERS


def _held(course: Course, settings: Settings) -> Iterator[Path]:
    """Folders and files that are there and should be closed."""
    folders = [course.root / name for name in FOLDERS]
    folders += [settings.submitted, settings.autograded, settings.feedback]
    yield from (path for path in folders if path.is_dir())
    for pattern in PRIVATE_FILES:
        yield from (p for p in sorted(course.root.glob(pattern)) if _is_file(p))


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _close(path: Path, shared: bool) -> bool:
    """Whether it was open until now. A link to a folder stands for that folder."""
    before = path.stat()
    wanted = _mode(before.st_mode, shared)
    if stat.S_IMODE(before.st_mode) == wanted:
        return False
    try:
        path.chmod(wanted)
    except PermissionError:
        if not before.st_mode & OTHERS:
            return False  # it is closed; whoever owns it decides what the group may do
        raise CourseError(
            f"{path}: can be read by everybody on this machine, and belongs to "
            f"{_owner(before.st_uid)}. Ask for `chmod {wanted:o}`, then run this again."
        ) from None
    # A disk of another system may know no modes; then there is nothing to say.
    return stat.S_IMODE(path.stat().st_mode) == wanted and bool(
        before.st_mode & ~wanted & (OTHERS | GROUP)
    )


def _close_all(folder: Path, shared: bool) -> bool:
    """Close what lies in the folder: nbgrader's collect leaves it writable for all."""
    found = False
    for base, folders, names in os.walk(folder):
        for name in folders + names:
            found |= _close_inside(os.path.join(base, name), shared)
    return found


def _close_inside(path: str, shared: bool) -> bool:
    """Whether others could write it. No link is followed: students make those, too."""
    status = os.lstat(path)
    wanted = _mode(status.st_mode, shared)
    regular = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
    if not regular or stat.S_IMODE(status.st_mode) == wanted:
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:  # unreadable: grading says so
        return False
    try:
        os.fchmod(handle, wanted)
    except OSError:  # somebody else's, in a folder that is closed by now
        return False
    finally:
        os.close(handle)
    return bool(status.st_mode & 0o022)


def _owner(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"the account {number}"


def _shown(course: Course, path: Path) -> str:
    if path.is_relative_to(course.root):
        return path.relative_to(course.root).as_posix()
    return str(path)
