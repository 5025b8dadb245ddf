"""Arguments, exit codes and wording that commands of `course` share."""

from typing import Annotated

import typer

NEEDS_REVIEW = 3  # exit code where an instructor has something to look at
Lessons = Annotated[
    list[str] | None,
    typer.Argument(help="Lessons by name, number or noun; all if none is given."),
]


def count(number: int, noun: str) -> str:
    """A number of things, in words: `1 page`, `2 pages`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
