"""Fixtures: courses in a temporary folder that a test may change.

A test module gets them by `pytest_plugins = ["scratch_courses"]`.
"""

from pathlib import Path

import pytest
from course_copies import copy_course
from small_lesson import make_small_course

from course.base.course_folder import Course


@pytest.fixture
def scratch_course(tmp_path: Path) -> Course:
    """A copy of this course, with a space in its path."""
    return copy_course(tmp_path / "scratch course")


@pytest.fixture
def small_course(tmp_path: Path) -> Course:
    """A course of one made-up lesson with its link; nothing is released yet."""
    return make_small_course(tmp_path / "small course")
