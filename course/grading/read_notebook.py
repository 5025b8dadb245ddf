"""Notebooks as they lie in a submission, and how they are read.

Two bytes of JSON can fill a hundred of memory, and a notebook can be 60 MB of pictures.
What is large is therefore read in a process of its own, whose memory and time are
limited and which gives back only what grading needs.
"""

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import course
from course.base.json_size import parsed_bytes
from course.grading.parse_notebook import readings

INLINE = 8 * 2**20  # bytes of a file that may be read in this process
PARSED = 64 * 2**20  # bytes that it may then take
READER_MEMORY = 2 * 2**30  # bytes for the process that reads larger ones
READER_SECONDS = 10  # of computing, for it
WAIT = 60  # seconds until it is given up
PROGRAM = (
    "import sys; sys.path.append({!r}); "
    "from course.grading.parse_notebook import main; main()"
)


@dataclass(frozen=True)
class NotebookFile:
    """A file that may be the notebook; `data` is None where it is large."""

    name: str
    path: Path
    data: bytes | None


@dataclass(frozen=True)
class Reading:
    """A reading of a file. Without cells there is a `problem`, in words."""

    cells: list[dict]
    notes: list[str]
    problem: str | None = None


def open_file(path: Path) -> int:
    """A handle for reading a file that is no link; OSError where it can't be read."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_NOCTTY"):
        flags |= getattr(os, name, 0)
    handle = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(f"{path} isn't a file")
    return handle


def read_notebook(file: NotebookFile, known: set[str]) -> list[Reading]:
    """The readings of a file: both sides of a merge conflict, else one.

    `known` holds ids and text keys of the lesson's cells, see `parse_notebook`.
    """
    if file.data is not None and parsed_bytes(file.data) <= PARSED:
        return [Reading(**each) for each in readings(file.data, known)]
    try:
        with tempfile.TemporaryFile() as out:
            if _read_apart(file, known, out):
                out.seek(0)
                found = list(_printed(out))
                if found:
                    return found
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        return [Reading([], [], f"it can't be read ({said or type(error).__name__})")]
    return [Reading([], [], "it takes too much memory or time to read")]


def _read_apart(file: NotebookFile, known: set[str], out: object) -> bool:
    root = str(Path(course.__path__[0]).parent)
    command = [sys.executable, "-I", "-S", "-c", PROGRAM.format(root)]
    command += [str(READER_MEMORY), str(READER_SECONDS), json.dumps(sorted(known))]
    with tempfile.TemporaryFile() as copy:
        if file.data is None:
            handle = open_file(file.path)
        else:
            copy.write(file.data)
            copy.seek(0)
            handle = os.dup(copy.fileno())
        try:
            done = subprocess.run(
                command,
                stdin=handle,
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=WAIT,
            )
        except subprocess.TimeoutExpired:
            return False
        finally:
            os.close(handle)
    return done.returncode == 0


def _printed(lines: Iterator[bytes]) -> Iterator[Reading]:
    """The readings that the other process has printed, line by line."""
    reading = None
    for line in lines:
        part = json.loads(line)
        if "problem" in part:
            if reading:
                yield reading
            reading = Reading([], **part)
        elif reading:
            reading.cells.append(part)
    if reading:
        yield reading
