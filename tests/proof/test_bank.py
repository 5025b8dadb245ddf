"""Every answer of every bank gets the verdict that the bank says.

Needs torch, NumPy, scikit-learn, matplotlib and pytest alone, on any device.
"""

import pytest
from course_copies import ROOT

from course.base.course_folder import Course
from course.base.notebook import Exercise, Lesson
from course.proof.answer_bank import (
    Answer,
    Bank,
    check_names,
    disagreements,
    gaps,
    read_bank,
)
from course.proof.answer_runner import gradable, run_answer, run_lesson, untouched

COURSE = Course(ROOT)
LESSONS = [COURSE.lesson(name) for name in COURSE.names]
BANKS = {lesson.name: read_bank(COURSE.bank(lesson.name)) for lesson in LESSONS}
EXERCISES = [(lesson, exercise) for lesson in LESSONS for exercise in gradable(lesson)]


def bank_of(lesson: Lesson, exercise: Exercise) -> Bank:
    """The bank of the exercise, empty where its file is missing."""
    empty = Bank(COURSE.bank(lesson.name) / f"{exercise.id}.py")
    return BANKS[lesson.name].get(exercise.id, empty)


def answers_to(lesson: Lesson, exercise: Exercise) -> list[Answer]:
    """All answers of the bank, and the two that every exercise has."""
    every_test = dict.fromkeys(cell.id for cell in exercise.tests)
    return [
        Answer("solution", exercise.answer.source),
        Answer("untouched", untouched(COURSE, lesson, exercise), every_test),
        *bank_of(lesson, exercise).answers,
    ]


def expect_none(title: object, lines: list[str]) -> None:
    """Fail with the lines alone; a traceback would say nothing more."""
    if lines:
        pytest.fail("\n  ".join([f"{title}:", *lines]), pytrace=False)


EACH_EXERCISE = pytest.mark.parametrize(
    ("lesson", "exercise"),
    [pytest.param(lsn, exe, id=f"{lsn.name}/{exe.id}") for lsn, exe in EXERCISES],
)
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
