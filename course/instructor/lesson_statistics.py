"""The statistics of a class in one lesson: points, outcomes, and failing messages."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import StatisticsError, correlation, mean, median

from nbconvert.filters import strip_ansi

from course.base.errors import CourseError
from course.base.notebook import Exercise, Lesson
from course.base.printable import printable
from course.base.status import Status
from course.grading.autograded import STAMP
from course.grading.gradebook_reader import GradedSubmission
from course.grading.submission import LONGEST, failure_messages
from course.instructor.charts import STANDINGS, bars, histogram
from course.nbgrader_hooks.feedback_page import read_graded
from course.nbgrader_hooks.page_notebook import NOT_HTML, page_notebook
from course.proof.answer_bank import Bank

MOST_NOTES = 20  # that are shown of a submission
MOST_MESSAGES = 5  # that are shown of an exercise
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


@dataclass(kw_only=True)
class ExerciseStatistics:
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
        """Remarks on values that stand out, in words."""
        said = []
        if self.difficulty is not None and self.difficulty < HARD:
            said.append("hard")
        if self.difficulty is not None and self.difficulty > EASY:
            said.append("easy")
        if self.discrimination is not None and self.discrimination < LOW:
            said.append("says little about the rest")
        return ", ".join(said)


@dataclass(kw_only=True)
class LessonStatistics:
    """One lesson of the report.

    `to_judge`: students whose tests a person must judge, with the notes of their
    grading. `to_mark`: students with explanations that wait, and how many. `unread`:
    students whose messages cannot be read.
    """

    lesson: Lesson
    scores: list[float]
    most: float
    items: list[ExerciseStatistics]
    to_judge: dict[str, list[str]]
    to_mark: dict[str, int]
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
        names = [item.exercise.title for item in self.items]
        shares = {o: [item.share(o) for item in self.items] for o in STANDINGS}
        return bars(names, shares)


def lesson_statistics(
    lesson: Lesson,
    submissions: dict[str, GradedSubmission],
    autograded: Path,
    pitfalls: dict[int, str],
    banks: dict[str, Bank],
) -> LessonStatistics:
    """The statistics of a class in one lesson; `submissions` by student."""
    read = {
        s: _read_stamp(autograded / s / lesson.name, lesson.name) for s in submissions
    }
    kept = {student: found or ({}, []) for student, found in read.items()}
    failures = [failures for failures, _ in kept.values()]
    everyone = list(submissions.values())
    tests = {cell.id for cell in lesson.cells if cell.is_test}
    waiting = {
        student: {cell for cell, score in submission.cells.items() if score.waiting}
        for student, submission in submissions.items()
    }
    return LessonStatistics(
        lesson=lesson,
        scores=[submission.score for submission in everyone],
        most=max(submission.most for submission in everyone),
        items=list(_items(lesson, everyone, failures, pitfalls, banks)),
        to_judge={s: kept[s][1] for s, cells in waiting.items() if cells & tests},
        to_mark={
            s: len(cells - tests) for s, cells in waiting.items() if cells - tests
        },
        unread=[printable(s, 100) for s, found in read.items() if found is None],
    )


def _items(
    lesson: Lesson,
    submissions: list[GradedSubmission],
    failures: list[dict[str, str]],
    pitfalls: dict[int, str],
    banks: dict[str, Bank],
) -> Iterator[ExerciseStatistics]:
    """The statistics of each graded exercise.

    `failures`: of each submission, the messages of failed tests by cell.
    """
    exercises = [e for e in lesson.exercises if any(c.is_graded for c in e.cells)]
    earned = {e.id: [_earned(e, each) for each in submissions] for e in exercises}
    for exercise in exercises:
        points = earned[exercise.id]
        outcomes = [outcome(exercise, submission) for submission in submissions]
        tests = {cell.id for cell in exercise.tests}
        messages = Counter(
            (cell, text)
            for said, stands in zip(failures, outcomes, strict=True)
            for cell, text in said.items()
            if stands == Status.NOT_YET and cell in tests
        )
        rest = [
            sum(those[k] for other, those in earned.items() if other != exercise.id)
            for k in range(len(submissions))
        ]
        judged = [
            p for p, o in zip(points, outcomes, strict=True) if o != Status.WAITING
        ]
        is_known = judged and exercise.points
        yield ExerciseStatistics(
            exercise=exercise,
            counts=Counter(outcomes),
            difficulty=mean(judged) / exercise.points if is_known else None,
            discrimination=_correlation(points, rest),
            messages=list(_most_frequent(messages, pitfalls, banks.get(exercise.id))),
        )


def outcome(exercise: Exercise, submission: GradedSubmission) -> str:
    """The outcome of an exercise in a submission: one of STANDINGS."""
    ids = [cell.id for cell in exercise.cells]
    scores = [submission.cells[name] for name in ids if name in submission.cells]
    if any(score.waiting for score in scores):
        return Status.WAITING
    if sum(s.score for s in scores) >= sum(s.most for s in scores):
        return Status.RIGHT
    answers = {c.id for c in exercise.cells if c.is_solution}
    return (
        Status.NOT_ATTEMPTED
        if answers and answers <= submission.untouched
        else Status.NOT_YET
    )


def _earned(exercise: Exercise, submission: GradedSubmission) -> float:
    return sum(
        submission.cells[c.id].score for c in exercise.cells if c.id in submission.cells
    )


def _correlation(points: list[float], rest: list[float]) -> float | None:
    try:
        return correlation(points, rest) if len(points) >= LEAST else None
    except StatisticsError:  # one of them never varies
        return None


def _read_stamp(folder: Path, name: str) -> tuple[dict[str, str], list[str]] | None:
    """Failing messages by cell and notes, as grading left them; None if unreadable."""
    stamp = None
    with suppress(OSError, ValueError, RecursionError):
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    if isinstance(stamp, dict) and isinstance(stamp.get("failures"), dict):
        notes = stamp.get("notes")
        return _text_only(stamp["failures"]), [
            printable(note, LONGEST)
            for note in (notes if isinstance(notes, list) else [])[:MOST_NOTES]
            if isinstance(note, str)
        ]
    with suppress(CourseError):  # nbgrader graded it, and left no stamp
        return failure_messages(
            page_notebook(read_graded(folder / f"{name}.ipynb"))
        ), []
    return None


def _text_only(failures: dict) -> dict[str, str]:
    """The messages that are text, as much of them as a table can show."""
    return {
        cell: NOT_HTML.sub(" ", strip_ansi(said[:LONGEST]))
        for cell, said in failures.items()
        if isinstance(said, str)
    }


def _most_frequent(
    said: Counter, pitfalls: dict[int, str], bank: Bank | None
) -> Iterator[Message]:
    """The most frequent ones; those that differ in values alone count as one."""
    groups: dict[tuple, Counter] = {}
    for (cell, text), count in said.items():
        groups.setdefault((cell, VARIES.sub("…", text)), Counter())[text] += count
    ranked = sorted(groups.items(), key=lambda g: (-g[1].total(), g[0]))
    for (cell, _), texts in ranked[:MOST_MESSAGES]:
        [(text, _)] = texts.most_common(1)
        numbers = sorted(_pitfalls_behind(bank, cell, text))
        known = [f"{n}: {pitfalls[n]}" for n in numbers if n in pitfalls]
        yield Message(cell, text, texts.total(), known)


def _pitfalls_behind(bank: Bank | None, cell: str, text: str) -> set[int]:
    """Pitfalls of the bank's wrong answers that get this message."""
    return {
        number
        for answer in (bank.wrong if bank else ())
        if (part := answer.fails.get(cell)) and part in text
        for number in answer.pitfalls
    }
