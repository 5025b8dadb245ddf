"""The answer runner: runs an answer, and reports what the tests of a lesson say.

Each answer runs in its own process, started from one that has torch loaded, so
that neither a crash nor an endless loop nor a changed global reaches the next.
"""

import atexit
import functools
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from course.base.cell_imports import modules_named
from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.notebook import (
    Cell,
    Exercise,
    Lesson,
    has_region,
    read_lesson,
    source_lines,
    stub_lines,
)

# Forking after Metal or Accelerate is unsafe on macOS, and Windows has no fork.
FORKS = sys.platform == "linux"
ANSWER_PROCESS = Path(__file__).with_name("answer_process.py")
ANSWER_SECONDS = 20.0
LESSON_SECONDS = 120.0  # a project trains
STANDARD_STUB = "raise NotImplementedError()"
# Words whose first use makes torch import torch._dynamo or parts of it, for seconds.
NEEDS_DYNAMO = ("optim", "compile", "deterministic", "assert_close")
ANSWER_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
    "PYTHONHASHSEED": "0",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # fewer, larger pages: a cheaper fork
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # asks for a GPU without waking it
}


@dataclass
class Report:
    """Outcomes of the tests.

    `outcomes`: for each test cell None where it passed, else `ErrorType: message`.
    `raised`: what answers raised where they are defined, by answer cell.
    `complaints`: faults of the tests themselves, or a time limit that was reached.
    """

    outcomes: dict[str, str | None] = field(default_factory=dict)
    raised: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> dict[str, str]:
        """The messages of the test cells that failed."""
        return {cell: why for cell, why in self.outcomes.items() if why is not None}


def gradable(lesson: Lesson) -> list[Exercise]:
    """The exercises that tests grade: all but the explanations in words."""
    return [e for e in lesson.exercises if e.tests and e.answer and e.answer.is_code]


def solutions(lesson: Lesson) -> dict[str, str]:
    """The lesson's own answers, by exercise."""
    return {each.id: each.answer.source for each in gradable(lesson)}


def untouched(course: Course, lesson: Lesson, exercise: Exercise) -> str:
    """The answer cell as students find it in the release.

    Made by the same rule where the lesson has not been released yet.
    """
    released = course.released(lesson.name)
    cells = read_lesson(released).cells if released.is_file() else ()
    found = [c.source for c in cells if c.id == exercise.answer.id]
    return found[0] if found else _without_solution(exercise.answer.source)


def _without_solution(source: str) -> str:
    if not has_region(source, "SOLUTION"):
        return STANDARD_STUB
    lines = []
    for line in source_lines(source, "SOLUTION", "STUB"):
        if (line.edge, line.region) == ("BEGIN", "SOLUTION"):
            indent = re.match(r"\s*", line.text)[0]
            lines += stub_lines(source) or [indent + STANDARD_STUB]
        elif not line.region:
            lines.append(line.text)
    return "\n".join(lines)


def run_answer(
    lesson: Lesson,
    exercise: Exercise,
    source: str,
    device: str = "cpu",
    limit: float = ANSWER_SECONDS,
    until_failure: bool = False,
) -> Report:
    """Run one answer and the exercise's tests after the lesson's setup.

    The locked code before the tests runs too: what the exercise gives, or, where the
    tests judge a run of all parts, what every exercise before gives. `limit` is in
    seconds. With `until_failure` each test runs only once, and none after one that
    fails. Raises CourseError where setup fails or `device`, one of cpu, cuda, mps
    and auto, is not there.
    """
    cells = []
    if exercise.judged_run:
        earlier = takewhile(lambda c: c.id != exercise.task.id, lesson.cells)
        cells = [_as_sent(cell) for cell in earlier if cell.is_given]
    for cell in exercise.cells[: exercise.cells.index(exercise.tests[-1]) + 1]:
        if cell == exercise.answer:
            cells.append(_as_sent(cell, source))
        elif cell.is_given or cell.is_test:
            cells.append(_as_sent(cell))
    return _run_cells(lesson, cells, device, limit, until_failure)


def run_lesson(
    lesson: Lesson,
    answers: dict[str, str],
    device: str = "cpu",
    limit: float = LESSON_SECONDS,
) -> Report:
    """Run several answers, by exercise, and all their tests in one process.

    In the order of the notebook, with all locked code; exercises without an answer
    are left out.
    """
    return _run_cells(lesson, _cells(lesson, answers), device, limit)


def begin(lesson: Lesson) -> None:
    """Have the process that runs answers import now what this lesson needs.

    It takes seconds, and whoever is about to call `run_lesson` may have other work.
    """
    if FORKS:
        cells = _cells(lesson, solutions(lesson))
        _send(_forkserver(), _request(lesson, cells) | {"only_imports": True})


