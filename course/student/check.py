"""Checking a student's own notebooks: the released checks, and no gradebook.

The notebook is read from disk and merged with the released lesson, as grading merges a
submission with the source; it runs in the engine's kernels. It is not changed.
"""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from rich.console import Console

from course.base.atomic_files import replace_all
from course.base.cell_imports import modules_imported, names_imported
from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.notebook import Exercise, Lesson, read_lesson
from course.base.notebook_json import failure, to_json_bytes
from course.base.privacy import close_own
from course.base.settings import Settings, read_settings
from course.base.status import Status
from course.grading.merge import count_recognised, merge
from course.grading.read_submission import Submission, read_file, read_folder
from course.grading.submission import SourceCell, given_files, merge_files
from course.kernel.confinement import landlock_abi
from course.kernel.execute import execute, no_leftovers
from course.kernel.task import Result, Task, versions
from course.student.check_results import (
    Checked,
    Outcome,
    print_checked,
    print_checklist,
)
from course.student.start import WORK

EARLIER_CHECKS = ".checks.json"  # outcomes of earlier checks, in WORK


def check(
    course: Course, wanted: list[str], console: Console | None = None
) -> list[Checked]:
    """Check notebooks, and print how their exercises stand; `wanted` as on the line.

    A lesson means its notebook in `work/`, a path that notebook; nothing means all
    that are in `work/`. Raises CourseError where there is nothing to check.
    """
    console = console or Console()
    close_own(course.root / WORK)
    targets = list(_targets(course, wanted))
    with console.status("checking"), ThreadPoolExecutor(os.cpu_count()) as pool:
        settings = read_settings(course)
        running = [pool.submit(_check, course, settings, *each) for each in targets]
        with no_leftovers(running):
            done = [future.result() for future in running]
    for each in done:
        print_checked(console, course, each)
    print_checklist(console, course, _remember(course, done))
    return done


# ---- What to check ----


def _targets(course: Course, wanted: list[str]) -> Iterator[tuple[str, Path]]:
    """Pairs of a lesson and a notebook of it."""
    if not wanted:
        here = [(name, _notebook_in_work(course, name)) for name in course.names]
        here = [(name, path) for name, path in here if path.is_file()]
        if not here:
            raise CourseError(
                f"{course.root / WORK} holds no notebook. Run `course start`, which "
                "copies the lessons there, or name a file: `course check FILE.ipynb`."
            )
        yield from here
    for each in wanted:
        path = Path(each)
        is_there = path.is_file() and path.suffix != ""
        if is_there or (path.suffix == ".ipynb" and len(path.parts) > 1):
            yield _lesson_of(course, path), path
            continue
        name = course.name(each)
        path = _notebook_in_work(course, name)
        if not path.is_file():
            raise CourseError(
                f"{path}: there is no such file. Run `course start {name}`, which "
                "copies the lesson there, or name yours: `course check FILE.ipynb`."
            )
        yield name, path


def _notebook_in_work(course: Course, name: str) -> Path:
    return course.root / WORK / name / f"{name}.ipynb"


def _lesson_of(course: Course, path: Path) -> str:
    """The lesson whose exercises the notebook holds, whatever it is called."""
    released = {name: course.released(name) for name in course.names}
    lessons = {n: read_lesson(p) for n, p in released.items() if p.is_file()}
    sources = {name: _released_cells(lesson) for name, lesson in lessons.items()}
    shares = count_recognised(sources, _read_notebook(path))
    best = max(shares, key=shares.__getitem__, default="")
    if not shares.get(best):
        raise CourseError(
            f"{path}: holds no exercise of this course. Name one of its notebooks, or "
            f"a lesson: {', '.join(course.names)}."
        )
    return best


# ---- Checking ----


