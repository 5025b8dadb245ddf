"""Preprocessors of nbgrader that work differently in this course.

`nbgrader_config.py` puts these classes into nbgrader's own lists. Those that prepare
pages are in `course.nbgrader_hooks.page_preprocessors`.
"""

from itertools import product

from nbformat.corpus.words import generate_corpus_id
from nbgrader import preprocessors as stock
from nbgrader.preprocessors import NbGraderPreprocessor

from course.base.notebook import delimiter, has_region, source_lines, stub_lines

MAY_RAISE = "raises-exception"


class ClearSolutions(stock.ClearSolutions):
    """Take the solutions out; where a cell brings its own stub, put that in."""

    def preprocess_cell(self, cell, resources, cell_index):
        """Replace a SOLUTION region by the STUB region, else as nbgrader does."""
        if not has_region(cell.source, "STUB"):
            return super().preprocess_cell(cell, resources, cell_index)
        name = cell.metadata.get("nbgrader", {}).get("grade_id", f"number {cell_index}")
        lines = list(source_lines(cell.source, "SOLUTION", "STUB"))
        edges = [(line.edge, line.region) for line in lines]
        for region, edge in product(("SOLUTION", "STUB"), ("BEGIN", "END")):
            if edges.count((edge, region)) != 1:
                wanted = delimiter(edge, region)
                raise RuntimeError(f"cell {name}: needs exactly one line '{wanted}'")
        kept = []
        for line in lines:
            if (line.edge, line.region) == ("BEGIN", "STUB"):
                kept += stub_lines(cell.source)
            elif not line.region:
                kept.append(line.text)
        cell.source = "\n".join(kept)
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
