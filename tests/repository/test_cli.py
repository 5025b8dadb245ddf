"""The `course` command: what its users read, and its exit codes."""

import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest
from small_lesson import NAME
from typer.testing import CliRunner, Result

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.cli import app

pytest_plugins = ["scratch_courses"]


@pytest.fixture
def run(small_course: Course, monkeypatch):
    """Run a command line in the small course."""
    monkeypatch.chdir(small_course.root)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments, terminal_width=100)

    return run


def error(result: Result) -> str:
    """The one line that a user's mistake prints."""
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_help_lists_the_commands(run):
    for arguments in ((), ("--help",)):
        result = run(*arguments)
        assert result.exit_code == 0
        for command in ("demo", "start", "build", "lint"):
            assert f" {command} " in result.stdout


def test_help_needs_no_torch_and_no_nbgrader():
    code = (
        "import sys, course.cli; "
        "print([m for m in ('torch', 'nbgrader', 'nbformat') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_command_is_installed(tmp_path: Path):
    command = [sys.executable, "-c", "from course.cli import main; main()", "lint"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: {tmp_path.resolve()} is not a course folder")
    assert "Traceback" not in done.stderr


def test_an_unknown_lesson(run):
    line = error(run("lint", "meens"))
    assert "'meens'" in line
    assert f"Did you mean {NAME}?" in line


def test_a_folder_that_is_no_course(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "not a course folder" in error(run("build"))


def test_a_course_without_lessons(run, small_course: Course):
    small_course.notebook(NAME).unlink()
    assert "no lesson" in error(run("lint"))


def test_lint_names_file_cell_rule_and_advice(run, small_course: Course):
    assert run("lint").stdout == "1 lesson: lint clean, nothing to mend\n"
    small_course.link(NAME).unlink()
    result = run("lint", "1")
    assert result.exit_code == 1
    (line,) = result.stdout.splitlines()
    assert line.startswith(f"source/{NAME}/{NAME}.ipynb: -: link: is missing")
    assert result.stderr == "1 finding\n"


def test_build_says_what_it_wrote(run, small_course: Course):
    result = run("build", "--check")
    assert result.exit_code == 1
    assert f"release/{NAME}/{NAME}.ipynb: -: release: is missing" in result.stdout
    shutil.rmtree(small_course.root / "source")
    result = run("build")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"changed source/{NAME}/{NAME}.ipynb",
        f"changed release/{NAME}/{NAME}.ipynb",
        "1 lesson: lint clean, release/ and tables up to date",
    ]
    assert run("build", "--check").exit_code == 0
    assert run("build", "means").stdout.startswith("1 lesson: lint clean, ")
    assert "'meens'" in error(run("build", "meens"))


def test_a_broken_notebook(run, small_course: Course):
    small_course.notebook(NAME).write_text("{")
    assert f"{NAME}.ipynb" in error(run("build"))


@pytest.fixture
def started(monkeypatch) -> list:
    """What `course start` was asked to do, without JupyterLab."""
    calls = []
    module = types.ModuleType("course.student.start")
    module.start = lambda course, lesson, **options: calls.append((lesson, options))
    monkeypatch.setitem(sys.modules, "course.student.start", module)
    return calls


@pytest.mark.parametrize(
    "arguments, lesson, browser, port, extra",
    [
        ((), None, True, 8888, []),
        (("means",), "means", True, 8888, []),
        (("means", "--no-browser"), "means", False, 8888, []),
        (("--port", "9000", "means"), "means", True, 9000, []),
        (("means", "--ip=0.0.0.0"), "means", True, 8888, ["--ip=0.0.0.0"]),
        (("--ip=0.0.0.0",), None, True, 8888, ["--ip=0.0.0.0"]),
    ],
)
def test_start_passes_everything_on(
    run, started, arguments, lesson, browser, port, extra
):
    assert run("start", *arguments).exit_code == 0
    options = {"browser": browser, "port": port, "extra": extra}
    assert started == [(lesson, options)]


@pytest.mark.parametrize(
    "raised, shown",
    [
        (CourseError("x.ipynb: is broken."), "error: x.ipynb: is broken.\n"),
        (PermissionError(13, "Permission denied", "x.ipynb"), "error: x.ipynb: Perm"),
    ],
)
def test_mistakes_are_one_line(run, monkeypatch, raised, shown):
    module = types.ModuleType("course.instructor.demo")

    def run_demo(course):
        raise raised

    module.run_demo = run_demo
    monkeypatch.setitem(sys.modules, "course.instructor.demo", module)
    assert error(run("demo")).startswith(shown)


def test_an_interrupt_is_quiet(run, monkeypatch):
    module = types.ModuleType("course.instructor.demo")

    def run_demo(course):
        raise KeyboardInterrupt

    module.run_demo = run_demo
    monkeypatch.setitem(sys.modules, "course.instructor.demo", module)
    result = run("demo")
    assert result.exit_code == 130
    assert result.output == ""
