"""The folder of a submission: its notebooks, and the files beside them.

No file stops anything: what can't be read, or is too much, is left out with a note.
"""

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from course.base.printable import listed, printable
from course.grading.decode_notebook import decode_text
from course.grading.read_notebook import INLINE, NotebookFile, open_file

LARGEST = 50 * 2**20  # bytes of the files beside the notebook
MOST_FILES = 500
LARGEST_NOTEBOOK = 2**30
MOST_NOTEBOOKS = 12  # that are read, to find the right one
MOST_LARGE = 3  # of these, in a process of their own
MOST_ENTRIES = 20_000  # in all folders
DEEPEST = 32  # folders in each other
LONGEST_PATH = 1000  # bytes
HEAD = 4096  # bytes that tell whether a file with another name is a notebook
TIMESTAMP_FILE = "timestamp.txt"
LONGEST_STAMP = 200  # bytes
SKIPPED = {"__pycache__", "__MACOSX", "node_modules", "site-packages"}
ENVIRONMENT = {"pyvenv.cfg", "conda-meta"}
FIELDS = (b'"cells"', b'"nbformat"', b'"worksheets"', b'"cell_type"')
# Why files are left out, of one and of several.
LINK = "it is a link or cannot be read", "they are links or cannot be read"
LARGE = ("the submission is too large",) * 2
MANY = (f"a submission may have {MOST_FILES} files beside its notebook",) * 2
ENVIRONMENT_FOLDER = "it is a Python environment", "they are Python environments"
NOTEBOOKS = (f"only the likeliest {MOST_NOTEBOOKS} notebooks are read",) * 2
TOO_DEEP = "it is nested too deep", "they are nested too deep"


@dataclass(frozen=True)
class Submission:
    """The contents of a submission's folder.

    `wanted`: the name that the notebook should have. `notebooks`: files that may be it,
    the likeliest first. `files`: the other ones, by relative path. `notes` say in words
    what was wrong. `unread`: what can't be opened.
    """

    wanted: str
    files: dict[str, bytes]
    notebooks: list[NotebookFile]
    notes: list[str] = field(default_factory=list)
    digest: str = ""
    timestamp: datetime | None = None
    unread: tuple[str, ...] = ()


def read_folder(folder: Path, lesson: str) -> Submission:
    """Read a submission without following links. Never raises for what is in it."""
    found = _FolderReader(lesson)
    for name, path in _walk(folder, found):
        found.take(name, path)
    notebooks = found.notebooks()
    digest = sha256()
    for name, item in sorted(found.contents.items()):
        _add_to_digest(digest, name, item)
    files = {
        name: item
        for name, item in found.contents.items()
        if isinstance(item, bytes) and not _is_notebook(name)
    }
    notes = list(found.notes())
    stamp = _timestamp(files.get(TIMESTAMP_FILE, b""), notes)
    unread = tuple(found.left_out.get(LINK, ()))
    return Submission(
        found.wanted, files, notebooks, notes, digest.hexdigest(), stamp, unread
    )


def read_file(path: Path) -> Submission:
    """The submission that consists of this notebook; OSError if it can't be opened."""
    path = path.resolve()
    with os.fdopen(open_file(path), "rb") as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read() if size <= INLINE else None
    return Submission(path.name, {}, [NotebookFile(path.name, path, data)])


