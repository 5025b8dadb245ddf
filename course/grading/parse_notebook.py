"""The cells in the bytes of a file that should be a notebook, whatever is wrong.

It knows notebook formats 2 to 5, broken and cut-off JSON, merge conflicts, and other
encodings than UTF-8. Only the standard library is used, because it also runs in a
process of its own with limited memory (see `read_notebook.py`).
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator

from course.grading.cell_json import read_cell, size_of, text_key
from course.grading.decode_notebook import conflict_sides, decode_text

OTHER_CELLS = 1000  # cells that aren't the lesson's
MOST_LOOKED_AT = 20_000  # cells
MOST_BROKEN = 300  # cells, after which the rest is given up
COPIES = 8  # of one of the lesson's cells
LONGEST_SOURCE = 10**6  # characters of a cell
SOURCES = 4 * 10**6  # characters of all cells of the lesson, and of all others
PICTURE_BYTES = 20 * 2**20  # characters of all attachments
DECODER = json.JSONDecoder(strict=False)
CELL = re.compile(
    r'\{\s*"(?:cell_type|metadata|id|attachments|execution_count|source|outputs|input'
    r'|collapsed|language|level|prompt_number)"\s*:'
)
MAGIC = {
    b"PK\x03\x04": "a zip archive or an Office document",
    b"%PDF": "a PDF",
    b"version https://git-lfs": "a pointer of Git LFS instead of the file",
    b"\x1f\x8b": "a compressed archive",
    b"Rar!": "a compressed archive",
    b"7z\xbc\xaf": "a compressed archive",
    b"<!doc": "a web page",
    b"<html": "a web page",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}


def readings(data: bytes, known: set[str]) -> Iterator[dict]:
    """The readings of a file: one, or both sides of a merge conflict.

    `known` holds the ids and the text keys of the lesson's cells; these are kept before
    others. A reading has `cells`, `notes` on how it was read and, where there are no
    cells, a `problem` in words.
    """
    head = data[:100]
    text, notes = decode_text(data)
    del data  # it can be large
    text = text.strip("\0 \t\r\n\ufeff")
    if not text:
        said = "it holds nothing but zero bytes" if b"\0" in head else "it is empty"
        yield {"cells": [], "notes": [], "problem": said}
        return
    both = list(conflict_sides(text)) if "<<<<<<<" in text else [text]
    if len(both) > 1:
        notes.append("It holds a merge conflict; the side with more answers counts.")
    for side in both:
        raw, said = _raw_cells(side)
        if raw is None:
            yield {"cells": [], "notes": notes, "problem": _problem(head)}
        else:
            cells, cut = _within_limits(raw, known)
            yield {"cells": cells, "notes": notes + said + cut, "problem": None}


def _problem(head: bytes) -> str:
    head = head.lstrip().lower()
    for start, what in MAGIC.items():
        if head.startswith(start.lower()):
            return f"it isn't a notebook but {what}"
    return "it isn't a notebook"


# ---- From text to cells ----


def _raw_cells(text: str) -> tuple[list | None, list[str]]:
    """The cells as they are in the JSON; None where there are none to be found."""
    start = text.find("{")
    start = min(start, text.find("[")) if 0 <= text.find("[") < start else start
    if start < 0:
        return None, []
    try:
        value, _ = DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        value = None
    found = _cells_in(value)
    if found is not None:
        return found, []
    found = _recover_cells(text)
    if not found:
        return None, []
    return found, [f"It is damaged; {len(found)} of its cells could be read."]


def _cells_in(value: object) -> list | None:
    """The list of cells in a notebook's JSON, or in what a tool has wrapped it into."""
    if isinstance(value, list):
        those = [v for v in value if isinstance(v, dict) and "cell_type" in v]
        return those or None
    if not isinstance(value, dict):
        return None
    for each in (value, *value.values()):
        if isinstance(each, dict):
            if isinstance(each.get("cells"), list):
                return each["cells"]
            if isinstance(each.get("worksheets"), list):
                return list(_of_worksheets(each["worksheets"]))
    return None


