"""Jobs: submissions that are new or have changed, merged with the lesson's tests."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from nbformat import NotebookNode
from traitlets.config import Config

from course.base.cell_imports import Imports, modules_imported, names_imported
from course.base.course_folder import Course
from course.base.limits import Limits
from course.base.printable import printable
from course.grading.autograded import Autograded
from course.grading.find_submissions import SubmittedFolder
from course.grading.gradebook_writer import GradebookWriter
from course.grading.merge import merge
from course.grading.read_submission import Submission, read_folder
from course.grading.submission import SourceCell, given_files, merge_files
from course.grading.summary import Tally
from course.kernel.task import versions

UNREADABLE = "This submission could not be read ({})."


@dataclass(frozen=True)
class RegradedExercise:
    """The one exercise that is graded again.

    `cells`: its graded cells, whose points may change. `earned`: automatic points of
    all cells so far, by student and graded cell.
    """

    cells: frozenset[str]
    earned: dict[str, dict[str, float | None]]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A lesson as it was released, and what all of its submissions share.

    `digest` changes with whatever else could change the grades. `regraded`: None where
    all exercises are graded.
    """

    lesson: str
    cells: list[SourceCell]
    files: dict[str, bytes]
    digest: str
    modules: tuple[str, ...]
    imports: Imports
    regraded: RegradedExercise | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """A submission, merged with the source's tests.

    `changed`: it is another one than was graded before. `accepted`: an instructor has
    accepted its points. `review`: why an instructor should look at it whatever its
    tests say, None where nobody must.
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
    review: str | None

    @property
    def lesson(self) -> str:
        return self.source.lesson

    @property
    def size(self) -> int:
        """Bytes of files that it holds in memory."""
        return sum(map(len, self.files.values()))


# ---- The lesson ----


def read_source(
    course: Course,
    lesson: str,
    gradebook: GradebookWriter,
    limits: Limits,
    config: Config,
    exercise: str | None,
) -> Source:
    """The lesson as the gradebook has it; with `exercise`, only that one is graded.

    Raises CourseError where it was not released, or was changed since.
    """
    link = course.link(lesson)
    cells = gradebook.source(lesson, link)
    files = given_files(link.parent)
    late = (gradebook.due(lesson), *_settings_on_lateness(config))
    code = [cell.source for cell in cells if cell.kind == "code"]
    regraded = None
    if exercise:
        exercises = {each.id: each for each in course.lesson(lesson).exercises}
        graded = (cell for cell in exercises[exercise].cells if cell.is_graded)
        regraded = RegradedExercise(
            cells=frozenset(cell.id for cell in graded),
            earned=gradebook.earned(lesson),
        )
    return Source(
        lesson=lesson,
        cells=cells,
        files=files,
        digest=_digest(cells, files, versions(), limits, late),
        modules=modules_imported(code),
        imports=names_imported(code),
        regraded=regraded,
    )


def _settings_on_lateness(config: Config) -> Iterator[str]:
    """The configuration of nbgrader's plugin for late submissions."""
    for name in ("AssignLatePenalties", "LateSubmissionPlugin"):
        yield repr(sorted(config.get(name, {}).items()))


def _digest(
    cells: list[SourceCell],
    files: dict[str, bytes],
    installed: dict[str, str],
    limits: Limits,
    late: tuple,
) -> str:
    hashed = [(name, sha256(data).digest()) for name, data in sorted(files.items())]
    parts = (cells, hashed, sorted(installed.items()), limits, late)
    return sha256(repr(parts).encode()).hexdigest()


# ---- Its submissions ----


def new_jobs(
    source: Source,
    folders: list[SubmittedFolder],
    gradebook: GradebookWriter,
    autograded: Autograded,
    force: bool,
    tally: Tally,
) -> Iterator[Job]:
    """Jobs for submissions that are new or have changed, for all with `force`.

    The others are counted in `tally`.
    """
    graded = gradebook.graded(source.lesson)
    for folder in folders:
        submission = _read_submission(folder, source.lesson)
        stamp = {"submission": submission.digest, "tests": source.digest}
        old = autograded.stamp(folder.student, source.lesson)
        is_graded = folder.student in graded
        is_unchanged = old is not None and old | stamp == old
        if is_unchanged and is_graded and not force:
            tally.skipped += 1
            continue
        is_same = old is not None and old.get("submission") == submission.digest
        if is_graded and old is None:  # by nbgrader itself
            is_same = graded[folder.student] == _without_zone(submission.timestamp)
        changed = is_graded and not is_same
        if source.regraded and (changed or not is_graded):
            tally.passed_over.append(folder.student)
            continue
        accepted = bool(is_same and old and old.get("accepted"))
        yield _make_job(source, folder.student, submission, stamp, changed, accepted)


def _read_submission(folder: SubmittedFolder, lesson: str) -> Submission:
    """Read a submission; one that cannot be read counts as an empty one."""
    try:
        found = read_folder(folder.folder, lesson)
    except Exception as error:
        found = _empty_submission(lesson, error)
    return replace(found, notes=folder.notes + found.notes)


def _empty_submission(lesson: str, error: Exception) -> Submission:
    """An empty submission in place of one that cannot be read."""
    note = UNREADABLE.format(printable(repr(error)))
    return Submission(f"{lesson}.ipynb", {}, [], [note])


def _make_job(
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
        files = merge_files(source.files, submission.files, source.lesson)
    except Exception as error:
        submission = _empty_submission(source.lesson, error)
        merged, files = merge(source.cells, submission), source.files
    review = merged.nothing_found
    if not submission.digest:  # it could not be read, and may be the next time
        review, stamp = submission.notes[-1], stamp | {"tests": ""}
    return Job(
        source=source,
        student=student,
        timestamp=submission.timestamp,
        files=files,
        notebook=merged.notebook,
        notes=merged.notes,
        stamp=stamp,
        changed=changed,
        accepted=accepted,
        review=review,
    )


def _without_zone(when: Any) -> Any:
    """A time as the gradebook keeps it: in UTC, without its time zone."""
    return when.replace(tzinfo=None) if when and when.tzinfo else when
