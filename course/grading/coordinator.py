"""The coordinator: the only one who reads submissions and writes grades.

For each submission in `submitted/` it makes a task, has it executed by an executor
(threads here, or a Dask cluster), and records the result: first in a staging folder,
then in the gradebook as one transaction, then by moving the staged folder to its place
in `autograded/`. A folder with a stamp is therefore in the gradebook. Killed at any
moment and started again, it grades again what has no stamp, with the same result.

Whatever goes wrong with one submission stays with it: it is recorded with a reason, and
the next one is graded. Only what concerns all of them ends a run: a gradebook or a disk
that cannot be written, or no kernel that starts.
"""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import AssignLatePenalties, LimitOutput
from rich.console import Console
from traitlets.config import Config

from course.base.cell_imports import Imports, modules_imported, names_imported
from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.gradebook_location import gradebook_location
from course.base.limits import Limits
from course.base.notebook_json import is_test, to_json_bytes
from course.base.printable import printable
from course.base.settings import read_settings
from course.grading.autograded import Autograded
from course.grading.error_costs import OnlyErrorsCost
from course.grading.executors import Slots, open_executor
from course.grading.gradebook_writer import Book, Grades, Score
from course.grading.merge import merge
from course.grading.read_submission import Submission, read_folder
from course.grading.submission import (
    SourceCell,
    add_notes,
    failing,
    given_files,
    now,
    together,
    unchanged,
)
from course.grading.submitted import Entry, find_submissions
from course.grading.summary import Reporter, Tally
from course.kernel.execute import NoKernel, no_leftovers
from course.kernel.task import Result, Task, versions

