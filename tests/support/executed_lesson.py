"""Notebooks of a few cells, executed by the engine without a course around them."""

import nbformat

from course.base.cell_imports import names_imported
from course.base.limits import Limits
from course.kernel.execute import execute
from course.kernel.task import Result, Task

# Two exercises in one lesson: numbers, and a tensor.
SETUP = "import math\n\nimport torch"
ANSWER = "def double(X):\n    return 2 * X"
TESTS = {
    "double-test-one": 'assert double(3) == 6, "twice three"',
    "double-test-two": """got = double(torch.tensor([1.0, 2.0]))
assert got.shape == (2,), "the shape"
torch.testing.assert_close(got, torch.tensor([2.0, 4.0]))
assert torch.equal(got, torch.tensor([2.0, 4.0])), "the values\"""",
    "double-test-three": """assert math.isclose(double(0.5), 1.0), "a half"
assert [double(n) for n in range(3)] == [0, 2, 4], "each\"""",
}


def cell(source: str, name: str, test: bool = False) -> nbformat.NotebookNode:
    """A code cell; a test cell earns one point."""
    made = nbformat.v4.new_code_cell(source, id=name)
    if test:
        marks = {"grade": True, "solution": False, "points": 1, "locked": True}
        made.metadata["nbgrader"] = marks | {
            "grade_id": name,
            "cell_type": "code",
            "schema_version": 3,
        }
    return made


def lesson(
    setup: str = SETUP,
    *,
    before: str = "",
    answer: str = ANSWER,
    after: str = "",
    between: str = "",
    last: str = "",
) -> nbformat.NotebookNode:
    """A small lesson with own cells around its answer and between its tests."""
    one, two, three = (cell(source, name, True) for name, source in TESTS.items())
    cells = [
        *(cell(setup, "setup"), cell(before, "before"), cell(answer, "double-answer")),
        *(cell(after, "after"), one, cell(between, "between"), two, three),
        cell(last, "last"),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def run(nb: nbformat.NotebookNode, limits: Limits | None = None) -> Result:
    """Execute it, with what its first cell imports known to the worker."""
    task = Task(
        "lesson student",
        nbformat.writes(nb).encode(),
        limits=limits or Limits(),
        modules=("torch",),
        imports=names_imported([nb.cells[0].source]),
    )
    return execute(task)


def points(result: Result) -> int:
    """How many tests have passed, and are not withheld."""
    return 0 if result.tampering else sum(result.passed.values())
