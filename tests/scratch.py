"""Fixtures: courses in a temporary folder that a test may change.

A test module gets them by `pytest_plugins = ["scratch"]`.
"""

import shutil
from pathlib import Path

import pytest
from copies import ROOT, copy_course
from small import NAME, write_small_lesson

from course.files import link_to
from course.folder import CONFIG, Course


@pytest.fixture
def scratch_course(tmp_path: Path) -> Course:
    """A copy of this course, with a space in its path."""
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
