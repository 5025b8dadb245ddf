"""Cells in a confined kernel, for tests of what holds it."""

import json
from dataclasses import dataclass

import nbformat

from course.base.limits import Limits
from course.kernel.execute import execute
from course.kernel.task import Result, Task


@dataclass
class Told:
    """What cells printed, in order; why the kernel was ended, if it was."""

    cells: list[str]
    result: Result

    @property
    def why(self) -> str:
        return " ".join(self.result.notes)

    @property
    def all(self) -> str:
        return "\n".join(self.cells)


def confined(
    *sources: str,
    namespaces: bool = True,
    modules: tuple[str, ...] = (),
    limits: Limits | None = None,
) -> Told:
    """Execute cells in a kernel of their own."""
    nb = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, sources)])
    data = nbformat.writes(nb).encode()
    limits = limits or Limits()
    task = Task("t", data, namespaces=namespaces, modules=modules, limits=limits)
    result = execute(task)
    cells = [cell["outputs"] for cell in json.loads(result.notebook)["cells"]]
    return Told(["".join(map(_text, outputs)) for outputs in cells], result)


def _text(output: dict) -> str:
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}\n"
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    return text if isinstance(text, str) else "".join(text)
