"""The coordinator: the only one who reads submissions and writes grades.

For each submission in `submitted/` it makes a task, has it executed by an executor
(threads here, or a Dask cluster), and records the result: first in a staging folder,
then in the gradebook as one transaction, then by moving the staged folder to its place
in `autograded/`. A folder with a stamp is therefore in the gradebook. Killed at any
moment and started again, it grades again what has no stamp, with the same result.
"""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import AssignLatePenalties, LimitOutput
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from course.engine.book import Book, Grades, Score
from course.engine.probe import Imports, imports
from course.engine.sandbox import Limits
from course.engine.submission import (
    Handed,
    SourceCell,
    add_notes,
    failing,
    given_files,
    is_folder,
    is_test,
    merge,
    now,
    packed,
    read_folder,
    together,
    unchanged,
)
from course.engine.warm import imported
from course.engine.worker import (
    NoKernel,
    Result,
    Task,
    check_versions,
    execute,
    no_leftovers,
    versions,
)
from course.errors import CourseError
from course.folder import Course
from course.gradebook import gradebook_location
from course.preprocessors import OnlyErrorsCost
from course.settings import read_settings

STAMP = ".graded.json"
STAGING = ".staging"
AHEAD = 2  # tasks made in advance for each worker, and kept in memory
RETRIES = 3  # of a task whose worker was lost
ANSWER_WITHIN = 10  # seconds for a scheduler


@dataclass(frozen=True)
class Options:
    """How to grade: everything but what.

    `exercise`: the only one whose points may change, see `regrade`.
    """

    workers: int = 2
    scheduler: str | None = None
    force: bool = False
    sandbox: bool = True
    exercise: str | None = None


@dataclass(frozen=True)
class Job:
    """A submission, merged with the source's tests."""

    lesson: str
    student: str
    folder: Path
    handed: Handed
    files: dict[str, bytes]
    notebook: NotebookNode
    notes: list[str]
    stamp: dict[str, str]
    changed: bool
    modules: tuple[str, ...]
    imports: Imports


@dataclass
class Tally:
    """What the grading of a lesson came to."""

    graded: int = 0
    skipped: int = 0
    points: float = 0.0
    most: float = 0.0
    by_hand: int = 0
    look: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    changes: dict[str, tuple[float, float]] = field(default_factory=dict)


def grade(
    course: Course,
    lessons: list[str],
    students: list[str],
    options: Options,
    console: Console | None = None,
) -> dict[str, Tally]:
    """Grade what is new in `submitted/`; what it came to, by lesson.

    Without names: every lesson and every student that has submissions. Raises
    CourseError where nothing can be graded; what was graded until then is kept.
    """
    console = console or Console(stderr=True)
    return Grading(course, options, console).run(lessons, students)


def regrade(
    course: Course,
    lesson: str,
    exercise: str,
    options: Options,
    console: Console | None = None,
) -> Tally:
    """Grade one exercise again in all submissions, after a test of it was mended.

    Points of other exercises stay. Submissions that are not graded yet, or not as they
    lie there now, are passed over. Raises CourseError for an unknown exercise.
    """
    name = course.name(lesson)
    known = [e.id for e in course.lesson(name).exercises]
    if exercise not in known:
        raise CourseError(
            f"There is no exercise {exercise!r} in {name}. "
            f"Its exercises are: {', '.join(known)}."
        )
    console = console or Console(stderr=True)
    options = replace(options, force=True, exercise=exercise)
    tally = Grading(course, options, console).run([name], [])[name]
    table = Table(title=f"{name}, {exercise}: who changed", title_justify="left")
    for column in ("student", "from", "to"):
        table.add_column(column, justify="left" if column == "student" else "right")
    for student, (before, after) in sorted(tally.changes.items()):
        table.add_row(Text(student), f"{before:g}", f"{after:g}")
    if tally.changes:
        console.print(table)
    console.print(f"{len(tally.changes)} of {tally.graded} changed", highlight=False)
    if tally.passed_over:
        console.print(
            f"Passed over, run `course grade {name}`: {', '.join(tally.passed_over)}",
            markup=False,
            soft_wrap=True,
        )
    return tally


