"""Notebooks as nbformat reads them: as bytes, and what their cells and outputs say."""

import json

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode


def to_json_bytes(nb: NotebookNode) -> bytes:
    """The notebook as JSON in one line, for programs.

    As nbformat writes it, indented, it takes several times as long.
    """
    text = json.dumps(nb, sort_keys=True, ensure_ascii=False)
    return text.encode(errors="replace")


def is_test(cell: NotebookNode) -> bool:
    """Whether a program grades the cell: graded, and no answer."""
    given = cell.metadata.get("nbgrader", {})
    return bool(given.get("grade")) and not given.get("solution")


def failure(cell: NotebookNode) -> str:
    """The message of the first error among the outputs of a cell, "" without one."""
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            name, said = output.ename, strip_ansi(output.evalue).strip()
            if name == "AssertionError" and said:
                return said
            return f"{name}: {said}" if said else name
    return ""
