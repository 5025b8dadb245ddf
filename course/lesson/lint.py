"""Lint: the rules that a program can check in a lesson, one finding per fault."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.notebook import Lesson, lesson_from, read_json
from course.lesson import cell_rules, lesson_rules
from course.lesson.normalize import LINE_LENGTH

RULES: dict[str, Callable[[Lesson], cell_rules.Faults]] = {
    "anatomy": lesson_rules.anatomy,
    "cell-order": lesson_rules.cell_order,
    "task-line": lesson_rules.task_line,
    "points": lesson_rules.points,
    "picture-in-words": lesson_rules.picture_in_words,
    "test-missing": lesson_rules.test_missing,
    "graded-marked": lesson_rules.graded_marked,
    "test-idea": lesson_rules.test_idea,
    "trailing-value": lesson_rules.trailing_value,
    "bare-assert": cell_rules.bare_assert,
    "mark-scheme": lesson_rules.mark_scheme,
    "try": lesson_rules.try_cell,
    "hint": lesson_rules.hint,
    "regions": cell_rules.regions,
    "cell-size": cell_rules.cell_size,
    "tags": cell_rules.tags,
    "stored-output": cell_rules.stored_output,
    "words": cell_rules.banned_words,
    "imports": cell_rules.imports,
}
RUFF_RULES = "E,F,I,UP,B"
# In a notebook imports stand where they are used, tests repeat them, and a line
# may be there to show its value, or hide it with a semicolon.
RUFF_IGNORES = "B018,E402,E703,F811"
NO_CELL = "-"
TRY_AGAIN = "git config core.symlinks true && git checkout -- source"


class Fault(NamedTuple):
    """One thing wrong in a lesson: the cell, the rule and what to do."""

    cell: str
    rule: str
    advice: str


@dataclass(frozen=True)
class Finding:
    """A fault and the file it is in, relative to the course folder."""

    file: str
    cell: str
    rule: str
    advice: str

    def __str__(self) -> str:
        return f"{self.file}: {self.cell}: {self.rule}: {self.advice}"


def lint(course: Course, names: list[str]) -> list[Finding]:
    """All findings in these lessons and in their links in source/."""
    return [*lint_links(course, names), *lint_lessons(course, names)]


def lint_lessons(course: Course, names: list[str]) -> list[Finding]:
    """Findings of all rules in the notebooks, lesson by lesson."""
    return lint_runs(course, lint_texts(course, names))


def lint_texts(course: Course, names: list[str]) -> dict[str, list[Fault]]:
    """Faults in the text of each lesson; nothing is run."""
    faults: dict[str, list[Fault]] = {}
    lessons: dict[str, Lesson] = {}
    for name in names:
        try:
            lessons[name], names_held = read_sound(course.notebook(name))
            faults[name] = _faults(lessons[name], names_held)
        except CourseError as error:
            advice = str(error).removeprefix(f"{course.notebook(name)}: ")
            faults[name] = [Fault(NO_CELL, "notebook", advice)]
    for name, fault in _ruff(course, lessons):
        faults[name].append(fault)
    return faults


def lint_runs(course: Course, faults: dict[str, list[Fault]]) -> list[Finding]:
    """All findings, given the `faults` in the texts.

    A lesson is run only if nothing is wrong with its text: a run would only repeat it.
    """
    return [
        Finding(f"notebooks/{name}.ipynb", *fault)
        for name, known in faults.items()
        for fault in known or _rerun(read_sound(course.notebook(name))[0])
    ]


def read_sound(path: Path) -> tuple[Lesson, list[str]]:
    """The lesson, and the name or grade id that each cell's metadata holds.

    Raises CourseError where a cell lacks what the notebook format asks of it.
    """
    nb = read_json(path)
    try:
        lesson = lesson_from(nb, path)
        names = [_name(raw["metadata"]) for raw in nb["cells"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise CourseError(
            f"{path}: its cells are not those of a notebook "
            f"({type(error).__name__}: {error}). Restore it from version control."
        ) from None
    if not lesson.cells:
        raise CourseError(f"{path}: holds no cell. Restore it from version control.")
    return lesson, names


def _faults(lesson: Lesson, names: list[str]) -> list[Fault]:
    """Faults by all rules; only those of ids if ids are wrong, as all need them."""
    by_id = {
        "cell-id": cell_rules.cell_id(lesson, names),
        "duplicate-id": cell_rules.duplicate_id(lesson),
    }
    by_rule = {rule: faults_of(lesson) for rule, faults_of in RULES.items()}
    return _flat(by_id) or _flat(by_rule)


def _flat(by_rule: dict[str, cell_rules.Faults]) -> list[Fault]:
    return [
        Fault(cell, rule, advice)
        for rule, faults in by_rule.items()
        for cell, advice in faults
    ]


def _name(metadata: dict) -> str:
    return metadata.get("nbgrader", {}).get("grade_id") or metadata.get("name", "")


def _ruff(course: Course, lessons: dict[str, Lesson]) -> Iterator[tuple[str, Fault]]:
    """Faults that `ruff check` finds, each with the name of its lesson."""
    if not lessons:
        return
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
    command += ["--select", RUFF_RULES, "--ignore", RUFF_IGNORES]
    command += ["--line-length", str(LINE_LENGTH), "--output-format", "json"]
    files = [str(course.notebook(name)) for name in lessons]
    done = subprocess.run([*command, *files], capture_output=True, encoding="utf-8")
    if done.returncode > 1:
        raise CourseError(f"ruff check could not run: {done.stderr.strip()}")
    for found in json.loads(done.stdout):
        name = Path(found["filename"]).stem
        number = found["cell"]
        cell = lessons[name].cells[number - 1].id if number else NO_CELL
        place = f"line {found['location']['row']}"
        yield (
            name,
            Fault(cell, "code", f"{place}: {found['message']} ({found['code']})"),
        )


def _rerun(lesson: Lesson) -> list[Fault]:
    """Faults that a run of the solutions shows, with each test run twice."""
    from course.proof.answer_runner import (  # its process has torch: seconds
        run_lesson,
        solutions,
    )

    try:
        report = run_lesson(lesson, solutions(lesson))
    except CourseError as error:
        advice = str(error).removeprefix(f"{lesson.path}: ")
        return [Fault("setup", "solution", advice)]
    failures = report.raised | report.failed
    faults = [Fault(cell, "solution", why) for cell, why in failures.items()]
    for complaint in report.complaints:
        cell, _, advice = complaint.partition(": ")
        faults.append(Fault(cell, "rerun", advice))
    return faults


def lint_links(course: Course, names: list[str]) -> list[Finding]:
    """Whether source/ shows these lessons, and nothing that is no lesson."""
    faults = {course.link(name): link_fault(course, name) for name in names}
    if set(names) == set(course.names):
        faults |= {
            path: "belongs to no notebook: remove it, or add the notebook"
            for path in sorted((course.root / "source").glob("*"))
            if path.name not in names and not path.name.startswith(".")
        }
    return [
        Finding(path.relative_to(course.root).as_posix(), NO_CELL, "link", advice)
        for path, advice in faults.items()
        if advice
    ]


def link_fault(course: Course, name: str) -> str | None:
    """The fault of the lesson's link in source/; None if the link is right."""
    link, notebook = course.link(name), course.notebook(name)
    target = f"../../notebooks/{name}.ipynb"
    if link.is_symlink():
        there = Path(os.readlink(link)).as_posix()
        return None if there == target else f"points to {there}: let it be {target}"
    if not link.exists():
        return "is missing: run `course build`, which makes the link"
    if link.is_file() and link.stat().st_size < 200 and notebook.name in _text(link):
        return (
            "git wrote the link as a text file: enable symlinks, on Windows in "
            f"Developer Mode, with `{TRY_AGAIN}`"
        )
    return f"is a second copy: remove it; notebooks/{name}.ipynb is the one to edit"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
