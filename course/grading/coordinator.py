"""The coordinator: the only one who reads submissions and writes grades.

For each submission in `submitted/` it makes a job (`jobs.py`), has it executed by an
executor (threads here, or a Dask cluster), and records the result (`recording.py`):
first in a staging folder, then in the gradebook as one transaction, then by moving the
staged folder to its place in `autograded/`. A folder with a stamp is therefore in the
gradebook. Killed at any moment and started again, the coordinator grades again what has
no stamp, with the same result.

Whatever goes wrong with one submission stays with it: it is recorded with a reason, and
the next one is graded. Only what concerns all of them ends a run: a gradebook or a disk
that cannot be written, or no kernel that starts.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import closing
from dataclasses import dataclass

from rich.console import Console
from traitlets.config import Config

from course.base.course_folder import Course
from course.base.gradebook_location import gradebook_location
from course.base.notebook_json import to_json_bytes
from course.base.settings import read_settings
from course.grading.autograded import Autograded
from course.grading.executors import Slots, open_executor
from course.grading.find_submissions import SubmittedFolder, find_submissions
from course.grading.gradebook_writer import GradebookWriter
from course.grading.jobs import Job, new_jobs, read_source
from course.grading.recording import Recorder
from course.grading.submission import unchanged
from course.grading.summary import Reporter, Tally
from course.kernel.execute import no_leftovers
from course.kernel.task import Task, versions

AHEAD = 2  # tasks made in advance for each worker, and kept in memory
HELD = 64 * 2**20  # bytes of submissions beyond which no task is made in advance


@dataclass(frozen=True)
class Options:
    """Settings of one run of grading.

    `sandbox`: None for what nbgrader_config.py says. `exercise`: the only one whose
    points may change, see `regrade`.
    """

    workers: int = 2
    scheduler: str | None = None
    force: bool = False
    sandbox: bool | None = None
    exercise: str | None = None


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
    """Grades the submissions of a course, as its settings and the options say."""

    def __init__(
        self,
        course: Course,
        options: Options,
        console: Console,
        config: Config | None = None,  # instead of what nbgrader_config.py says
    ) -> None:
        self.course = course
        self.options = options
        self.settings = read_settings(course, config)
        asked = options.sandbox
        self.sandbox = self.settings.sandbox if asked is None else asked
        self.location = gradebook_location(course, self.settings.config)
        self.autograded = Autograded(self.settings.autograded)
        self.reporter = Reporter(console)

    def run(self, lessons: list[str], students: list[str]) -> dict[str, Tally]:
        """Grade, and print a line for each submission and a summary at the end."""
        found = find_submissions(
            self.settings.submitted, self.course, lessons, students, self.location.url
        )
        with closing(GradebookWriter(*self.location)) as gradebook:
            config = self.settings.config
            recorder = Recorder(
                gradebook, self.autograded, config, self.reporter, found
            )
            try:
                self._grade(found, gradebook, recorder)
            except KeyboardInterrupt:
                self.reporter.say(
                    "Stopped. What has a line is graded. Run it again for the rest."
                )
                raise
        known = recorder.layers or not self.sandbox
        self.reporter.summary(recorder.tallies, recorder.layers if known else None)
        return recorder.tallies

    def _grade(
        self,
        found: dict[str, list[SubmittedFolder]],
        gradebook: GradebookWriter,
        recorder: Recorder,
    ) -> None:
        """Grade what was found; jobs are made while others are executed."""
        options, settings = self.options, self.settings
        sources = {
            lesson: read_source(
                self.course,
                lesson,
                gradebook,
                limits=settings.limits,
                config=settings.config,
                exercise=options.exercise,
            )
            for lesson in found
        }
        total = sum(map(len, found.values()))
        with (
            self.autograded.staging(),
            open_executor(options.workers, options.scheduler) as slots,
            self.reporter.progress(total) as progress,
        ):
            jobs = (
                job
                for lesson, folders in found.items()
                for job in new_jobs(
                    sources[lesson],
                    folders,
                    gradebook,
                    self.autograded,
                    force=options.force,
                    tally=recorder.tallies[lesson],
                )
            )
            self._execute(slots, jobs, recorder, progress)

    def _execute(
        self,
        slots: Slots,
        jobs: Iterator[Job],
        recorder: Recorder,
        progress: Callable[[], None],
    ) -> None:
        """Execute all jobs, as many at a time as there are slots, and record them.

        A job that others have kept from its share of the processor runs again, alone.
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
                    self._finish(recorder, job, future)
                    progress()

        with no_leftovers(running):
            for job in jobs:
                while running and (
                    len(running) >= slots.count * AHEAD
                    or sum(each.size for each in running.values()) + job.size > HELD
                ):
                    finish_some()
                running[self._submit(slots, job)] = job
            while running:
                finish_some()
            for job in alone:
                future = self._submit(slots, job)
                running[future] = job
                wait(running)
                self._finish(recorder, running.pop(future), future)
                progress()

    def _submit(self, slots: Slots, job: Job) -> Future:
        """The result to come; a fault in making the task is that submission's."""
        try:
            task = self._task(job)
        except Exception as error:
            failed: Future = Future()
            failed.set_exception(error)
            return failed
        return slots.executor.submit(slots.work, task)

    def _task(self, job: Job) -> Task:
        return Task(
            f"{job.lesson} {job.student}",
            to_json_bytes(job.notebook),
            job.files,
            limits=self.settings.limits,
            sandbox=self.sandbox,
            namespaces=self.settings.namespaces,
            modules=job.source.modules,
            versions=versions(),
            skip_figures=unchanged(job.notebook, job.source.cells),
            imports=job.source.imports,
        )

    def _finish(self, recorder: Recorder, job: Job, future: Future) -> None:
        recorder.take(job, future)


def _was_starved(future: Future) -> bool:
    """Whether a cell was stopped while others took the processor's time."""
    return not future.exception() and future.result().starved
