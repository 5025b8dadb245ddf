"""The commands of students: parse, call one function, print."""

from typing import Annotated

import typer

from course.base.course_folder import Course


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
    from course.grading.preload_imports import preload_imports

    preload_imports([], "work/{}")
    from course.student.check import check as check_notebooks

    check_notebooks(Course.here(), wanted or [])
