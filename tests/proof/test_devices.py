"""Answers that take a device, on stand-ins for accelerators and on a real one.

`meta` holds no numbers, so that whatever stays behind on the CPU meets it and fails;
`mps` is emulated (see emulated_mps.py) where there is none. `--device cuda`, `mps` or
`auto` adds the accelerator of this machine, and runs the lessons on it as well.
"""

from dataclasses import replace

import pytest
from bank_cases import COURSE, EXERCISES, answers_to, bank_of, expect_none
from course_copies import ROOT
from device_drivers import DRIVERS

from course.base.notebook import Exercise, Lesson
from course.proof.answer_runner import run_answer, untouched

SUPPORT = ROOT / "tests" / "support"
DRIVEN = {e.id: (lesson, e) for lesson, e in EXERCISES if e.id in DRIVERS}
PLACES = [(e, place) for e, (_, places) in DRIVERS.items() for place in places]
NEEDS_DEVICE = ("to-device", "device-step", "fix-device-bugs", "fix-resume")


def drive(lesson: Lesson, exercise: Exercise, source: str, place: str) -> list[str]:
    """What goes wrong when the answer works on `place`."""
    test = replace(
        exercise.tests[0],
        source=f"""import sys

import torch._dynamo  # once for all: optimizers need it

sys.path.insert(0, {str(SUPPORT)!r})
from device_drivers import check

check({exercise.id!r}, globals(), {place!r})""",
    )
    cells = tuple(c for c in exercise.cells if not c.is_test)
    driven = replace(exercise, cells=(*cells, test))
    report = run_answer(lesson, driven, source)
    return [*report.raised.values(), *report.failed.values()]


def test_every_driver_has_its_exercise():
    assert DRIVERS.keys() == DRIVEN.keys()


def test_every_answer_that_takes_a_device_is_driven():
    taking = {e.id for _, e in EXERCISES if ", device)" in e.answer.source}
    assert taking >= set(NEEDS_DEVICE)
    assert taking - {"mixed-precision"} <= DRIVERS.keys()  # autocast knows neither


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The stand-ins, and the accelerator that `--device` names."""
    if "place" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--device")
        real = [(exercise, asked) for exercise in DRIVERS if asked != "cpu"]
        metafunc.parametrize(("exercise", "place"), [*PLACES, *real])


def test_right_answers_work_on(exercise, place):
    lesson, exercise = DRIVEN[exercise]
    faults = {
        answer.name: drive(lesson, exercise, answer.source, place)
        for answer in answers_to(lesson, exercise)
        if not answer.fails
    }
    lines = [f"{name}: {found[0][:300]}" for name, found in faults.items() if found]
    expect_none(f"{exercise.id} on {place}", lines)


@pytest.mark.parametrize("exercise", NEEDS_DEVICE)
def test_stand_ins_find_what_the_cpu_forgives(exercise):
    lesson, exercise = DRIVEN[exercise]
    wrong = [a.source for a in bank_of(lesson, exercise).wrong]
    answers = [untouched(COURSE, lesson, exercise), *wrong]
    for place in DRIVERS[exercise.id][1]:
        found = [a for a in answers if drive(lesson, exercise, a, place)]
        alone = [a for a in found if not drive(lesson, exercise, a, "cpu")]
        assert alone, f"on {place} no wrong answer fails that works on the CPU"
