"""Output of grading: a line for each submission, a table, who needs a review."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from course.base.printable import printable


@dataclass
class Tally:
    """Summary of grading one lesson.

    `needs_review`: by student, why an instructor should look at the submission.
    `passed_over`: students whose submission `regrade` did not touch.
    `changes`: by student, points before and after.
    """

    graded: int = 0
    skipped: int = 0
    points: float = 0.0
    most: float = 0.0
    by_hand: int = 0
    needs_review: dict[str, str] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)
    changes: dict[str, tuple[float, float]] = field(default_factory=dict)


class Reporter:
    """Prints to one console; names and messages of students as harmless text."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def say(self, line: str) -> None:
        """One line of the log, as it is."""
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def progress(self, total: int) -> Iterator[Any]:
        """A progress bar; yields the function that advances it."""
        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self.console, transient=True) as progress:
            bar = progress.add_task("", total=total)
            yield lambda: progress.advance(bar)

    def summary(self, tallies: dict[str, Tally], layers: list[str] | None) -> None:
        """The table, the layers of confinement (None: unknown), who needs a review."""
        table = Table(title="graded", title_justify="left")
        for name in ("lesson", "graded", "unchanged", "mean", "of", "explanations"):
            table.add_column(name, justify="left" if name == "lesson" else "right")
        for lesson, tally in tallies.items():
            mean = f"{tally.points / tally.graded:.1f}" if tally.graded else ""
            counts = (str(tally.graded), str(tally.skipped), mean, f"{tally.most:g}")
            table.add_row(lesson, *counts, str(tally.by_hand))
        self.console.print(table)
        if layers is not None and any(tally.graded for tally in tallies.values()):
            confined = ", ".join(layers) or "nothing: student code ran unconfined"
            self.say(f"Confined by: {confined}")
        reasons = [
            f"  {lesson} {printable(student)}: {printable(why)}"
            for lesson, tally in tallies.items()
            for student, why in sorted(tally.needs_review.items())
        ]
        if reasons:
            self.say("Needs your review:")
        for line in reasons:
            self.say(line)

    def changes(self, lesson: str, exercise: str, tally: Tally) -> None:
        """The students whose points a regrading changed, and those it passed over."""
        title = f"{lesson}, {exercise}: who changed"
        table = Table(title=title, title_justify="left")
        for column in ("student", "from", "to"):
            table.add_column(column, justify="left" if column == "student" else "right")
        for student, (before, after) in sorted(tally.changes.items()):
            table.add_row(Text(printable(student)), f"{before:g}", f"{after:g}")
        if tally.changes:
            self.console.print(table)
        self.say(f"{len(tally.changes)} of {tally.graded} changed")
        if tally.passed_over:
            names = ", ".join(map(printable, tally.passed_over))
            self.say(f"Passed over, run `course grade {lesson}`: {names}")
