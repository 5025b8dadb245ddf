"""The folder `autograded/`: graded submissions, each put there as a whole.

A graded folder is made in a staging folder, and moved to its place once its grades are
in the gradebook. A folder with a stamp is therefore in the gradebook.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from course.base.errors import CourseError
from course.base.written_files import write_files

STAMP = ".graded.json"
STAGING = ".staging"
LOCK = ".lock"


class Autograded:
    """The folder with nbgrader's copies of graded submissions."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, student: str, lesson: str) -> Path:
        return self.root / student / lesson

    def stamp(self, student: str, lesson: str) -> dict | None:
        """The notes of grading on this submission, None where it was not graded."""
        path = self.folder(student, lesson) / STAMP
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    @contextmanager
    def staging(self) -> Iterator[None]:
        """Make the staging folder; only one coordinator at a time may have it."""
        self.root.mkdir(exist_ok=True)
        with locked(self.root):
            staging = self.root / STAGING
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
            try:
                yield
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    def stage(
        self, student: str, lesson: str, files: Mapping[str, bytes]
    ) -> tuple[Path, list[str]]:
        """Write the files of a graded submission beside their place.

        Returns the staged folder, and the names that no file can have here.
        """
        # A hash, as the names of student and lesson together can be too long.
        name = sha256(f"{student}\0{lesson}".encode()).hexdigest()[:32]
        staged = self.root / STAGING / name
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir()
        return staged, write_files(staged, files)

    def write_stamp(self, folder: Path, stamp: dict) -> None:
        """Note what was graded, in a staged or a graded folder."""
        part = folder / f"{STAMP}.part"
        part.write_text(json.dumps(stamp), encoding="utf-8")
        part.replace(folder / STAMP)

    def put(self, staged: Path, student: str, lesson: str) -> None:
        """Move a staged folder to its place; an older one goes."""
        place = self.folder(student, lesson)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            old = staged.with_name(f"{staged.name}.old")
            shutil.rmtree(old, ignore_errors=True)
            place.rename(old)
            staged.rename(place)
            shutil.rmtree(old, ignore_errors=True)
        else:
            staged.rename(place)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder, as long as this process lives, against others that grade."""
    path = folder / LOCK
    lock = FileLock(path, blocking=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise CourseError(
            f"{folder}: another `course grade` is at work here. Wait until it is done."
        ) from None
    except PermissionError:
        raise
    except OSError:
        pass  # a file system that locks nothing
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes it when it is released
            path.unlink()
        lock.release()
