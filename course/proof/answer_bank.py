"""Banks of answers: right and wrong ones, and what the tests must say to them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from course.base.errors import CourseError
from course.base.notebook import Exercise, Lesson
from course.proof.answer_runner import Report, gradable

ANSWER_MARKER = re.compile(
    r"^# %% *(?P<kind>right|wrong|equivalent): *(?P<name>.+?) *$"
)
ANSWER_HEADER = re.compile(r"^# (?P<key>\w+): *(?P<value>.*?) *$")
MORE_OF_VALUE = re.compile(r"^#  +(?P<value>.*?) *$")
KEYS = {"right": (), "wrong": ("fails", "says", "pitfall"), "equivalent": ("reason",)}
OWN_KEYS = {key for keys in KEYS.values() for key in keys}
IMPLICIT = ("untouched", "solution")
LEAST_RIGHT = 3
LEAST_WRONG = 5


@dataclass(frozen=True)
class Answer:
    """One answer.

    `fails` maps each test cell that must fail to a part of its message, or to None
    where any message will do. A right answer fails none.
    """

    name: str
    source: str
    fails: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class WrongAnswer(Answer):
    """An answer that must fail, and the numbers of the pitfalls that it falls into."""

    pitfalls: tuple[int, ...] = ()


@dataclass
class Bank:
    """The answers to one exercise, and the mutants that no test can tell apart."""

    path: Path
    right: list[Answer] = field(default_factory=list)
    wrong: list[WrongAnswer] = field(default_factory=list)
    equivalents: dict[str, str] = field(default_factory=dict)

    @property
    def answers(self) -> list[Answer]:
        """Right and wrong ones."""
        return [*self.right, *self.wrong]


def read_bank(folder: Path) -> dict[str, Bank]:
    """The banks of a lesson, by exercise: one file each.

    Raises CourseError naming file and answer where something is malformed.
    """
    banks: dict[str, Bank] = {}
    for path in sorted(folder.rglob("*.py")):
        if twin := banks.get(path.stem):
            raise CourseError(
                f"{path}: {twin.path} is for the same exercise. Put both into one."
            )
        banks[path.stem] = parse_bank(path)
    return banks


def parse_bank(path: Path) -> Bank:
    """Read one file in the percent format; text before the first cell is a comment."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise CourseError(f"{path}: cannot be read ({error}).") from None
    bank = Bank(path)
    starts = [n for n, line in enumerate(lines) if line.startswith("# %%")]
    for start, end in pairwise([*starts, len(lines)]):
        found = ANSWER_MARKER.match(lines[start])
        if not found:
            raise CourseError(
                f"{path}: {lines[start]!r} starts no answer. "
                "Write `# %% right: name`, `# %% wrong: name` or `# %% equivalent: …`."
            )
        _add(bank, found["kind"], found["name"], lines[start + 1 : end])
    return bank


def _add(bank: Bank, kind: str, name: str, lines: list[str]) -> None:
    where = f"{bank.path}: {kind} {name!r}"
    if name in IMPLICIT or name in (a.name for a in bank.answers):
        raise CourseError(f"{where}: the name is taken. Give each answer its own.")
    header, source = _header(lines, KEYS[kind], where)
    if kind == "equivalent":
        _add_equivalent(bank, name, header, source, where)
        return
    if not source:
        raise CourseError(f"{where}: has no code. Write the answer cell below it.")
    if kind == "right":
        bank.right.append(Answer(name, source))
        return
    fails = fails_of(header, where)
    try:
        pitfalls = [int(n) for key, v in header if key == "pitfall" for n in _items(v)]
    except ValueError:
        raise CourseError(f"{where}: `# pitfall:` takes numbers.") from None
    bank.wrong.append(WrongAnswer(name, source, fails, tuple(pitfalls)))


def _add_equivalent(
    bank: Bank, name: str, header: list[tuple[str, str]], source: str, where: str
) -> None:
    if name in bank.equivalents:
        raise CourseError(f"{where}: is listed twice. Keep one.")
    if len(header) != 1 or source:
        raise CourseError(
            f"{where}: needs one `# reason: …` (why no test can tell it from the "
            "solution), and no code."
        )
    bank.equivalents[name] = header[0][1]


