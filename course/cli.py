"""The `course` command: parse, call one function, print."""

import atexit
import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.instructor.export_formats import FORMATS


class Commands(TyperGroup):
    """Commands whose users see one clear line where something is wrong."""

    def invoke(self, ctx: typer.Context) -> None:
        """Run the command; a user's mistake ends it with exit code 1."""
        os.umask(before := os.umask(0o077))
        try:
            super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (CourseError, OSError) as error:
            typer.echo(f"error: {_line(error)}", err=True)
            raise typer.Exit(1) from None
        finally:
            os.umask(before)


NEEDS_REVIEW = 3
OBJECTS = 50_000  # new ones, until Python looks for garbage
CORES = os.cpu_count() or 1

app = typer.Typer(
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Deep Learning with PyTorch: build, check and try the course. "
    "Commands act on the course folder that you stand in.",
)
Lessons = Annotated[
    list[str] | None,
    typer.Argument(help="Lessons by name, number or noun; all if none is given."),
]


@app.callback(invoke_without_command=True)
def help_first(ctx: typer.Context) -> None:
    """Show the help where no command is given."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


@app.command()
def demo() -> None:
    """Release, grade and report three sample students, in a scratch copy."""
    from course.instructor.demo import run_demo

    run_demo(Course.here())


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def start(
    ctx: typer.Context,
    lesson: Annotated[
        str | None, typer.Argument(help="A lesson by name, number or noun.")
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open a browser window.")
    ] = True,
    port: Annotated[int, typer.Option(help="The port that JupyterLab uses.")] = 8888,
) -> None:
    """Copy the lessons into work/ and open JupyterLab there.

    Further options go to JupyterLab as they are, after the lesson's name.
    """
    from course.student.start import start as open_lab

    extra = list(ctx.args)
    if lesson and lesson.startswith("-"):  # an option for JupyterLab came first
        extra, lesson = [lesson, *extra], None
    open_lab(Course.here(), lesson, browser=browser, port=port, extra=extra)


@app.command()
def check(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LESSON|FILE]...",
            help="Lessons in work/, or notebooks anywhere; all in work/ if none.",
        ),
    ] = None,
) -> None:
    """Run the checks of your notebooks, and say how each exercise stands."""
    _warm_up_for([], "work/{}")
    from course.student.check import check as check_notebooks

    check_notebooks(Course.here(), wanted or [])


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
    bool, typer.Option("--sandbox/--no-sandbox", help="Confine student code.")
]


@app.command()
def grade(
    lessons: Lessons = None,
    students: Students = None,
    workers: Workers = CORES,
    scheduler: Scheduler = None,
    force: Annotated[
        bool, typer.Option("--force", help="Grade again what has not changed.")
    ] = False,
    sandbox: Sandbox = True,
) -> None:
    """Grade submitted/ into autograded/ and the gradebook.

    Exit code 3 where a submission needs your review; the last lines say why.
    """
    if not scheduler:
        _warm_up_for(lessons or [], "submitted/*/{}")
    from course.grading.coordinator import Options
    from course.grading.coordinator import grade as grade_all

    course = _closed()
    options = Options(workers, scheduler, force, sandbox)
    tallies = grade_all(course, lessons or [], students or [], options)
    if any(tally.needs_review for tally in tallies.values()):
        raise typer.Exit(NEEDS_REVIEW)


@app.command()
def regrade(
    lesson: Annotated[str, typer.Argument(help="A lesson by name, number or noun.")],
    exercise: Annotated[str, typer.Argument(help="An exercise of it, by its id.")],
    workers: Workers = CORES,
    scheduler: Scheduler = None,
    sandbox: Sandbox = True,
) -> None:
    """Grade one exercise again, after a test of it was fixed; say who changed.

    Points of other exercises stay as they are.
    """
    if not scheduler:
        _warm_up_for([lesson], "submitted/*/{}")
    from course.grading.coordinator import Options
    from course.grading.review import regrade as regrade_all

    course = _closed()
    options = Options(workers, scheduler, sandbox=sandbox)
    tally = regrade_all(course, lesson, exercise, options)
    if tally.needs_review or tally.passed_over:
        raise typer.Exit(NEEDS_REVIEW)


@app.command()
def accept(
    lesson: Annotated[str, typer.Argument(help="A lesson by name, number or noun.")],
    student: Annotated[str, typer.Argument(help="The student's id.")],
) -> None:
    """Accept a submission whose points were withheld: it gets what its tests earned.

    Read the submission first. The points stay until the student submits another one.
    """
    from course.grading.review import accept as accept_points

    points, most = accept_points(_closed(), lesson, student)
    typer.echo(f"{student}: {points:g} of {most:g}")


@app.command()
def feedback(
    lessons: Lessons = None,
    students: Students = None,
    workers: Annotated[int, typer.Option(min=1, help="Pages at a time.")] = CORES,
) -> None:
    """Write a page of feedback for each graded submission, into feedback/.

    Exit code 3 where a page cannot be made, or a submission is not graded yet.
    """
    from course.instructor.feedback import feedback as write_pages

    course = _closed()
    pages = write_pages(course, lessons or [], students or [], workers)
    typer.echo(f"{_count(len(pages.written), 'page')} of feedback written")
    for failed in pages.failed:
        typer.echo(f"no page for {failed}", err=True)
    if pages.ungraded:
        said = ", ".join(pages.ungraded)
        typer.echo(f"not graded yet, run `course grade`: {said}", err=True)
    if pages.failed or pages.ungraded:
        raise typer.Exit(NEEDS_REVIEW)


@app.command()
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

    done = write_report(_closed(), lessons or [], anonymous, output)
    typer.echo(f"written: {done.path} and {done.path.with_suffix('.csv').name}")
    if done.unread:
        typer.echo(
            "without the messages of these, whose graded notebooks can't be read: "
            f"{', '.join(done.unread)}. Grade them again: `course grade --force`.",
            err=True,
        )
        raise typer.Exit(NEEDS_REVIEW)


@app.command()
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

    course = _closed()
    done = write_grades(course, kind, lessons or [], output)
    typer.echo(f"written: {done.path}, {_count(done.students, 'student')}")
    if done.waiting:
        waiting = _count(done.waiting, "answer")
        typer.echo(
            f"{waiting} not marked yet; they count with their current points", err=True
        )


@app.command()
def students(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A table: CSV.")],
) -> None:
    """Enter a list of students into the gradebook, or bring it up to date.

    With columns id, first_name, last_name, email, lms_user_id, as a spreadsheet saves
    them. Exit code 3 where a row cannot be taken.
    """
    from course.instructor.students import enter_students

    entered = enter_students(_closed(), path)
    typer.echo(
        f"{_count(len(entered.added), 'student')} added, {len(entered.updated)} "
        f"updated, {entered.unchanged} unchanged"
    )
    for note in entered.notes:
        typer.echo(note, err=True)
    if entered.odd:
        for line in entered.odd:
            typer.echo(line, err=True)
        raise typer.Exit(NEEDS_REVIEW)


@app.command()
def build(
    lessons: Lessons = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; say what is wrong.")
    ] = False,
) -> None:
    """Format the sources, lint them, rebuild release/ and the tables in the docs.

    Tables are those of all lessons, whichever are named.
    """
    from course.lesson.release import build as build_course

    course = Course.here()
    names = _names(course, lessons)
    built = build_course(course, check, names)
    for path in built.changes:
        typer.echo(f"changed {path}")
    _report(built.findings, len(names), "release/ and tables up to date")


@app.command()
def lint(lessons: Lessons = None) -> None:
    """Judge the lessons by the course's rules."""
    from course.lesson.lint import lint as lint_course

    course = Course.here()
    names = _names(course, lessons)
    _report(lint_course(course, names), len(names), "nothing to mend")


