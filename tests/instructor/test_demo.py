"""The demonstration: what it prints is what the gradebook says."""

import re

import pytest
from course_copies import ROOT
from nbgrader_helpers import Graded, one_line

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.notebook import read_lesson
from course.grading import coordinator as engine
from course.grading.summary import Tally
from course.instructor.demo import MISTAKES, _grade_all, run_nbgrader, sample_students
from course.proof.answer_bank import read_bank

pytest_plugins = ["graded_courses"]

COURSE = Course(ROOT)


@pytest.fixture(params=COURSE.names)
def lesson(request, demo: Graded):
    return read_lesson(demo.course.link(request.param))


@pytest.fixture
def printed(demo: Graded, lesson) -> str:
    """What was printed about this lesson."""
    starts = {
        name: demo.printed.index(f"{COURSE.lesson(name).title}: points")
        for name in COURSE.names
    }
    later = [start for start in starts.values() if start > starts[lesson.name]]
    return demo.printed[starts[lesson.name] : min(later, default=None)]


def said(grades: dict, cells: list[str]) -> str:
    """Points as the table says them."""
    known = [grades[cell][0] for cell in cells if not grades[cell][1]]
    parts = [f"{sum(known):g}"] if known else []
    return " + ".join(parts + ["by hand"] * (len(known) < len(cells)))


def test_the_table_says_what_the_gradebook_says(demo: Graded, lesson, printed):
    rows = [
        [cell.strip() for cell in re.split("[│┃|]", line)[1:-1]]
        for line in printed.splitlines()
    ]
    students = next(row for row in rows if row[:1] == ["exercise"])[1:-1]
    assert students == ["all-right", "half-right", "untouched"]
    table = {row[0]: row[1:] for row in rows if len(row) == len(students) + 2}
    grades = [demo.grades(lesson.name, student) for student in students]
    for exercise in lesson.exercises:
        cells = [cell.id for cell in exercise.cells if cell.is_graded]
        row = [said(g, cells) for g in grades]
        assert table[exercise.title] == [*row, f"{exercise.points:g}"]
    cells = [cell.id for cell in lesson.cells if cell.is_graded]
    assert table["total"] == [*(said(g, cells) for g in grades), f"{lesson.points:g}"]


def test_what_could_not_be_graded_is_no_success(tmp_path, monkeypatch):
    reasons = dict.fromkeys(["all-right", "untouched"], "withheld")
    tallies = {"01_tensors": Tally(graded=3, needs_review=reasons)}
    monkeypatch.setattr(engine, "grade", lambda *_: tallies)
    with pytest.raises(CourseError) as caught:
        _grade_all(Course(tmp_path), {})
    assert "01_tensors all-right, 01_tensors untouched" in str(caught.value)


def test_half_right_is_half_right(demo: Graded, lesson, printed):
    bank = read_bank(COURSE.bank(lesson.name))
    student = sample_students(lesson, bank)[1]
    assert len(student.mistakes) == MISTAKES
    grades = demo.grades(lesson.name, student.name)
    half = len(lesson.exercises) // 2
    for exercise in lesson.exercises[:half]:
        assert all(grades[cell.id][0] == cell.points for cell in exercise.tests)
    for exercise, answer in student.mistakes.items():
        assert f"mistake in {exercise}: {answer.name}" in printed
        tests = [cell.id for cell in lesson.exercise(exercise).tests]
        assert {cell for cell in tests if grades[cell][0] == 0} == set(answer.fails)
    for exercise in lesson.exercises[half:]:
        if exercise.id not in student.mistakes:
            cells = [cell.id for cell in exercise.cells if cell.is_graded]
            assert {grades[cell][0] for cell in cells} == {0.0}


def test_each_student_sees_the_first_failure(demo: Graded, lesson, printed):
    texts = re.split(r"\n(?:all-right|half-right|untouched)\n", printed)[1:]
    failures = [re.search("first failure: (.+)", text)[1] for text in texts]
    assert failures[0] == "none"
    first = next(cell for cell in lesson.cells if cell.is_test)
    assert failures[2].startswith(f"{first.id}: ")
    for student, failure in zip(["half-right", "untouched"], failures[1:], strict=True):
        cell, _, message = failure.partition(": ")
        assert demo.grades(lesson.name, student)[cell] == (0.0, False)
        assert one_line(message) in one_line(demo.feedback(lesson.name, student))


def test_it_names_pages_that_exist(demo: Graded, lesson, printed):
    for student in ("all-right", "half-right", "untouched"):
        folder = demo.course.root / "feedback" / student / lesson.name
        page = folder / f"{lesson.name}.html"
        assert page.is_file()
        assert f"feedback: {page}" in printed
    assert f"Everything lies in {demo.course.root}" in demo.printed


def test_a_step_that_fails_says_why_in_one_line(tmp_path):
    with pytest.raises(CourseError) as caught:
        run_nbgrader(Course(tmp_path), "autograde", "01_nothing")
    said = str(caught.value)
    assert said.startswith("`nbgrader autograde 01_nothing` failed: ")
    assert "No notebooks were matched" in said and "\n" not in said
    log = tmp_path / "nbgrader.log"
    assert said.endswith(f"See {log}.") and log.is_file()
