"""A graded notebook as pages show it, whatever stands in the file.

A student chose the texts, outputs and pictures, and a kernel that the student's code
ran in sent the rest. `page_notebook` makes a valid notebook of it that holds only what
pages can show: text, and pictures that are pictures. Where something is left out, a
sentence says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode, from_dict

from course.base.printable import printable
from course.nbgrader_hooks.pictures import (
    Picture,
    normal,
    read_picture,
    with_safe_names,
)

LONGEST_TEXT = 100_000  # characters of a text
ALL_TEXT = 1_000_000  # characters of a page
ALL_PICTURES = 40_000_000  # characters, in base64
MOST_CELLS = 1000
MOST_OUTPUTS = 200  # of a cell
ALL_OUTPUTS = 2000  # of a page
LEAST_ERROR_TEXT = 1000  # characters of an error, whatever came before it
MOST_ATTACHMENTS = 50  # of a cell
MOST_FRAMES = 60  # of a traceback
LONGEST_ERROR_NAME = 1000
LARGEST_COUNT = 10**9
MOST_SHOWN_POINTS = 10**6
PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
# The two kinds of picture that nbconvert's templates have a place for. What a browser
# draws depends on the bytes alone.
PLACED = {"image/gif": "image/png", "image/webp": "image/png"}
SAID = ("text/plain", *PICTURE_TYPES)
# What Python prints of an object that shows itself in another way.
BARE = re.compile(r"\s*<[\w.]+ object(?: at 0x[0-9a-fA-F]+)?>\s*")
CELL_NAME = re.compile(r"[\w.-]{1,200}")  # that nbgrader knows a cell by
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
# Characters that HTML does not allow, and halves of characters. Escapes colour text.
NOT_HTML = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\ud800-\udfff\ufffe\uffff]"
)
FLAGS = ("grade", "solution", "locked", "task")


def page_notebook(raw: object) -> NotebookNode:
    """A valid notebook with what a page can show of `raw`, which can be anything."""
    cells = raw.get("cells") if isinstance(raw, dict) else None
    room = _Room()
    made = []
    if isinstance(cells, list):
        made = [_cell(cell, room) for cell in cells[:MOST_CELLS]]
        if len(cells) > MOST_CELLS:
            made.append(_words(f"{len(cells) - MOST_CELLS} more cells aren't shown."))
    else:
        made.append(_words("This file holds no cells."))
    taken: set[str] = set()
    for number, cell in enumerate(made):
        if cell["id"] in taken or not CELL_ID.fullmatch(cell["id"]):
            cell["id"] = f"cell-{number}"
        taken.add(cell["id"])
    return from_dict(
        {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )


@dataclass
class _Room:
    """The space left on a page: for sources, for the text of outputs, for pictures."""

    sources: int = ALL_TEXT
    texts: int = ALL_TEXT
    outputs: int = ALL_OUTPUTS
    pictures: int = ALL_PICTURES

    def source(self, value: object) -> str:
        """The contents of a cell, as long as there is space left."""
        text = self._cut(value, self.sources)
        self.sources -= len(text)
        return text

    def text(self, value: object, least: int = 0) -> str:
        """The text of an output, as long as there is space, or its beginning."""
        text = self._cut(value, max(least, self.texts))
        self.texts -= len(text)
        return text

    @staticmethod
    def _cut(value: object, room: int) -> str:
        if isinstance(value, list):
            value = "".join(line for line in value if isinstance(line, str))
        text = value if isinstance(value, str) else ""
        most = max(0, min(LONGEST_TEXT, room))
        if len(text) > most:
            said = f"[{len(text):,} characters; only the first {most:,} are shown]"
            text = f"{text[:most]}\n{said}"
        return NOT_HTML.sub("\N{REPLACEMENT CHARACTER}", text)

    def picture(self, data: object) -> Picture | str:
        """The picture in this base64, or why it isn't shown."""
        picture = read_picture(data)
        if isinstance(picture, Picture):
            if len(picture.data) > self.pictures:
                return "the pictures of this page are too large together"
            self.pictures -= len(picture.data)
        return picture


def _words(text: str) -> dict[str, Any]:
    """A cell of ours that says something."""
    return {"cell_type": "markdown", "id": "", "metadata": {}, "source": f"*{text}*"}


def _cell(raw: object, room: _Room) -> dict[str, Any]:
    if not isinstance(raw, dict):
        return _words("A cell that can't be read isn't shown.")
    kind = raw.get("cell_type")
    name = raw.get("id")
    cell = {
        "cell_type": kind if kind in ("code", "markdown") else "raw",
        "id": name if isinstance(name, str) else "",
        "metadata": _metadata(raw.get("metadata")),
        "source": room.source(raw.get("source")),
    }
    if kind == "code":
        cell["execution_count"] = _count(raw.get("execution_count"))
        cell["outputs"] = list(_outputs(raw.get("outputs"), room))
    elif kind == "markdown":
        _attach(cell, raw.get("attachments"), room)
    return cell


def _count(value: object) -> int | None:
    known = type(value) is int and 0 <= value < LARGEST_COUNT
    return value if known else None


