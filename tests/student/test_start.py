"""What a student starts: a copy to work in, and a JupyterLab that answers."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import closing

import nbformat
import pytest
from jupyterlab_server import PATIENCE, address, get
from nbgrader_helpers import SCRIPTS, free_port

import course.student.start
from course.base.course_folder import Course
from course.base.errors import CourseError
from course.student.start import start

pytest_plugins = ["scratch_courses"]


def hear_interrupts() -> None:
    """Let Ctrl-C through to a child even where the tests run in the background.

    There, shells have programs ignore it.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def quiet(monkeypatch) -> list[list[str]]:
    """The commands that would have been run, in place of JupyterLab."""
    commands = []
    monkeypatch.setattr(
        course.student.start, "_run", lambda *args: commands.append(args[0])
    )
    return commands


@pytest.fixture
def names(scratch_course: Course) -> list[str]:
    return scratch_course.names


def notebook(scratch_course: Course, name: str):
    return scratch_course.root / "work" / name / f"{name}.ipynb"


def test_jupyterlab_answers_and_ends_quietly(scratch_course: Course, names, tmp_path):
    server = f"http://localhost:{free_port()}"
    options = ["--no-browser", "--port", server.rpartition(":")[2]]
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [shutil.which("course", path=SCRIPTS), "start", names[0], *options],
            cwd=scratch_course.root,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=None if os.name == "nt" else hear_interrupts,
        )
    try:
        file = f"{names[0]}/{names[0]}.ipynb"
        page, token = address(process, log)
        assert page == f"{server}/lab/tree/{file}"
        assert get(f"{server}/lab", token).status == 200
        held = json.load(get(f"{server}/api/contents/{file}", token))
        assert held["type"] == "notebook"
        if os.name == "nt":  # where no program can press Ctrl-C for another group
            get(f"{server}/api/shutdown", token, data=b"")
        else:  # in a terminal it reaches the whole group
            os.killpg(process.pid, signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    finally:
        if process.poll() is None and os.name != "nt":
            os.killpg(process.pid, signal.SIGKILL)
    said = log.read_text(encoding="utf-8")
    assert "Traceback" not in said and "error:" not in said


def test_all_lessons_are_copied_and_a_page_says_where_to_begin(
    scratch_course: Course, names, quiet
):
    start(scratch_course, port=free_port())
    for name in names:
        released = scratch_course.released(name).read_bytes()
        assert notebook(scratch_course, name).read_bytes() == released
    [command] = quiet
    assert "--LabApp.default_url=/lab/tree/welcome.ipynb" in command
    page = scratch_course.root / "work" / "welcome.ipynb"
    nb = nbformat.read(page, as_version=4)
    nbformat.validate(nb)
    text = "\n\n".join(cell.source for cell in nb.cells)
    links = re.findall(r"\]\((.+?)\)", text)
    assert links == [links[0], *(f"{name}/{name}.ipynb" for name in names)]
    assert all((scratch_course.root / "work" / link).is_file() for link in links)
    for name in names:
        assert f"| {scratch_course.lesson(name).minutes} |" in text
    assert "uv run course check\n" in text and "{" not in text
    assert f"--ServerApp.root_dir={scratch_course.root / 'work'}" in command
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--no-browser" not in command


def test_options_reach_jupyterlab(scratch_course: Course, names, quiet):
    port = free_port()
    start(scratch_course, names[0], browser=False, port=port, extra=["--debug"])
    [command] = quiet
    assert "--no-browser" in command and command[-1] == "--debug"
    assert f"--ServerApp.port={port}" in command


def test_a_second_start_keeps_the_work(scratch_course: Course, names, quiet, capsys):
    start(scratch_course, names[0], port=free_port())
    assert f"copied work/{names[0]}/{names[0]}.ipynb" in capsys.readouterr().out
    notebook(scratch_course, names[0]).write_text("my work")
    start(scratch_course, names[0], port=free_port())
    assert notebook(scratch_course, names[0]).read_text() == "my work"
    page = scratch_course.root / "work" / "welcome.ipynb"
    page.write_text("my page")
    start(scratch_course, port=free_port())
    assert page.read_text() == "my page"
    assert f"kept   work/{names[0]}/{names[0]}.ipynb" in capsys.readouterr().out


def test_a_taken_port(scratch_course: Course, names, quiet):
    with closing(socket.socket()) as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CourseError) as caught:
            start(scratch_course, port=port)
    said = str(caught.value)
    assert said.startswith(f"Port {port} is taken.")
    other = int(said.rpartition("--port ")[2].rstrip("`."))
    assert other != port
    start(scratch_course, port=other)  # it is as free as the message says
    assert len(quiet) == 1


@pytest.mark.parametrize("port", [0, 70000])
def test_a_port_that_cannot_be(scratch_course: Course, quiet, port):
    with pytest.raises(CourseError, match=f"There is no port {port}"):
        start(scratch_course, port=port)


def test_an_unknown_lesson(scratch_course: Course, names, quiet):
    with pytest.raises(CourseError, match=f"Did you mean {names[0]}"):
        start(scratch_course, names[0][:-1] + "z")
    assert quiet == []


def test_nothing_released(scratch_course: Course, names, quiet):
    shutil.rmtree(scratch_course.root / "release")
    with pytest.raises(CourseError, match="release holds no lesson.+course build"):
        start(scratch_course)
    with pytest.raises(CourseError, match=f"{names[0]} is not released"):
        start(scratch_course, names[0])
    assert not (scratch_course.root / "work").exists()


@pytest.mark.parametrize("in_the_way", ["work", "work/{name}"])
def test_a_file_in_the_way(scratch_course: Course, names, quiet, in_the_way):
    file = scratch_course.root / in_the_way.format(name=names[0])
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine")
    with pytest.raises(CourseError) as caught:
        start(scratch_course, port=free_port())
    assert str(file) in str(caught.value)
    assert file.read_text() == "mine"
    assert quiet == []


def test_a_folder_that_cannot_be_written(
    scratch_course: Course, names, quiet, monkeypatch
):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    with pytest.raises(CourseError, match="cannot be written .Permission denied."):
        start(scratch_course, names[0], port=free_port())
    assert quiet == []


def test_jupyterlab_that_fails_is_an_error():
    with pytest.raises(CourseError, match="JupyterLab ended with an error"):
        course.student.start._run([sys.executable, "-c", "raise SystemExit(3)"], None)
