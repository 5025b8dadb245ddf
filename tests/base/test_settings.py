"""The course's settings: read once, checked, and the same for all commands."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from course_copies import ROOT, tree
from nbgrader.api import Gradebook
from small_lesson import make_small_course
from student_classes import RIGHT, configure, invoke, make_class, rows
from word_lesson import NAME, write_submission

from course.base.course_folder import CONFIG, Course
from course.base.errors import CourseError
from course.base.gradebook_location import gradebook_location
from course.base.limits import Limits
from course.base.settings import limits_of, read_settings
from course.grading.coordinator import Grading, Options
from course.instructor.demo import Student, _grade_all, run_nbgrader
from course.lesson.release import build, copy_for_nbgrader, generate
from course.student import check as checking

pytest_plugins = ["graded_courses", "postgres_server"]
GIB = 2**30


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Course:
    return make_class(released, tmp_path / "course", {"ada": RIGHT})


def test_the_courses_own_configuration():
    settings = read_settings(Course(ROOT))
    assert settings.limits == Limits()
    assert settings.namespaces and settings.sandbox and not settings.groupshared
    assert settings.submitted == ROOT / "submitted"
    assert settings.course_id == "pytorch"


def test_limits_are_set_in_either_place(course):
    configure(
        course,
        'c.CourseProvisioner.limits = {"memory": 6 * 2**30, "seconds": 1800}',
        "c.Execute.timeout = 77",
        "c.CourseProvisioner.namespaces = False",
        "c.CourseDirectory.submitted_directory = 'in/box'",
    )
    settings = read_settings(course)
    assert settings.limits == replace(
        Limits(), memory=6 * GIB, seconds=1800, cell_seconds=77
    )
    assert not settings.namespaces
    assert settings.submitted == course.root / "in" / "box"
    configure(course, 'c.CourseProvisioner.limits = {"cell_seconds": 5}')
    assert read_settings(course).limits.cell_seconds == 5


def test_limits_that_are_added_to(course):
    configure(course, 'c.CourseProvisioner.limits.update({"seconds": 60})')
    assert read_settings(course).limits.seconds == 60


WRONG = [
    ('c.CourseProvisioner.limits = {"memroy": 1}', "'memroy'. Did you mean memory?"),
    ('c.CourseProvisioner.limits = {"zzz": 1}', "'zzz'. It knows: cell_seconds,"),
    ('c.CourseProvisioner.limits = {"seconds": "900"}', "limits['seconds'] is '900'"),
    ('c.CourseProvisioner.limits = {"memory": 3.5}', "whole number of bytes"),
    ('c.CourseProvisioner.limits = {"memory": 6}', "6 * 2**30 are 6 GiB"),
    ('c.CourseProvisioner.limits = {"processes": -1}', "2 to 1,000,000 processes"),
    ('c.CourseProvisioner.limits = {"seconds": float("nan")}', "limits['seconds']"),
    ('c.CourseProvisioner.limits = {"disk": True}', "limits['disk'] is True"),
    ('c.CourseProvisioner.limits = {"output": None}', "limits['output'] is None"),
    ("c.CourseProvisioner.limits = [900]", "limits is [900]"),
    ("c.CourseProvisioner.limit = {}", "'limit'. Did you mean limits?"),
    ("c.CourseProvisioner.namespaces = 'no'", "namespaces is 'no'"),
    ("c.Execute.timeout = 0", "c.Execute.timeout is 0"),
    ("c.Execute.timeout = None", "c.Execute.timeout is None"),
    ("c.Execute.timeout = -1", "c.Execute.timeout is -1"),
    ("c.Execute.timeout = 10**9", "c.Execute.timeout is 1000000000"),
    ("c.CourseDirectory.submitted_directory = 5", "submitted_directory is 5"),
    ("c.CourseDirectory.feedback_directory = Path('x')", "feedback_directory is"),
    ("c.CourseDirectory.db_url = 5", "db_url is 5"),
    ("c.CourseDirectory.db_url = 'gradebook.db'", "no address of a database"),
    ("c.CourseDirectory.root = '/elsewhere'", "root is /elsewhere"),
    ("c.CourseDirectory.groupshared = 1", "groupshared is 1"),
]


@pytest.mark.parametrize(("line", "said"), WRONG)
def test_what_cannot_be_meant_is_one_clear_line(course, line, said, monkeypatch):
    configure(course, line)
    for command in (["grade"], ["check", NAME]):
        if "db_url" in line and command[0] == "check":
            continue  # which has no gradebook
        (course.root / "work" / NAME).mkdir(parents=True, exist_ok=True)
        write_submission(course, course.root / "work" / NAME / f"{NAME}.ipynb", RIGHT)
        monkeypatch.setattr(
            "course.grading.preload_imports.preload_imports", lambda *_: None
        )
        code, _, errors = invoke(course, monkeypatch, *command)
        lines = [e for e in errors.splitlines() if not e.startswith("Closed to")]
        assert (code, len(lines)) == (1, 1), errors
        assert said in lines[0] and CONFIG in lines[0]


def test_check_and_grade_use_the_same_settings(course, monkeypatch):
    configure(
        course,
        'c.CourseProvisioner.limits = {"memory": 2 * 2**30}',
        "c.Execute.timeout = 33",
        "c.CourseProvisioner.namespaces = False",
    )
    asked = []

    def execute(task):
        asked.append(task)
        raise CourseError("enough")

    monkeypatch.setattr(checking, "execute", execute)
    path = course.root / "work" / NAME / f"{NAME}.ipynb"
    write_submission(course, path, RIGHT)
    with pytest.raises(CourseError, match="enough"):
        checking.check(course, [NAME])
    [task] = asked
    grading = Grading(course, Options(), None)
    settings = grading.settings
    assert (task.limits, task.namespaces) == (settings.limits, settings.namespaces)
    assert (task.limits.cell_seconds, task.limits.memory) == (33, 2 * GIB)
    configure(course, "c.CourseProvisioner.sandbox = False")
    with pytest.raises(CourseError, match="enough"):
        checking.check(course, [NAME])
    assert not asked[1].sandbox


def test_kernels_of_nbgrader_name_a_misspelt_limit():
    with pytest.raises(CourseError, match="Did you mean memory"):
        limits_of({"memroy": 1})


def test_the_seconds_of_a_cell_stand_once_in_the_configuration():
    text = (ROOT / CONFIG).read_text(encoding="utf-8")
    assert text.count("CELL_SECONDS = ") == 1
    assert "120 seconds" not in text


def test_reading_the_configuration_loads_no_rules():
    code = (
        "import sys; from pathlib import Path; "
        "from course.base.settings import read_settings; "
        "from course.base.course_folder import Course; "
        "read_settings(Course(Path.cwd())); import course.instructor.export; "
        "import course.grading.coordinator; "
        "print([m for m in sys.modules if m in "
        "('course.lesson.lint', 'course.lesson.cell_rules', "
        "'course.lesson.lesson_rules')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


# ---- The gradebook's address ----


def test_a_relative_address_begins_at_the_course(course, tmp_path, monkeypatch):
    configure(course, 'c.CourseDirectory.db_url = "sqlite:///books/grades.db"')
    monkeypatch.chdir(tmp_path)
    address, course_id = gradebook_location(course)
    assert sa.make_url(address).database == str(course.root / "books" / "grades.db")
    assert course_id == "pytorch"


# ---- Scratch copies ----


def hostile(course: Course, address: str, elsewhere: Path, home: Path) -> None:
    """Set all that could lead a scratch copy out, in all places where it can be set."""
    lines = [
        f"c.CourseDirectory.db_url = {address!r}",
        f"c.NbGrader.db_url = {address!r}",
        f"c.CourseDirectory.root = {str(elsewhere)!r}",
        f"c.CourseDirectory.directory_structure = {str(elsewhere)!r} + '/x/"
        "{nbgrader_step}/{student_id}/{assignment_id}'",
        f"c.Exchange.root = {str(elsewhere / 'exchange')!r}",
        f"c.NbGrader.logfile = {str(elsewhere / 'log')!r}",
        "import pathlib",
        f"def hook(**_): pathlib.Path({str(elsewhere / 'hooked')!r}).touch()",
        "for each in ('GenerateAssignment', 'GenerateFeedback', 'BaseConverter'):",
        "    c[each].post_convert_hook = hook",
    ]
    for step in ("source", "release", "submitted", "autograded", "feedback"):
        path = str(elsewhere / step)
        lines.append(f"c.CourseDirectory.{step}_directory = {path!r}")
    configure(course, *lines)
    home.mkdir(exist_ok=True)
    (home / "migrated").touch()  # else Jupyter itself would make it
    text = "\n".join(["c = get_config()", *lines, ""])
    (home / CONFIG).write_text(text, encoding="utf-8")
    settings = {"CourseDirectory": {"db_url": address, "root": str(elsewhere)}}
    (home / "nbgrader_config.json").write_text(json.dumps(settings))


def in_a_scratch_copy(course: Course, folder: Path, answers: dict) -> Course:
    """What `course demo` does with one lesson and one student."""
    folder.mkdir()
    scratch = copy_for_nbgrader(course, folder)
    generate(scratch.root, [NAME])
    _grade_all(scratch, {NAME: [Student("all-right", answers)]})
    return scratch


@pytest.mark.slow
def test_a_scratch_copy_stays_inside(course, tmp_path, monkeypatch):
    elsewhere, home = tmp_path / "elsewhere", tmp_path / "home"
    (elsewhere / "exchange").mkdir(parents=True)
    real = elsewhere / "real.db"
    with Gradebook(f"sqlite:///{real}", "pytorch") as gradebook:
        gradebook.add_student("kept")
    hostile(course, f"sqlite:///{real}", elsewhere, home)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(home))
    before = tree(tmp_path)
    answers = {"double": RIGHT["double-answer"]}
    scratch = in_a_scratch_copy(course, tmp_path / "scratch", answers)
    run_nbgrader(scratch, "db", "student", "add", "somebody")
    assert (scratch.root / "feedback" / "all-right" / NAME / f"{NAME}.html").is_file()
    with Gradebook(f"sqlite:///{scratch.root / 'gradebook.db'}") as gradebook:
        assert {s.id for s in gradebook.students} == {"all-right", "somebody"}
    after = {k: v for k, v in tree(tmp_path).items() if not k.startswith("scratch")}
    assert after == before


@pytest.mark.slow
def test_a_scratch_copy_leaves_a_server_alone(course, tmp_path, postgres):
    with Gradebook(postgres, "pytorch") as gradebook:
        gradebook.add_student("kept")
    before = rows(postgres)
    assert any("kept" in row for row in before)
    configure(course, f"c.CourseDirectory.db_url = {postgres!r}")
    answers = {"double": RIGHT["double-answer"]}
    scratch = in_a_scratch_copy(course, tmp_path / "scratch", answers)
    assert (scratch.root / "gradebook.db").is_file()
    assert rows(postgres) == before


def test_a_build_stays_inside_and_keeps_the_release(tmp_path, monkeypatch):
    course = make_small_course(tmp_path / "course")
    assert build(course, check=False).findings == []
    released = tree(course.root / "release")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    hostile(course, f"sqlite:///{elsewhere / 'x.db'}", elsewhere, tmp_path / "home")
    assert build(course, check=False).findings == []
    assert tree(course.root / "release") == released
    assert list(elsewhere.iterdir()) == []
    configure(course, "c.GenerateAssignment.preprocessors = ['no.such.Class']")
    with pytest.raises(CourseError):
        build(course, check=False)
    assert tree(course.root / "release") == released


def test_the_configuration_wins_over_a_users_own(course, tmp_path):
    """Another clone's settings in a home led nbgrader into that clone's gradebook."""
    home, other = tmp_path / "home", tmp_path / "other"
    home.mkdir()
    other.mkdir()
    text = f"c = get_config()\nc.CourseDirectory.root = {str(other)!r}\n"
    (home / CONFIG).write_text(text)
    (course.root / "students.csv").write_text("id\nada\n")
    program = shutil.which("nbgrader", path=Path(sys.executable).parent)
    subprocess.run(
        [program, "db", "student", "import", "students.csv"],
        cwd=course.root,
        env=os.environ | {"JUPYTER_CONFIG_DIR": str(home), "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    assert list(other.iterdir()) == []
    with Gradebook(gradebook_location(course)[0]) as gradebook:
        assert [s.id for s in gradebook.students] == ["ada"]
