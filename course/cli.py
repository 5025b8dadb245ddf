"""The `course` command: parse, call one function, print."""

import os
import sys
from typing import Annotated

import typer
from typer.core import TyperGroup

from course.errors import CourseError
from course.folder import Course


class Commands(TyperGroup):
    """Commands whose users see one clear line where something is wrong."""

    def invoke(self, ctx: typer.Context) -> None:
        """Run the command; a user's mistake ends it with exit code 1."""
        try:
            super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (CourseError, OSError) as error:
            typer.echo(f"error: {_line(error)}", err=True)
            raise typer.Exit(1) from None


NEEDS_A_PERSON = 3

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
    from course.demo import run_demo

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
    from course.start import start as open_lab

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
    from course.check import check as check_notebooks

    check_notebooks(Course.here(), wanted or [])


@app.command()
def grade(
    lessons: Lessons = None,
    student: Annotated[
        list[str] | None, typer.Option(help="Only this student; may be repeated.")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Submissions at a time, on this machine.")
    ] = os.cpu_count() or 1,
    scheduler: Annotated[
        str | None, typer.Option(help="A running Dask scheduler: tcp://HOST:PORT.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Grade again what has not changed.")
    ] = False,
    sandbox: Annotated[
        bool, typer.Option("--sandbox/--no-sandbox", help="Confine student code.")
    ] = True,
) -> None:
    """Grade submitted/ into autograded/ and the gradebook.

    Exit code 3 where a person must look at a submission.
    """
    from course.engine.grade import Options
    from course.engine.grade import grade as grade_all

    options = Options(workers, scheduler, force, sandbox)
    tallies = grade_all(Course.here(), lessons or [], student or [], options)
    if any(tally.look for tally in tallies.values()):
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; say what is wrong.")
    ] = False,
) -> None:
    """Format the sources, lint them and rebuild release/."""
    from course.release import build as build_course

    course = Course.here()
    built = build_course(course, check)
    for path in built.changes:
        typer.echo(f"changed {path}")
    _report(built.findings, len(course.names), "release/ up to date")


@app.command()
def lint(lessons: Lessons = None) -> None:
    """Judge the lessons by the course's rules."""
    from course.lint import lint as lint_course

    course = Course.here()
    names = [course.name(wanted) for wanted in lessons or course.names]
    names = list(dict.fromkeys(names))
    _report(lint_course(course, names), len(names), "nothing to mend")


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
    app()
