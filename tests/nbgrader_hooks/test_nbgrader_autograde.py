"""`nbgrader autograde` and Formgrader's button grade as `course grade` does."""

import json
import sys
from importlib import import_module
from inspect import getsource
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader_helpers import nbgrader
from student_classes import (
    CRASHES,
    HALF,
    RIGHT,
    configure,
    earned_by_tests,
    expected,
    make_class,
    notes,
    submit,
    url,
)
from submission_desk import forget
from traitlets.config.loader import PyFileConfigLoader
from word_lesson import NAME

from course.base.course_folder import CONFIG, Course
from course.grading.coordinator import Options, grade
from course.nbgrader_hooks.autograde import (
    Autograde,
    StockAutograde,
    use_nbgraders_own,
    use_the_engine,
)
from course.nbgrader_hooks.nbgrader_patches import GRADING_MODULES
from course.student.check import check

pytest_plugins = ["graded_courses"]
linux = pytest.mark.skipif(sys.platform != "linux", reason="kernels fork on Linux")
pytestmark = [pytest.mark.slow, linux]

CLASS = {"ann": RIGHT, "bob": HALF, "cy": CRASHES, "dan": {}}


@pytest.fixture
def course(released, tmp_path) -> Course:
    made = make_class(released, tmp_path / "class", CLASS)
    lost = submit(made, "eve", RIGHT)  # nbgrader itself would not look at this one
    lost.rename(lost.with_name("my work (1).ipynb"))
    return made


@pytest.fixture
def formgrader(course, monkeypatch):
    """What Formgrader asks nbgrader with, set up as its server sets it up."""
    monkeypatch.chdir(course.root)
    loader = PyFileConfigLoader(CONFIG, path=str(course.root))
    config = loader.load_config()
    config.CourseDirectory.root = str(course.root)
    yield NbGraderAPI(config=config)
    use_nbgraders_own()


def test_nbgrader_makes_an_autograde_in_two_places():
    """The contract: by a name of the module, so that ours can stand there."""
    modules = [import_module(name) for name in GRADING_MODULES]
    for module in modules:
        assert "Autograde(coursedir=self.coursedir, parent=self)" in getsource(module)
    try:
        use_the_engine()
        assert all(module.Autograde is Autograde for module in modules)
    finally:
        use_nbgraders_own()
    assert all(module.Autograde is StockAutograde for module in modules)


def test_the_command_grades_as_course_grade_does(course, released, tmp_path):
    nbgrader(course.root, "autograde", NAME)
    ours = make_class(released, tmp_path / "ours", CLASS)
    submit(ours, "eve", RIGHT)
    grade(ours, [], [], Options())
    assert earned_by_tests(course) == earned_by_tests(ours)
    assert earned_by_tests(course) == expected(CLASS | {"eve": RIGHT})
    assert "was graded because there is no" in notes(course, "eve")
    # What has not changed is not graded again, unless nbgrader is forced to.
    assert "ann: 5 of 7" not in nbgrader(course.root, "autograde", NAME)
    said = nbgrader(course.root, "autograde", NAME, "--student", "ann", "--force")
    assert "ann: 5 of 7" in said and "bob" not in said


def test_formgraders_button(course, formgrader):
    done = formgrader.autograde(NAME, "eve")
    assert done["success"], done
    assert "eve: 5 of 7" in done["log"]
    assert set(earned_by_tests(course)) == {"eve"}
    assert not formgrader.autograde(NAME, "nobody")["success"]


def test_options_of_nbgrader(course, tmp_path):
    said = nbgrader(course.root, "autograde", NAME, "--student", "[ab]*")
    assert "ann: 5 of 7" in said and "bob" in said and "eve" not in said
    other = f"sqlite:///{tmp_path / 'other.db'}"
    nbgrader(course.root, "generate_assignment", NAME, "--force", "--db", other)
    nbgrader(course.root, "autograde", NAME, "--student", "cy", "--db", other)
    assert "cy" not in earned_by_tests(course)
    with Gradebook(other, "pytorch") as gradebook:
        assert gradebook.find_submission(NAME, "cy").score == 4
    configure(course, "c.Autograde.create_student = False")
    with Gradebook(url(course), "pytorch") as gradebook:
        gradebook.add_student("dan")
    said = nbgrader(course.root, "autograde", NAME)
    assert "dan" in said and " cy: " not in said and " eve: " not in said


def test_student_code_runs_unconfined_where_the_configuration_says_so(course):
    configure(course, "c.CourseProvisioner.sandbox = False")
    said = nbgrader(course.root, "autograde", NAME, "--student", "ann")
    assert "ann: 5 of 7" in said and "student code ran unconfined" in said


def test_what_cannot_be_graded_is_an_error_of_nbgrader(course):
    with pytest.raises(AssertionError) as caught:
        nbgrader(course.root, "autograde", "02_nothing")
    assert "There is no lesson '02_nothing'" in str(caught.value)
    assert "Traceback" not in str(caught.value)


# ---- Three ways, the same points ----


def without_ids(path: Path) -> None:
    """As Colab and converters save it: no ids, no metadata of cells."""
    nb = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(forget(nb)), encoding="utf-8")


def in_conflict(path: Path) -> None:
    """As git leaves it where two versions meet."""
    text = path.read_text(encoding="utf-8")
    line = next(n for n in text.splitlines() if "split" in n) if "\n" in text else text
    other = line.replace("split", "splitt")
    both = f"<<<<<<< HEAD\n{line}\n=======\n{other}\n>>>>>>> 1a2b3c\n"
    path.write_text(text.replace(line, both), encoding="utf-8")


def in_utf_16(path: Path) -> None:
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))


def retyped(path: Path) -> None:
    """An answer that was deleted and typed again."""
    nb = json.loads(path.read_text(encoding="utf-8"))
    [cell] = [c for c in nb["cells"] if c["id"] == "count-answer"]
    cell |= {"id": "new", "metadata": {}}
    path.write_text(json.dumps(nb), encoding="utf-8")


@pytest.mark.parametrize("change", [without_ids, in_conflict, in_utf_16, retyped])
def test_three_ways_give_the_same_points(released, tmp_path, change):
    answers = {"ann": RIGHT, "bob": HALF}
    ours = make_class(released, tmp_path / "ours", answers)
    theirs = make_class(released, tmp_path / "theirs", answers)
    for course in (ours, theirs):
        for student in answers:
            change(course.root / "submitted" / student / NAME / f"{NAME}.ipynb")
    grade(ours, [], [], Options())
    nbgrader(theirs.root, "autograde", NAME)
    assert earned_by_tests(ours) == earned_by_tests(theirs) == expected(answers)
    for student, tests in earned_by_tests(ours).items():
        path = ours.root / "submitted" / student / NAME / f"{NAME}.ipynb"
        [checked] = check(ours, [str(path)])
        # In a released notebook there are no hidden tests.
        hidden = student == "bob" and tests["double-test-text"] == 0
        assert checked.points == sum(tests.values()) + hidden
