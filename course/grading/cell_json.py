"""The parts of a cell that grading needs, from the JSON of a submission.

Nothing about the JSON is trusted, neither types nor sizes.
"""

import re
import unicodedata
from hashlib import blake2b, md5

CHANGEABLE = re.compile(r"[^\S\n]\n|\r")  # what is not the same everywhere
LONGEST_LINE = 1000  # characters of a line whose accents are composed
LONGEST_CELL_NAME = 200  # characters of a cell's id
MOST_POINTS = 10**6  # of a cell
NAMES = ("id", "cell_id", "name")  # where tools keep a cell's id in its metadata
CELL_KINDS = {"code": "code", "markdown": "markdown", "heading": "markdown"}
CELL_KINDS |= {"html": "markdown"}


def normalized(text: str) -> str:
    """The text as it is compared: without what saving or converting may change."""
    if not text.isascii():
        text = "\n".join(map(_compose_accents, text.split("\n")))
    if CHANGEABLE.search(text):
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        text = "\n".join(line.rstrip() for line in lines)
    return text.rstrip().strip("\n")


def _compose_accents(line: str) -> str:
    """The line with accents as part of their letters.

    The time that takes grows with the square of how many marks follow one another.
    """
    return unicodedata.normalize("NFC", line) if len(line) <= LONGEST_LINE else line


def text_key(text: str) -> str:
    """A short text that is equal where the texts are, compared by `normalized`."""
    return blake2b(normalized(text).encode(errors="replace"), digest_size=8).hexdigest()


def read_cell(raw: object) -> dict | None:
    """The cell as a dict of sound types; None where there is no text in it.

    `names` are the ids that it may have in the lesson, the likeliest first.
    """
    if not isinstance(raw, dict):
        return None
    source = _text(raw.get("source", raw.get("input", raw.get("text", ""))))
    if source is None:
        return None
    kind = raw.get("cell_type")
    kind = kind.lower() if isinstance(kind, str) else ""
    if kind == "heading":
        level = raw.get("level")
        sane = isinstance(level, int) and 1 <= level <= 6
        source = f"{'#' * (level if sane else 1)} {source}"
    metadata = raw.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    nbgrader = metadata.get("nbgrader")
    nbgrader = nbgrader if isinstance(nbgrader, dict) else {}
    own = raw.get("id") if _is_name(raw.get("id")) else ""
    names = [nbgrader.get("grade_id"), own]
    names += [metadata.get(name) for name in NAMES]
    return {
        "id": own,
        "names": list(dict.fromkeys(filter(_is_name, names))),
        "kind": CELL_KINDS.get(kind, "raw"),
        "source": source,
        "attachments": _attachments(raw.get("attachments")),
        "as_released": bool(nbgrader) and _is_as_released(kind, source, nbgrader),
    }


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_CELL_NAME


def _text(value: object) -> str | None:
    """A field of several lines, with line ends and characters that can be written."""
    if isinstance(value, list):
        lines = [line for line in value if isinstance(line, str)]
        # Some converters write lines without their ends.
        ends = len(lines) > 1 and not any("\n" in line for line in lines)
        value = ("\n" if ends else "").join(lines)
    if not isinstance(value, str):
        return None
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return value.encode(errors="replace").decode()


def _attachments(raw: object) -> dict:
    """The pictures in a text cell, where they have the form that nbformat asks for."""
    if not isinstance(raw, dict):
        return {}
    found = {}
    for name, bundle in raw.items():
        if isinstance(bundle, dict):
            texts = {_text(kind): _text(data) for kind, data in bundle.items()}
            if texts and None not in texts.values():
                found[_text(name)] = texts
    return found


def _is_as_released(kind: str, source: str, nbgrader: dict) -> bool:
    """Whether nbgrader's checksum in the cell says that nobody has changed it since."""
    flags = [bool(nbgrader.get(name)) for name in ("grade", "solution", "locked")]
    name = nbgrader.get("grade_id")
    parts = [source, kind, *map(str, flags), name if _is_name(name) else ""]
    if flags[0]:
        points = nbgrader.get("points")
        sane = isinstance(points, int | float) and abs(points) < MOST_POINTS
        parts.append(str(float(points)) if sane else "")
    digest = md5("".join(parts).encode(errors="replace"), usedforsecurity=False)
    return digest.hexdigest() == nbgrader.get("checksum")


def size_of(attachments: dict) -> int:
    """Characters in a cell's attachments."""
    return sum(
        len(name) + sum(len(kind) + len(data) for kind, data in bundle.items())
        for name, bundle in attachments.items()
    )
