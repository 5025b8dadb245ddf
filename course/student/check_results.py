"""The results of `course check`, and the tables that show them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from course.base.course_folder import Course
from course.base.notebook import Exercise, Lesson
from course.base.outcomes_and_pitfalls import read_outcomes
from course.base.status import Status

MARKS = {
    Status.NOT_ATTEMPTED: "·",
    Status.NOT_YET: "✗",
    Status.RIGHT: "✓",
    Status.WRITTEN: "✎",
}
STYLES = {
    Status.NOT_ATTEMPTED: "dim",
    Status.NOT_YET: "red",
    Status.RIGHT: "green",
    Status.WRITTEN: "cyan",
}


@dataclass(frozen=True)
class Outcome:
    """The outcome of an exercise. `message`: of its first failure, "" for none."""

    exercise: Exercise
    outcome: str
    points: float
    message: str = ""


@dataclass(frozen=True)
class Checked:
    """A notebook that was checked. `notes`: what was not normal, in words."""

    lesson: Lesson
    path: Path
    outcomes: list[Outcome]
    notes: list[str]

    @property
    def points(self) -> float:
        return sum(each.points for each in self.outcomes)


def print_checked(console: Console, course: Course, checked: Checked) -> None:
    """Print the table of one notebook, its points, and the notes."""
    saved = datetime.fromtimestamp(checked.path.stat().st_mtime)
    shown = checked.path
    with suppress(ValueError):
        shown = checked.path.resolve().relative_to(course.root)
    table = Table(
        title=f"{checked.lesson.title} · {shown}, saved {saved:%d %B %H:%M}",
        title_justify="left",
        show_lines=True,
    )
    table.add_column("exercise")
    table.add_column("outcome", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("first failure", overflow="fold")
    for each in checked.outcomes:
        style = STYLES[each.outcome]
        outcome = f"[{style}]{MARKS[each.outcome]} {each.outcome}[/]"
        points = f"{each.points:g} of {each.exercise.points:g}"
        if not each.exercise.tests:
            points = f"{each.exercise.points:g} by hand"
        table.add_row(
            escape(each.exercise.title), outcome, points, escape(each.message)
        )
    by_hand = sum(e.exercise.points for e in checked.outcomes if not e.exercise.tests)
    most = sum(each.exercise.points for each in checked.outcomes) - by_hand
    total = f"{checked.points:g} of {most:g}"
    if by_hand:
        total += f", and up to {by_hand:g} by hand"
    console.print(table)
    console.print(
        f"Total: {total}. Grading also tries checks that are not in your copy.",
        highlight=False,
    )
    for note in checked.notes:
        console.print(f"Note: {note}", markup=False, highlight=False, style="bold")
    console.print()


def print_checklist(console: Console, course: Course, known: dict[str, str]) -> None:
    """Print the outcomes of the course, and how far they are proven.

    `known`: how each exercise stands.
    """
    outcomes = read_outcomes(course).course
    if not outcomes:
        return
    table = Table(title="What you can do, as far as proven", title_justify="left")
    table.add_column("")
    table.add_column("you can")
    table.add_column("proven", justify="right", no_wrap=True)
    table.add_column("still to prove")
    for each in outcomes:
        proven = [
            e for e in each.exercises if known.get(e) in (Status.RIGHT, Status.WRITTEN)
        ]
        by_hand = sum(known.get(e) == Status.WRITTEN for e in each.exercises)
        count = f"{len(proven)} of {len(each.exercises)}"
        count += f" ({by_hand} to be marked)" if by_hand else ""
        left = ", ".join(e for e in each.exercises if e not in proven)
        mark = MARKS[Status.NOT_ATTEMPTED] if left else MARKS[Status.RIGHT]
        table.add_row(mark, escape(each.can.replace("`", "")), count, left)
    console.print(table)