AHEAD = 2  # tasks made in advance for each worker, and kept in memory
HELD = 64 * 2**20  # bytes of submissions beyond which no task is made in advance
UNREADABLE = "This submission could not be read ({})."
FAILED = "Grading itself failed: {}. Run it again."
WITHHELD = (
    "Something in this notebook changes how tests judge ({}). The points of all tests "
    "are withheld until your instructor has reviewed it."
)
PUT_BACK = "Before the tests this was set right, and the points stand: {}."
ACCEPTED = "Your instructor has reviewed this submission and accepted its points."


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
class Source:
    """A lesson as it was released, and what each of its submissions shares.

    `digest` changes with whatever else could change the grades. `only`: the graded
    cells of the exercise that is graded again, with what they and others `earned`.
    """

    lesson: str
    cells: list[SourceCell]
    files: dict[str, bytes]
    digest: str
    modules: tuple[str, ...]
    imports: Imports
    only: frozenset[str] | None = None
    earned: dict[str, dict[str, float | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """A submission, merged with the source's tests.

    `changed`: it is another one than was graded before. `accepted`: an instructor has
    accepted its points. `nothing`: why it holds no work at all, None where it does.
    """

    source: Source
    student: str
    timestamp: datetime | None
    files: dict[str, bytes]
    notebook: NotebookNode
    notes: list[str]
    stamp: dict[str, str]
    changed: bool
    accepted: bool
    nothing: str | None

    @property
    def lesson(self) -> str:
        return self.source.lesson

    @property
    def size(self) -> int:
        """Bytes of files that it holds in memory."""
        return sum(map(len, self.files.values()))


def grade(
    course: Course,
    lessons: list[str],
    students: list[str],
    options: Options,
    console: Console | None = None,
) -> dict[str, Tally]:
    """Grade what is new in `submitted/`; a summary, by lesson.

    Without names: every lesson and every student that has submissions. Raises
    CourseError where nothing can be graded; what was graded until then is kept.
    """
    console = console or Console(stderr=True)
    return Grading(course, options, console).run(lessons, students)


class Grading:
    """One run over the submissions of a course."""

    def __init__(
        self,
        course: Course,
        options: Options,
        console: Console,
        config: Config | None = None,  # instead of what nbgrader_config.py says
    ) -> None:
        self.course = course
        self.options = options
        settings = read_settings(course, config)
        self.config = settings.config
        self.submitted = settings.submitted
        self.autograded = Autograded(settings.autograded)
        self.place = gradebook_location(course, self.config)
        self.limits, self.namespaces = settings.limits, settings.namespaces
        self.reporter = Reporter(console)
        self.layers: list[str] = []

    def run(self, lessons: list[str], students: list[str]) -> dict[str, Tally]:
        """Grade, and print a line for each submission and a summary at the end."""
        found = find_submissions(
            self.submitted, self.course, lessons, students, self.place[0]
        )
        self.book = Book(*self.place)
        self.tallies = {lesson: Tally() for lesson in found}
        total = sum(map(len, found.values()))
        try:
            sources = {lesson: self._source(lesson) for lesson in found}
            with (
                self.autograded.staging(),
                open_executor(self.options.workers, self.options.scheduler) as slots,
                self.reporter.progress(total) as progress,
            ):
                jobs = (
                    job
                    for lesson, entries in found.items()
                    for job in self._jobs(sources[lesson], entries)
                )
                self._execute(slots, jobs, progress)
        except KeyboardInterrupt:
            self.reporter.say(
                "Stopped. What has a line is graded. Run it again for the rest."
            )
            raise
        finally:
            self.book.close()
        known = self.layers or not self.options.sandbox
        self.reporter.summary(self.tallies, self.layers if known else None)
        return self.tallies

    # ---- What there is to grade ----

    def _source(self, lesson: str) -> Source:
        cells = self.book.source(lesson, self.course.link(lesson))
        files = given_files(self.course.link(lesson).parent)
        late = (self.book.due(lesson), *_lateness(self.config))
        code = [cell.source for cell in cells if cell.kind == "code"]
        digest = _digest(cells, files, versions(), self.limits, late)
        source = Source(
            lesson, cells, files, digest, modules_imported(code), names_imported(code)
        )
        if not self.options.exercise:
            return source
        exercises = {e.id: e for e in self.course.lesson(lesson).exercises}
        graded = (c for c in exercises[self.options.exercise].cells if c.is_graded)
        only = frozenset(cell.id for cell in graded)
        return replace(source, only=only, earned=self.book.earned(lesson))

    def _jobs(self, source: Source, entries: list[Entry]) -> Iterator[Job]:
        """Jobs for what is new or changed; the rest is counted."""
        graded = self.book.graded(source.lesson)
        tally = self.tallies[source.lesson]
        for entry in entries:
            submission = _read(entry, source.lesson)
            stamp = {"submission": submission.digest, "tests": source.digest}
            old = self.autograded.stamp(entry.student, source.lesson)
            is_graded = entry.student in graded
            same = old is not None and old | stamp == old
            if same and is_graded and not self.options.force:
                tally.skipped += 1
                continue
            this = old is not None and old.get("submission") == submission.digest
            if is_graded and old is None:  # by nbgrader itself
                this = graded[entry.student] == _naive(submission.timestamp)
            changed = is_graded and not this
            if self.options.exercise and (changed or not is_graded):
                tally.passed_over.append(entry.student)
                continue
            accepted = bool(this and old and old.get("accepted"))
            yield _job(source, entry.student, submission, stamp, changed, accepted)

    # ---- Having it executed ----

    def _execute(self, slots: Slots, jobs: Iterator[Job], progress: Any) -> None:
        """Execute all jobs, as many at a time as there are slots, and record them.

        What others have kept from its share of the processor is run again, alone.
        """
        running: dict[Future, Job] = {}
        alone: list[Job] = []

        def finish_some() -> None:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                job = running.pop(future)
                if _was_starved(future):
                    alone.append(job)
                else:
                    self._finish(job, future)
                    progress()

        with no_leftovers(running):
            for job in jobs:
                while running and (
                    len(running) >= slots.count * AHEAD
                    or sum(each.size for each in running.values()) + job.size > HELD
                ):
                    finish_some()
                running[slots.executor.submit(slots.work, self._task(job))] = job
            while running:
                finish_some()
            for job in alone:
                future = slots.executor.submit(slots.work, self._task(job))
                running[future] = job
                wait(running)
                self._finish(running.pop(future), future)
                progress()

    def _task(self, job: Job) -> Task:
        return Task(
            f"{job.lesson} {job.student}",
            to_json_bytes(job.notebook),
            job.files,
            limits=self.limits,
            sandbox=self.options.sandbox,
            namespaces=self.namespaces,
            modules=job.source.modules,
            versions=versions(),
            skip_figures=unchanged(job.notebook, job.source.cells),
            imports=job.source.imports,
        )

    # ---- Recording what came out ----

    def _finish(self, job: Job, future: Future) -> None:
        """Record a result; one that cannot be recorded ends neither others nor this."""
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
            self._fail(job, error)
            return
        self.layers = result.layers or self.layers
        try:
            self._record(job, result, notebook)
        except (CourseError, OSError):
            raise
        except Exception as error:
            self._fail(job, error)

    def _fail(self, job: Job, error: Exception) -> None:
        """Record that this submission could not be graded, and go on."""
        said = FAILED.format(printable(repr(error)))
        self.reporter.say(f"{now()} {job.lesson} {printable(job.student)}: {said}")
        result = Result(notes=[said])
        again = replace(job, stamp=job.stamp | {"tests": ""}, nothing=said)
        try:
            self._record(again, result, job.notebook)
        except (CourseError, OSError):
            raise
        except Exception as worse:
            why = f"it could not be recorded: {worse!r}"
            self.tallies[job.lesson].needs_review[job.student] = why

    def _record(self, job: Job, result: Result, notebook: NotebookNode) -> None:
        """Write the grades, and put the graded notebook into `autograded/`."""
        tests = [c.id for c in job.notebook.cells if is_test(c)]
        passed = {name: result.passed.get(name, False) for name in tests}
        notes = job.notes + result.notes
        if result.remarks:
            notes.append(PUT_BACK.format("; ".join(result.remarks)))
        stamp, why = dict(job.stamp), job.nothing
        if result.tampering and job.accepted:
            notes.append(ACCEPTED)
            stamp["accepted"] = True
        elif result.tampering:
            stamp["withheld"] = passed
            passed = dict.fromkeys(passed, False)
            notes.append(WITHHELD.format(result.causes))
            why = (
                f"something changes how tests judge ({result.causes}), so its points "
                "are withheld; `course accept` restores them"
            )
        person = "withheld" in stamp or not stamp["tests"]
        for preprocessor in (OnlyErrorsCost(), LimitOutput(config=self.config)):
            notebook, _ = preprocessor.preprocess(notebook, {})
        grades = Grades(
            *(job.lesson, job.student, notebook, passed, job.timestamp),
            *(person, job.changed, job.source.only),
        )
        if not _is_whole(job.source, grades):  # what else changed is still to be graded
            stamp["tests"] = ""
        staged, left_out = self.autograded.stage(job.student, job.lesson, job.files)
        notes += [
            f"{name} was left out: no file can have this name." for name in left_out
        ]
        stamp |= {"failures": failing(notebook), "notes": notes}
        add_notes(notebook, notes)
        text = nbformat.v4.writes(notebook)
        (staged / f"{job.lesson}.ipynb").write_bytes(text.encode(errors="replace"))
        self.autograded.write_stamp(staged, stamp)
        score = self.book.write(grades, self._penalty)
        self.autograded.put(staged, job.student, job.lesson)
        self._count(job, result.seconds, score, notes, why)

    def _penalty(self, student: str, score: float, late: float) -> float | None:
        """What nbgrader's plugin for late submissions takes off."""
        plugin = AssignLatePenalties(config=self.config)
        plugin.init_plugin()
        taken = plugin.plugin_inst.late_submission_penalty(student, score, late)
        return None if taken is None else min(max(taken, 0), score)

    def _count(
        self,
        job: Job,
        seconds: float,
        score: Score,
        notes: list[str],
        why: str | None,
    ) -> None:
        tally = self.tallies[job.lesson]
        tally.graded += 1
        tally.points += score.points
        tally.most = score.most
        tally.by_hand += score.by_hand
        if why is not None:
            tally.needs_review[job.student] = why
        if only := job.source.only:
            before, after = (
                sum(points[cell] for cell in only)
                for points in (score.before, score.after)
            )
            if before != after:
                tally.changes[job.student] = before, after
        remarks = f" · {len(notes)} note{'s' * (len(notes) > 1)}" if notes else ""
        self.reporter.say(
            f"{now()} {job.lesson} {printable(job.student)}: {score.points:g} of "
            f"{score.most:g}, {seconds:.1f} s{remarks}"
            f"{'' if why is None else ' · needs review'}"
        )


def _read(entry: Entry, lesson: str) -> Submission:
    """Read a submission; one that cannot be read is as good as an empty one."""
    try:
        found = read_folder(entry.folder, lesson)
    except Exception as error:
        found = _empty(lesson, error)
    return replace(found, notes=entry.notes + found.notes)


def _empty(lesson: str, error: Exception) -> Submission:
    """What stands for a submission that a fault keeps from being read."""
    why = UNREADABLE.format(printable(repr(error)))
    return Submission(f"{lesson}.ipynb", {}, [], [why])


def _job(
    source: Source,
    student: str,
    submission: Submission,
    stamp: dict[str, str],
    changed: bool,
    accepted: bool,
) -> Job:
    """The submission, merged; as an empty one where it cannot be."""
    try:
        merged = merge(source.cells, submission)
        files = together(source.files, submission.files, source.lesson)
    except Exception as error:
        submission = _empty(source.lesson, error)
        merged, files = merge(source.cells, submission), source.files
    nothing = merged.nothing_found
    if not submission.digest:  # it could not be read, and may be the next time
        nothing, stamp = submission.notes[-1], stamp | {"tests": ""}
    return Job(
        *(source, student, submission.timestamp, files),
        *(merged.notebook, merged.notes),
        *(stamp, changed, accepted, nothing),
    )


def _was_starved(future: Future) -> bool:
    """Whether a cell was stopped while others took the processor's time."""
    return not future.exception() and future.result().starved


def _is_whole(source: Source, grades: Grades) -> bool:
    """Whether tests that keep their old points would have got the same now."""
    if grades.only is None:
        return True
    old = source.earned[grades.student]
    points = {
        cell.id: cell.nbgrader["points"]
        for cell in source.cells
        if cell.is_test and cell.id not in grades.only
    }
    return all(
        old.get(name) == (most if grades.passed[name] else 0)
        for name, most in points.items()
    )


def _lateness(config: Config) -> Iterator[str]:
    """What the configuration says of late submissions."""
    for name in ("AssignLatePenalties", "LateSubmissionPlugin"):
        yield repr(sorted(config.get(name, {}).items()))


def _digest(
    cells: list[SourceCell], files: dict, here: dict, limits: Limits, late: tuple
) -> str:
    hashed = [(name, sha256(data).digest()) for name, data in sorted(files.items())]
    what = (cells, hashed, sorted(here.items()), limits, late)
    return sha256(repr(what).encode()).hexdigest()


def _naive(when: Any) -> Any:
    """A time as the gradebook keeps it: in UTC, without saying so."""
    return when.replace(tzinfo=None) if when and when.tzinfo else when