def _names(course: Course, lessons: list[str] | None) -> list[str]:
    """The lessons that were named, each once and in order; all if none was."""
    wanted = {course.name(lesson) for lesson in lessons or course.names}
    return [name for name in course.names if name in wanted]


def _closed() -> Course:
    """The course here, closed to other accounts, as what is made from now on will be.

    Each student has one spelling, too, whatever made their folders.
    """
    from course.base.gradebook_location import gradebook_location
    from course.base.privacy import close_to_others, umask_of
    from course.base.settings import read_settings
    from course.grading.spelling import one_spelling

    course = Course.here()
    settings = read_settings(course)
    if said := close_to_others(course, settings):
        typer.echo(said, err=True)
    os.umask(umask_of(settings))
    address, _ = gradebook_location(course, settings.config)
    for name in one_spelling(settings.submitted, address):
        typer.echo(
            f"{name!a} in submitted/ is there twice, in two spellings: join them",
            err=True,
        )
    return course


def _warm_up_for(lessons: list[str], place: str) -> None:
    """Have modules imported for kernels now: this process has imports of its own.

    Of `lessons`, or of those that lie at `place`, the first one says what to import.
    """
    from course.base.cell_imports import modules_imported
    from course.kernel.forkserver_client import Template

    course = Course.here()
    names = [course.name(wanted) for wanted in lessons] or course.names
    for name in names:
        if any(course.root.glob(place.format(name))) and course.link(name).is_file():
            cells = course.lesson(name).cells
            Template.begin(
                modules_imported(cell.source for cell in cells if cell.is_code)
            )
            return


def _report(findings: list, lessons: int, verdict: str) -> None:
    """Print the findings and their number; exit code 1 if there are any."""
    for finding in findings:
        typer.echo(str(finding))
    if findings:
        typer.echo(f"{_count(len(findings), 'finding')}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{_count(lessons, 'lesson')}: lint clean, {verdict}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _line(error: Exception) -> str:
    """One line that says what and where."""
    if isinstance(error, OSError) and error.filename:
        return (
            f"{error.filename}: {error.strerror}. See that you may read and write it."
        )
    return " ".join(str(error).split())


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # a Windows code page lacks some of our characters
            stream.reconfigure(errors="replace")
    _hurry()
    app()


def _hurry() -> None:
    """Spare a third of what imports take, and nearly all that the end takes.

    Python looks for garbage while there is none, and once more before it ends, and
    jsonschema reads a grammar of addresses that no notebook is checked against.
    """
    gc.set_threshold(OBJECTS)
    atexit.register(gc.freeze)
    sys.modules.setdefault("rfc3987_syntax", None)
