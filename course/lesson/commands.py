"""The commands of authors: parse, call one function, print."""

from typing import Annotated

import typer

from course.base.command_line import Lessons, count
from course.base.course_folder import Course


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
    names = _lesson_names(course, lessons)
    built = build_course(course, check, names)
    for path in built.changes:
        typer.echo(f"changed {path}")
    _print_findings(built.findings, len(names), "release/ and tables up to date")


def lint(lessons: Lessons = None) -> None:
    """Judge the lessons by the course's rules."""
    from course.lesson.lint import lint as lint_course

    course = Course.here()
    names = _lesson_names(course, lessons)
    _print_findings(lint_course(course, names), len(names), "nothing to mend")


def _lesson_names(course: Course, lessons: list[str] | None) -> list[str]:
    """The lessons that were named, each once and in order; all if none was."""
    wanted = {course.name(lesson) for lesson in lessons or course.names}
    return [name for name in course.names if name in wanted]


def _print_findings(findings: list, lessons: int, verdict: str) -> None:
    """Print the findings and their number; exit code 1 if there are any."""
    for finding in findings:
        typer.echo(str(finding))
    if findings:
        typer.echo(f"{count(len(findings), 'finding')}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{count(lessons, 'lesson')}: lint clean, {verdict}")
