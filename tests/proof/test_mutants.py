"""The tests of every exercise tell each mutant of its solution from the solution."""

from bank_cases import EACH_EXERCISE, bank_of, expect_none

from course.proof.mutation import try_mutants


@EACH_EXERCISE
def test_mutants_are_killed_or_listed(lesson, exercise, device, record_property):
    bank = bank_of(lesson, exercise)
    tally = try_mutants(lesson, exercise, device)
    figures = {
        "exercise": f"{lesson.name}/{exercise.id}",
        "killed": len(tally.killed),
        "made": tally.made,
        "listed": len(bank.equivalents),
    }
    record_property("mutants", figures)
    assert tally.made, "no mutant was made: is there a SOLUTION region?"
    expect_none(bank.path, tally.disagreements(bank))
