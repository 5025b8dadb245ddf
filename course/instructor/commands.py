"""The commands of instructors: parse, call one function, print."""

import os
from pathlib import Path
from typing import Annotated

import typer

from course.base.command_line import NEEDS_REVIEW, Lessons, count
from course.base.course_folder import Course
from course.instructor.export_formats import FORMATS

CORES = os.cpu_count() or 1

Students = Annotated[
    list[str] | None, typer.Option("--student", help="Only this one; may be repeated.")
]
Workers = Annotated[
    int, typer.Option(min=1, help="Submissions at a time, on this machine.")
]
Scheduler = Annotated[
    str | None, typer.Option(help="A running Dask scheduler: tcp://HOST:PORT.")
]
Sandbox = Annotated[
    bool | None,
    typer.Option(
        "--sandbox/--no-sandbox",
        help="Confine student code, or not; as nbgrader_config.py says if left out.",
        show_default=False,
    ),
]


def demo() -> None:
    """Release, grade and report three sample students, in a scratch copy."""
    from course.instructor.demo import run_demo

    run_demo(Course.here())


def grade(
    lessons: Lessons = None,
    students: Students = None,
    workers: Workers = CORES,
    scheduler: Scheduler = None,
    force: Annotated[
        bool, typer.Option("--force", help="Grade again what has not changed.")
    ] = False,
    sandbox: Sandbox = None,
) -> None:
    """Grade submitted/ into autograded/ and the gradebook.

    Exit code 3 where a submission needs your review; the last lines say why.
    """
    if not scheduler:
        from course.grading.preload_imports import preload_imports

        preload_imports(lessons or [], "submitted/*/{}")
    from course.grading.coordinator import Options
    from course.grading.coordinator import grade as grade_all

    course = _private_course()
    options = Options(workers, scheduler, force, sandbox)
    tallies = grade_all(course, lessons or [], students or [], options)
    if any(tally.needs_review for tally in tallies.values()):
        raise typer.Exit(NEEDS_REVIEW)


def regrade(
    lesson: Annotated[str, typer.Argument(help="A lesson by name, number or noun.")],
    exercise: Annotated[str, typer.Argument(help="An exercise of it, by its id.")],
    workers: Workers = CORES,
    scheduler: Scheduler = None,
    sandbox: Sandbox = None,
) -> None:
    """Grade one exercise again, after a test of it was fixed; say who changed.

    Points of other exercises stay as they are.
    """
    if not scheduler:
        from course.grading.preload_imports import preload_imports

        preload_imports([lesson], "submitted/*/{}")
    from course.grading.coordinator import Options
    from course.grading.review import regrade as regrade_all

    course = _private_course()
    options = Options(workers, scheduler, sandbox=sandbox)
    tally = regrade_all(course, lesson, exercise, options)
    if tally.needs_review or tally.passed_over:
        raise typer.Exit(NEEDS_REVIEW)


def accept(
    lesson: Annotated[str, typer.Argument(help="A lesson by name, number or noun.")],
    student: Annotated[str, typer.Argument(help="The student's id.")],
) -> None:
    """Accept a submission whose points were withheld: it gets what its tests earned.

    Read the submission first. The points stay until the student submits another one.
    """
    from course.grading.review import accept as accept_points

    points, most = accept_points(_private_course(), lesson, student)
    typer.echo(f"{student}: {points:g} of {most:g}")


def feedback(
    lessons: Lessons = None,
    students: Students = None,
    workers: Annotated[int, typer.Option(min=1, help="Pages at a time.")] = CORES,
) -> None:
    """Write a page of feedback for each graded submission, into feedback/.

    Exit code 3 where a page cannot be made, or a submission is not graded yet.
    """
    from course.instructor.feedback import feedback as write_pages

    course = _private_course()
    pages = write_pages(course, lessons or [], students or [], workers)
    typer.echo(f"{count(len(pages.written), 'page')} of feedback written")
    for failed in pages.failed:
        typer.echo(f"no page for {failed}", err=True)
    if pages.ungraded:
        said = ", ".join(pages.ungraded)
        typer.echo(f"not graded yet, run `course grade`: {said}", err=True)
    if pages.failed or pages.ungraded:
        raise typer.Exit(NEEDS_REVIEW)


def report(
    lessons: Lessons = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Name no student.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(help="The folder; reports/ if none is given.")
    ] = None,
) -> None:
    """Write a report on the class: report.html, and report.csv beside it.

    Exit code 3 where the messages of a submission cannot be read.
    """
    from course.instructor.report import report as write_report

    done = write_report(_private_course(), lessons or [], anonymous, output)
    typer.echo(f"written: {done.path} and {done.path.with_suffix('.csv').name}")
    if done.unread:
        typer.echo(
            "without the messages of these, whose graded notebooks can't be read: "
            f"{', '.join(done.unread)}. Grade them again: `course grade --force`.",
            err=True,
        )
        raise typer.Exit(NEEDS_REVIEW)


def export(
    lessons: Lessons = None,
    kind: Annotated[
        str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")
    ] = "csv",
    output: Annotated[
        Path | None, typer.Option(help="The file; one in reports/ if none is given.")
    ] = None,
) -> None:
    """Write grades as a table, as Canvas or as Moodle import them."""
    from course.instructor.export import export as write_grades

    course = _private_course()
    done = write_grades(course, kind, lessons or [], output)
    typer.echo(f"written: {done.path}, {count(done.students, 'student')}")
    if done.waiting:
        waiting = count(done.waiting, "answer")
        typer.echo(
            f"{waiting} not marked yet; they count with their current points", err=True
        )


def students(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A table: CSV.")],
) -> None:
    """Enter a list of students into the gradebook, or bring it up to date.

    With columns id, first_name, last_name, email, lms_user_id, as a spreadsheet saves
    them. Exit code 3 where a row cannot be taken.
    """
    from course.instructor.students import enter_students

    entered = enter_students(_private_course(), path)
    typer.echo(
        f"{count(len(entered.added), 'student')} added, {len(entered.updated)} "
        f"updated, {entered.unchanged} unchanged"
    )
    for note in entered.notes:
        typer.echo(note, err=True)
    if entered.rejected:
        for line in entered.rejected:
            typer.echo(line, err=True)
        raise typer.Exit(NEEDS_REVIEW)


def _private_course() -> Course:
    """The course here, closed to other accounts, and so are files made from now on.

    Folders of students get the spelling that the gradebook has.
    """
    from course.base.gradebook_location import gradebook_location
    from course.base.privacy import close_to_others, umask_of
    from course.base.settings import read_settings
    from course.grading.student_names import one_spelling

    course = Course.here()
    settings = read_settings(course)
    if said := close_to_others(course, settings):
        typer.echo(said, err=True)
    os.umask(umask_of(settings))
    location = gradebook_location(course, settings.config)
    for name in one_spelling(settings.submitted, location.url):
        typer.echo(
            f"{name!a} in submitted/ is there twice, in two spellings: join them",
            err=True,
        )
    return course
