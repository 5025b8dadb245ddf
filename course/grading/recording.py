"""Recording results: grades in the gradebook, notebooks in `autograded/`, and tallies.

Whatever goes wrong with one result stays with it: it is recorded with a reason. Only a
gradebook or a disk that cannot be written, or no kernel that starts, ends a run.
"""

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import AssignLatePenalties, LimitOutput
from traitlets.config import Config

from course.base.errors import CourseError
from course.base.notebook_json import is_test
from course.base.printable import printable
from course.grading.autograded import Autograded
from course.grading.error_costs import OnlyErrorsCost
from course.grading.gradebook_rows import Grades
from course.grading.gradebook_writer import GradebookWriter, Score
from course.grading.jobs import Job, Source
from course.grading.submission import add_notes, failure_messages, now
from course.grading.summary import Reporter, Tally
from course.kernel.execute import NoKernel
from course.kernel.task import Result

FAILED = "Grading itself failed: {}. Run it again."
WITHHELD = (
    "Something in this notebook changes how tests judge ({}). The points of all tests "
    "are withheld until your instructor has reviewed it."
)
WITHHELD_REVIEW = (
    "something changes how tests judge ({}), so its points are withheld; "
    "`course accept` restores them"
)
CORRECTED = "Before the tests this was set right, and the points stand: {}."
ACCEPTED = "Your instructor has reviewed this submission and accepted its points."
LEFT_OUT = "{} was left out: no file can have this name."


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The tests that count as passed, and the notes and stamp that go with them.

    `needs_person`: whether a person must look at the tests. `review`: why an instructor
    should look at the submission, None where nobody must.
    """

    passed: dict[str, bool]
    notes: list[str]
    stamp: dict
    needs_person: bool
    review: str | None


class Recorder:
    """Writes results down, and counts them.

    `tallies`: by lesson. `layers`: the layers of confinement that the last kernel had.
    """

    def __init__(
        self,
        gradebook: GradebookWriter,
        autograded: Autograded,
        config: Config,
        reporter: Reporter,
        lessons: Iterable[str],
    ) -> None:
        self.gradebook = gradebook
        self.autograded = autograded
        self.config = config
        self.reporter = reporter
        self.tallies = {lesson: Tally() for lesson in lessons}
        self.layers: list[str] = []
        self.kernel_has_answered = False

    def take(self, job: Job, future: Future) -> None:
        """Record a result, or that there is none.

        Raises CourseError or OSError where nothing more can be recorded, and where no
        kernel has answered so far.
        """
        try:
            result = future.result()
            notebook = nbformat.v4.reads(result.notebook.decode())
        except Exception as error:  # a lost worker, or a fault of the engine
            if not self.kernel_has_answered:
                _end_where_nothing_starts(error)
            self._record_failure(job, error)
            return
        self.layers = result.layers or self.layers
        self.kernel_has_answered = True
        try:
            self._record(job, result, notebook)
        except (CourseError, OSError):
            raise
        except Exception as error:
            self._record_failure(job, error)

    def _record_failure(self, job: Job, error: Exception) -> None:
        """Record that this submission could not be graded, and go on."""
        said = FAILED.format(printable(repr(error)))
        self.reporter.say(f"{now()} {job.lesson} {printable(job.student)}: {said}")
        failed = replace(job, stamp=job.stamp | {"tests": ""}, review=said)
        try:
            self._record(failed, Result(notes=[said]), job.notebook)
        except (CourseError, OSError):
            raise
        except Exception as worse:
            why = f"it could not be recorded: {worse!r}"
            self.tallies[job.lesson].needs_review[job.student] = why

    def _record(self, job: Job, result: Result, notebook: NotebookNode) -> None:
        """Write the grades, and put the graded notebook into `autograded/`."""
        verdict = _judge(job, result)
        for preprocessor in (OnlyErrorsCost(), LimitOutput(config=self.config)):
            notebook, _ = preprocessor.preprocess(notebook, {})
        regraded = job.source.regraded
        grades = Grades(
            lesson=job.lesson,
            student=job.student,
            notebook=notebook,
            passed=verdict.passed,
            timestamp=job.timestamp,
            needs_person=verdict.needs_person,
            changed=job.changed,
            only_cells=regraded.cells if regraded else None,
        )
        stamp = verdict.stamp
        if not _is_whole(job.source, grades):  # what else changed is still to be graded
            stamp = stamp | {"tests": ""}
        staged, left_out = self.autograded.stage(job.student, job.lesson, job.files)
        notes = verdict.notes + [LEFT_OUT.format(name) for name in left_out]
        stamp = stamp | {"failures": failure_messages(notebook), "notes": notes}
        add_notes(notebook, notes)
        text = nbformat.v4.writes(notebook)
        (staged / f"{job.lesson}.ipynb").write_bytes(text.encode(errors="replace"))
        self.autograded.write_stamp(staged, stamp)
        score = self.gradebook.write(grades, self._late_penalty)
        self.autograded.put(staged, job.student, job.lesson)
        self._count(job, score, verdict.review)
        self._say(job, score, result.seconds, len(notes), verdict.review)

    def _late_penalty(self, student: str, score: float, late: float) -> float | None:
        """The points that nbgrader's plugin for late submissions takes off."""
        plugin = AssignLatePenalties(config=self.config)
        plugin.init_plugin()
        taken = plugin.plugin_inst.late_submission_penalty(student, score, late)
        return None if taken is None else min(max(taken, 0), score)

    def _count(self, job: Job, score: Score, review: str | None) -> None:
        tally = self.tallies[job.lesson]
        tally.graded += 1
        tally.points += score.points
        tally.most = score.most
        tally.by_hand += score.by_hand
        if review is not None:
            tally.needs_review[job.student] = review
        if regraded := job.source.regraded:
            before, after = (
                sum(points[cell] for cell in regraded.cells)
                for points in (score.before, score.after)
            )
            if before != after:
                tally.changes[job.student] = before, after

    def _say(
        self, job: Job, score: Score, seconds: float, notes: int, review: str | None
    ) -> None:
        """Print the line of a submission."""
        remarks = f" · {notes} note{'s' * (notes > 1)}" if notes else ""
        self.reporter.say(
            f"{now()} {job.lesson} {printable(job.student)}: {score.points:g} of "
            f"{score.most:g}, {seconds:.1f} s{remarks}"
            f"{'' if review is None else ' · needs review'}"
        )


