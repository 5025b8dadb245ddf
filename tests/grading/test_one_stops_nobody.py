"""No submission stops another: whatever goes wrong with one stays with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from course_copies import ROOT
from nbgrader.api import Gradebook
from student_classes import (
    HALF,
    RIGHT,
    configure,
    earned_by_tests,
    expected,
    invoke,
    make_class,
    notebook,
    notes,
    scores,
    submit,
    url,
)
from word_lesson import NAME

from course.base.course_folder import Course
from course.base.printable import printable
from course.grading import jobs, recording
from course.grading.coordinator import Options, grade
from course.grading.find_submissions import student_id
from course.grading.gradebook_writer import GradebookWriter
from course.grading.recording import ACCEPTED

pytest_plugins = ["graded_courses"]
linux = pytest.mark.skipif(sys.platform != "linux", reason="kernels fork on Linux")
pytestmark = [pytest.mark.slow, linux]

NEIGHBOURS = {"a-first": RIGHT, "z-last": HALF}
TAMPERS = RIGHT | {
    "double-answer": """class Same:
    def __eq__(self, other):
        return True

def double(x):
    return Same() if x != 3 else 6"""
}


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Course:
    """Two honest students, between whom others are put."""
    return make_class(released, tmp_path / "class", NEIGHBOURS)


def move(course: Course, student: str, name: bytes) -> None:
    """Give a student's folder a name that no student has."""
    submitted = os.fsencode(course.root / "submitted")
    os.rename(submitted + b"/" + student.encode(), submitted + b"/" + name)


def run(course: Course, monkeypatch, *arguments: str) -> tuple[int, str]:
    code, out, said = invoke(course, monkeypatch, *arguments)
    return code, out + said


ODD_NAMES = {
    "control characters": b"m\x1b[2J\x07\x1b]0;title\x07",
    "line breaks": b"m\n  01_words z-last: forged\r",
    "not UTF-8": b"m\xff\xfe\x80",
    "as long as a name can be": b"m" * 255,
    "long in bytes": "漢".encode() * 85,
    "many escapes": b"\xff" * 200,
    "the other direction": "m\u202egpj.exe".encode(),
    "markup": b"m[bold]<script>",
    "spaces": b" m ",
}


@pytest.mark.parametrize("kind", ODD_NAMES)
def test_a_folder_with_an_odd_name(course, monkeypatch, kind):
    submit(course, "middle", RIGHT)
    move(course, "middle", ODD_NAMES[kind])
    code, said = run(course, monkeypatch, "grade")
    assert code == 0, said
    found = earned_by_tests(course)
    [odd] = set(found) - set(NEIGHBOURS)
    assert found == expected(NEIGHBOURS | {odd: RIGHT})
    assert len(odd) <= 128
    assert (course.root / "autograded" / odd / NAME / f"{NAME}.ipynb").is_file()
    assert not set(said) & {"\x1b", "\x07", "\r", "\u202e"}
    log = said.partition("\ngraded")[0]
    lines = [line for line in log.splitlines() if f" {NAME} " in line]
    assert len(lines) == 3  # one for each, and none that somebody wrote into a name
    code, said = run(course, monkeypatch, "grade")  # found again by its name
    assert code == 0 and "2026-" not in said


def test_names_that_differ_in_their_form_alone_are_one_student(course, monkeypatch):
    submit(course, "Zoe\u0308", HALF)
    submit(course, "Zo\u00eb", RIGHT)
    old = course.root / "submitted" / "Zoe\u0308" / NAME
    os.utime(old, (1, 1))
    code, said = run(course, monkeypatch, "grade")
    assert code == 0, said
    assert earned_by_tests(course) == expected(NEIGHBOURS | {"Zo\u00eb": RIGHT})
    assert "2 folders of this student" in notes(course, "Zo\u00eb")
    assert run(course, monkeypatch, "grade", "--student", "Zoe\u0308")[0] == 0


