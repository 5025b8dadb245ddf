"""What lessons say about chance holds for other seeds too, not for the one in use.

Slow: `uv run pytest -m proof`. A copy of each lesson runs with all its seeds moved.
No cell may fail, graded ones included, and each cell that compares with a threshold
(its id ends in `-checks`) must print what is stored in the lesson.
"""

import ast
from pathlib import Path

import nbformat
import pytest
from course_copies import ROOT
from nbclient import NotebookClient

from course.base.course_folder import Course

COURSE = Course(ROOT)
SEEDS = range(1, 21)
STEP = 7919  # far from the small numbers that lessons use
SEEDED = ("manual_seed", "default_rng", "seed")  # functions whose argument is a seed


class MoveSeeds(ast.NodeTransformer):
    """Add a number to every seed: of calls, of `random_state=…`, and to `SEED`."""

    def __init__(self, shift: int) -> None:
        self.shift = shift
        self.moved = 0

    def visit_Call(self, node: ast.Call) -> ast.Call:  # noqa: N802
        self.generic_visit(node)
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in SEEDED and node.args:
            node.args[0] = self._moved(node.args[0])
        for keyword in node.keywords:
            if keyword.arg == "random_state":
                keyword.value = self._moved(keyword.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:  # noqa: N802
        self.generic_visit(node)
        names = node.targets[0]
        if isinstance(names, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for k, name in enumerate(names.elts):
                if getattr(name, "id", "") == "SEED":
                    node.value.elts[k] = self._moved(node.value.elts[k])
        return node

    def _moved(self, value: ast.expr) -> ast.expr:
        if isinstance(value, ast.Constant) and not isinstance(value.value, int):
            return value
        self.moved += 1
        return ast.BinOp(value, ast.Add(), ast.Constant(self.shift))


def with_seeds_moved(path: Path, shift: int) -> tuple[nbformat.NotebookNode, int]:
    """A copy of the notebook, and how many seeds in it were moved."""
    notebook = nbformat.read(path, as_version=4)
    mover = MoveSeeds(shift)
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.source.startswith("%%"):
            tree = mover.visit(ast.parse(cell.source))
            cell.source = ast.unparse(ast.fix_missing_locations(tree))
    return notebook, mover.moved


def printed(cell: nbformat.NotebookNode) -> str:
    """What the cell has printed."""
    streams = (o for o in cell.outputs if o.output_type == "stream")
    return "".join(output.text for output in streams)


def is_check(cell: nbformat.NotebookNode) -> bool:
    """Whether the cell compares results of chance with a threshold."""
    return cell.cell_type == "code" and cell.id.endswith("-checks")


@pytest.mark.proof
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", COURSE.names)
def test_statements_hold_for_other_seeds(name, seed):
    path = COURSE.notebook(name)
    stored = {c.id: printed(c) for c in nbformat.read(path, 4).cells if is_check(c)}
    notebook, moved = with_seeds_moved(path, seed * STEP)
    assert moved, "the lesson has no seed: has it no chance either?"
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    found = {c.id: printed(c) for c in notebook.cells if is_check(c)}
    assert found == stored


@pytest.mark.parametrize(
    "source",
    [
        "DATASET, SEED = ('digits', 3)",
        "torch.manual_seed(3)",
        "g.manual_seed(seed)",
        "make_moons(9, random_state=3)",
    ],
)
def test_seeds_are_moved(source):
    mover = MoveSeeds(10)
    moved = ast.unparse(mover.visit(ast.parse(source)))
    assert mover.moved == 1
    assert moved == source.replace("3)", "3 + 10)").replace("seed)", "seed + 10)")
