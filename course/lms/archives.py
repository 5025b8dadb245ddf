"""Unpacking archives from strangers: within limits, and only into one folder.

Neither names nor sizes in an archive are trusted. If a file can't be unpacked, the
reason is noted, and the others are unpacked all the same.
"""

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from course.base.file_names import Hidden, decoded, place, unused
from course.base.limits import MIB

PIECE = MIB
ZIPS = (".zip", ".ipynb", ".txt", ".json")  # whatever it was renamed to
TARS = (".tgz", ".tbz2", ".txz", ".ipynb")
TARS += tuple(f"{kind}{end}" for kind in (".tar", ".ipynb") for end in (".gz", ".bz2"))
TARS += (".tar.xz", ".ipynb.xz")
DEEPEST_ARCHIVE = 4  # archives within archives
UTF8_FLAG, ENCRYPTED = 0x800, 1
END_OF_ZIP = b"PK\5\6"
LINK_MODE = 0o120000
OTHER_ARCHIVES = {
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf'\x1c": "a 7z archive",
    b"xar!": "a xar archive",
}
PACKED: dict[bytes, Callable] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
}
Member = tuple[str, Callable[[], IO[bytes]]]
DAMAGES = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, ValueError, NotImplementedError, RuntimeError),
    *(struct.error, OverflowError, MemoryError, IndexError),
)


class Refused(Exception):
    """An archive, or a file of it, that is not unpacked; its text says why."""


@dataclass
class Budget:
    """The bytes and files that may still be unpacked for one student."""

    bytes: int = 100 * MIB
    files: int = 2000

    def take(self, size: int) -> None:
        """Raise Refused where it is too much."""
        self.bytes -= size
        if self.bytes < 0:
            raise Refused("is too large once it is unpacked")

    def take_file(self) -> None:
        self.files -= 1
        if self.files < 0:
            raise Refused("holds too many files")


@dataclass
class Unpacked:
    """Where files of an archive went, and what was refused, by name."""

    files: list[Path] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def kind_of(path: Path) -> str | None:
    """The kind of archive, as its first bytes say: zip, tar, packed or foreign.

    None for other files, some of which are zips as well: documents, saved tensors.
    """
    name = path.name.lower()
    with path.open("rb") as file:
        start = file.read(512)
    found = None
    if start.startswith((b"PK\3\4", END_OF_ZIP, b"PK\7\10")):
        found = "zip" if name.endswith(ZIPS) or not path.suffix else None
    elif any(start.startswith(magic) for magic in PACKED):
        found = "packed" if name.endswith(TARS) else None
    elif start[257:262] == b"ustar":
        found = "tar"
    elif any(start.startswith(magic) for magic in OTHER_ARCHIVES):
        found = "foreign"
    return "zip" if found is None and name.endswith(".zip") else found


def unpack_nested(path: Path, budget: Budget, done: Unpacked, depth: int = 1) -> None:
    """Unpack an archive into a folder beside it, and archives in there as well.

    A file that is none stays as it is; so does one of which something cannot be
    unpacked, and `done` says why.
    """
    kind = kind_of(path)
    if kind is None:
        done.files.append(path)
        return
    folder = unused(path.with_name(_stem(path.name)))
    found: list[Path] = []
    refused: dict[str, str] = {}
    try:
        if depth > DEEPEST_ARCHIVE:
            raise Refused(f"lies in archives more than {DEEPEST_ARCHIVE} deep")
        for member in unpack(path, kind, folder, budget, refused):
            found.append(member)
    except (Refused, *DAMAGES) as error:
        refused[path.name] = why(error)
    if refused:
        done.refused |= refused
        done.files.append(path)
    else:
        path.unlink()
    for member in found:
        unpack_nested(member, budget, done, depth + 1)


