"""Folders that executions take for a while.

A process that is killed removes nothing. So each folder is locked as long as it is in
use, and the next process removes those that nobody holds.
"""

import logging
import os
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: nothing is locked there, and nothing swept
    fcntl = None

SCRATCH_PREFIX = "course-run-"
SWEEP_AGE = 60  # a younger folder may be one that is not locked yet
log = logging.getLogger(__name__)


class Scratch:
    """A folder with a short name; `path` says where. To be removed after use."""

    def __init__(self) -> None:
        _sweep()
        self.path = Path(tempfile.mkdtemp(prefix=SCRATCH_PREFIX, dir=place()))
        self._lock: int | None = None
        with suppress(OSError):  # some file systems lock nothing: nor is it swept there
            self._lock = _lock(self.path)

    def remove(self) -> None:
        """Remove the folder and all in it; a second time nothing happens."""
        remove_tree(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.remove()


def place() -> str:
    """Where these folders lie; a short path, as a socket's has 107 characters at most.

    The name of the system's folder, where the system has none.
    """
    return "/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir()


def remove_tree(folder: Path) -> None:
    """Remove a folder, however deep it is, and whatever names and modes are in it.

    It never raises; what could not be removed is logged.
    """
    try:
        if os.scandir in os.supports_fd and os.rename in os.supports_dir_fd:
            _remove_flat(folder)
        else:
            shutil.rmtree(folder)
    except FileNotFoundError:
        pass
    except OSError as error:
        log.warning("%s could not be removed: %s", folder, error)


def _remove_flat(folder: Path) -> None:
    """Move folders up as they are found: no path gets long, and nothing recurses."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    top = os.open(folder, flags)
    try:
        names = count()
        while folders := _remove_files(top, top, names):
            for name in folders:
                os.chmod(name, stat.S_IRWXU, dir_fd=top)
                inner = os.open(name, flags, dir_fd=top)
                try:
                    _remove_files(inner, top, names)
                finally:
                    os.close(inner)
                os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)
    os.rmdir(folder)


def _remove_files(inner: int, top: int, names: "count[int]") -> list[str]:
    """Remove the files in a folder, and move its folders to the top; names of these."""
    found = []
    with os.scandir(inner) as entries:
        listed = [
            (entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries
        ]
    for name, is_folder in listed:
        if not is_folder:
            os.unlink(name, dir_fd=inner)
        elif inner == top:
            found.append(name)
        else:
            os.chmod(name, stat.S_IRWXU, dir_fd=inner)  # else it could not be moved
            _move_up(name, inner, top, names)
    return found


def _move_up(name: str, inner: int, top: int, names: "count[int]") -> None:
    while True:  # until a name is free
        with suppress(FileExistsError, NotADirectoryError):
            free = f"{SCRATCH_PREFIX}{next(names)}"
            os.mkdir(free, dir_fd=top)  # a rename replaces an empty folder
            os.rename(name, free, src_dir_fd=inner, dst_dir_fd=top)
            return


def _lock(folder: Path) -> int | None:
    """A handle that holds the folder; OSError where another one does."""
    if fcntl is None:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


@cache  # once in a process
def _sweep() -> None:
    """Remove what killed processes of this user have left."""
    if fcntl is None:
        return
    for folder in Path(place()).glob(f"{SCRATCH_PREFIX}*"):
        with suppress(OSError):  # it is in use, or of another user, or just gone
            if time.time() - folder.stat().st_mtime > SWEEP_AGE:
                handle = _lock(folder)
                remove_tree(folder)
                os.close(handle)
