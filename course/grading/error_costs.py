"""The outputs of a test cell that cost points."""

from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor


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
