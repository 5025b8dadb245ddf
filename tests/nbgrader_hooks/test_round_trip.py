"""The round trip with real nbgrader: release, submit, autograde, feedback."""

import re

import pytest
from course_copies import ROOT
from nbgrader_helpers import Graded, nbgrader, one_line
from word_lesson import (
    NAME,
    NOISY,
    NOISY_LACKS,
    SCORE_BY_HAND,
    STUB,
    WRONG,
    write_submission,
)

from course.base.course_folder import Course
from course.base.notebook import Lesson, read_lesson, region, stub_lines, without_region

pytest_plugins = ["graded_courses"]

LESSONS = Course(ROOT).names
REGIONS = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME", "STUB")
MACHINERY = ("site-packages", "Traceback", "interactiveshell", "ipykernel_launcher")
STUDENTS = ("all-right", "half-right", "untouched")


def errors(cell) -> list[dict]:
    return [o for o in cell.outputs if o["output_type"] == "error"]


def secrets(lesson: Lesson, *names: str) -> set[str]:
    """Lines of these regions that stand nowhere else in what students see.

    With SOLUTION come the model answers, which are whole cells.
    """
    hidden, shown = set(), set()
    for cell in lesson.cells:
        source = cell.source
        if cell.is_solution and not region(source, "SOLUTION"):
            if "SOLUTION" in names:
                hidden |= {line.strip() for line in source.splitlines()}
            continue
        for name in names:
            hidden |= {line.strip() for line in region(source, name)}
        for name in REGIONS:
            source = without_region(source, name)
        shown |= {line.strip() for line in source.splitlines()}
        shown |= {line.strip() for line in stub_lines(cell.source)}
    return hidden - shown


@pytest.fixture(params=LESSONS)
def name(request) -> str:
    return request.param


def test_an_untouched_release_scores_nothing(demo: Graded, name):
    lesson = demo.course.link(name)
    graded = {c.id: c for c in read_lesson(lesson).cells if c.is_graded}
    assert demo.grades(name, "untouched") == dict.fromkeys(graded, (0.0, False))
    for cell_id, cell in demo.cells(name, "untouched").items():
        fails = cell_id in graded and cell.is_code
        assert bool(errors(cell)) == fails, f"{cell_id}: {errors(cell)}"


def test_the_solution_scores_everything(demo: Graded, name):
    grades = demo.grades(name, "all-right")
    for cell in read_lesson(demo.course.link(name)).cells:
        if cell.is_test:
            assert grades[cell.id] == (cell.points, False), cell.id
        elif cell.is_graded:  # a person reads explanations
            assert grades[cell.id] == (None, True), cell.id
    failed = [i for i, c in demo.cells(name, "all-right").items() if errors(c)]
    assert failed == []


