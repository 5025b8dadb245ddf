"""The benchmark of grading runs, and its JSON holds what it promises."""

import json
import os
import subprocess
import sys

import pytest
from course_copies import ROOT

PROGRAM = ROOT / "benchmarks" / "throughput.py"


def measure(path, *options: str) -> tuple[dict, subprocess.CompletedProcess]:
    """Run it on three students; what it wrote, and how it ended."""
    words = ["--students", "3", "--repeat", "1", "--json", str(path), *options]
    done = subprocess.run(
        [sys.executable, PROGRAM, *words],
        cwd=path.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
    )
    assert path.exists(), done.stdout + done.stderr
    report = json.loads(path.read_text(encoding="utf-8"))
    assert {"date", "command", "machine", "figures"} <= report.keys()
    assert "--students 3" in report["command"]
    assert report["machine"]["cores"] and report["machine"]["versions"]["torch"]
    missed = [f["what"] for f in report["figures"] if f["met"] is False]
    assert done.returncode == bool(missed)
    assert done.stdout.count("MISSED") == len(missed)
    for figure in report["figures"]:
        assert figure["what"] in done.stdout
        assert (figure["met"] is None) == (figure["target"] == "")
    return report, done


def values(report: dict, part: str) -> dict[str, float]:
    return {f["what"]: f["value"] for f in report["figures"] if f["part"] == part}


@pytest.mark.proof
def test_side_by_side_with_stock_the_scores_are_the_same(tmp_path):
    report, _ = measure(tmp_path / "stock.json", "--part", "stock")
    found = values(report, "stock")
    ratio = found["course grade"] / found["stock nbgrader"]
    assert found["course grade over stock"] == pytest.approx(ratio)
    assert ratio > 0 and found["scores compared"] > 20
    assert found["scores that differ"] == 0


@pytest.mark.slow
def test_parts_of_the_engine_by_themselves(tmp_path):
    report, _ = measure(tmp_path / "own.json", "--part", "sandbox", "--part", "own")
    assert {f["part"] for f in report["figures"]} == {"sandbox", "own"}
    found = values(report, "own")
    assert found["a notebook"] > found["a notebook's cells"] > 0
    cells = found["a notebook's cells"]
    [limit] = [f["target"] for f in report["figures"] if f["what"] == "a notebook"]
    assert limit == f"≤ {1.5 * cells + 0.3:.2f}"
    confined, free, more = values(report, "sandbox").values()
    assert more == pytest.approx(confined - free)


def test_it_asks_for_enough_students():
    done = subprocess.run(
        [sys.executable, PROGRAM, "--students", "2"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 2 and "at least 3" in done.stderr
