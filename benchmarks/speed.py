"""How long the everyday commands take, against what the course promises.

    uv run python benchmarks/speed.py

Runs alone, on a machine that does nothing else: every figure is wall time, except
for the lessons, which count the time inside their cells. Exit code 1 where a promise
is broken. The tests have no such limits, as a busy machine would break them.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from rich.console import Console
from rich.table import Table

from course.base.course_folder import Course

ROOT = Path(__file__).resolve().parents[1]
CELL_SECONDS = {"01_tensors": 10.0}  # the later lessons train more
LESSON_SECONDS = 30.0
BUILD_SECONDS = 20.0
DEMO_SECONDS = 300.0  # for all lessons, on 2 cores


def cell_seconds(path: Path) -> float:
    """Run a notebook in a fresh kernel; the time between its cells' start and reply."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, record_timing=True).execute()
    stamps = [c.metadata.execution for c in notebook.cells if c.cell_type == "code"]
    return sum(_between(s) for s in stamps if "iopub.execute_input" in s)


def _between(stamps: dict[str, str]) -> float:
    begin, end = stamps["iopub.execute_input"], stamps["shell.execute_reply"]
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


def command_seconds(*arguments: str) -> float:
    """Run a course command in the course folder; RuntimeError where it fails."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "course", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"course {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return time.perf_counter() - start


def figures(course: Course) -> Iterator[tuple[str, float, float]]:
    """What is measured, seconds, and the most that is promised."""
    for name in course.names:
        limit = CELL_SECONDS.get(name, LESSON_SECONDS)
        yield f"cells of {name}", cell_seconds(course.notebook(name)), limit
    yield "course build --check", command_seconds("build", "--check"), BUILD_SECONDS
    yield "course demo", command_seconds("demo"), DEMO_SECONDS


def main() -> int:
    """Measure, print a table; 1 where something took too long."""
    table = Table("what", "seconds", "promised")
    late = 0
    for what, seconds, limit in figures(Course.here(ROOT)):
        late += seconds > limit
        mark = "TOO LONG " if seconds > limit else ""
        table.add_row(what, f"{mark}{seconds:.1f}", f"{limit:g}")
    Console().print(table)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
