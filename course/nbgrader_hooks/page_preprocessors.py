"""Preprocessors of a notebook that becomes a page: feedback, or Formgrader's.

`nbgrader_config.py` puts these classes into nbgrader's own lists.
"""

import re
from textwrap import fill

from nbconvert.filters import strip_ansi
from nbformat.notebooknode import NotebookNode
from nbgrader import preprocessors as stock
from nbgrader import utils
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List, Unicode

from course.base.notebook import HIDDEN_REGIONS, region, without_region
from course.nbgrader_hooks.page_notebook import page_notebook

PAGE_WIDTH = 110
STUDENT_FRAME = re.compile(r"\s*Cell In ?\[(\d{1,9})\]")
TELLING_LINE = 8  # letters that give a hidden line away
NOT_TELLING = re.compile(r"[\s\\\\\"']|\x1b\[[0-9;]*m")
LINE_NUMBER = re.compile(r"^\s*(?:-+>)?\s*\d+ ?")
SHOWN_BY_EXPORTER = "page_notebook"  # in the resources of a page


class OnPages(NbGraderPreprocessor):
    """A preprocessor that acts only for pages, by an option that all of them set."""

    display_data_priority = List(Unicode()).tag(config=True)


class ForStudents(OnPages):
    """Leave out of the feedback what students may not see, or cannot use.

    Hidden tests and mark schemes go. Of an error remain its message and those
    lines of the traceback that lie in the student's own cells.
    """

    def preprocess(self, nb, resources):
        """Clean the notebook as a whole: what to hide is known only then."""
        locked = [cell for cell in nb.cells if utils.is_locked(cell)]
        hidden = {
            line.strip()
            for cell in locked
            for name in HIDDEN_REGIONS
            for line in region(cell.source, name)
        }
        for cell in locked:
            for name in HIDDEN_REGIONS:
                cell.source = without_region(cell.source, name)
        shown = "\n".join(cell.source for cell in nb.cells).splitlines()
        hidden -= {line.strip() for line in shown}
        own = {
            cell.execution_count
            for cell in nb.cells
            if cell.cell_type == "code" and not utils.is_locked(cell)
        }
        for cell in nb.cells:
            for output in cell.get("outputs", ()):
                if output.output_type == "error":
                    output.traceback = _short_traceback(output, own, hidden)
                    output.evalue = _without(hidden, output.evalue)
                elif output.output_type == "stream":
                    output.text = _without(hidden, output.text)
                for kind, data in output.get("data", {}).items():
                    if isinstance(data, str) and kind.startswith("text/"):
                        output.data[kind] = _without(hidden, data)
        return nb, resources


def _short_traceback(error: NotebookNode, own: set, hidden: set[str]) -> list[str]:
    """The frames in the student's `own` cells, each once, and the message."""
    frames = []
    for text, frame in {strip_ansi(f): f for f in error.traceback}.items():
        found = STUDENT_FRAME.match(text)
        lines = {LINE_NUMBER.sub("", line).strip() for line in text.splitlines()}
        if found and int(found[1]) in own and not lines & hidden:
            frames.append(frame)
    # A SyntaxError is one frame that ends with the message.
    last = strip_ansi(frames[-1]).splitlines() if frames else [""]
    if not last[-1].startswith(f"{error.ename}:"):
        message = f"{error.ename}: {error.evalue}" if error.evalue else error.ename
        message = _without(hidden, message)
        # The page does not wrap: whatever is too wide for it is out of sight.
        lines = [fill(line, PAGE_WIDTH) for line in message.splitlines()]
        frames.append("\n".join(lines).replace(error.ename, red(error.ename), 1))
    return frames


def red(text: str) -> str:
    """The text as terminals show errors, which nbconvert turns into HTML."""
    return f"\x1b[31m{text}\x1b[39m"


def _without(hidden: set[str], text: str) -> str:
    """The text less the hidden lines: a warning quotes them, and so may an answer.

    They count as hidden within a longer line too, and with other quotes and spaces.
    """
    bare = {_bare(line) for line in hidden}
    bare = {line for line in bare if len(line) >= TELLING_LINE}
    kept = []
    for line in text.split("\n"):
        found = _bare(line)
        if line.strip(" |") not in hidden and not any(b in found for b in bare):
            kept.append(line)
    return "\n".join(kept)


def _bare(line: str) -> str:
    return NOT_TELLING.sub("", line)


class NothingActive(OnPages):
    """Show what students wrote, and let none of it act in the reader's browser.

    `feedback_page.py` does so before any preprocessor looks at a notebook. This is for
    other exporters, which fail where a notebook is not valid, and for what markup in a
    text becomes, see `markdown.py`.
    """

    def preprocess(self, nb, resources):
        """Keep of the notebook what a page can show."""
        return nb if resources.get(SHOWN_BY_EXPORTER) else page_notebook(nb), resources


class KnownGrades(stock.GetGrades):
    """Put points and comments in, where the gradebook has any for the cell.

    nbgrader stops at a cell that the gradebook does not know.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        """Take the cell for one of the student's own where nothing is known of it."""
        try:
            return super().preprocess_cell(cell, resources, cell_index)
        except MissingEntry:
            cell.metadata.pop("nbgrader", None)
            return cell, resources
