"""Opening the course as a student does: a copy to work in, and JupyterLab."""

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.notebook import read_lesson

WORK = "work"
TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
WELCOME = "welcome.ipynb"
PORTS = range(1, 65536)
SHUTDOWN_SECONDS = 15.0  # seconds that JupyterLab gets to end after Ctrl-C


def start(
    course: Course,
    lesson: str | None = None,
    browser: bool = True,
    port: int = 8888,
    extra: Sequence[str] = (),
) -> None:
    """Copy released lessons into `work/` and run JupyterLab there until it ends.

    Without `lesson` all are copied, and a page that says where to begin is opened.
    Files that are there already are kept as they are. `extra` are further options for
    JupyterLab.
    """
    names = [course.name(lesson)] if lesson else _released(course)
    for name in names:
        if not course.released(name).is_file():
            raise CourseError(
                f"{course.released(name)}: lesson {name} is not released. "
                "Restore release/ from version control, or run `course build`."
            )
    _check_port(port)
    work = course.root / WORK
    with suppress(OSError):  # which _copy explains
        work.mkdir(mode=0o700, exist_ok=True)  # answers are nobody else's business
    for name in names:
        _copy(course.released(name).parent, work / name)
    page = f"{names[0]}/{names[0]}.ipynb"
    if not lesson:
        _welcome(course, names, work / WELCOME)
        page = WELCOME
    opened = names[0] if lesson else WELCOME
    print(f"Opening {WORK}/{opened} in JupyterLab. To stop it, press Ctrl-C here.")
    command = [sys.executable, "-m", "jupyterlab"]
    command += [f"--ServerApp.root_dir={work}", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", "--ServerApp.answer_yes=True"]
    command += [f"--LabApp.default_url=/lab/tree/{page}"]
    # The course works offline: no look for a newer JupyterLab.
    never = "jupyterlab.handlers.announcements.NeverCheckForUpdate"
    command += [f"--LabApp.check_for_updates_class={never}"]
    command += [] if browser else ["--no-browser"]
    # Only what matters, the address first of all; in a container everybody is root.
    command += ["--ServerApp.log_level=WARN", "--LabApp.log_level=WARN"]
    command += ["--ServerApp.allow_root=True"]
    # Started in the course folder, its Validate button obeys nbgrader_config.py.
    _run([*command, *extra], course.root)


def _released(course: Course) -> list[str]:
    """The lessons there are to copy."""
    names = [name for name in course.names if course.released(name).is_file()]
    if not names:
        raise CourseError(
            f"{course.root / 'release'} holds no lesson. "
            "Restore it from version control, or run `course build`."
        )
    return names


def _welcome(course: Course, names: list[str], path: Path) -> None:
    """Write the page that says where to begin, unless one is there."""
    rows = []
    for name in names:
        lesson = read_lesson(course.released(name))
        rows.append(f"| [{lesson.title}]({name}/{name}.ipynb) | {lesson.minutes} |")
    text = (TEMPLATES / "welcome.txt").read_text(encoding="utf-8")
    text = text.replace("{lessons}", "\n".join(rows)).replace("01_tensors", names[0])
    cells = [
        {"cell_type": "markdown", "id": f"welcome-{k}", "metadata": {}, "source": part}
        for k, part in enumerate(text.strip().split("\n\n## "))
    ]
    for cell in cells[1:]:
        cell["source"] = f"## {cell['source']}"
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nb = {"cells": cells, "metadata": {"kernelspec": kernel}}
    nb |= {"nbformat": 4, "nbformat_minor": 5}
    with suppress(FileExistsError), path.open("x", encoding="utf-8") as file:
        json.dump(nb, file, ensure_ascii=False, indent=1)


def _copy(source: Path, target: Path) -> None:
    """Copy the files of one lesson, except those that are there already."""
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        copy = target / path.relative_to(source)
        said = f"{WORK}/{copy.relative_to(target.parent).as_posix()}"
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            with path.open("rb") as old, copy.open("xb") as new:
                shutil.copyfileobj(old, new)
            print(f"copied {said}")
        except FileExistsError:
            if not copy.is_file():
                raise CourseError(
                    f"{copy.parent if copy.parent.exists() else target.parent} "
                    "is in the way: a folder of that name is needed. Rename it."
                ) from None
            print(f"kept   {said} as you left it")
        except OSError as error:
            raise CourseError(
                f"{copy}: cannot be written ({error.strerror}). "
                "Move the course to a folder that is yours, then run this again."
            ) from None


def _check_port(port: int) -> None:
    if port not in PORTS:
        raise CourseError(f"There is no port {port}. Give one from 1024 to 65535.")
    reason = _refusal(port)
    if reason:
        free = next((p for p in PORTS[max(port, 1024) :] if not _refusal(p)), 8889)
        raise CourseError(
            f"Port {port} {reason}. "
            "Close the JupyterLab that may still run there, or run "
            f"`course start --port {free}`."
        )


def _refusal(port: int) -> str | None:
    """Why JupyterLab could not listen on this port, if so."""
    for family, kind, _, _, address in socket.getaddrinfo("localhost", port):
        if kind != socket.SOCK_STREAM:
            continue
        with socket.socket(family, kind) as probe:
            if sys.platform != "win32":  # there it means something else
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    return "is taken"
                if error.errno == errno.EACCES:
                    return "is not yours to use"
    return None


def _run(command: list[str], folder: Path) -> None:
    """Run JupyterLab until it ends; Ctrl-C reaches it as well, and ends it."""
    # In labconfig/, the answer to a question that would cover a corner of the lesson.
    paths = [
        str(TEMPLATES.parent),
        os.environ.get("JUPYTER_CONFIG_PATH", ""),
    ]
    path = os.pathsep.join(filter(None, paths))
    environment = os.environ | {"JUPYTER_CONFIG_PATH": path}
    process = subprocess.Popen(command, cwd=folder, env=environment)
    interrupted = False
    while process.poll() is None:
        try:
            process.wait(SHUTDOWN_SECONDS if interrupted else None)
        except KeyboardInterrupt:
            interrupted = True
        except subprocess.TimeoutExpired:
            # Its server is down by then; now and then a thread of it hangs on.
            process.kill()
    if process.returncode and not interrupted:
        raise CourseError("JupyterLab ended with an error; the lines above say why.")