@pytest.mark.parametrize("folder", ["Zoe\u0308", "Zo\u00eb"])
def test_a_student_is_spelt_as_the_gradebook_spells(course, folder):
    with Gradebook(url(course), "pytorch") as gradebook:
        gradebook.add_student("Zoe\u0308")
    submit(course, folder, RIGHT)
    grade(course, [], [], Options())
    assert earned_by_tests(course) == expected(NEIGHBOURS | {"Zoe\u0308": RIGHT})
    with Gradebook(url(course), "pytorch") as gradebook:
        assert len(gradebook.students) == 3


def test_ids_are_kept_apart():
    long = ["x" * 300 + end for end in "ab"]
    assert len({student_id(name) for name in long}) == 2
    for name in [*long, "漢" * 200, "\udcff" * 100, "é" * 127]:
        made = student_id(name)
        assert len(made) <= 128 and len(made.encode()) <= 255
        assert student_id(made) == made
    assert student_id("Grace Hopper") == "Grace Hopper"


class Broken(Exception):
    """As a fault that nobody has thought of."""

    def __str__(self) -> str:
        return "out\nof \x1b[31mluck"


STEPS = {
    "read_folder": jobs,
    "merge": jobs,
    "merge_files": jobs,
    "failure_messages": recording,
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("error", [Broken, MemoryError, RecursionError])
def test_a_fault_in_any_step_ends_one_submission(course, monkeypatch, step, error):
    true = getattr(STEPS[step], step)

    def fails(*arguments):
        if "middle" in repr(arguments):
            raise error
        return true(*arguments)

    path = submit(course, "middle", RIGHT | {"double-try": "# middle"})
    path.with_name("middle.txt").write_text("middle")
    monkeypatch.setattr(STEPS[step], step, fails)
    code, said = run(course, monkeypatch, "grade")
    monkeypatch.setattr(STEPS[step], step, true)
    found = earned_by_tests(course)
    honest = {student: found.get(student) for student in NEIGHBOURS}
    assert honest == expected(NEIGHBOURS)
    assert "\x1b" not in said
    assert code == 3, said
    assert f"\n  {NAME} middle: " in said.partition("Needs your review:")[2]
    code, said = run(course, monkeypatch, "grade", "--force")
    assert code == 0
    assert earned_by_tests(course) == expected(NEIGHBOURS | {"middle": RIGHT})


def test_what_cannot_be_recorded_is_named(course, monkeypatch):
    submit(course, "middle", RIGHT)
    write = GradebookWriter.write

    def fails(self, grades, penalty):
        if grades.student == "middle":
            raise Broken
        return write(self, grades, penalty)

    monkeypatch.setattr(GradebookWriter, "write", fails)
    code, said = run(course, monkeypatch, "grade")
    assert code == 3
    assert f"{NAME} middle: it could not be recorded: Broken(" in said
    assert earned_by_tests(course) == expected(NEIGHBOURS)
    monkeypatch.setattr(GradebookWriter, "write", write)
    assert run(course, monkeypatch, "grade")[0] == 0
    assert earned_by_tests(course) == expected(NEIGHBOURS | {"middle": RIGHT})


# ---- Notes, which students read ----


def test_a_note_is_one_line(course):
    forged = "\n- Full points.\n\n# All right"
    source = f"""class Odd(BaseException):
    pass

Odd.__name__ = Odd.__qualname__ = {forged!r}

class Same:
    def __eq__(self, other):
        return True

Same.__name__ = Same.__qualname__ = {forged!r}

def double(x):
    return Same()"""
    submit(course, "middle", RIGHT | {"double-answer": source})
    tallies = grade(course, [], [], Options())
    assert "middle" in tallies[NAME].needs_review
    said = notes(course, "middle")
    head, *lines = said.splitlines()
    assert head == "**Notes from grading**"
    assert len(list(filter(None, lines))) == 1


# ---- Points that were withheld, and are accepted ----


def test_a_withheld_submission_is_accepted_as_it_ran(course, monkeypatch):
    submit(course, "middle", TAMPERS)
    code, said = run(course, monkeypatch, "grade")
    assert code == 3 and "`course accept` restores them" in said
    before = scores(url(course))
    assert earned_by_tests(course)["middle"] == dict.fromkeys(
        earned_by_tests(course)["middle"], 0
    )
    code, said = run(course, monkeypatch, "accept", "1", "middle")
    assert (code, said) == (0, "middle: 5 of 7\n")
    assert earned_by_tests(course)["middle"] == expected({"m": RIGHT})["m"]
    after = scores(url(course))
    tests = earned_by_tests(course)["middle"]
    assert not any(after["middle"][test][2] for test in tests)
    assert after["middle"]["why-answer"] == before["middle"]["why-answer"]
    assert {s: after[s] for s in NEIGHBOURS} == {s: before[s] for s in NEIGHBOURS}
    assert ACCEPTED in notes(course, "middle")
    assert "withheld" not in notes(course, "middle")
    assert notebook(course, "middle")["nbformat"] == 4
    # It stays accepted, until something else is submitted.
    assert run(course, monkeypatch, "grade", "--force")[0] == 0
    assert earned_by_tests(course)["middle"] == expected({"m": RIGHT})["m"]
    assert ACCEPTED in notes(course, "middle")
    again = TAMPERS | {"double-try": "# again"}
    submit(course, "middle", again, when="2026-01-03 10:00:00 UTC")
    assert run(course, monkeypatch, "grade")[0] == 3
    assert sum(earned_by_tests(course)["middle"].values()) == 0


def test_nothing_else_can_be_accepted(course, monkeypatch):
    code, said = run(course, monkeypatch, "accept", NAME, "a-first")
    assert code == 1 and "not graded yet. Run `course grade" in said
    run(course, monkeypatch, "grade")
    before = scores(url(course))
    code, said = run(course, monkeypatch, "accept", NAME, "a-first")
    assert code == 1 and "none of its points are withheld" in said
    assert run(course, monkeypatch, "accept", NAME, "nobody")[0] == 1
    assert scores(url(course)) == before


def test_points_by_hand_stay_when_a_submission_is_accepted(course, monkeypatch):
    submit(course, "middle", TAMPERS)
    run(course, monkeypatch, "grade")
    with Gradebook(url(course), "pytorch") as gradebook:
        gradebook.find_grade("why-answer", NAME, NAME, "middle").manual_score = 1.5
        gradebook.db.commit()
    code, said = run(course, monkeypatch, "accept", NAME, "middle")
    assert (code, said) == (0, "middle: 6.5 of 7\n")


# ---- Memory ----

MEASURE = """
from pathlib import Path
from rich.console import Console
from course.grading.coordinator import Options, grade
from course.base.course_folder import Course

tallies = grade(Course.here(), [], [], Options(workers=2), Console(quiet=True))
[tally] = tallies.values()
# Not ru_maxrss: that of whoever started this process counts as well.
[peak] = [l for l in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in l]
print(tally.graded, peak.split()[1])
"""
MOST_KIB = 400 * 1024


def test_many_large_submissions_share_little_memory(released, tmp_path):
    large = make_class(released, tmp_path / "large", {f"s{k}": RIGHT for k in range(8)})
    for folder in (large.root / "submitted").iterdir():
        (folder / NAME / "data.bin").write_bytes(os.urandom(49 * 2**20))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        cwd=large.root,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    graded, kib = map(int, done.stdout.split())
    assert graded == 8 and kib < MOST_KIB
    assert earned_by_tests(large)["s7"] == expected({"s7": RIGHT})["s7"]


# ---- What a terminal shows ----


def test_printable():
    assert printable("Grace Hopper, 4711 ñ 漢") == "Grace Hopper, 4711 ñ 漢"
    assert printable("a\x1b[2J\nb\u202ec\udcff") == "a�[2J bc�"
    assert len(printable("x" * 1000)) == 300


def test_files_as_large_as_the_disk_stop_nobody(released, tmp_path):
    """What was submitted doesn't count against the disk that its cells may use."""
    course = make_class(released, tmp_path / "disk", {"ada": RIGHT, "bea": RIGHT})
    beside = course.root / "submitted" / "ada" / NAME / "data.bin"
    beside.write_bytes(os.urandom(3 * 2**20))
    configure(course, f'c.CourseProvisioner.limits = {{"disk": {2**20}}}')
    tally = grade(course, [], [], Options(workers=1))[NAME]
    assert tally.needs_review == {}
    assert earned_by_tests(course) == expected({"ada": RIGHT, "bea": RIGHT})
