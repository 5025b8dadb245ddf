"""Folders that executions take for a while.

A process that is killed removes nothing. So each folder is locked as long as it is in
use, and the next process removes those that nobody holds.
"""

import os
import shutil
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: nothing is locked there, and nothing swept
    fcntl = None

PREFIX = "course-run-"
SECONDS = 60  # a younger folder may be one that is not locked yet


class Scratch:
    """A folder with a short name; `path` says where. To be removed after use."""

    def __init__(self) -> None:
        _sweep()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_place()))
        self._lock: int | None = None
        with suppress(OSError):  # some file systems lock nothing: nor is it swept there
            self._lock = _lock(self.path)

    def remove(self) -> None:
        """Remove the folder and all in it; a second time nothing happens."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.remove()


def _place() -> str:
    # Short, as the path of a socket in it has 107 characters at most.
    return "/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir()


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
    for folder in Path(_place()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # it is in use, or of another user, or just gone
            if time.time() - folder.stat().st_mtime > SECONDS:
                handle = _lock(folder)
                shutil.rmtree(folder, ignore_errors=True)
                os.close(handle)