def _of_worksheets(sheets: list) -> Iterator[object]:
    """The cells of formats 2 and 3."""
    for sheet in sheets:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        if isinstance(cells, list):
            yield from cells


def _recover_cells(text: str) -> list[dict]:
    """Cells that are whole, in JSON that isn't."""
    cells: list[dict] = []
    at = max(text.find('"cells"'), 0)
    effort, broken = 4 * len(text), 0  # so that no text takes long
    while effort >= 0 and broken < MOST_BROKEN and (match := CELL.search(text, at)):
        try:
            value, end = DECODER.raw_decode(text, match.start())
        except (ValueError, RecursionError) as error:
            effort -= _wasted_effort(error, match.start(), len(text))
            broken += 1
            at = match.end()
        else:
            effort -= end - match.start()
            if isinstance(value.get("cell_type"), str):
                cells.append(value)
            at = end
    return cells


def _wasted_effort(error: Exception, start: int, end: int) -> int:
    if not isinstance(error, json.JSONDecodeError):
        return 1000
    return (end if error.msg.startswith("Unterminated") else error.pos) - start + 1


# ---- From cells to what grading needs of them ----


def _within_limits(raw: list, known: set[str]) -> tuple[list[dict], list[str]]:
    """The cells, within the limits, and what was left out, in words."""
    notes = []
    looked_at = raw[:MOST_LOOKED_AT]
    cells = [cell for cell in map(read_cell, looked_at) if cell is not None]
    if unread := len(looked_at) - len(cells):
        notes.append(f"{unread:,} cells could not be read.")
    for cell in cells:
        if len(cell["source"]) > LONGEST_SOURCE:
            cell["source"] = ""
            notes.append("A cell of more than a million characters was left out.")
    keep = _chosen_indices(cells, known)
    left_out = len(raw) - len(looked_at) + len(cells) - len(keep)
    if left_out:
        notes.append(f"{left_out:,} cells were left out: there are too many.")
    cells = [cells[index] for index in keep]
    size = 0
    for cell in cells:
        size += size_of(cell["attachments"])
        if size > PICTURE_BYTES:
            cell["attachments"] = {}
    if size > PICTURE_BYTES:
        notes.append("Pictures were left out: they take more than 20 MB.")
    return cells, list(dict.fromkeys(notes))


def _chosen_indices(cells: list[dict], known: set[str]) -> list[int]:
    """The indices of the cells to keep: the lesson's, and so many others."""
    ours: dict[str, list[int]] = {}
    others = []
    for index, cell in enumerate(cells):
        name = next((name for name in cell["names"] if name in known), "")
        if name or (name := text_key(cell["source"])) in known:
            copies = ours.setdefault(name, [])
            copies.append(index)
            if len(copies) > COPIES:
                del copies[COPIES // 2]
        else:
            others.append(index)
    if len(others) > OTHER_CELLS:
        others = [k for k in others if cells[k]["source"].strip()][:OTHER_CELLS]
    first = sorted(k for copies in ours.values() for k in copies)
    return sorted([*_within_size(cells, first), *_within_size(cells, others)])


def _within_size(cells: list[dict], indices: Iterable[int]) -> Iterator[int]:
    left = SOURCES
    for index in indices:
        left -= len(cells[index]["source"])
        if left >= 0:
            yield index


def main() -> None:
    """Read a notebook from stdin within limits, and print a line for each part of it.

    The arguments are bytes of memory, seconds, and what is `known`, as JSON.
    """
    memory, seconds, known = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    except (ImportError, ValueError, OSError):  # Windows, and macOS in part
        pass
    try:
        for reading in readings(sys.stdin.buffer.read(), set(known)):
            cells = reading.pop("cells")
            print(json.dumps(reading))
            for cell in cells:
                print(json.dumps(cell))
    except MemoryError:
        said = "it takes too much memory to read"
        print(json.dumps({"notes": [], "problem": said}))