def _check(course: Course, settings: Settings, name: str, path: Path) -> Checked:
    released = course.released(name)
    if not released.is_file():
        raise CourseError(
            f"{released}: lesson {name} is not released. "
            "Restore release/ from version control, or run `course build`."
        )
    lesson = read_lesson(released)
    submission = _read_notebook(path, name)
    merged = merge(_released_cells(lesson), submission)
    notebook, notes = merged.notebook, merged.notes
    sources = {cell.id: cell.source for cell in notebook.cells}
    result = execute(
        Task(
            name,
            to_json_bytes(notebook),
            merge_files(given_files(released.parent), submission.files, name),
            limits=settings.limits,
            sandbox=settings.sandbox and landlock_abi() > 0,
            namespaces=settings.namespaces,
            modules=modules_imported(c.source for c in lesson.cells if c.is_code),
            versions=versions(),
            skip_figures=frozenset(sources),
            imports=names_imported(c.source for c in lesson.cells if c.is_code),
        )
    )
    cells = nbformat.reads(result.notebook.decode(), as_version=4).cells
    by_id = {cell.id: cell for cell in cells}
    outcomes = [_outcome(e, result, sources, by_id) for e in lesson.exercises]
    notes += result.notes + list(_failures_outside(lesson, cells))
    if result.tampering:
        notes.append(
            f"Something changes how checks judge ({result.causes}). Grading would "
            "withhold the points until a person has looked: undo it."
        )
    return Checked(lesson, path, outcomes, notes)


def _released_cells(lesson: Lesson) -> list[SourceCell]:
    return [SourceCell(c.id, c.kind, c.source, c.nbgrader) for c in lesson.cells]


def _read_notebook(path: Path, name: str = "") -> Submission:
    """The notebook; the files beside it, too, where its folder is named as the lesson.

    Raises CourseError where it cannot be read.
    """
    try:
        alone = read_file(path)
    except OSError as error:
        said = error.strerror or error
        raise CourseError(f"{path}: cannot be read ({said}).") from None
    if path.parent.name != name:
        return alone
    beside = read_folder(path.parent, name)
    if path.name == f"{name}.ipynb":
        return beside
    return replace(alone, files=beside.files)


def _outcome(
    exercise: Exercise, result: Result, sources: dict[str, str], cells: dict
) -> Outcome:
    """The outcome of an exercise, from the sources that ran and the executed cells."""
    answer = exercise.answer
    attempted = answer is None or sources[answer.id].strip() != answer.source.strip()
    points = sum(t.points for t in exercise.tests if result.passed.get(t.id))
    if not exercise.tests:
        return Outcome(
            exercise, Status.WRITTEN if attempted else Status.NOT_ATTEMPTED, 0.0
        )
    if all(result.passed.get(test.id) for test in exercise.tests):
        return Outcome(exercise, Status.RIGHT, points)
    if not attempted:
        return Outcome(exercise, Status.NOT_ATTEMPTED, points)
    relevant = [answer, *exercise.tests] if answer else exercise.tests
    failures = filter(None, (failure(cells[cell.id]) for cell in relevant))
    return Outcome(exercise, Status.NOT_YET, points, next(failures, ""))


def _failures_outside(lesson: Lesson, cells: list[NotebookNode]) -> Iterator[str]:
    """Cells of the lesson itself that failed: what comes after them may follow."""
    ours = {c.id for c in lesson.cells if not c.is_test and not c.is_solution}
    ours -= {c.id for e in lesson.exercises for c in e.cells}
    for cell in cells:
        if cell.id in ours and (said := failure(cell)):
            yield f"The cell {cell.id} failed: {said}"


# ---- Earlier checks ----


def _remember(course: Course, done: list[Checked]) -> dict[str, str]:
    """Outcomes by exercise of all lessons checked so far; those in `work/` are kept."""
    work = course.root / WORK
    path = work / EARLIER_CHECKS
    known: dict[str, dict[str, str]] = {}
    with suppress(OSError, ValueError, AttributeError):
        read = json.loads(path.read_text(encoding="utf-8"))
        known = {k: dict(v) for k, v in read.items() if k in course.names}
    before = json.dumps(known)
    now = known.copy()
    for each in done:
        outcomes = {o.exercise.id: o.outcome for o in each.outcomes}
        now[each.lesson.name] = outcomes
        if each.path.resolve().is_relative_to(work):
            known[each.lesson.name] = outcomes
    if json.dumps(known) != before:
        replace_all({path: json.dumps(known, indent=1).encode()})
    return {exercise: o for those in now.values() for exercise, o in those.items()}
