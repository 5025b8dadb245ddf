"""However large a submission is, reading it takes little memory, and not long."""

import json
import os
import subprocess
import sys

import pytest
from course_copies import ROOT
from submission_desk import TESTS, Desk, cell, earned, make_desk, own
from word_lesson import NAME

from course.grading.merge import merge
from course.grading.read_submission import read_folder

pytest_plugins = ["graded_courses"]
pytestmark = pytest.mark.slow

MEMORY = 120 * 2**20  # bytes that reading may take at a time


@pytest.fixture
def desk(released, tmp_path) -> Desk:
    return make_desk(released, tmp_path)


PROBE = """
import json, resource, sys
from pathlib import Path
import nbgrader.utils
from course.grading.merge import merge
from course.grading.read_submission import read_folder
from course.base.notebook_json import to_json_bytes
from course.grading.submission import SourceCell
source = [SourceCell(**cell) for cell in json.load(sys.stdin)]
folder = Path(sys.argv[1])
(folder / "../warm").mkdir(exist_ok=True)
merge(source, read_folder(folder / "../warm", "x"))
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
made = merge(source, read_folder(folder, sys.argv[2]))
print(json.dumps([peak() - before, made.notes, made.nothing_found]))
"""


def braces(size):
    return b'{"cells": [' + b"{}," * (size // 3) + b"{}]}"


def outputs(desk, size):
    nb = desk.solved()
    text = {"output_type": "stream", "name": "stdout", "text": "a" * size}
    cell(nb, "setup")["outputs"] = [text]
    return json.dumps(nb).encode()


def one_line(desk):
    nb = desk.solved()
    cell(nb, "double-try")["source"] = "x = '" + "é" * 7_000_000 + "'"
    return json.dumps(nb, ensure_ascii=False).encode()


def many_lines(desk):
    nb = desk.solved()
    nb["cells"] += [own(f"{'y' * 900_000}") for _ in range(60)]
    return json.dumps(nb).encode()


def pictures(desk):
    nb = desk.solved()
    bundle = {f"{k}.png": {"image/png": "a" * 1_000_000} for k in range(50)}
    nb["cells"].append(own("see", "markdown") | {"attachments": bundle})
    return json.dumps(nb).encode()


def many_copies(desk):
    nb = desk.solved()
    nb["cells"] += [cell(nb, "double-answer") | {"id": f"c{k}"} for k in range(20_000)]
    return json.dumps(nb).encode()


LARGE = {
    "0.75 MB of braces": (lambda desk: braces(750_000), False),
    "40 MB of braces": (lambda desk: braces(40_000_000), False),
    "60 MB of outputs": (lambda desk: outputs(desk, 60_000_000), True),
    "400 MB of outputs": (lambda desk: outputs(desk, 400_000_000), True),
    "nested": (lambda desk: b"[" * 20_000_000, False),
    "objects nested": (lambda desk: b'{"cells":' * 2_000_000, False),
    "one long line": (one_line, True),
    "many long lines": (many_lines, True),
    "50 MB of pictures": (pictures, True),
    "20,000 copies": (many_copies, True),
    "broken": (lambda desk: outputs(desk, 30_000_000)[:-1], True),
    "broken quotes": (lambda desk: b'{"cells":[' + b'{"id":"' * 1_000_000, False),
}


@pytest.mark.skipif(sys.platform != "linux", reason="measured as Linux does")
@pytest.mark.parametrize("what", LARGE)
def test_whatever_is_submitted_takes_little_memory(desk, what):
    make, counts = LARGE[what]
    desk.write(make(desk))
    for number in range(3):
        desk.write(braces(2_000_000), f"other{number}.ipynb")
    source = [
        {"id": c.id, "kind": c.kind, "source": c.source, "nbgrader": c.nbgrader}
        for c in desk.source
    ]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(desk.folder), NAME],
        input=json.dumps(source),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    grown, notes, nothing = json.loads(done.stdout)
    assert grown < MEMORY, f"{grown / 2**20:.0f} MiB"
    assert (nothing is None) == counts, (notes, nothing)
    if counts:
        assert earned(merge(desk.source, read_folder(desk.folder, NAME))) >= TESTS
