"""Lessons, exercises and answers, as tests of banks go through them."""

import pytest
from course_copies import ROOT

from course.base.course_folder import Course
from course.base.notebook import Exercise, Lesson
from course.proof.answer_bank import Answer, Bank, read_bank
from course.proof.answer_runner import gradable, untouched

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
