"""What nbgrader does to a notebook, where this course wants it otherwise.

`nbgrader_config.py` puts these classes into nbgrader's own lists.
"""

import re
from html import escape, unescape
from textwrap import fill, indent

from nbconvert.filters import strip_ansi
from nbformat.corpus.words import generate_corpus_id
from nbformat.notebooknode import NotebookNode
from nbgrader import preprocessors as stock
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List, Unicode

from course.notebook import region, stub_lines, without_region

MAY_RAISE = "raises-exception"
PAGE_WIDTH = 110
HIDDEN = ("HIDDEN TESTS", "MARK SCHEME")
STUDENT_FRAME = re.compile(r"\s*Cell In ?\[(\d+)\]")
TELLING = 8  # letters that give a hidden line away
NOT_TELLING = re.compile(r"[\s\\\\\"']|\x1b\[[0-9;]*m")
PICTURES = {"image/png", "image/jpeg"}
SAFE = {"text/plain", *PICTURES}
NAME = re.compile(r"[\w.-]+")  # of a cell
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
NOT_IN_LINK = re.compile(r"[\x00-\x20\\\\]")
ACTIVE_LINK = re.compile("(java|vb)script:|data:(text|image/svg|application)", re.I)
ATTACHMENT = re.compile(r"attachment:([^)\s\"'>]*)")
LINE_NUMBER = re.compile(r"^\s*(?:-+>)?\s*\d+ ?")


class ClearSolutions(stock.ClearSolutions):
    """Take the solutions out; where a cell brings its own stub, put that in."""

    def preprocess_cell(self, cell, resources, cell_index):
        """Replace a SOLUTION region by the STUB region, else as nbgrader does."""
        if "BEGIN STUB" not in cell.source:
            return super().preprocess_cell(cell, resources, cell_index)
        name = cell.metadata.get("nbgrader", {}).get("grade_id", f"number {cell_index}")
        for mark in ("BEGIN SOLUTION", "END SOLUTION", "BEGIN STUB", "END STUB"):
            if cell.source.count(mark) != 1:
                raise RuntimeError(f"cell {name}: needs exactly one line '### {mark}'")
        lines = without_region(cell.source, "SOLUTION").splitlines()
        start, end = (
            next(n for n, line in enumerate(lines) if mark in line)
            for mark in ("BEGIN STUB", "END STUB")
        )
        lines[start : end + 1] = stub_lines(cell.source)
        cell.source = "\n".join(lines)
        return cell, resources


class GoOnAfterErrors(NbGraderPreprocessor):
    """Let "Run All Cells" go on behind exercises that are not solved yet.

    JupyterLab stops at the first error, unless the cell has the tag for that.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        """Tag the code cells of exercises."""
        if cell.cell_type == "code" and "nbgrader" in cell.metadata:
            tags = cell.metadata.get("tags", [])
            cell.metadata.tags = [*tags, *({MAY_RAISE} - set(tags))]
        return cell, resources


class PutCellsBack(stock.OverwriteCells):
    """Restore locked cells, and the graded cells that a submission lacks.

    nbgrader can do the latter by itself, but stops with a KeyError where the cell
    before a missing one is a locked text, or is missing as well.
    """

    def add_missing_grade_cells(self, nb, resources):
        """Put each missing graded cell behind its nearest neighbour in the source."""
        source = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        graded = {cell.name: cell for cell in source.grade_cells}
        answers = {cell.name for cell in source.solution_cells}
        here = [c.metadata.get("nbgrader", {}).get("grade_id") for c in nb.cells]
        place = len(here)  # behind everything, where no neighbour is left
        for cell in source.source_cells:
            if cell.name in here:
                place = here.index(cell.name) + 1
            elif cell.name in graded:
                self.log.warning("Cell %s was missing and is put back", cell.name)
                new = self.missing_cell_transform(
                    cell, graded[cell.name].max_score, cell.name in answers
                )
                if (nb.nbformat, nb.nbformat_minor) >= (4, 5):
                    new.id = generate_corpus_id()
                nb.cells.insert(place, new)
                here.insert(place, cell.name)
                place += 1
        return nb, resources


class OnlyErrorsCost(NbGraderPreprocessor):
    """Let an error alone decide whether a test cell has passed.

    nbgrader gives no points where anything was written to stderr, a warning
    included, and takes a displayed number for the grade. Both stay visible here,
    as ordinary output.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        """Turn stderr into stdout, and results into displays, in a test cell."""
        if cell.cell_type == "code" and utils.is_grade(cell):
            for output in cell.outputs:
                if output.output_type == "stream":
                    output.name = "stdout"
                elif output.output_type == "execute_result":
                    output.output_type = "display_data"
                    del output["execution_count"]
        return cell, resources


class OnPages(NbGraderPreprocessor):
    """What prepares a notebook for a page: it knows an option that all pages set."""

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
            for name in HIDDEN
            for line in region(cell.source, name)
        }
        for cell in locked:
            for name in HIDDEN:
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
    bare = {line for line in bare if len(line) >= TELLING}
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

    Of outputs remain text and pictures, and a text with a link that is a program is
    shown as code. What markup in a text becomes, `course.markdown` says.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        """Take out what a browser would run."""
        given = cell.metadata.get("nbgrader", {})
        known = NAME.fullmatch(str(given.get("grade_id", "")))
        cell.metadata = NotebookNode({"nbgrader": given} if known else {})
        shown = [output.get("data", {}) for output in cell.get("outputs", ())]
        for data in (*shown, *cell.get("attachments", {}).values()):
            for kind in set(data) - SAFE:
                del data[kind]
            for kind in set(data) & PICTURES:
                if not BASE64.fullmatch(str(data[kind])):
                    del data[kind]
        for output in cell.get("outputs", ()):
            if "metadata" in output:  # nbconvert writes it into tags as it stands
                data = output.get("data", {})
                drawn = str(data.get("text/plain", "")).strip("<>")
                alt = {"alt": f"Picture that the code above made: {drawn}"}
                output.metadata = {kind: alt for kind in set(data) & PICTURES}
        if not utils.is_locked(cell):
            if cell.cell_type == "markdown":
                if ACTIVE_LINK.search(NOT_IN_LINK.sub("", unescape(cell.source))):
                    cell.source = indent(cell.source, "    ", lambda _: True)
                self._drop_broken_pictures(cell)
            elif cell.cell_type == "raw":
                cell.source = escape(cell.source)
        return cell, resources

    @staticmethod
    def _drop_broken_pictures(cell):
        """Rename what a text refers to and is not there: nbconvert would stop."""
        given = cell.get("attachments", {})
        there = {name: kinds for name, kinds in given.items() if kinds}
        if "attachments" in cell:
            cell.attachments = there
        cell.source = ATTACHMENT.sub(
            lambda found: found[0] if found[1] in there else f"missing:{found[1]}",
            cell.source,
        )