def _cells(lesson: Lesson, answers: dict[str, str]) -> list[dict]:
    """The cells of a whole lesson, as they are sent, with answers by exercise."""
    cells = []
    written = {e.answer.id: answers.get(e.id) for e in gradable(lesson)}
    tests = {c.id for e in gradable(lesson) if e.id in answers for c in e.tests}
    for cell in lesson.cells:
        if cell.is_given or cell.id in tests:
            cells.append(_as_sent(cell))
        elif (source := written.get(cell.id)) is not None:
            cells.append(_as_sent(cell, source))
    return cells


def _as_sent(cell: Cell, source: str | None = None) -> dict:
    source = cell.source if source is None else source
    return {"id": cell.id, "source": source, "is_test": cell.is_test}


def _run_cells(
    lesson: Lesson,
    cells: list[dict],
    device: str,
    limit: float,
    until_failure: bool = False,
) -> Report:
    request = _request(lesson, cells) | {"device": device, "limit": limit}
    request["until_failure"] = until_failure
    report, ended, broken, watchdog, start = Report(), 0, None, [], None
    for message in _messages(request):
        match message:
            case {"started": _}:
                start = time.perf_counter()
            case {"answer": cell, "raised": str(raised)}:
                report.raised[cell] = raised
            case {"test": cell, "outcome": outcome, "complaints": complaints}:
                report.outcomes[cell] = outcome
                report.complaints += complaints
            case {"broken": reason}:
                broken = reason
            case {"watchdog": line}:
                watchdog.append(line)
            case {"ended": code}:
                ended = code
    if broken:
        raise CourseError(f"{lesson.path}: {broken}")
    if start is None:
        raise CourseError(
            f"{sys.executable} could not start a process that imports torch and NumPy "
            "(its own message stands above). Install what pyproject.toml lists."
        )
    report.seconds = time.perf_counter() - start
    unrun = [c["id"] for c in cells if c["is_test"] and c["id"] not in report.outcomes]
    if until_failure and report.failed:
        return report
    if unrun and watchdog:
        reason = f"Timeout: no result after {limit:g} s{_where(watchdog)}"
        report.complaints.append(f"{unrun[0]}: {reason}")
    else:
        reason = f"Died: the process {_ending(ended)} before this test had a result"
    report.outcomes |= dict.fromkeys(unrun, reason)
    return report


def _request(lesson: Lesson, cells: list[dict]) -> dict:
    """A request for these cells, and for what has to be imported before them."""
    setup = lesson.setup.source if lesson.setup else ""
    sources = [setup, *(cell["source"] for cell in cells)]
    modules = [name for source in sources for name in modules_named(source)]
    if any(word in source for word in NEEDS_DYNAMO for source in sources):
        modules.append("torch._dynamo")
    return {"setup": setup, "cells": cells, "modules": modules}


def _where(watchdog: list[str]) -> str:
    """The innermost line of a cell in the watchdog's traceback."""
    frames = (re.search(r'File "<(.+?)>", line (\d+)', line) for line in watchdog)
    frame = next((f for f in frames if f and not f[1].startswith("frozen")), None)
    return f", at line {frame[2]} of {frame[1]}" if frame else ""


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    return f"was killed by {signal.Signals(-code).name}"


def _messages(request: dict) -> Iterator[dict]:
    """All messages of an answer process to a request; last, how it ended."""
    if FORKS:
        yield from _exchange(_forkserver(), request)
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with _start("once", folder) as process:
            yield from _exchange(process, request)
        if hasattr(os, "killpg"):
            with suppress(OSError):  # nothing left running, as a rule
                os.killpg(process.pid, signal.SIGKILL)


def _exchange(process: subprocess.Popen, request: dict) -> Iterator[dict]:
    _send(process, request)
    for line in process.stdout:
        message = json.loads(line) if line.startswith("{") else {"watchdog": line}
        yield message
        if "ended" in message:
            return
    _forkserver.cache_clear()
    yield {"ended": process.wait()}


def _send(process: subprocess.Popen, request: dict) -> None:
    with suppress(OSError):  # it died: then nothing can be read either
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()


@functools.cache
def _forkserver() -> subprocess.Popen:
    """The process that has imported torch and forks the others."""
    process = _start("fork")
    atexit.register(process.stdin.close)
    return process


def _start(mode: str, folder: str | None = None) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-P", "-X", "utf8", str(ANSWER_PROCESS), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | ANSWER_ENVIRONMENT,
        cwd=folder,
        start_new_session=True,
    )
