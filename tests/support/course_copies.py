"""Copies of the course, and what lies in a folder."""

import hashlib
import shutil
from pathlib import Path

from course.base.course_folder import CONFIG, Course

ROOT = Path(__file__).resolve().parents[2]


def copy_course(dest: Path) -> Course:
    """Copy what nbgrader and the commands work on into `dest`; links stay links."""
    shutil.copytree(ROOT / "notebooks", dest / "notebooks")
    for folder in ("source", "release", "answers"):
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