def _metadata(raw: object) -> dict[str, Any]:
    """The metadata that nbgrader's templates read; others would end up in HTML tags."""
    given = raw.get("nbgrader") if isinstance(raw, dict) else None
    name = given.get("grade_id") if isinstance(given, dict) else None
    if not isinstance(name, str) or not CELL_NAME.fullmatch(name):
        return {}
    kept: dict[str, Any] = {flag: given.get(flag) is True for flag in FLAGS}
    if kept["grade"] or kept["task"]:
        points = given.get("points")
        sound = type(points) in (int, float) and 0 <= points <= MOST_SHOWN_POINTS
        kept |= {"points": points if sound else 0, "score": 0}  # nbgrader's follow
    return {"nbgrader": {**kept, "grade_id": name, "schema_version": 3}}


def _attach(cell: dict[str, Any], raw: object, room: _Room) -> None:
    """Give the pictures of a text names that Markdown and addresses can hold."""
    given = raw if isinstance(raw, dict) else {}
    names = [n for n in given if isinstance(n, str) and len(n) <= LONGEST_ERROR_NAME]
    names = names[:MOST_ATTACHMENTS]
    kept, reasons, new = {}, {}, []
    for number, name in enumerate(names, 1):
        picture = _first(given[name], room)
        new.append(f"picture-{number}")
        if isinstance(picture, Picture):
            kept[new[-1]] = {picture.kind: picture.data}
        else:
            kept[new[-1]] = {}
            reasons[new[-1]] = f"“{printable(name, 60)}” isn't shown: {picture}"
    cell["source"] = with_safe_names(cell["source"], names, new)
    if names:
        cell["attachments"] = kept
        # By the names that a text may use, where `with_safe_names` found none.
        known = dict(zip(map(normal, names), new, strict=True))
        cell["metadata"]["page"] = {"names": known, "reasons": reasons}


def _first(bundle: object, room: _Room) -> Picture | str:
    """The first picture of an attachment, or why there is none."""
    given = bundle if isinstance(bundle, dict) else {}
    for kind in PICTURE_TYPES:
        if kind in given:
            return room.picture(given[kind])
    kinds = printable(", ".join(map(str, given)), 60) or "empty"
    return f"it is {kinds}, and pages show PNG, JPEG, GIF and WebP"


def _outputs(raw: object, room: _Room) -> Iterator[dict[str, Any]]:
    given = raw if isinstance(raw, list) else []
    most = min(MOST_OUTPUTS, room.outputs)
    room.outputs -= min(len(given), most)
    for output in given[:most]:
        yield _output(output, room)
    if len(given) > most:
        yield _stream(f"[{len(given) - most} more outputs aren't shown]\n")


def _output(raw: object, room: _Room) -> dict[str, Any]:
    given = raw if isinstance(raw, dict) else {}
    kind = given.get("output_type")
    if kind == "stream":
        name = "stderr" if given.get("name") == "stderr" else "stdout"
        return _stream(room.text(given.get("text")), name)
    if kind == "error":
        name, frames = given.get("ename"), given.get("traceback")
        lines = frames if isinstance(frames, list) else [frames]
        lines = [line for line in lines if isinstance(line, str)]
        cut = lines[-MOST_FRAMES:]
        return {
            "output_type": "error",
            "ename": printable(name if isinstance(name, str) else "", 200) or "Error",
            "evalue": room.text(given.get("evalue"), LEAST_ERROR_TEXT),
            "traceback": [room.text(line) for line in cut],
        }
    if kind in ("display_data", "execute_result"):
        data = given.get("data")
        return _shown(kind, data if isinstance(data, dict) else {}, room)
    return _stream("[an output that can't be read isn't shown]\n")


def _stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def _shown(kind: str, data: dict, room: _Room) -> dict[str, Any]:
    """A value as a page shows it: a picture, else text, and what it lacks."""
    text = room.text(data.get("text/plain"))
    output: dict[str, Any] = {"output_type": kind, "data": {}, "metadata": {}}
    if kind == "execute_result":
        output["execution_count"] = None
    lacks = []
    for each in PICTURE_TYPES:
        if each not in data:
            continue
        picture = room.picture(data[each])
        if isinstance(picture, Picture):
            place = PLACED.get(picture.kind, picture.kind)
            drawn = printable(text, 200).strip("<>")
            alt = f"Picture that the code above made: {drawn}"
            output["data"] = {place: picture.data}
            output["metadata"] = {place: {"alt": alt}}
            return output
        lacks.append(f"[a picture ({each}) isn't shown: {picture}]")
    others = [printable(name, 60) for name in map(str, data) if name not in SAID]
    if others and (BARE.fullmatch(text) or not text or _acts(others)):
        lacks.append(f"[not shown here: {', '.join(others[:5])}]")
    if not text and not lacks:
        lacks = ["[an output without text isn't shown]"]
    output["data"] = {"text/plain": "\n".join(filter(None, [text, *lacks]))}
    return output


def _acts(kinds: list[str]) -> bool:
    """Whether it is something to work with: its text says little about it."""
    return any(kind.startswith("application/") for kind in kinds)
