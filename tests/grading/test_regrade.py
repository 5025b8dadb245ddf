"""`course regrade`: one exercise again, after a test of it was mended."""

import json
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from student_classes import HALF, IDLE, RIGHT, invoke, make_class, scores, submit, url
from word_lesson import NAME

from course.base.course_folder import Course
from course.grading.coordinator import Options, grade
from course.lesson.normalize import canonical_bytes, to_bytes
from course.lesson.release import generate

pytest_plugins = ["graded_courses"]
pytestmark = pytest.mark.slow

MENDED = 'assert count("a") == 1, "one word"'
STRICT = 'assert double(3) == 7, "never"'


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Course:
    """Graded: `ann` has all right, `bob` counts 1 word always, `cy` nothing."""
    answers = {"ann": RIGHT, "bob": HALF, "cy": IDLE}
    course = make_class(released, tmp_path / "class", answers)
    grade(course, [], [], Options())
    with Gradebook(url(course), "pytorch") as gradebook:
        found = gradebook.find_grade("why-answer", NAME, NAME, "ann")
        found.manual_score, found.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    return course


def edit(course: Course, **tests: str) -> None:
    """Put these sources in the place of the tests', and release again."""
    path = course.notebook(NAME)
    nb = json.loads(path.read_text())
    for cell in nb["cells"]:
        name = cell["id"].replace("-", "_")
        if name in tests:
            cell["source"] = tests[name].splitlines(True)
    path.write_bytes(to_bytes(nb))
    path.write_bytes(canonical_bytes(path))
    generate(course.root, [NAME])


def run(course: Course, monkeypatch, *arguments: str) -> tuple[int, str]:
    code, _, said = invoke(course, monkeypatch, *arguments, columns=100)
    return code, said


def test_who_changed_from_what_to_what(course, monkeypatch):
    before = scores(url(course))
    edit(course, count_test=MENDED)
    code, said = run(course, monkeypatch, "regrade", NAME, "count")
    assert code == 0
    lines = [" ".join(line.replace("│", " ").split()) for line in said.splitlines()]
    assert "bob 0 1" in lines and "1 of 3 changed" in lines
    assert not [line for line in lines if line.startswith(("ann 1", "cy 0"))]
    after = scores(url(course))
    assert after["bob"].pop("count-test")[0] == 1
    assert before["bob"].pop("count-test")[0] == 0
    assert after == before  # a person's points among them
    code, said = run(course, monkeypatch, "grade")
    assert " 3 " in said and scores(url(course))["ann"] == after["ann"]
    assert "2026" not in said.partition("graded")[0]  # nothing was graded again


def test_points_of_other_exercises_stay_and_are_not_forgotten(course, monkeypatch):
    edit(course, count_test=MENDED, double_test_number=STRICT)
    code, said = run(course, monkeypatch, "regrade", NAME, "count")
    assert code == 0 and "1 of 3 changed" in said
    assert scores(url(course))["ann"]["double-test-number"][0] == 1
    run(course, monkeypatch, "grade")
    assert scores(url(course))["ann"]["double-test-number"][0] == 0
    assert scores(url(course))["ann"]["why-answer"][1] == 1.5


def test_what_is_new_is_passed_over(course, monkeypatch):
    edit(course, count_test=MENDED)
    submit(course, "bob", RIGHT, when="2026-02-01 10:00:00 UTC")
    submit(course, "dan", RIGHT)
    code, said = run(course, monkeypatch, "regrade", NAME, "count")
    assert code == 3 and "0 of 2 changed" in said
    assert f"Passed over, run `course grade {NAME}`: bob, dan" in said
    assert scores(url(course))["bob"]["count-test"][0] == 0
    assert "dan" not in scores(url(course))


def test_mistakes(course, monkeypatch):
    code, said = run(course, monkeypatch, "regrade", NAME, "counts")
    assert code == 1
    assert "no exercise 'counts'" in said and "double, guess, count, why" in said
    path = course.notebook(NAME)
    path.write_text(path.read_text().replace("two words", "2 words"))
    code, said = run(course, monkeypatch, "regrade", NAME, "count")
    assert code == 1 and "not as it was released" in said
