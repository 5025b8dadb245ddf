"""docs/pitfalls.toml and the banks name the same pitfalls for the same exercises."""

from bank_cases import BANKS, COURSE

from course.base.outcomes_and_pitfalls import PITFALLS, read_pitfalls


def promised() -> set[tuple[int, str]]:
    """Pairs of a pitfall's number and an exercise, as the document has them."""
    return {
        (pitfall.number, exercise)
        for pitfall in read_pitfalls(COURSE)
        for exercise in pitfall.exercises
    }


def proven() -> set[tuple[int, str]]:
    """The same pairs, as wrong answers in the banks have them."""
    return {
        (number, exercise)
        for banks in BANKS.values()
        for exercise, bank in banks.items()
        for answer in bank.wrong
        for number in answer.pitfalls
    }


def test_every_promised_pitfall_has_a_wrong_answer():
    assert promised(), f"nothing was read from {PITFALLS}"
    assert promised() - proven() == set()


def test_every_pitfall_of_a_wrong_answer_is_in_the_document():
    assert proven() - promised() == set()