def test_the_release_holds_no_secret(demo: Graded, name):
    lesson = read_lesson(demo.course.link(name))
    hidden = secrets(lesson, "SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
    assert len(hidden) > len(lesson.exercises)
    released = demo.course.released(name)
    sources = [cell.source for cell in read_lesson(released).cells]
    lines = {line.strip() for source in sources for line in source.splitlines()}
    assert hidden & lines == set()
    text = released.read_text(encoding="utf-8")
    assert not re.search("(BEGIN|END) (" + "|".join(REGIONS) + ")", text)
    assert all(cell.outputs == () for cell in read_lesson(released).cells)


def test_graders_see_the_mark_scheme(demo: Graded, name):
    for exercise in read_lesson(demo.course.link(name)).exercises:
        for student in STUDENTS:
            task = demo.cells(name, student)[exercise.task.id]
            assert task.source == exercise.task.source


@pytest.mark.parametrize("student", STUDENTS)
def test_feedback_says_what_failed_and_no_more(demo: Graded, name, student):
    page = demo.feedback(name, student)
    lesson = read_lesson(demo.course.link(name))
    lines = {line.strip() for line in page.splitlines()}
    assert secrets(lesson, "HIDDEN TESTS", "MARK SCHEME") & lines == set()
    assert [word for word in MACHINERY if word in page] == []
    said = [e for c in demo.cells(name, student).values() for e in errors(c)]
    assert bool(said) == (student != "all-right")
    for error in said:
        message = f"{error['ename']}: {error['evalue']}"
        assert one_line(message) in one_line(page)


def test_stubs_replace_solutions(words: Graded):
    released = {c.id: c for c in read_lesson(words.course.released(NAME)).cells}
    assert STUB in released["double-answer"].source
    assert released["double-answer"].source.endswith(
        f'raise NotImplementedError("{STUB}")'
    )
    assert released["guess-answer"].source == (
        'is_true = {\n    "empty list": None,  # write True or False\n'
        '    "text 0": None,\n}'
    )
    assert released["count-answer"].source.endswith(
        '\n    return len(words.split(" ")) - 1'
    )
    assert "answer here" in released["why-answer"].source


def test_untouched_needs_no_hand(words: Graded):
    assert set(words.grades(NAME, "untouched").values()) == {(0.0, False)}


def test_noise_costs_no_points(words: Graded):
    """Warnings, stderr, displayed numbers, and a kernel that is silent for 6 s."""
    grades = words.grades(NAME, "noisy")
    cells = words.cells(NAME, "noisy")
    assert {g for i, g in grades.items() if "-test" in i} == {(1.0, False)}
    said = [
        o for o in cells["double-test-text"].outputs if o["output_type"] == "stream"
    ]
    text = "".join(line for o in said for line in o["text"])
    assert "to stderr" in text and "careful" in text


def test_changed_and_missing_cells_come_back(words: Graded):
    cells = words.cells(NAME, "noisy")
    assert "secret" in cells["double-test-text"].source
    assert list(cells).index("guess-test-list") == list(cells).index("guess-answer") + 1
    assert list(cells)[-2:] == ["why-task", "why-answer"]
    assert all("was missing" in cells[cell].source for cell in NOISY_LACKS)


def test_half_a_prediction_gets_its_half(words: Graded):
    grades = words.grades(NAME, "wrong")
    assert grades["guess-test-list"] == (1.0, False)
    assert grades["guess-test-text"] == (0.0, False)


def test_an_explanation_waits_for_a_person(words: Graded):
    assert words.grades(NAME, "wrong")["why-answer"] == (None, True)
    earned = 1 + 1 + SCORE_BY_HAND
    assert f"(Score: {earned} / 7.0)" in words.feedback(NAME, "wrong")
    assert "Because I say so." in words.feedback(NAME, "wrong")


def test_feedback_keeps_the_students_own_lines(words: Graded):
    page = words.feedback(NAME, "wrong")
    assert "LookupError: no fruit, please" in page
    assert page.count("found a fruit") == 2  # as source, and as output
    assert re.search(r"line 2 in double\s+return fruit\(x\) if", page)
    assert re.search(r"line 3 in fruit\s+raise LookupError", page)
    assert re.search(r"def count\(words\)\s+\^\s+SyntaxError: expected ':'\s", page)


@pytest.mark.parametrize("student", ["untouched", "noisy", "wrong", "endless"])
def test_feedback_holds_no_secret(words: Graded, student):
    page = words.feedback(NAME, student)
    assert "secret" not in page and "kiwi" not in page.replace('x == "kiwi"', "")
    assert "Two points for the scheme" not in page
    assert "Traceback (most" not in page and "site-packages" not in page


def test_a_warning_from_a_hidden_test_stays_without_its_line(words: Graded):
    page = words.feedback(NAME, "noisy")
    cells = words.cells(NAME, "noisy")
    assert "secret" in str(cells["double-test-text"].outputs)
    assert "careful" in page


def test_endless_things_end(words: Graded):
    cells = words.cells(NAME, "endless")
    [error] = errors(cells["double-test-number"])
    assert error["ename"] == "RecursionError" and len(error["traceback"]) <= 20
    assert words.feedback(NAME, "endless").count("return double(x)") == 3
    printed = [line for o in cells["count-test"].outputs for line in o.get("text", ())]
    assert 100 < len(printed) <= 500


def test_an_error_that_only_shows_on_stderr_scores_nothing(words: Graded):
    assert words.grades(NAME, "endless")["count-test"] == (0.0, False)
    assert "ExceptionGroup: several" in words.feedback(NAME, "endless")


def test_validate_judges_as_autograde_does(words: Graded, tmp_path):
    quiet = NOISY | {"setup": "import sys, warnings", "why-answer": "Because."}
    del quiet["double-test-text"]
    paths = [tmp_path / "noisy.ipynb", tmp_path / "wrong.ipynb"]
    write_submission(words.course, paths[0], quiet)
    write_submission(words.course, paths[1], WRONG)
    said = nbgrader(words.course.root, "validate", *map(str, paths))
    success, failure = said.split("\n", 1)
    assert success == "Success! Your notebook passes all the tests."
    assert failure.startswith("VALIDATION FAILED ON 2 CELL(S)!")
    assert "the text 0?" in failure
