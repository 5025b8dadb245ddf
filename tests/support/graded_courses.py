"""Fixtures: courses that nbgrader has graded, once for all tests and workers.

A test module gets them by `pytest_plugins = ["graded_courses"]`.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from course_copies import ROOT
from nbgrader_helpers import SCRIPTS, Graded, once
from student_classes import make_released
from word_lesson import grade_words


@pytest.fixture(scope="session")
def words(tmp_path_factory) -> Graded:
    """A small lesson without torch, and four students who try the configuration."""
    return Graded(once(tmp_path_factory, "words", grade_words))


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Graded:
    """What `course demo` leaves behind; what it printed lies in `printed`."""
    folder = once(tmp_path_factory, "demo", _run_demo)
    graded = Graded(next(folder.glob("course-demo-*")))
    graded.printed = (folder / "printed").read_text(encoding="utf-8")
    return graded


def _run_demo(folder: Path) -> None:
    temporary = {key: str(folder) for key in ("TMPDIR", "TEMP", "TMP")}
    done = subprocess.run(
        [shutil.which("course", path=SCRIPTS), "demo"],
        cwd=ROOT,
        env=os.environ | temporary | {"COLUMNS": "300", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    (folder / "printed").write_text(done.stdout, encoding="utf-8")


@pytest.fixture(scope="session")
def released(tmp_path_factory) -> Path:
    """The course of the small lesson, released; tests copy it and hand in."""
    return once(tmp_path_factory, "released", make_released)
