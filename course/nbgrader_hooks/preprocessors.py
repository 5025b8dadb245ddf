"""Preprocessors of nbgrader that work differently in this course.

`nbgrader_config.py` puts these classes into nbgrader's own lists. Those that prepare
pages are in `course.nbgrader_hooks.page_preprocessors`.
"""

from nbformat.corpus.words import generate_corpus_id
from nbgrader import preprocessors as stock
from nbgrader.preprocessors import NbGraderPreprocessor

from course.base.notebook import stub_lines, without_region

MAY_RAISE = "raises-exception"


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
