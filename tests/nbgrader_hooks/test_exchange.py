"""Releasing feedback through the exchange, past what one student has damaged."""

import sys
from pathlib import Path

import pytest
from course_copies import ROOT
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import notebook_hash
from word_lesson import NAME

from course.lesson.release import nbgrader_config
from course.nbgrader_hooks.exchange import (
    MOST_NAMES,
    SECRET_FILE,
    TIMESTAMP_FILE,
    ReleaseFeedback,
)

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="nbgrader's exchange needs POSIX"
)
NAMES = ["ann", "bad", "c,d [x]", "late", "many", "zoe"]


@pytest.fixture
def released(tmp_path: Path) -> set[str]:
    """Names of the files that were released, of a class in which some are odd."""
    for student in NAMES:
        for step in ("feedback", "autograded", "submitted"):
            (tmp_path / step / student / NAME).mkdir(parents=True)
        (tmp_path / "feedback" / student / NAME / f"{NAME}.html").write_text(student)
        graded = tmp_path / "autograded" / student / NAME
        (graded / TIMESTAMP_FILE).write_text("2026-01-01 10:00:00 UTC")
        (graded / SECRET_FILE).write_text(student)
        handed = tmp_path / "submitted" / student / NAME
        (handed / f"{NAME}.ipynb").write_text("{}")
    (tmp_path / "autograded" / "bad" / NAME / SECRET_FILE).write_bytes(b"\xff\xfe\0")
    (tmp_path / "autograded" / "late" / NAME / TIMESTAMP_FILE).unlink()
    handed = tmp_path / "submitted" / "many" / NAME
    (handed / f"{NAME}.ipynb").unlink()
    for number in range(500):
        (handed / f"n{number:03}.ipynb").write_text("{}")
    config = nbgrader_config(ROOT)
    config.CourseDirectory.root = str(tmp_path)
    config.CourseDirectory.assignment_id = NAME
    config.Exchange.root = str(tmp_path / "exchange")
    (tmp_path / "exchange").mkdir(mode=0o777)
    (tmp_path / "exchange").chmod(0o777)
    coursedir = CourseDirectory(config=config)
    ReleaseFeedback(coursedir=coursedir, config=config).start()
    place = tmp_path / "exchange" / "pytorch" / "feedback"
    return {path.stem for path in place.iterdir()}


def test_one_damaged_submission_stops_no_release(released):
    for student in ("ann", "c,d [x]", "many", "zoe"):
        assert notebook_hash(secret=student, notebook_id=NAME) in released
    assert notebook_hash(secret="late", notebook_id=NAME) not in released
    assert len(released) == 4 + MOST_NAMES  # and not 500 copies of one page
    assert notebook_hash(secret="many", notebook_id="n000") in released
