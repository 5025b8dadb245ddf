"""A report on a class: one HTML file that needs nothing else, and a CSV beside it."""

import base64
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from statistics import StatisticsError, correlation, mean, median

import jinja2
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from nbconvert.filters import strip_ansi

from course.base.atomic_files import replace_all
from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.notebook import Exercise, Lesson
from course.base.outcomes import read_pitfalls
from course.base.printable import printable
from course.base.settings import read_settings
from course.base.status import Status
from course.grading.autograded import STAMP
from course.grading.gradebook_reader import Work
from course.grading.submission import LONGEST, failing
from course.instructor.export import FOLDER, csv_bytes, read_table
from course.nbgrader_hooks.page_notebook import NOT_HTML, page_notebook
from course.nbgrader_hooks.pages import read_graded
from course.proof.answer_bank import Bank, read_bank

STANDINGS = (Status.RIGHT, Status.NOT_YET, Status.NOT_ATTEMPTED, Status.WAITING)
LOOKS = {  # colour and hatch: either tells the outcomes apart
    Status.RIGHT: ("#2b7bba", ""),
    Status.NOT_YET: ("#f2a65a", "///"),
    Status.NOT_ATTEMPTED: ("#d9d9d9", "..."),
    Status.WAITING: ("#ffffff", "xx"),
}
MOST_NOTES = 20  # that are shown of a submission
MOST_MESSAGES = 5  # that are shown of an exercise
BINS = 10
HARD, EASY, LOW = 0.3, 0.9, 0.2  # where the report says so in words
LEAST = 3  # submissions, for a correlation
VARIES = re.compile(r"""-?\d[\d.,e+-]*|'[^'\n]*'|"[^"\n]*"|\[[^\]\n]*\]""")


@dataclass(frozen=True)
class Message:
    """A failing message: where, how often, and the pitfalls that lead to it."""

    cell: str
    text: str
    count: int
    pitfalls: list[str]


@dataclass
class Item:
    """An exercise, and how a class did in it.

    `difficulty`: the mean share of its points that was earned, 0 to 1.
    `discrimination`: correlation of its points with those of the lesson's other
    exercises, -1 to 1; None where either never varies. Both are those of classical
    test theory.
    """

    exercise: Exercise
    counts: Counter
    difficulty: float | None
    discrimination: float | None
    messages: list[Message] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def share(self, outcome: str) -> float:
        """Of all submissions, 0 to 1."""
        return self.counts[outcome] / self.total if self.total else 0.0

    @property
    def remark(self) -> str:
        """What stands out, in words."""
        said = []
        if self.difficulty is not None and self.difficulty < HARD:
            said.append("hard")
        if self.difficulty is not None and self.difficulty > EASY:
            said.append("easy")
        if self.discrimination is not None and self.discrimination < LOW:
            said.append("says little about the rest")
        return ", ".join(said)


@dataclass
class Part:
    """One lesson of the report.

    `look`: students whose tests a person must judge, with the notes of their grading;
    `marking`: who has explanations that wait, and how many; `unread`: whose messages
    cannot be read.
    """

    lesson: Lesson
    scores: list[float]
    most: float
    items: list[Item]
    look: dict[str, list[str]]
    marking: dict[str, int]
    unread: list[str]

    @cached_property
    def spread(self) -> str:
        """Least, median, mean and most points, in words."""
        return (
            f"{len(self.scores)} submissions: least {min(self.scores):g}, median "
            f"{median(self.scores):g}, mean {mean(self.scores):.1f}, most "
            f"{max(self.scores):g} of {self.most:g} points"
        )

    @property
    def histogram(self) -> str:
        return histogram(self.scores, self.most)

    @property
    def bars(self) -> str:
        return bars(self.items)


@dataclass(frozen=True)
class Report:
    """Where the page is; `unread`: lesson and student of messages it lacks."""

    path: Path
    unread: list[str]