class Grading:
    """One run over the submissions of a course."""

    def __init__(self, course: Course, options: Options, console: Console) -> None:
        self.course = course
        self.options = options
        settings = read_settings(course)
        self.config = settings.config
        self.submitted, self.autograded = settings.submitted, settings.autograded
        self.place = gradebook_location(course, self.config)
        self.limits, self.namespaces = settings.limits, settings.namespaces
        self.console = console
        self.layers: list[str] = []
        self.only: frozenset[str] | None = None  # graded cells of `options.exercise`

    def run(self, lessons: list[str], students: list[str]) -> dict[str, Tally]:
        """Grade, and print a line for each submission and a table at the end."""
        found = self._submissions(lessons, students)
        self.book = Book(*self.place)
        tallies = {lesson: Tally() for lesson in found}
        try:
            self.sources = {
                lesson: self.book.source(lesson, self.course.link(lesson))
                for lesson in found
            }
            with (
                self._staging(),
                self._executor() as (executor, slots),
                self._progress(found) as progress,
            ):
                self._all(
                    executor, slots, self._jobs(found, tallies), tallies, progress
                )
        except KeyboardInterrupt:
            self._say("Stopped. What has a line is graded. Run it again for the rest.")
            raise
        finally:
            self.book.close()
        self._report(tallies)
        return tallies

    @contextmanager
    def _staging(self) -> Iterator[None]:
        """Make the staging folder anew; only one coordinator at a time may have it."""
        self.autograded.mkdir(exist_ok=True)
        with _only_one(self.autograded):
            staging = self.autograded / STAGING
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
            try:
                yield
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    # ---- What there is to grade ----

    def _submissions(self, lessons: list[str], students: list[str]) -> dict[str, list]:
        """Students with a submission, by lesson."""
        if not self.submitted.is_dir():
            raise CourseError(
                f"{self.submitted}: there is no such folder. Collect the submissions "
                "first: `nbgrader collect` or `nbgrader zip_collect`."
            )
        here = sorted(p.name for p in self.submitted.iterdir() if is_folder(p))
        if unknown := [name for name in students if name not in here]:
            raise CourseError(
                f"{', '.join(unknown)}: nothing in submitted/ by that name. "
                f"There are {len(here)} students, among them {', '.join(here[:5])}."
            )
        wanted = list(dict.fromkeys(students)) or here
        names = [self.course.name(name) for name in lessons] or self.course.names
        found = {
            name: [s for s in wanted if is_folder(self.submitted / s / name)]
            for name in dict.fromkeys(names)
        }
        found = {name: those for name, those in found.items() if those}
        if not found:
            raise CourseError(
                f"{self.submitted}: no submissions of "
                f"{', '.join(names) if lessons else 'any lesson'}"
                f"{' by ' + ', '.join(students) if students else ''}. They are "
                "expected as submitted/STUDENT/LESSON/LESSON.ipynb."
            )
        return found

    def _jobs(self, found: dict[str, list], tallies: dict[str, Tally]) -> Iterator[Job]:
        for lesson, students in found.items():
            source = self.sources[lesson]
            given = given_files(self.course.link(lesson).parent)
            late = (self.book.due(lesson), *self._lateness())
            tests = _digest(source, given, versions(), self.limits, late)
            graded = self.book.graded(lesson)
            if self.options.exercise:
                self.earned = self.book.earned(lesson)
                exercises = {e.id: e for e in self.course.lesson(lesson).exercises}
                cells = exercises[self.options.exercise].cells
                self.only = frozenset(cell.id for cell in cells if cell.is_graded)
            code = [c.source for c in source if c.kind == "code"]
            modules, names = imported(code), imports(code)
            for student in students:
                folder = self.submitted / student / lesson
                handed = read_folder(
                    folder, lesson, {c.id for c in source if c.nbgrader}
                )
                stamp = {"submission": handed.digest, "tests": tests}
                old = self._stamp(student, lesson)
                same = old is not None and old | stamp == old
                if same and student in graded and not self.options.force:
                    tallies[lesson].skipped += 1
                    continue
                changed = student in graded and (
                    old["submission"] != handed.digest
                    if old
                    else graded[student] != _naive(handed.timestamp)
                )
                if self.options.exercise and (changed or student not in graded):
                    tallies[lesson].passed_over.append(student)
                    continue
                notebook, notes = merge(source, handed)
                yield Job(
                    *(lesson, student, folder, handed),
                    *(together(given, handed.files, lesson), notebook, notes),
                    *(stamp, changed, modules, names),
                )

    def _stamp(self, student: str, lesson: str) -> dict | None:
        path = self.autograded / student / lesson / STAMP
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    # ---- Having it executed ----

    @contextmanager
    def _executor(self) -> Iterator[tuple[Executor, int]]:
        if self.options.scheduler is None:
            with ThreadPoolExecutor(self.options.workers) as pool:
                try:
                    yield pool, self.options.workers
                finally:
                    pool.shutdown(cancel_futures=True)
            return
        client = _dask(self.options.scheduler)
        with client:
            slots = sum(client.nthreads().values())
            if not slots:
                raise CourseError(
                    f"{self.options.scheduler} has no workers: start some with "
                    f"`dask worker {self.options.scheduler}`."
                )
            _check_workers(client)
            yield client.get_executor(retries=RETRIES, pure=False), slots

    def _all(
        self,
        executor: Executor,
        slots: int,
        jobs: Iterator[Job],
        tallies: dict[str, Tally],
        progress: Any,
    ) -> None:
        running: dict[Future, Job] = {}
        work = execute if self.options.scheduler else _here
        with no_leftovers(running):
            for job in _each_and_the_end(jobs):
                while running and (job is None or len(running) >= slots * AHEAD):
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        self._finish(running.pop(future), future, tallies)
                        progress()
                if job is not None:
                    running[executor.submit(work, self._task(job))] = job

    def _task(self, job: Job) -> Task:
        return Task(
            f"{job.lesson} {job.student}",
            packed(job.notebook),
            job.files,
            limits=self.limits,
            sandbox=self.options.sandbox,
            namespaces=self.namespaces,
            modules=job.modules,
            versions=versions(),
            undrawn=unchanged(job.notebook, self.sources[job.lesson]),
            imports=job.imports,
        )

    # ---- Recording what came out ----

    def _finish(self, job: Job, future: Future, tallies: dict[str, Tally]) -> None:
        stamp = job.stamp
        try:
            result = future.result()
            notebook = nbformat.v4.reads(result.notebook.decode())
        except CourseError:
            raise
        except Exception as error:  # a lost worker, or a fault of the engine
            if isinstance(error, NoKernel) and not self.layers:
                raise CourseError(
                    f"no kernel answers here, {error}. See that `course check` works, "
                    "and that this machine is not busy with something else."
                ) from None
            result = Result(notes=[f"Grading itself failed: {error!r}. Run it again."])
            result.tampering = []
            notebook, stamp = job.notebook, stamp | {"tests": ""}
            self._say(f"{now()} {job.lesson} {job.student}: {result.notes[0]}")
        self.layers = result.layers or self.layers
        notes = job.notes + result.notes
        passed = {
            c.id: result.passed.get(c.id, False)
            for c in job.notebook.cells
            if is_test(c)
        }
        if result.tampering:
            passed = dict.fromkeys(passed, False)
            notes.append(
                "Something in this notebook changes how tests judge "
                f"({result.causes}). The points of all tests are withheld until a "
                "person has looked at it."
            )
        person = bool(result.tampering) or not stamp["tests"]
        for preprocessor in (OnlyErrorsCost(), LimitOutput(config=self.config)):
            notebook, _ = preprocessor.preprocess(notebook, {})
        grades = Grades(
            *(job.lesson, job.student, notebook, passed, job.handed.timestamp),
            *(person, job.changed, self.only),
        )
        if not self._is_whole(grades):  # what else changed is still to be graded
            stamp = stamp | {"tests": ""}
        failures = failing(notebook)
        add_notes(notebook, notes)
        stamp = stamp | {"failures": failures, "notes": notes}
        staged = self._stage(job, notebook, stamp)
        score = self.book.write(grades, self._penalty)
        self._put(staged, self.autograded / job.student / job.lesson)
        self._count(tallies[job.lesson], job, result, score, notes, person)

    def _is_whole(self, grades: Grades) -> bool:
        """Whether tests that keep their old points would have got the same now."""
        if grades.only is None:
            return True
        old = self.earned[grades.student]
        points = {
            cell.id: cell.nbgrader["points"]
            for cell in self.sources[grades.lesson]
            if cell.is_test and cell.id not in grades.only
        }
        return all(
            old.get(name) == (most if grades.passed[name] else 0)
            for name, most in points.items()
        )

    def _lateness(self) -> Iterator[str]:
        """What the configuration says of late submissions."""
        for name in ("AssignLatePenalties", "LateSubmissionPlugin"):
            yield repr(sorted(self.config.get(name, {}).items()))

    def _penalty(self, student: str, score: float, late: float) -> float | None:
        """What nbgrader's plugin for late submissions takes off."""
        plugin = AssignLatePenalties(config=self.config)
        plugin.init_plugin()
        taken = plugin.plugin_inst.late_submission_penalty(student, score, late)
        return None if taken is None else min(max(taken, 0), score)

    def _stage(self, job: Job, notebook: NotebookNode, stamp: dict) -> Path:
        """The folder that will lie in `autograded/`, complete, beside it."""
        staged = self.autograded / STAGING / f"{job.student}.{job.lesson}"
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir()
        for name, data in job.files.items():
            path = staged / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        text = nbformat.v4.writes(notebook)
        (staged / f"{job.lesson}.ipynb").write_text(text, encoding="utf-8")
        (staged / STAMP).write_text(json.dumps(stamp), encoding="utf-8")
        return staged

    def _put(self, staged: Path, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            old = staged.with_name(f"{staged.name}.old")
            shutil.rmtree(old, ignore_errors=True)
            place.rename(old)
            staged.rename(place)
            shutil.rmtree(old, ignore_errors=True)
        else:
            staged.rename(place)

    # ---- Saying it ----

    def _count(
        self,
        tally: Tally,
        job: Job,
        result: Result,
        score: Score,
        notes: list[str],
        person: bool,
    ) -> None:
        tally.graded += 1
        tally.points += score.points
        tally.most = score.most
        tally.by_hand += score.by_hand
        if person:
            tally.look.append(job.student)
        if self.only:
            before, after = (
                sum(points[cell] for cell in self.only)
                for points in (score.before, score.after)
            )
            if before != after:
                tally.changes[job.student] = before, after
        remarks = f" · {len(notes)} notes" if notes else ""
        self._say(
            f"{now()} {job.lesson} {job.student}: {score.points:g} of {score.most:g}, "
            f"{result.seconds:.1f} s{remarks}{' · needs a person' if person else ''}"
        )

    def _say(self, line: str) -> None:
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def _progress(self, found: dict[str, list]) -> Iterator[Any]:
        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        total = sum(map(len, found.values()))
        with Progress(*columns, console=self.console, transient=True) as progress:
            bar = progress.add_task("", total=total)
            yield lambda: progress.advance(bar)

    def _report(self, tallies: dict[str, Tally]) -> None:
        table = Table(title="graded", title_justify="left")
        for name in ("lesson", "graded", "unchanged", "mean", "of", "explanations"):
            table.add_column(name, justify="left" if name == "lesson" else "right")
        for lesson, tally in tallies.items():
            mean = f"{tally.points / tally.graded:.1f}" if tally.graded else ""
            counts = (str(tally.graded), str(tally.skipped), mean, f"{tally.most:g}")
            table.add_row(lesson, *counts, str(tally.by_hand))
        self.console.print(table)
        confined = ", ".join(self.layers) or "nothing: student code ran unconfined"
        known = self.layers or not self.options.sandbox
        if known and any(tally.graded for tally in tallies.values()):
            self.console.print(
                f"Confined by: {confined}", highlight=False, soft_wrap=True
            )
        for lesson, tally in tallies.items():
            if tally.look:
                names = ", ".join(tally.look)
                self.console.print(
                    f"A person must look at {lesson}: {names}",
                    markup=False,
                    soft_wrap=True,
                )


def _here(task: Task) -> Result:
    """Execute in this process; once more after a fault that is not the notebook's."""
    try:
        return execute(task)
    except CourseError:
        raise
    except Exception:
        return execute(task)


def _dask(address: str) -> Any:
    try:
        from distributed import Client
        from distributed.core import connect
    except ImportError:
        raise CourseError(
            "--scheduler needs Dask: `pip install 'pytorch-course[cluster]'`."
        ) from None

    async def knock() -> None:  # a client waits for ever where nothing is said
        (await asyncio.wait_for(connect(address), ANSWER_WITHIN)).abort()

    try:
        asyncio.run(knock())
        return Client(address, timeout=ANSWER_WITHIN)
    except (OSError, ValueError, TimeoutError) as error:
        raise CourseError(
            f"{address}: no scheduler answers there ({type(error).__name__}). Start "
            "one with `dask scheduler`, and name the address that it prints."
        ) from None


def _check_workers(client: Any) -> None:
    try:
        client.run(check_versions, versions())
    except CourseError:
        raise
    except Exception as error:  # whatever importing the course raises there
        raise CourseError(
            f"a worker cannot load this course ({type(error).__name__}: {error}). "
            "Install the same course on every machine."
        ) from None


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the folder, as long as this process lives, against others that grade."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CourseError(
            f"{folder}: another `course grade` is at work here. Wait until it is done."
        ) from None
    finally:
        os.close(handle)


def _digest(
    source: list[SourceCell], given: dict, here: dict, limits: Limits, late: tuple
) -> str:
    files = [(name, sha256(data).digest()) for name, data in sorted(given.items())]
    what = (source, files, sorted(here.items()), limits, late)
    return sha256(repr(what).encode()).hexdigest()


def _naive(when: Any) -> Any:
    """A time as the gradebook keeps it: in UTC, without saying so."""
    return when.replace(tzinfo=None) if when and when.tzinfo else when


def _each_and_the_end(jobs: Iterator[Job]) -> Iterator[Job | None]:
    yield from jobs
    yield None
