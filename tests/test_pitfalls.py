"""docs/pitfalls.md and the banks name the same pitfalls for the same exercises."""

import re

from test_bank import BANKS, ROOT

ROW = re.compile(r"^\| (?P<number>\d+) \|.*\| (?P<exercises>[^|]+) \|$", re.MULTILINE)
TABLE = (ROOT / "docs" / "pitfalls.md").read_text(encoding="utf-8")


def promised() -> set[tuple[int, str]]:
    """Pairs of a pitfall's number and an exercise, as the document has them."""
    return {
        (int(row["number"]), exercise)
        for row in ROW.finditer(TABLE)
        for exercise in re.findall(r"`([a-z-]+)`", row["exercises"])
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
    assert promised(), "no row was read from docs/pitfalls.md"
    assert promised() - proven() == set()


def test_every_pitfall_of_a_wrong_answer_is_in_the_document():
    assert proven() - promised() == set()


def test_numbers_are_unique():
    numbers = [row["number"] for row in ROW.finditer(TABLE)]
    assert len(numbers) == len(set(numbers))