def _end_where_nothing_starts(error: Exception) -> None:
    """Raise CourseError where it is this machine that has no kernel to give."""
    if isinstance(error, CourseError):
        raise error
    if isinstance(error, NoKernel):
        raise CourseError(
            f"no kernel answers here, {error}. See that `course check` works, "
            "and that this machine is not busy with something else."
        ) from None


def _judge(job: Job, result: Result) -> Verdict:
    """The tests that count: none where something tampers with them, until accepted."""
    tests = [cell.id for cell in job.notebook.cells if is_test(cell)]
    passed = {name: result.passed.get(name, False) for name in tests}
    notes = job.notes + result.notes
    if result.remarks:
        notes.append(CORRECTED.format("; ".join(result.remarks)))
    stamp, review = dict(job.stamp), job.review
    if result.tampering and job.accepted:
        notes.append(ACCEPTED)
        stamp["accepted"] = True
    elif result.tampering:
        stamp["withheld"] = passed
        passed = dict.fromkeys(passed, False)
        notes.append(WITHHELD.format(result.causes))
        review = WITHHELD_REVIEW.format(result.causes)
    return Verdict(
        passed=passed,
        notes=notes,
        stamp=stamp,
        needs_person="withheld" in stamp or not stamp["tests"],
        review=review,
    )


def _is_whole(source: Source, grades: Grades) -> bool:
    """Whether tests that keep their old points would have got the same now."""
    if source.regraded is None:
        return True
    old = source.regraded.earned[grades.student]
    points = {
        cell.id: cell.nbgrader["points"]
        for cell in source.cells
        if cell.is_test and cell.id not in source.regraded.cells
    }
    return all(
        old.get(name) == (most if grades.passed[name] else 0)
        for name, most in points.items()
    )
