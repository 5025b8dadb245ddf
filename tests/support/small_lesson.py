"""A made-up lesson, as small as the rules allow, for tests that break lessons."""

import json
import shutil
from pathlib import Path

from course_copies import ROOT

from course.base.atomic_files import link_to
from course.base.course_folder import CONFIG, Course
from course.lesson.normalize import canonical_bytes, to_bytes

NAME = "01_means"

TITLE = """# 1 · Means

A row has a mean. We compute it.

You will be able to take means of rows and columns, and say which is which.
It takes 30 minutes."""

SETUP = """import torch

device = torch.device("cpu")"""

DEMO = """print(torch.arange(3).tolist())"""

TASK = """### Exercise 1 · Means of rows
**Write · ★ · 2 points · 5 minutes**

Write `row_means(X)`."""

ANSWER = '''def row_means(X):
    """Return the mean of each row of X (N, D), shape (N,)."""
    ### BEGIN SOLUTION
    return X.mean(dim=1)
    ### END SOLUTION'''

TRY = """# row_means(torch.eye(2))"""

TEST_SHAPE = '''"""One mean per row."""
import torch

got = row_means(torch.ones(3, 2))
assert got.shape == (3,), f"expected shape (3,), got {tuple(got.shape)}"'''

TEST_VALUES = '''"""Means by hand."""
import torch

got = row_means(torch.tensor([[1.0, 3.0]]))
assert got.tolist() == [2.0], f"expected a mean of 2, got {got.tolist()}"
### BEGIN HIDDEN TESTS
torch.testing.assert_close(row_means(torch.ones(2, 5)), torch.ones(2))
### END HIDDEN TESTS'''

HINT = """<details><summary>Hint</summary>

Which `dim` goes away?

</details>"""

EXPLAIN_TASK = """### Exercise 2 · What a mean hides
**Explain · ★★ · 18 points · 10 minutes**

What does a mean hide?

### BEGIN MARK SCHEME
- 18 points: the spread
### END MARK SCHEME"""

EXPLAIN_ANSWER = """How far the values lie apart."""

ENDING = """## When it breaks

`IndexError: Dimension out of range`: the tensor has fewer dimensions.

## Summary

A mean takes one dimension away.

## Go further

Read on."""

CELLS = [
    ("markdown", "title", TITLE),
    ("code", "setup", SETUP),
    ("code", "range-demo", DEMO),
    ("markdown", "row-means-task", TASK),
    ("code", "row-means-answer", ANSWER),
    ("code", "row-means-try", TRY),
    ("code", "row-means-test-shape", TEST_SHAPE),
    ("code", "row-means-test-values", TEST_VALUES),
    ("markdown", "row-means-hint", HINT),
    ("markdown", "hidden-spread-task", EXPLAIN_TASK),
    ("markdown", "hidden-spread-answer", EXPLAIN_ANSWER),
    ("markdown", "ending", ENDING),
]
POINTS = {
    "row-means-test-shape": 1,
    "row-means-test-values": 1,
    "hidden-spread-answer": 18,
}


def write_small_lesson(path: Path) -> dict:
    """Write the lesson in canonical form; returns its JSON."""
    nb = {"cells": [raw(*cell) for cell in CELLS], "metadata": {}}
    demo = nb["cells"][2]
    demo["metadata"]["tags"] = ["nbval-check-output"]
    demo["outputs"] = [stream("[0, 1, 2]\n")]
    path.write_bytes(to_bytes(nb | {"nbformat": 4, "nbformat_minor": 5}))
    path.write_bytes(canonical_bytes(path))
    return json.loads(path.read_bytes())


def raw(kind: str, name: str, source: str) -> dict:
    """A cell as the notebook format has it."""
    cell = {"cell_type": kind, "id": name, "source": source.splitlines(True)}
    cell["metadata"] = {"name": name, "points": POINTS.get(name, 0)}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    return cell


def stream(text: str) -> dict:
    """A printed output."""
    return {"name": "stdout", "output_type": "stream", "text": text.splitlines(True)}


def make_small_course(root: Path) -> Course:
    """Make a course of that lesson in a folder which is not there yet."""
    (root / "notebooks").mkdir(parents=True)
    shutil.copy(ROOT / CONFIG, root)
    course = Course.here(root)
    write_small_lesson(course.notebook(NAME))
    link_to(course.link(NAME), course.notebook(NAME))
    return course