class _FolderReader:
    """The files that were found so far, within the limits."""

    def __init__(self, lesson: str) -> None:
        self.lesson = lesson
        self.wanted = f"{lesson}.ipynb"
        self.contents: dict[str, bytes | NotebookFile] = {}  # large notebooks apart
        self.candidates: list[tuple[str, Path, int]] = []
        self.left_out: dict[tuple[str, str], list[str]] = {}
        self.size = self.files = 0

    def leave_out(self, why: tuple[str, str], name: str) -> None:
        self.left_out.setdefault(why, []).append(name)

    def take(self, name: str, path: Path) -> None:
        """Read a file, as far as the limits let it."""
        if len(os.fsencode(name)) > LONGEST_PATH:
            self.leave_out(TOO_DEEP, name)
            return
        try:
            with os.fdopen(open_file(path), "rb") as file:
                self._take_opened(name, path, file)
        except OSError:
            self.leave_out(LINK, name)

    def _take_opened(self, name: str, path: Path, file: Any) -> None:
        size = os.fstat(file.fileno()).st_size
        if _is_notebook(name):
            if size > LARGEST_NOTEBOOK:
                self.leave_out(LARGE, name)
            else:
                self.candidates.append((name, path, size))
            return
        fits = self.size + size <= LARGEST and self.files < MOST_FILES
        data = file.read(size if fits else HEAD)
        if _seems_notebook(data[:HEAD]) and size <= LARGEST_NOTEBOOK:
            self.candidates.append((name, path, size))
            if not fits:
                return
        if name == TIMESTAMP_FILE and size <= LONGEST_STAMP:
            self.contents[name] = data
        elif fits:
            self.size += size
            self.files += 1
            self.contents[name] = data
        else:
            self.leave_out(MANY if self.files >= MOST_FILES else LARGE, name)

    def notebooks(self) -> list[NotebookFile]:
        """The files that may be the notebook, the likeliest first, and not too many."""
        kept, large, memory = [], 0, 2 * INLINE
        likeliest = sorted(
            self.candidates, key=lambda b: _unlikeliness(b[0], self.lesson)
        )
        for name, path, size in likeliest:
            is_large = size > min(INLINE, memory)
            large += is_large
            if len(kept) >= MOST_NOTEBOOKS or (is_large and large > MOST_LARGE):
                if name not in self.contents:
                    many = len(kept) >= MOST_NOTEBOOKS
                    self.leave_out(NOTEBOOKS if many else LARGE, name)
                continue
            try:
                notebook = self._open_notebook(name, path, is_large)
            except OSError:
                self.leave_out(LINK, name)
                continue
            memory -= len(notebook.data or b"")
            kept.append(notebook)
            self.contents.setdefault(name, notebook if is_large else notebook.data)
        return kept

    def _open_notebook(self, name: str, path: Path, is_large: bool) -> NotebookFile:
        data = self.contents.get(name)
        if data is None and not is_large:
            with os.fdopen(open_file(path), "rb") as file:
                data = file.read(INLINE)
        return NotebookFile(name, path, data)

    def notes(self) -> Iterator[str]:
        for (of_one, of_several), names in self.left_out.items():
            if len(names) == 1:
                yield f"{printable(names[0], 80)} was left out: {of_one}."
            else:
                many = f"{len(names):,} files were left out"
                yield f"{many}: {of_several}: {listed(names)}."


def _walk(folder: Path, found: _FolderReader) -> Iterator[tuple[str, Path]]:
    """The files under `folder` by relative path, those of a folder before deeper ones.

    Hidden ones, caches and virtual environments are skipped.
    """
    folders, left = [(folder, "", 0)], MOST_ENTRIES
    while folders:
        here, prefix, depth = folders.pop(0)
        try:
            with os.scandir(here) as entries:
                entries = sorted(islice(entries, left), key=lambda entry: entry.name)
        except OSError:
            found.leave_out(LINK, prefix.rstrip("/") or "the folder")
            continue
        if prefix and ENVIRONMENT & {entry.name for entry in entries}:
            found.leave_out(ENVIRONMENT_FOLDER, prefix.rstrip("/"))
            continue
        left -= len(entries)
        for entry in entries:
            name = prefix + entry.name
            if entry.name.startswith("."):
                continue
            if not _is_folder(entry):
                yield name, Path(entry.path)
            elif depth >= DEEPEST:
                found.leave_out(TOO_DEEP, name)
            elif entry.name not in SKIPPED:
                folders.append((Path(entry.path), f"{name}/", depth + 1))
        if left <= 0:
            found.leave_out(MANY, "everything else")
            return


def _is_folder(entry: os.DirEntry) -> bool:
    try:
        return stat.S_ISDIR(entry.stat(follow_symlinks=False).st_mode)
    except OSError:
        return False


def _is_notebook(name: str) -> bool:
    return PurePosixPath(name).name.casefold().endswith(".ipynb")


def _seems_notebook(head: bytes) -> bool:
    """Whether a file of another name begins as notebooks do."""
    head = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head[:1] in (b"{", b"<") and any(name in head for name in FIELDS)


def _unlikeliness(name: str, lesson: str) -> tuple:
    """The smaller, the likelier the file is the notebook that was asked for."""
    wanted = f"{lesson}.ipynb"
    path = PurePosixPath(_normalized(name))
    return (
        name != wanted,
        path.name != _normalized(wanted),
        not path.name.startswith(_normalized(lesson)),
        path.suffix != ".ipynb",
        len(path.parts),
        name,
    )


def _normalized(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _add_to_digest(digest: Any, name: str, item: bytes | NotebookFile) -> None:
    """Add a file to the digest of the submission."""
    if isinstance(item, bytes):
        digest.update(f"{name}\0{len(item)}\0".encode(errors="replace") + item)
        return
    try:
        with os.fdopen(open_file(item.path), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            digest.update(f"{name}\0{size}\0".encode(errors="replace"))
            while part := file.read(2**20):
                digest.update(part)
    except OSError:
        return


def _timestamp(data: bytes, notes: list[str]) -> datetime | None:
    """The time of submission, as nbgrader writes it; some editors add marks to it."""
    from nbgrader.utils import parse_utc

    text, _ = decode_text(data[:LONGEST_STAMP])
    text = text.strip("\0 \t\r\n\ufeff")
    if not text:
        return None
    try:
        return parse_utc(text)
    except (ValueError, OverflowError, TypeError, LookupError, ArithmeticError):
        notes.append(f"{TIMESTAMP_FILE} holds no date, and was ignored.")
        return None
