"""`course check`: what a student's own notebook would earn, and why not more."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from course_copies import ROOT, tree
from student_classes import CRASHES, HALF, RIGHT, invoke, wait_until
from word_lesson import NAME, write_submission

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.notebook import read_lesson
from course.base.outcomes_and_pitfalls import OUTCOMES
from course.base.status import Status
from course.instructor.demo import Student, sample_students, submit
from course.kernel import provisioner
from course.kernel.usage import family
from course.lesson.release import copy_for_nbgrader
from course.student import check as module
from course.student.check import check

pytest_plugins = ["graded_courses"]
pytestmark = pytest.mark.slow

ENDINGS = """[[outcome]]
can = "double `x`"
exercises = ["double"]

[[outcome]]
can = "guess and count"
exercises = ["guess", "count"]

[[outcome]]
can = "explain"
exercises = ["why"]
"""
BROKEN = RIGHT | {"double-answer": "def double(x)\n    return 2 * x"}
MIXED = HALF | {"guess-answer": 'is_true = {"empty list": False, "text 0": None}'}


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Course:
    """The small course, as a student has it: nothing handed in or graded."""
    root = tmp_path / "course"
    shutil.copytree(released, root, symlinks=True, ignore=lambda *_: ["done"])
    (root / "docs").mkdir()
    (root / OUTCOMES).write_text(ENDINGS)
    return Course.here(root)


EQUALS_ALL = """class Same:
    def __eq__(self, other):
        return True