def _header(
    lines: list[str], keys: Iterable[str], where: str
) -> tuple[list[tuple[str, str]], str]:
    """Split a cell into its `# key: value` lines and its code.

    A value goes on in following lines that begin with `#` and two spaces.
    """
    header: list[tuple[str, str]] = []
    lines = list(lines)
    while lines:
        found = ANSWER_HEADER.match(lines[0])
        if found and (keys or found["key"] in OWN_KEYS):
            if found["key"] not in keys:
                wanted = ", ".join(keys) or "none"
                raise CourseError(
                    f"{where}: unknown key {found['key']!r} (known here: {wanted})."
                )
            header.append((found["key"], found["value"]))
        elif header and (found := MORE_OF_VALUE.match(lines[0])):
            key, value = header[-1]
            header[-1] = (key, f"{value} {found['value']}")
        else:
            break
        lines.pop(0)
    empty = [key for key, value in header if not value]
    if empty:
        raise CourseError(f"{where}: `# {empty[0]}:` has no value.")
    return header, "\n".join(lines).strip("\n")


def fails_of(header: list[tuple[str, str]], where: str) -> dict[str, str | None]:
    """Each test cell that must fail, with a part of its message or None.

    `header` holds the `# fails:` and `# says:` lines of an answer, as (key, value).
    Raises CourseError, which begins with `where`, if they do not fit.
    """
    fails: dict[str, str | None] = {}
    named: list[str] = []
    for key, value in header:
        if key == "fails":
            named = _items(value)
            twice = [cell for cell in named if cell in fails or named.count(cell) > 1]
            if twice:
                raise CourseError(f"{where}: fails {twice[0]} twice. Name it once.")
            fails |= dict.fromkeys(named)
        elif key == "says":
            if not named:
                raise CourseError(
                    f"{where}: `# says:` belongs to the `# fails:` line above it, "
                    "once each."
                )
            fails |= dict.fromkeys(named, value)
            named = []
    if not fails:
        raise CourseError(
            f"{where}: has no `# fails:` line. Name the test cells that must fail."
        )
    return fails


def _items(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


def check_names(banks: dict[str, Bank], lesson: Lesson) -> None:
    """Raise CourseError where a bank names an exercise or test cell that is not there.

    Each exercise that tests grade must have its file.
    """
    exercises = {exercise.id: exercise for exercise in gradable(lesson)}
    for exercise_id in exercises.keys() - banks.keys():
        raise CourseError(
            f"{lesson.path}: no bank of answers for exercise {exercise_id!r}. "
            f"Write answers/{lesson.name}/{exercise_id}.py."
        )
    for exercise_id, bank in banks.items():
        if exercise_id not in exercises:
            raise CourseError(
                f"{bank.path}: {lesson.name} has no exercise {exercise_id!r} that "
                f"tests grade. There are: {', '.join(exercises) or 'none'}."
            )
        cells = [cell.id for cell in exercises[exercise_id].tests]
        for answer in bank.wrong:
            for cell in answer.fails.keys() - set(cells):
                raise CourseError(
                    f"{bank.path}: wrong {answer.name!r}: {cell!r} is no test cell of "
                    f"this exercise. There are: {', '.join(cells)}."
                )


def disagreements(report: Report, fails: dict[str, str | None]) -> list[str]:
    """Where the tests and the bank differ about an answer, one line each."""
    lines = list(report.complaints)
    raised = "".join(f" (the answer raised {r})" for r in report.raised.values())
    for cell, message in report.outcomes.items():
        if cell not in fails:
            if message is not None:
                lines.append(f"{cell}: must pass, but fails with {message!r}{raised}")
        elif message is None:
            lines.append(f"{cell}: must fail, but passes")
        elif (fails[cell] or "") not in message:
            lines.append(f"{cell}: must say {fails[cell]!r}, but says {message!r}")
    unrun = fails.keys() - report.outcomes.keys()
    return lines + [f"{cell}: must fail, but was not run" for cell in sorted(unrun)]


def gaps(exercise: Exercise, bank: Bank) -> list[str]:
    """Lacks of the bank, one line each."""
    lines = []
    if len(bank.right) < LEAST_RIGHT:
        lines.append(f"{len(bank.right)} right answers, at least {LEAST_RIGHT} needed")
    if len(bank.wrong) < LEAST_WRONG:
        lines.append(f"{len(bank.wrong)} wrong answers, at least {LEAST_WRONG} needed")
    failed = {cell for answer in bank.wrong for cell in answer.fails}
    never = [cell.id for cell in exercise.tests if cell.id not in failed]
    return lines + [f"no wrong answer fails {cell}" for cell in never]
