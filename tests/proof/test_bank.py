"""Every answer of every bank gets the verdict that the bank says.

Needs torch, NumPy, scikit-learn, matplotlib and pytest alone, on any device.
"""

import pytest
from bank_cases import (
    BANKS,
    COURSE,
    EACH_EXERCISE,
    EXERCISES,
    LESSONS,
    answers_to,
    bank_of,
    expect_none,
)

from course.proof.answer_bank import check_names, disagreements, gaps
from course.proof.answer_runner import gradable, run_answer, run_lesson, untouched

EACH_ANSWER = pytest.mark.parametrize(
    ("lesson", "exercise", "answer"),
    [
        pytest.param(
            lesson, exercise, answer, id=f"{lesson.name}/{exercise.id}/{answer.name}"
        )
        for lesson, exercise in EXERCISES
        for answer in answers_to(lesson, exercise)
    ],
)


@EACH_ANSWER
def test_answer_gets_its_verdict(lesson, exercise, answer, device, record_property):
    report = run_answer(lesson, exercise, answer.source, device)
    name = f"{lesson.name}/{exercise.id}/{answer.name}"
    record_property("answer", {"answer": name, "seconds": report.seconds})
    assert list(report.outcomes) == [cell.id for cell in exercise.tests]
    expect_none(name, disagreements(report, answer.fails))


@EACH_EXERCISE
def test_bank_is_complete(lesson, exercise):
    bank = bank_of(lesson, exercise)
    expect_none(bank.path, gaps(exercise, bank))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_bank_and_lesson_name_the_same_things(lesson):
    check_names(BANKS[lesson.name], lesson)


@EACH_EXERCISE
def test_an_exercise_left_out_fails_alone(lesson, exercise, device):
    answers = {e.id: e.answer.source for e in gradable(lesson)}
    answers[exercise.id] = untouched(COURSE, lesson, exercise)
    report = run_lesson(lesson, answers, device)
    fails = dict.fromkeys(cell.id for cell in exercise.tests)
    expect_none(f"{lesson.name} without {exercise.id}", disagreements(report, fails))