def double(x):
    return Same()"""


def own(course: Course, answers: dict, path: Path | None = None) -> Path:
    """The notebook in `work/`, or elsewhere, with these answers in it."""
    path = path or course.root / "work" / NAME / f"{NAME}.ipynb"
    write_submission(course, path, answers)
    return path


def run(course: Course, monkeypatch, *arguments: str) -> tuple[int, str, str]:
    return invoke(course, monkeypatch, "check", *arguments)


def outcomes(course: Course, answers: dict) -> dict[str, tuple[str, float]]:
    own(course, answers)
    [checked] = check(course, [])
    return {o.exercise.id: (o.outcome, o.points) for o in checked.outcomes}


def test_three_outcomes_and_an_explanation(course):
    assert outcomes(course, {}) == {
        "double": (Status.NOT_ATTEMPTED, 0),
        "guess": (Status.NOT_ATTEMPTED, 0),
        "count": (Status.NOT_ATTEMPTED, 0),
        "why": (Status.NOT_ATTEMPTED, 0),
    }
    # HALF doubles everything but "kiwi": only a hidden test would tell.
    assert outcomes(course, MIXED) == {
        "double": (Status.RIGHT, 2),
        "guess": (Status.NOT_YET, 1),
        "count": (Status.NOT_YET, 0),
        "why": (Status.WRITTEN, 0),
    }


def test_what_it_prints(course, monkeypatch):
    own(course, MIXED)
    code, said, complaints = run(course, monkeypatch)
    assert code == 0 and not complaints
    lines = [re.sub(r"[│┃\s]+", " ", line).strip() for line in said.splitlines()]
    assert "Double ✓ right 2 of 2" in lines
    assert "Guess ✗ not yet 1 of 2 the text 0?" in lines
    assert "Count ✗ not yet 0 of 1 two words" in lines
    assert "Why ✎ written 2 by hand" in lines
    assert any(line.startswith("Total: 3 of 5, and up to 2 by hand.") for line in lines)
    assert "✓ double x 1 of 1" in lines
    assert "· guess and count 0 of 2 guess, count" in lines
    assert "✓ explain 1 of 1 (1 to be marked)" in lines


def test_an_answer_that_does_not_run_is_named_itself(course):
    own(course, BROKEN)
    [checked] = check(course, [])
    said = {o.exercise.id: o.message for o in checked.outcomes}
    assert said["double"].startswith("SyntaxError: expected ':'")


def test_nothing_is_changed_but_its_own_memory(course, monkeypatch):
    own(course, CRASHES)
    before = tree(course.root)
    _, said, _ = run(course, monkeypatch, NAME)
    assert "Cell count-test asked the kernel to exit" in said
    after = tree(course.root)
    assert after.pop("work/.checks.json")
    assert after == before


def test_the_checklist_remembers_earlier_checks_in_work_alone(course, tmp_path):
    own(course, RIGHT)
    check(course, [])
    path = course.root / "work" / ".checks.json"
    memory = json.loads(path.read_text())
    assert memory == {
        NAME: dict.fromkeys(["double", "guess", "count"], Status.RIGHT)
        | {"why": Status.WRITTEN}
    }
    check(course, [str(own(course, {}, tmp_path / "other.ipynb"))])
    assert json.loads(path.read_text()) == memory
    path.write_text("{broken")
    check(course, [])
    assert json.loads(path.read_text()) == memory


def test_a_file_anywhere_by_any_name(course, monkeypatch, tmp_path):
    path = own(course, RIGHT, tmp_path / "my homework.ipynb")
    (tmp_path / "random.py").write_text("raise RuntimeError")  # not taken along
    code, said, _ = run(course, monkeypatch, str(path))
    assert code == 0 and "Total: 5 of 5" in said


def test_a_notebook_that_is_none(course, monkeypatch):
    path = own(course, RIGHT)
    path.write_text("{")
    code, said, trouble = run(course, monkeypatch, "1")
    assert code == 0, trouble
    assert "it isn't a notebook" in said and "Total: 0 of 5" in said


def test_what_cannot_be_checked(course, monkeypatch, tmp_path):
    code, _, said = run(course, monkeypatch)
    assert code == 1 and "course start" in said
    code, _, said = run(course, monkeypatch, "words")
    assert code == 1 and f"course start {NAME}" in said
    code, _, said = run(course, monkeypatch, "letters")
    assert code == 1 and "There is no lesson 'letters'" in said
    code, _, said = run(course, monkeypatch, str(tmp_path / "none.ipynb"))
    assert code == 1 and "cannot be read" in said
    foreign = tmp_path / "foreign.ipynb"
    foreign.write_text('{"cells": []}')
    code, _, said = run(course, monkeypatch, str(foreign))
    assert code == 1 and "holds no exercise of this course" in said
    own(course, {})
    shutil.rmtree(course.root / "release")
    with pytest.raises(CourseError, match="is not released"):
        check(course, [])


def test_a_test_that_was_deleted_or_edited_counts_as_it_was(course):
    path = own(course, HALF | {"count-test": "assert True"})
    nb = json.loads(path.read_text())
    nb["cells"] = [c for c in nb["cells"] if c["id"] != "guess-test-list"]
    path.write_text(json.dumps(nb))
    [checked] = check(course, [NAME])
    found = {o.exercise.id: o.outcome for o in checked.outcomes}
    assert found["count"] == Status.NOT_YET and found["guess"] == Status.RIGHT
    assert "The test cell guess-test-list was missing." in checked.notes


def test_cheating_is_named_where_it_would_cost_points(course):
    own(course, RIGHT | {"double-answer": EQUALS_ALL})
    [checked] = check(course, [NAME])
    assert any("Grading would withhold" in note for note in checked.notes)


def test_on_a_system_that_neither_forks_nor_confines(course, monkeypatch):
    monkeypatch.setattr(provisioner, "WARM", False)
    monkeypatch.setattr(provisioner.Forkserver, "launch", None)  # whoever forks, fails
    monkeypatch.setattr(module, "landlock_abi", lambda: 0)
    assert outcomes(course, MIXED)["guess"] == (Status.NOT_YET, 1)
    [checked] = check(course, [])
    assert checked.notes == []  # no honest notebook looks tampered with


@pytest.mark.skipif(sys.platform != "linux", reason="kernels fork on Linux")
def test_ctrl_c_waits_for_no_endless_loop(course):
    own(course, RIGHT | {"count-answer": "while True: pass"})
    command = [sys.executable, "-m", "course", "check"]
    with subprocess.Popen(
        command, cwd=course.root, stderr=subprocess.PIPE, encoding="utf-8"
    ) as checking:
        # Itself, the forkserver, a supervisor and the kernel, soon in its loop.
        wait_until(lambda: len(family(checking.pid)) > 3)
        time.sleep(3)
        start = time.monotonic()
        checking.send_signal(signal.SIGINT)
        said = checking.stderr.read()
        checking.wait()
    assert time.monotonic() - start < 5  # such a cell may take two minutes
    assert checking.returncode == 130
    assert "Traceback" not in said


def solved(names: list[str], root: Path) -> Course:
    """A course folder whose `work/` holds these lessons, solved as the course does."""
    root.mkdir()
    course = copy_for_nbgrader(Course.here(ROOT), root)
    shutil.copytree(ROOT / "release", root / "release")
    shutil.copytree(ROOT / "docs", root / "docs")
    for name in names:
        [right, *_] = sample_students(course.lesson(name), {})
        submit(course, name, Student("me", right.answers))
        shutil.copytree(root / "submitted" / "me" / name, root / "work" / name)
    return course


def all_right(course: Course, names: list[str]) -> None:
    done = check(course, [])
    assert [checked.lesson.name for checked in done] == names
    for checked in done:
        lesson = read_lesson(course.released(checked.lesson.name))
        assert checked.notes == []
        assert {o.outcome for o in checked.outcomes} <= {Status.RIGHT, Status.WRITTEN}
        by_hand = sum(c.points for c in lesson.cells if c.is_graded and not c.is_test)
        assert checked.points == lesson.points - by_hand


def test_a_solved_lesson_is_right(tmp_path):
    all_right(solved(["01_tensors"], tmp_path / "course"), ["01_tensors"])


@pytest.mark.proof
def test_all_solved_lessons_are_right(tmp_path):
    names = Course.here(ROOT).names
    all_right(solved(names, tmp_path / "course"), names)


@pytest.mark.proof
def test_a_check_takes_less_than_5_seconds_beyond_the_lesson(tmp_path):
    course = solved(["01_tensors"], tmp_path / "course")
    path = course.root / "work" / "01_tensors" / "01_tensors.ipynb"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    seconds = {}
    for program, *words in (("jupyter", "execute", str(path)), ("course", "check")):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", program, *words],
            cwd=course.root,
            env=environment,
            capture_output=True,
            encoding="utf-8",
        )
        seconds[program] = time.perf_counter() - start
        assert done.returncode == 0, done.stderr
    print({name: round(value, 1) for name, value in seconds.items()})
    assert seconds["course"] < seconds["jupyter"] + 5
