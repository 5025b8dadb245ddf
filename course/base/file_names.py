"""Names of files and students that come from elsewhere, made fit for a disk."""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

LONGEST_FILE_NAME = 120  # characters, which may take four bytes each elsewhere
LONGEST_ENDING = 10
MOST_PARTS = 12  # of a path
CODES = ("cp437", "cp850", "cp1252")  # of zips that do not say how names are written
NOTEBOOK = (b'"cells"', b'"nbformat"')


class Hidden(Exception):
    """A file whose name says that it is not for people."""


def place(folder: Path, name: str) -> Path:
    """Where in `folder` a file of this name goes, whatever the name says.

    Raises Hidden for hidden files, and for those that a Mac adds.
    """
    parts = [_fit(part) for part in name.replace("\\", "/").split("/")]
    parts = [part for part in parts if part not in ("", ".", "..")]
    if not parts or any(p.startswith(".") or p == "__MACOSX" for p in parts):
        raise Hidden(name)
    if len(parts) > MOST_PARTS:
        parts = [parts[0], *parts[-MOST_PARTS + 1 :]]
    return folder.joinpath(*parts)


def tidy(text: str) -> str:
    """A name as one spells it: composed (NFC), in one line, with single spaces."""
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _fit(part: str) -> str:
    """A part of a path, as every disk takes it; its ending stays."""
    part = "".join(" " if c in ':*?"<>|' else c for c in tidy(part))
    part = " ".join(part.split()).rstrip(". ")
    if len(part) <= LONGEST_FILE_NAME:
        return part
    stem, dot, ending = part.rpartition(".")
    ending = f"{dot}{ending}" if stem and len(ending) <= LONGEST_ENDING else ""
    mark = sha256(part.encode(errors="replace")).hexdigest()[:8]
    return f"{part[: LONGEST_FILE_NAME - len(ending) - 9]}-{mark}{ending}"


def unused(path: Path) -> Path:
    """The path itself, or one beside it where something is there already."""
    number, free = 2, path
    while free.exists() or free.is_symlink():
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1
    return free


def decoded(names: Iterable[tuple[bytes | None, str]]) -> list[str]:
    """Names of a zip, of which some come as bytes that nobody says how to read.

    They are UTF-8 if they can be; else of one old code page, the one that makes most
    of them letters of Latin script.
    """
    names = list(names)
    raw = [data for data, _ in names if data is not None]
    code = max(CODES, key=lambda code: sum(_letters(data, code) for data in raw))
    return [said if data is None else _decode(data, code) for data, said in names]


def _decode(data: bytes, code: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode(code, errors="replace")


def _letters(data: bytes, code: str) -> int:
    odd = (c for c in data.decode(code, errors="replace") if not c.isascii())
    latin = [unicodedata.name(c, "").startswith("LATIN") for c in odd]
    return 2 * sum(latin) - len(latin)


def free_name(name: str, taken: set[str]) -> str:
    """The name, or one like it that this student has no file of yet."""
    path, number, free = Path(name), 2, name
    while free.casefold() in taken:
        free = path.with_name(f"{path.stem} ({number}){path.suffix}").as_posix()
        number += 1
    taken.add(free.casefold())
    return free


def with_ending(path: Path) -> Path:
    """The path; a notebook that has lost its ending gets it back."""
    if path.suffix == ".ipynb" or not path.is_file():
        return path
    right = path.with_name(
        re.sub(r"(?i)(\.ipynb)?(\.\w{1,5})?$", "", path.name, count=1)
    )
    right = right.with_name(f"{right.name}.ipynb")
    ending = path.suffix.lower() in (".ipynb", ".json", ".txt", "")
    if not ending or right.exists() or not _is_notebook(path):
        return path
    return path.rename(right)


def _is_notebook(path: Path) -> bool:
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", errors="replace").encode()
    return all(word in data for word in NOTEBOOK) or path.suffix.lower() == ".ipynb"
