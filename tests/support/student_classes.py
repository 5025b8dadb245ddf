"""Classes of made-up students of the lesson of `word_lesson.py`, to be graded."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import sqlalchemy as sa
from course_copies import ROOT
from nbgrader.api import Base
from small_lesson import raw
from typer.testing import CliRunner
from word_lesson import CELLS, ENDLESS, NAME, POINTS, WRONG, write_submission

from course.base.atomic_files import link_to
from course.base.course_folder import CONFIG, Course
from course.base.privacy import close_to_others
from course.base.settings import read_settings
from course.cli import app
from course.lesson.normalize import canonical_bytes, to_bytes
from course.lesson.release import generate

RIGHT = {
    "double-answer": "def double(x):\n    return 2 * x",
    "guess-answer": 'is_true = {"empty list": False, "text 0": True}',
    "count-answer": "def count(words):\n    return len(words.split())",
    "why-answer": "Because it is so.",
}
HALF = RIGHT | {
    "double-answer": "def double(x):\n    return x + x if x != 'kiwi' else x",
    "count-answer": "def count(words):\n    return 1",
}
CRASHES = RIGHT | {
    "count-answer": "import os\n\ndef count(words):\n    os._exit(7)",
}
IDLE = {"count-answer": "def count(words):\n    raise NotImplementedError  # later"}
KINDS = (RIGHT, HALF, CRASHES, IDLE, WRONG, ENDLESS)
# By test cell: what each kind of student earns.
EARNED = {
    "double-test-number": (1, 1, 1, 0, 1, 0),
    "double-test-text": (1, 0, 1, 0, 0, 0),
    "guess-test-list": (1, 1, 1, 0, 1, 0),
    "guess-test-text": (1, 1, 1, 0, 0, 0),
    "count-test": (1, 0, 0, 0, 0, 0),
}
Answers = Mapping[str, Mapping[str, str]]  # by student and cell


def make_released(root: Path) -> Course:
    """Make the course in `root`, which is there: the lesson written and released."""
    (root / "notebooks").mkdir()
    shutil.copy(ROOT / CONFIG, root)
    course = Course.here(root)
    cells = [raw(*cell) for cell in CELLS]
    for cell in cells:
        cell["metadata"]["points"] = POINTS.get(cell["id"], 1)
    nb = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = course.notebook(NAME)
    path.write_bytes(to_bytes(nb))
    path.write_bytes(canonical_bytes(path))
    link_to(course.link(NAME), path)
    generate(root, [NAME])
    return course


def make_class(released: Path, dest: Path, answers: Answers) -> Course:
    """A copy of the released course in `dest`, with what these students handed in."""
    shutil.copytree(released, dest, symlinks=True, ignore=lambda *_: ["done"])
    course = Course.here(dest)
    (dest / "autograded").mkdir()
    for student, cells in answers.items():
        submit(course, student, cells)
    close_to_others(course, read_settings(course))  # as a command would
    return course


def a_class(size: int) -> dict[str, Mapping[str, str]]:
    """So many students, of every kind in turn."""
    return {f"s{k:02}": KINDS[k % len(KINDS)] for k in range(size)}


def earned(kind: int) -> dict[str, int]:
    """Points by test cell of that kind of student."""
    return {name: points[kind] for name, points in EARNED.items()}


def submit(
    course: Course,
    student: str,
    answers: Mapping[str, str] = RIGHT,
    lacks: tuple[str, ...] = (),
    when: str = "2026-01-01 10:00:00 UTC",
) -> Path:
    """Hand in the released notebook with these answers; returns its path."""
    path = course.root / "submitted" / student / NAME / f"{NAME}.ipynb"
    write_submission(course, path, dict(answers), lacks)
    path.with_name("timestamp.txt").write_text(when)
    return path


def url(course: Course) -> str:
    """The address of the gradebook in the course's folder."""
    return f"sqlite:///{course.root / 'gradebook.db'}"


def configure(course: Course, *lines: str) -> None:
    """Add lines to the course's nbgrader_config.py."""
    with (course.root / CONFIG).open("a", encoding="utf-8") as file:
        file.write("\n".join(["", *lines, ""]))


def notebook(course: Course, student: str) -> dict:
    """The autograded notebook."""
    path = course.root / "autograded" / student / NAME / f"{NAME}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def notes(course: Course, student: str) -> str:
    """What the notes at the top of the autograded notebook say."""
    first = notebook(course, student)["cells"][0]
    return "".join(first["source"]) if first["id"] == "grading-notes" else ""


def rows(address: str) -> list[str]:
    """Every row of a gradebook, in words, without the random ids that nbgrader makes.

    A row that refers to another one holds that row's words in its place.
    """
    engine = sa.create_engine(address)
    tables = Base.metadata.tables
    with engine.connect() as connection:
        found = {
            name: [dict(row._mapping) for row in connection.execute(sa.select(table))]
            for name, table in tables.items()
        }
    engine.dispose()
    by_id = {name: {row["id"]: row for row in those} for name, those in found.items()}

    def words(name: str, row: dict) -> str:
        said = []
        for column in tables[name].columns:
            value = row[column.name]
            keys = [key.column.table.name for key in column.foreign_keys]
            if keys and value is not None:
                value = words(keys[0], by_id[keys[0]][value])
            elif column.name == "id" and re.fullmatch("[0-9a-f]{32}", value):
                continue
            said.append(f"{column.name}={value!r}")
        return f"{name}({', '.join(said)})"

    return sorted(words(name, row) for name, those in found.items() for row in those)


def scores(address: str) -> dict[str, dict[str, tuple]]:
    """By student and graded cell: automatic and manual points, and who must look."""
    query = """
        SELECT submitted_assignment.student_id, base_cell.name,
            grade.auto_score, grade.manual_score, grade.needs_manual_grade
        FROM grade JOIN base_cell ON base_cell.id = grade.cell_id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment
            ON submitted_assignment.id = submitted_notebook.assignment_id"""
    engine = sa.create_engine(address)
    found: dict[str, dict[str, tuple]] = {}
    with engine.connect() as connection:
        for student, cell, *values in connection.execute(sa.text(query)):
            found.setdefault(student, {})[cell] = (*values[:2], bool(values[2]))
    engine.dispose()
    return found


def earned_by_tests(course: Course) -> dict[str, dict[str, float]]:
    """By student and test cell: automatic points."""
    return {
        student: {name: cells[name][0] for name in EARNED}
        for student, cells in scores(url(course)).items()
    }


def expected(answers: Answers) -> dict[str, dict[str, int]]:
    """What these students earn, by test cell."""
    return {
        student: earned(KINDS.index(kind or IDLE)) for student, kind in answers.items()
    }


def command(course: Course, *arguments: str, **options) -> subprocess.CompletedProcess:
    """Run `course grade` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "course", "grade", *arguments],
        cwd=course.root,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        **options,
    )


def invoke(
    course: Course, monkeypatch, *arguments: str, columns: int = 200
) -> tuple[int, str, str]:
    """Run a `course` command here: exit code, what it printed and complained about."""
    monkeypatch.chdir(course.root)
    monkeypatch.setenv("COLUMNS", str(columns))
    done = CliRunner().invoke(app, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), done
    return done.exit_code, done.stdout, done.stderr


def wait_until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something holds; an AssertionError where it does not in time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not true after {seconds} s"
        time.sleep(0.02)
