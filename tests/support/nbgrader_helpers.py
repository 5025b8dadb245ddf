"""A graded course folder, and nbgrader as a command."""

import os
import shutil
import socket
import subprocess
import sysconfig
from collections.abc import Callable
from contextlib import closing
from html import unescape
from pathlib import Path
from re import sub

import pytest
from filelock import FileLock
from nbgrader.api import Gradebook

from course.base.course_folder import Course
from course.base.notebook import Cell, read_lesson

SCRIPTS = sysconfig.get_path("scripts")


class Graded:
    """A course folder after grading, and what one may ask of it."""

    def __init__(self, root: Path) -> None:
        self.course = Course(root)

    def grades(self, name: str, student: str) -> dict[str, tuple]:
        """By graded cell: automatic points, and whether a person must look."""
        with Gradebook(f"sqlite:///{self.course.root / 'gradebook.db'}") as gradebook:
            submission = gradebook.find_submission_notebook(name, name, student)
            return {
                g.name: (g.auto_score, g.needs_manual_grade) for g in submission.grades
            }

    def cells(self, name: str, student: str) -> dict[str, Cell]:
        """The cells of the autograded notebook, by nbgrader's id or their own."""
        path = self.course.root / "autograded" / student / name / f"{name}.ipynb"
        cells = read_lesson(path).cells
        return {cell.nbgrader.get("grade_id") or cell.id: cell for cell in cells}

    def feedback(self, name: str, student: str) -> str:
        """The text of the feedback page, from its body on, without tags."""
        path = self.course.root / "feedback" / student / name / f"{name}.html"
        body = path.read_text(encoding="utf-8").partition("<body")[2]
        return unescape(sub(r"<[^>]+>", "", body))


def one_line(text: str) -> str:
    """The text without its line breaks: a page wraps long messages."""
    return " ".join(text.split())


def nbgrader(root: Path, *arguments: str) -> str:
    """Run nbgrader by its path, as in an environment that is not activated.

    Returns what it said, on both streams.
    """
    path = os.pathsep.join(
        p for p in os.environ["PATH"].split(os.pathsep) if p != SCRIPTS
    )
    done = subprocess.run(
        [shutil.which("nbgrader", path=SCRIPTS), *arguments],
        cwd=root,
        env=os.environ | {"PATH": path},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def once(factory: pytest.TempPathFactory, name: str, make: Callable) -> Path:
    """The folder that `make` has filled, in this process or in another worker's."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = base / name
    done = folder / "done"
    with FileLock(base / f"{name}.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]