def unpack(
    path: Path, kind: str, folder: Path, budget: Budget, refused: dict[str, str]
) -> Iterator[Path]:
    """Unpack one archive; the files that were written, as they are.

    Members that cannot be are noted in `refused`. Raises Refused, or one of DAMAGES,
    where it ends early.
    """
    if kind == "foreign":
        start = path.read_bytes()[:8]
        what = next(
            said for magic, said in OTHER_ARCHIVES.items() if start.startswith(magic)
        )
        raise Refused(f"is {what}, which is not unpacked here")
    if kind == "packed":
        yield from _packed(path, folder, budget, refused)
        return
    with members(path, kind, budget) as found:
        for name, open_it in found:
            try:
                target = place(folder, name)
                with open_it() as source:
                    yield write(source, target, budget)
            except Hidden:
                continue
            except (Refused, *DAMAGES) as error:
                if budget.bytes < 0 or budget.files < 0:
                    raise
                refused[name] = why(error)


def write(source: IO[bytes], target: Path, budget: Budget) -> Path:
    """Copy what can be read to a new file, which is removed where it is too much."""
    budget.take_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    target = unused(target)
    try:
        with target.open("xb") as file:
            while piece := source.read(PIECE):
                budget.take(len(piece))
                file.write(piece)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


@contextmanager
def members(path: Path, kind: str, budget: Budget) -> Iterator[Iterable[Member]]:
    """The name of each file in a zip or tar, and what opens it, as long as it is open.

    Raises Refused, or one of DAMAGES.
    """
    if kind == "tar":
        with tarfile.open(path) as archive:
            yield _tar_members(archive, budget)
        return
    _check_directory(path, budget)
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not _is_folder(info)]
        if infos and all(info.flag_bits & ENCRYPTED for info in infos):
            raise Refused("is protected by a password")
        names = decoded((_raw(info), info.orig_filename) for info in infos)
        openers = [partial(_open, archive, info) for info in infos]
        yield list(zip(names, openers, strict=True))


def _open(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    if info.flag_bits & ENCRYPTED:
        raise Refused("is protected by a password")
    if (info.external_attr >> 16) & 0o170000 == LINK_MODE:
        raise Refused("is a link")
    return archive.open(info)


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.orig_filename.endswith(("/", "\\")) and not info.file_size


def _raw(info: zipfile.ZipInfo) -> bytes | None:
    """The bytes of its name, where they need not be UTF-8 and are not plain."""
    if info.flag_bits & UTF8_FLAG or info.orig_filename.isascii():
        return None
    return info.orig_filename.encode("cp437")


def _check_directory(path: Path, budget: Budget) -> None:
    """Refuse a zip whose list of files alone would take too much memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 2**16 - 22))
        end = file.read()
    at = end.rfind(END_OF_ZIP)
    if at < 0 or len(end) < at + 22:
        raise Refused("is damaged (its end is missing)")
    (length,) = struct.unpack_from("<I", end, at + 12)
    if length > 400 * max(budget.files, 0):
        raise Refused("holds too many files")


def _tar_members(archive: tarfile.TarFile, budget: Budget) -> Iterator[Member]:
    for member in archive:
        if member.isreg():
            yield member.name, partial(archive.extractfile, member)
        elif not member.isdir():
            budget.take_file()


def _packed(
    path: Path, folder: Path, budget: Budget, refused: dict[str, str]
) -> Iterator[Path]:
    """A file that was packed by itself; a tar in it is unpacked as well."""
    with path.open("rb") as file:
        start = file.read(8)
    opener = next(o for magic, o in PACKED.items() if start.startswith(magic))
    inner = path.with_name(f"{path.name}.unpacked")
    try:
        with opener(path) as source:
            write(source, inner, budget)
        if kind_of(inner) == "tar":
            yield from unpack(inner, "tar", folder, budget, refused)
            return
        target = unused(place(folder, _stem(path.name)))
        target.parent.mkdir(parents=True, exist_ok=True)
        yield inner.rename(target)
    finally:
        inner.unlink(missing_ok=True)


def _stem(name: str) -> str:
    """The name without the endings of archives."""
    for ending in (".zip", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".rar", ".7z"):
        if name.lower().endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)]
    return name.rstrip(". ") or "unpacked"


def why(error: BaseException) -> str:
    """The reason, in words, why a file can't be unpacked."""
    if isinstance(error, Refused):
        return str(error)
    said = str(error).splitlines()
    detail = said[0][:100] if said and said[0] else type(error).__name__
    return f"is damaged ({detail})"