def report(
    course: Course,
    lessons: list[str],
    anonymous: bool = False,
    output: Path | None = None,
) -> Report:
    """Write `report.html` and `report.csv` on these lessons, or all that have grades.

    They lie in `output`, by default in `reports/`. With `anonymous` no student is
    named. Raises CourseError where there are no grades.
    """
    table = read_table(course, lessons)
    autograded = read_settings(course).autograded
    pitfalls = {p.number: p.belief.replace("`", "") for p in read_pitfalls(course)}
    parts = [
        make_part(course.lesson(name), table.works[name], autograded, pitfalls, banks)
        for name in table.lessons
        for banks in [read_bank(course.bank(name))]
    ]
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("course"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["printable"] = printable
    page = environment.get_template("report.html.j2").render(
        parts=parts,
        anonymous=anonymous,
        when=f"{datetime.now():%d %B %Y, %H:%M}",
        outcomes=STANDINGS,
        students=len({s for works in table.works.values() for s in works}),
    )
    folder = output or course.root / FOLDER
    path = folder / "report.html"
    replace_all(
        {
            path: page.encode(errors="replace"),
            folder / "report.csv": csv_bytes(list(_rows(parts))),
        }
    )
    unread = [f"{part.lesson.name} {s}" for part in parts for s in part.unread]
    return Report(path, unread)


def make_part(
    lesson: Lesson,
    works: dict[str, Work],
    autograded: Path,
    pitfalls: dict[int, str],
    banks: dict[str, Bank],
) -> Part:
    """What the marks of a class in one lesson say."""
    exercises = [e for e in lesson.exercises if any(c.is_graded for c in e.cells)]
    earned = {e.id: [_earned(e, work) for work in works.values()] for e in exercises}
    read = {s: _kept(autograded / s / lesson.name, lesson.name) for s in works}
    kept = {s: found or ({}, []) for s, found in read.items()}
    items = []
    for exercise in exercises:
        mine = earned[exercise.id]
        stands = [outcome(exercise, work) for work in works.values()]
        tests = {c.id for c in exercise.tests}
        said = Counter(
            (cell, text)
            for (failures, _), stand in zip(kept.values(), stands, strict=True)
            for cell, text in failures.items()
            if stand == Status.NOT_YET and cell in tests
        )
        rest = [
            sum(those[k] for other, those in earned.items() if other != exercise.id)
            for k in range(len(works))
        ]
        judged = [p for p, s in zip(mine, stands, strict=True) if s != Status.WAITING]
        known = judged and exercise.points
        difficulty = mean(judged) / exercise.points if known else None
        messages = list(_messages(said, pitfalls, banks.get(exercise.id)))
        related = _related(mine, rest)
        items.append(Item(exercise, Counter(stands), difficulty, related, messages))
    tests = {c.id for c in lesson.cells if c.is_test}
    waiting = {
        s: {k for k, m in w.marks.items() if m.waiting} for s, w in works.items()
    }
    return Part(
        lesson,
        [work.score for work in works.values()],
        max(work.most for work in works.values()),
        items,
        {s: kept[s][1] for s, cells in waiting.items() if cells & tests},
        {s: len(cells - tests) for s, cells in waiting.items() if cells - tests},
        [printable(s, 100) for s, found in read.items() if found is None],
    )


def outcome(exercise: Exercise, work: Work) -> str:
    """How an exercise stands in a submission: one of STANDINGS."""
    marks = [work.marks[c.id] for c in exercise.cells if c.id in work.marks]
    if any(mark.waiting for mark in marks):
        return Status.WAITING
    if sum(m.score for m in marks) >= sum(m.most for m in marks):
        return Status.RIGHT
    answers = {c.id for c in exercise.cells if c.is_solution}
    return (
        Status.NOT_ATTEMPTED
        if answers and answers <= work.untouched
        else Status.NOT_YET
    )


def _earned(exercise: Exercise, work: Work) -> float:
    return sum(work.marks[c.id].score for c in exercise.cells if c.id in work.marks)


def _related(mine: list[float], rest: list[float]) -> float | None:
    try:
        return correlation(mine, rest) if len(mine) >= LEAST else None
    except StatisticsError:  # one of them never varies
        return None


def _kept(folder: Path, name: str) -> tuple[dict[str, str], list[str]] | None:
    """Failing messages by cell and notes, as grading left them; None if unreadable."""
    stamp = None
    with suppress(OSError, ValueError, RecursionError):
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    if isinstance(stamp, dict) and isinstance(stamp.get("failures"), dict):
        notes = stamp.get("notes")
        return _texts(stamp["failures"]), [
            printable(note, LONGEST)
            for note in (notes if isinstance(notes, list) else [])[:MOST_NOTES]
            if isinstance(note, str)
        ]
    with suppress(CourseError):  # nbgrader graded it, and left no stamp
        return failing(page_notebook(read_graded(folder / f"{name}.ipynb"))), []
    return None


def _texts(failures: dict) -> dict[str, str]:
    """The messages that are text, as much of them as a table can show."""
    return {
        cell: NOT_HTML.sub(" ", strip_ansi(said[:LONGEST]))
        for cell, said in failures.items()
        if isinstance(said, str)
    }


def _messages(
    said: Counter, pitfalls: dict[int, str], bank: Bank | None
) -> Iterator[Message]:
    """The most frequent ones; those that differ in values alone count as one."""
    groups: dict[tuple, Counter] = {}
    for (cell, text), count in said.items():
        groups.setdefault((cell, VARIES.sub("…", text)), Counter())[text] += count
    ranked = sorted(groups.items(), key=lambda g: (-g[1].total(), g[0]))
    for (cell, _), texts in ranked[:MOST_MESSAGES]:
        [(text, _)] = texts.most_common(1)
        numbers = sorted(_numbers(bank, cell, text))
        known = [f"{n}: {pitfalls[n]}" for n in numbers if n in pitfalls]
        yield Message(cell, text, texts.total(), known)


def _numbers(bank: Bank | None, cell: str, text: str) -> set[int]:
    """Pitfalls of the bank's wrong answers that get this message."""
    return {
        number
        for answer in (bank.wrong if bank else ())
        if (part := answer.fails.get(cell)) and part in text
        for number in answer.pitfalls
    }


def _rows(parts: Iterable[Part]) -> Iterator[list]:
    head = ["lesson", "exercise", "kind", "points", "submissions", *STANDINGS]
    yield [*head, "difficulty", "discrimination"]
    for part in parts:
        for item in part.items:
            known = (item.difficulty, item.discrimination)
            yield [
                *(part.lesson.name, item.exercise.id, item.exercise.kind),
                *(item.exercise.points, item.total),
                *(item.counts[outcome] for outcome in STANDINGS),
                *("" if value is None else round(value, 3) for value in known),
            ]


# ---- Pictures: SVG that a page holds within itself ----


def histogram(scores: list[float], most: float) -> str:
    """How many submissions have how many points; the picture as a data address."""
    figure = Figure(figsize=(5, 2.4), layout="constrained")
    axes: Axes = figure.subplots()
    edges = [most * k / BINS for k in range(BINS + 1)]
    axes.hist(
        [min(score, most) for score in scores],
        edges,
        color=LOOKS[Status.RIGHT][0],
        edgecolor="white",
    )
    axes.set(xlabel=f"points, of {most:g}", ylabel="submissions", xlim=(0, most))
    axes.yaxis.get_major_locator().set_params(integer=True)
    _plain(axes)
    return _address(figure)


def bars(items: list[Item]) -> str:
    """The outcomes of each exercise as shares; the picture as a data address."""
    figure = Figure(figsize=(7, 0.8 + 0.34 * len(items)), layout="constrained")
    axes: Axes = figure.subplots()
    names = [item.exercise.title for item in items]
    left = [0.0] * len(items)
    for outcome_ in STANDINGS:
        shares = [100 * item.share(outcome_) for item in items]
        colour, hatch = LOOKS[outcome_]
        axes.barh(
            names,
            shares,
            left=left,
            color=colour,
            hatch=hatch,
            edgecolor="#555555",
            label=outcome_,
        )
        left = [a + b for a, b in zip(left, shares, strict=True)]
    axes.invert_yaxis()
    axes.set(xlabel="share of submissions, %", xlim=(0, 100))
    figure.legend(loc="outside upper center", ncols=len(STANDINGS), frameon=False)
    _plain(axes)
    return _address(figure)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)


def _address(figure: Figure) -> str:
    file = io.BytesIO()
    figure.savefig(file, format="svg")
    return f"data:image/svg+xml;base64,{base64.b64encode(file.getvalue()).decode()}"
