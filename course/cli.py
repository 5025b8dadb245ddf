"""The `course` command: the commands of students, instructors and authors in one."""

import atexit
import gc
import os
import sys

import typer
from typer.core import TyperGroup

from course.base.errors import CourseError
from course.instructor import commands as instructors
from course.lesson import commands as authors
from course.student import commands as students


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
            typer.echo(f"error: {_one_line(error)}", err=True)
            raise typer.Exit(1) from None
        finally:
            os.umask(before)


OBJECTS = 50_000  # new ones, until Python looks for garbage

app = typer.Typer(
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Deep Learning with PyTorch: build, check and try the course. "
    "Commands act on the course folder that you stand in.",
)


@app.callback(invoke_without_command=True)
def help_first(ctx: typer.Context) -> None:
    """Show the help where no command is given."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


# In the order of the help.
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
app.command()(instructors.demo)
app.command(context_settings=PASSED_ON)(students.start)
app.command()(students.check)
for command in (
    instructors.grade,
    instructors.regrade,
    instructors.accept,
    instructors.feedback,
    instructors.report,
    instructors.export,
    instructors.students,
    authors.build,
    authors.lint,
):
    app.command()(command)


def _one_line(error: Exception) -> str:
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
    _tune_garbage_collection()
    app()


def _tune_garbage_collection() -> None:
    """Spare a third of what imports take, and nearly all that the end takes.

    Python looks for garbage while there is none, and once more before it ends, and
    jsonschema reads a grammar of addresses that no notebook is checked against.
    """
    gc.set_threshold(OBJECTS)
    atexit.register(gc.freeze)
    sys.modules.setdefault("rfc3987_syntax", None)
