"""A scratch copy of the course, for tests that change files."""

import hashlib
import shutil
from pathlib import Path

import pytest
from small import NAME, write_small_lesson

from course.files import link_to
from course.folder import CONFIG, Course

ROOT = Path(__file__).resolve().parents[1]


def copy_course(dest: Path) -> Course:
    """Copy what nbgrader and the commands work on into `dest`; links stay links."""
    shutil.copytree(ROOT / "notebooks", dest / "notebooks")
    for folder in ("source", "release", "tests/bank"):
        if (ROOT / folder).is_dir():
            shutil.copytree(ROOT / folder, dest / folder, symlinks=True)
    shutil.copy(ROOT / CONFIG, dest)
    return Course.here(dest)


def tree(root: Path) -> dict[str, str]:
    """What lies under `root`: each path with its link target or a hash of its bytes."""
    return {p.relative_to(root).as_posix(): _mark(p) for p in sorted(root.rglob("*"))}


def _mark(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink().as_posix()}"
    if path.is_dir():
        return "folder"
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def scratch_course(tmp_path: Path) -> Course:
    """The course in a temporary folder that the test may change."""
    return copy_course(tmp_path / "scratch course")


@pytest.fixture
def small_course(tmp_path: Path) -> Course:
    """A course of one made-up lesson with its link; nothing is released yet."""
    root = tmp_path / "small course"
    (root / "notebooks").mkdir(parents=True)
    shutil.copy(ROOT / CONFIG, root)
    course = Course.here(root)
    write_small_lesson(course.notebook(NAME))
    link_to(course.link(NAME), course.notebook(NAME))
    return course
