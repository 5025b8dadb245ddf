"""Messages of a kernel: read within limits, and made valid before they are recorded.

Any message may be forged. It can hold anything in any place, and be of any size.
"""

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn

import nbformat
from jupyter_client.session import Session
from nbformat import NotebookNode

from course.base.json_size import parsed_bytes

LARGEST_MESSAGE = (
    32 * 2**20
)  # bytes of a part of a message; ZeroMQ cuts the line beyond it
LARGEST_HEADER = 2**16  # bytes
PARSED_FACTOR = 8  # a message may take so many times its limit once it is parsed
DEEPEST_OUTPUT = 100  # nested lists and objects in an output: copying it must not fail
DISPLAY_KINDS = ("display_data", "execute_result", "update_display_data")
SCALARS = (str, int, float, bool)


class Unreadable(Exception):
    """An output that no notebook can hold."""


@dataclass(frozen=True)
class Message:
    """A message, as far as it is well-formed.

    `about`: the id of the request that it answers, and `about_kind` its kind. `size`:
    of its content. `content`: None where that is too large to be read.
    """

    kind: str
    about: str
    about_kind: str
    size: int
    content: dict | None

    @property
    def is_idle(self) -> bool:
        """Whether it says that the kernel has done what was asked."""
        content = self.content or {}
        return self.kind == "status" and content.get("execution_state") == "idle"


def read(
    session: Session, frames: list[bytes], most: int, wanted: str | None = None
) -> Message | None:
    """Read a message whose content has at most so many bytes; None for a broken one.

    `wanted`: the only request whose messages are of interest, None for all. What says
    something about another one is not looked into.
    """
    try:
        _, (signature, *parts) = session.feed_identities(frames)
        header, parent, _, content = parts[:4]
        if session.auth and session.sign(parts[:4]) != signature:
            return None
        if max(len(header), len(parent)) > LARGEST_HEADER:
            return None
        kind, about = _parsed(header)["msg_type"], _parsed(parent)
        size = sum(map(len, parts[3:]))
        if wanted is not None and about.get("msg_id") != wanted:
            about = (str(about.get("msg_id")), str(about.get("msg_type")))
            return Message(str(kind), *about, size, {})
        fits = size <= most and parsed_bytes(content) <= PARSED_FACTOR * most
        return Message(
            *(str(kind), str(about.get("msg_id")), str(about.get("msg_type")), size),
            _parsed(content) if fits else None,
        )
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    """A float that JSON can hold: `1e999` would become Infinity."""
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number[:40]} is too large a number")
    return value


_decode = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite).decode


def _parsed(data: bytes) -> dict:
    """The JSON object, without halves of surrogate pairs, which no file can hold."""
    found = _decode(data.decode("utf-8", "replace"))
    if not isinstance(found, dict):
        raise TypeError
    if b"\\u" in data:
        text = json.dumps(found, ensure_ascii=False)
        return json.loads(text.encode("utf-8", "replace"))
    return found


def count(value: Any) -> int | None:
    """The number of an execution, if it is one."""
    return value if type(value) is int and 0 <= value < 2**31 else None


def output(kind: str, content: dict) -> NotebookNode:
    """An output of a cell, valid in a notebook. Raises Unreadable."""
    match kind, content:
        case "stream", {"name": "stdout" | "stderr" as name, "text": str(text)}:
            return NotebookNode(output_type=kind, name=name, text=text)
        case (
            "error",
            {"ename": str(name), "evalue": str(value), "traceback": [*lines]},
        ) if all(isinstance(line, str) for line in lines):
            return NotebookNode(
                output_type=kind, ename=name, evalue=value, traceback=lines
            )
        case (("display_data" | "execute_result" | "update_display_data"), {"data": _}):
            data, metadata = content["data"], content.get("metadata")
            made = NotebookNode(
                output_type="execute_result"
                if kind == "execute_result"
                else "display_data",
                data=_bundle(data),
                metadata=_metadata(metadata or {}),
            )
            if kind == "execute_result":
                made.execution_count = count(content.get("execution_count"))
            return made
    raise Unreadable(f"a message of type {kind[:40]} is not well-formed")


def _bundle(data: Any) -> NotebookNode:
    """Representations of a value, by media type."""
    if not isinstance(data, dict):
        raise Unreadable("what to display is not given by media type")
    for kind, value in data.items():
        if kind == "application/json":
            valid = isinstance(value, dict) and _is_shallow(value, DEEPEST_OUTPUT)
        elif "json" in kind:
            valid = _is_shallow(value, DEEPEST_OUTPUT)
        else:
            lines = value if isinstance(value, list) else [value]
            valid = all(isinstance(line, str) for line in lines)
        if not valid:
            raise Unreadable(f"what is given as {kind[:80]} is something else")
    return nbformat.from_dict(data)


def _metadata(given: Any) -> NotebookNode:
    """Of a display: sizes by media type, mostly. What pages would stumble over goes."""
    if not isinstance(given, dict) or not _is_shallow(given, DEEPEST_OUTPUT):
        return NotebookNode()
    kept = {}
    for key, value in given.items():
        if "/" in key and isinstance(value, dict):
            kept[key] = {
                k: v for k, v in value.items() if "json" in key or type(v) in SCALARS
            }
        elif "/" not in key and type(value) in SCALARS:
            kept[key] = value
    return nbformat.from_dict(kept)


def _is_shallow(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return depth > 0 and all(_is_shallow(each, depth - 1) for each in value)
    return True


def error(name: str, message: str) -> NotebookNode:
    """An output that says what went wrong."""
    return nbformat.v4.new_output(
        "error", ename=name, evalue=message, traceback=[f"{name}: {message}"]
    )


class Outputs:
    """Records the outputs of cells, as a front end would show them."""

    def __init__(self) -> None:
        self.displays: dict[str, list[NotebookNode]] = {}
        self.clears = False  # whether the next output takes the place of all

    def note(self, message: Message, cell: NotebookNode) -> None:
        """Record what the message says of the cell that runs."""
        kind, content = message.kind, message.content
        if kind == "execute_input":
            cell["execution_count"] = count(content.get("execution_count"))
        elif kind == "clear_output":
            self.clears = bool(content.get("wait"))
            if not self.clears:
                cell.outputs.clear()
        elif kind in ("stream", "error", *DISPLAY_KINDS):
            try:
                self._add(output(kind, content), kind, content, cell)
            except Unreadable as why:
                self._add(error("UnreadableOutput", str(why)), "error", {}, cell)

    def leave_out(self, message: Message, cell: NotebookNode) -> None:
        """Say that a display is too large."""
        text = f"[An output of {message.size / 2**20:.1f} MiB was left out.]\n"
        content = {"name": "stderr", "text": text}
        self._add(output("stream", content), "stream", content, cell)

    def _add(
        self, made: NotebookNode, kind: str, content: dict, cell: NotebookNode
    ) -> None:
        transient = content.get("transient")
        name = transient.get("display_id") if isinstance(transient, dict) else None
        named = kind in DISPLAY_KINDS and isinstance(name, str)
        known = self.displays.setdefault(name, []) if named else []
        if kind == "update_display_data":
            for other in known:
                other.data, other.metadata = made.data, made.metadata
            return
        if self.clears:
            cell.outputs.clear()
            self.clears = False
        cell.outputs.append(made)
        known.append(made)
