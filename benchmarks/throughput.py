"""How fast submissions are graded, side by side with stock nbgrader.

    uv run python benchmarks/throughput.py
    uv run python benchmarks/throughput.py --part flat --repeat 5 --json flat.json

Runs alone, on a machine that does nothing else: all figures are wall time. What is
compared runs in turns, each in its own copy of the course folder, and medians of the
turns count. Prints a table; exit code 1 where a target is missed. Parts:

stock    a class on lesson 01: `course grade` against `nbgrader autograde` as it comes
own      with one worker: a notebook's wall time against what its cells take
flat     a small lesson: time a notebook and memory, from N to 25 N submissions
sandbox  a trivial notebook, many times: with and without confinement
dask     a class on lesson 01: two Dask workers against one, one thread each
"""

import argparse
import json
import os
import platform
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table

from course.base.bytecode import with_bytecode
from course.base.course_folder import CONFIG, Course
from course.base.gradebook_location import gradebook_location
from course.grading.coordinator import Grading, Options
from course.instructor.demo import Student, solution, submit
from course.kernel.execute import execute
from course.kernel.task import Task, versions
from course.lesson.normalize import canonical_bytes, to_bytes
from course.lesson.release import copy_for_nbgrader, generate
from course.proof.answer_bank import read_bank

ROOT = Path(__file__).resolve().parents[1]
LESSON = "01_tensors"
SMALL = "01_small"
PORTS = {1: 18786, 2: 18787}  # of the schedulers, by their number of workers
STOCK = """
from course.nbgrader_hooks.autograde import use_nbgraders_own
use_nbgraders_own()
"""
TRIALS = 40  # kernels of the part `sandbox`, for each turn
# Classes of the part `flat`, in multiples of --students, and how often in each turn.
SIZES = {1: 5, 5: 2, 25: 1}
FASTER, DOUBLE, WITHIN = 10.0, 1.7, 0.10
OVERHEAD_MS, FACTOR, EXTRA = 60.0, 1.5, 0.3

SMALL_ANSWER = """### BEGIN SOLUTION
def double(x):
    return 2 * x
### END SOLUTION"""
SMALL_CELLS = (
    ("code", "setup", "import math"),
    ("markdown", "double-task", "### Exercise 1 · Double"),
    ("code", "double-answer", SMALL_ANSWER),
    ("code", "double-test-number", "assert double(3) == 6"),
    ("code", "double-test-text", 'assert double("ab") == "abab"'),
)


@dataclass(frozen=True)
class Figure:
    """Something measured; `met` is None where nothing is promised."""

    part: str
    what: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Run:
    """One run of the engine: when results came, and what each took by itself.

    Seconds since the first task was sent; `workers`: how many results come at a time;
    memory is the coordinator's peak.
    """

    came: list[float]
    own: list[float]
    mib: float
    layers: list[str]
    workers: int

    @property
    def each(self) -> float:
        """Seconds a notebook, once it runs: after the first result of every worker.

        Their first results come together: counted from the first of all, N notebooks
        would look cheaper by about (workers - 1) / N.
        """
        first = self.workers - 1
        return (self.came[-1] - self.came[first]) / (len(self.came) - self.workers)


# ---- Classes of students ----


def sample(course: Course, name: str, count: int) -> list[Student]:
    """Students who answer from the banks: mostly right, the same ones every time."""
    lesson, banks = course.lesson(name), read_bank(course.bank(name))
    students = []
    for number in range(count):
        rng = random.Random(f"{name} {number}")
        answers = {}
        for exercise in lesson.exercises:
            if exercise.answer is None:
                continue
            bank = banks.get(exercise.id)
            right = [solution(exercise.answer.source)]
            right += [answer.source for answer in bank.right] if bank else []
            wrong = [answer.source for answer in bank.wrong] if bank else []
            answers[exercise.id] = rng.choice(
                wrong if wrong and rng.random() < 0.3 else right
            )
        students.append(Student(f"student-{number:03}", answers))
    return students


def make_class(folder: Path, count: int) -> Course:
    """A course folder with `count` submissions of lesson 01."""
    source = Course.here(ROOT)
    folder.mkdir()
    course = copy_for_nbgrader(source, folder)
    generate(course.root, [LESSON])
    for student in sample(source, LESSON, count):
        submit(course, LESSON, student)
    return course


def make_small_class(folder: Path, count: int) -> Course:
    """A course folder with `count` submissions of a lesson that needs no torch."""
    course = Course(folder)
    link = course.link(SMALL)
    link.parent.mkdir(parents=True)
    course.notebook(SMALL).parent.mkdir()
    cells = []
    for kind, name, source in SMALL_CELLS:
        metadata = {"name": name, "points": int("-test" in name)}
        cell = {"cell_type": kind, "id": name, "metadata": metadata}
        cell["source"] = source.splitlines(True)
        code = {"outputs": [], "execution_count": None} if kind == "code" else {}
        cells.append(cell | code)
    nb = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    link.write_bytes(to_bytes(nb))
    link.write_bytes(canonical_bytes(link))
    shutil.copy(link, course.notebook(SMALL))
    shutil.copy(ROOT / CONFIG, folder)
    generate(folder, [SMALL])
    for number in range(count):
        factor = 2 + (number % 3 == 0)  # every third is wrong
        answer = f"def double(x):\n    return {factor} * x"
        submit(course, SMALL, Student(f"student-{number:03}", {"double": answer}))
    return course


def copied(course: Course, folder: Path) -> Course:
    """A copy of a class that nobody has graded yet."""
    shutil.copytree(course.root, folder)
    return Course(folder)


def scores(course: Course, name: str) -> dict[tuple[str, str], tuple]:
    """By student and cell: automatic points, and whether a person must look."""
    with Gradebook(gradebook_location(course)[0]) as gradebook:
        return {
            (submission.student.id, grade.name): (
                grade.auto_score,
                grade.needs_manual_grade,
            )
            for submission in gradebook.notebook_submissions(name, name)
            for grade in submission.grades
        }


# ---- Running ----


def command(course: Course, module: str, *arguments: str) -> float:
    """Run a command in the course folder; seconds. RuntimeError where it fails."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=course.root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise RuntimeError(f"{module} {arguments}: {done.stdout}{done.stderr}")
    return time.perf_counter() - start


class Watched(Grading):
    """The grading engine with a clock at its two ends."""

    def __init__(self, course: Course, options: Options) -> None:
        super().__init__(course, options, Console(quiet=True))
        self.start: float | None = None
        self.came: list[float] = []
        self.own: list[float] = []
        self.layers: list[str] = []

    def _task(self, job: Any) -> Task:
        if self.start is None:
            self.start = time.perf_counter()
        return super()._task(job)

    def _finish(self, recorder: Any, job: Any, future: Any) -> None:
        super()._finish(recorder, job, future)
        self.layers = recorder.layers
        self.came.append(time.perf_counter() - self.start)
        self.own.append(future.result().seconds)


def _watch(root: Path, options: Options) -> Run:
    grading = Watched(Course(root), options)
    grading.run([], [])
    status = Path("/proc/self/status").read_text()
    peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
    return Run(grading.came, grading.own, peak, grading.layers, options.workers)


def alone(function: Callable, *arguments: object) -> Any:
    """Call a function in a fresh Python, whose memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def watch(course: Course, options: Options) -> Run:
    """Grade everything in a process of its own."""
    return alone(_watch, course.root, options)


def turns(sides: list, repeat: int) -> Iterator[tuple[int, Any]]:
    """Each side once a turn, the order turned around from one turn to the next."""
    for turn in range(repeat):
        for side in sides if turn % 2 == 0 else reversed(sides):
            yield turn, side


# ---- The parts ----


def stock(folder: Path, count: int, repeat: int) -> Iterator[Figure]:
    """Notebooks a minute of both, and where their scores differ."""
    ours = make_class(folder / "class", count)
    stocks = copied(ours, folder / "stock")
    with (stocks.root / CONFIG).open("a", encoding="utf-8") as file:
        file.write(STOCK)
    commands = {
        "stock": (stocks, "nbgrader", "autograde", LESSON),
        "course": (ours, "course", "grade", LESSON),
    }
    seconds: dict[str, list[float]] = {"stock": [], "course": []}
    found: dict[str, dict] = {}
    for turn, side in turns(list(commands), repeat):
        given, *words = commands[side]
        graded = copied(given, folder / f"{side}-{turn}")
        seconds[side].append(command(graded, *words))
        found[side] = scores(graded, LESSON)
        shutil.rmtree(graded.root)
    rates = {side: 60 * count / median(taken) for side, taken in seconds.items()}
    keys = found["stock"].keys() | found["course"].keys()
    differ = sum(found["stock"].get(k) != found["course"].get(k) for k in keys)
    yield Figure("stock", "stock nbgrader", rates["stock"], "notebooks/min")
    yield Figure("stock", "course grade", rates["course"], "notebooks/min")
    ratio = rates["course"] / rates["stock"]
    what = "course grade over stock"
    yield Figure("stock", what, ratio, "times", f"≥ {FASTER:g}", ratio >= FASTER)
    yield Figure("stock", "scores compared", len(keys), "cells")
    yield Figure("stock", "scores that differ", differ, "cells", "0", differ == 0)


def own(folder: Path, count: int, repeat: int) -> Iterator[Figure]:
    """What a notebook takes beyond its cells, at one worker."""
    given = make_class(folder / "own-class", count)
    runs = [
        watch(copied(given, folder / f"own-{turn}"), Options(workers=1))
        for turn in range(repeat)
    ]
    # The first result has waited for the forkserver; the others count.
    cells = median(sum(run.own[1:]) / (count - 1) for run in runs)
    wall = median(run.each for run in runs)
    most = FACTOR * cells + EXTRA
    start = median(run.came[0] for run in runs)
    yield Figure("own", "the first result, with the start", start, "s")
    yield Figure("own", "a notebook's cells", cells, "s")
    yield Figure("own", "a notebook", wall, "s", f"≤ {most:.2f}", wall <= most)


def flat(folder: Path, count: int, repeat: int) -> Iterator[Figure]:
    """Time and memory as the class grows."""
    sizes = [count * factor for factor in SIZES]
    given = {n: make_small_class(folder / f"small-{n}", n) for n in sizes}
    runs: dict[int, list[Run]] = {n: [] for n in sizes}
    rounds = [count * k for k, often in SIZES.items() for _ in range(often)]
    for _, n in turns(rounds, repeat):
        graded = copied(given[n], folder / "flat")
        runs[n].append(watch(graded, Options()))
        shutil.rmtree(graded.root)
    each = {n: 1000 * median(run.each for run in runs[n]) for n in sizes}
    mib = {n: median(run.mib for run in runs[n]) for n in sizes}
    for what, values, unit in (
        ("a notebook of {}", each, "ms"),
        ("memory for {}", mib, "MiB"),
    ):
        first = values[sizes[0]]
        yield Figure("flat", what.format(sizes[0]), first, unit)
        for n in sizes[1:]:
            low, high = first * (1 - WITHIN), first * (1 + WITHIN)
            target = f"{low:.1f} to {high:.1f}"
            met = low <= values[n] <= high
            yield Figure("flat", what.format(n), values[n], unit, target, met)


def _kernels(repeat: int) -> tuple[dict[str, float], list[str]]:
    """Median milliseconds of a trivial notebook, confined and not, by turns."""
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    data = nbformat.writes(nb).encode()
    tasks = {
        side: Task(side, data, sandbox=side == "confined", modules=("torch",))
        for side in ("confined", "free")
    }
    for task in tasks.values():
        layers = execute(task).layers
    taken: dict[str, list[float]] = {side: [] for side in tasks}
    for _, side in turns(list(tasks), repeat * TRIALS):
        start = time.perf_counter()
        done = execute(tasks[side])
        taken[side].append(1000 * (time.perf_counter() - start))
        layers = done.layers or layers
    return {side: median(all_) for side, all_ in taken.items()}, layers


def sandbox(folder: Path, count: int, repeat: int) -> Iterator[Figure]:
    """What confinement adds to a notebook."""
    taken, layers = alone(_kernels, repeat)
    for side, ms in taken.items():
        yield Figure("sandbox", f"a trivial notebook, {side}", ms, "ms")
    more = taken["confined"] - taken["free"]
    what = f"confinement ({len(layers)} layers)"
    met = more < OVERHEAD_MS
    yield Figure("sandbox", what, more, "ms", f"< {OVERHEAD_MS:g}", met)


@contextmanager
def cluster(workers: int, port: int) -> Iterator[str]:
    """A Dask scheduler on loopback with so many workers of one thread."""
    address = f"tcp://127.0.0.1:{port}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "distributed.cli."]
    with ExitStack() as stack:

        def start(program: str, *options: str) -> None:
            words = [*dask[:2], dask[2] + program, *options]
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, **quiet)
            stack.callback(process.wait)
            stack.callback(process.terminate)

        local = ("--host", "127.0.0.1", "--no-dashboard")
        start("dask_scheduler", *local, "--port", str(port))
        for _ in range(workers):
            start("dask_worker", address, *local, "--nthreads", "1", "--no-nanny")
        from distributed import Client

        with Client(address, timeout=60) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address


def dask(folder: Path, count: int, repeat: int) -> Iterator[Figure]:
    """Two workers against one, both warm."""
    given = make_class(folder / "dask-class", count)
    rates: dict[int, list[float]] = {1: [], 2: []}
    with ExitStack() as stack:
        options = {
            n: Options(scheduler=stack.enter_context(cluster(n, port)))
            for n, port in PORTS.items()
        }
        for turn, n in turns([1, 2], repeat + 1):
            graded = copied(given, folder / f"dask-{n}-{turn}")
            run = watch(graded, options[n])
            if turn:  # the first turn is for the forkservers to start
                rates[n].append(60 * count / run.came[-1])
            shutil.rmtree(graded.root)
    one, two = median(rates[1]), median(rates[2])
    yield Figure("dask", "one Dask worker", one, "notebooks/min")
    yield Figure("dask", "two Dask workers", two, "notebooks/min")
    ratio = two / one
    yield Figure("dask", "two over one", ratio, "times", f"≥ {DOUBLE}", ratio >= DOUBLE)


PARTS = {part.__name__: part for part in (stock, own, flat, sandbox, dask)}


# ---- The command ----


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    processor = ""
    if (info := Path("/proc/cpuinfo")).exists():
        found = re.search(r"model name\s*: (.*)", info.read_text())
        processor = found[1] if found else ""
    return {
        "system": platform.platform(),
        "processor": processor or platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "versions": versions(),
    }


def main() -> int:
    """Measure, print a table; 1 where a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", action="append", choices=PARTS, help="only this one")
    parser.add_argument("--students", type=int, default=20, metavar="N")
    parser.add_argument("--repeat", type=int, default=3, metavar="TURNS")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    if given.students < 3:  # noqa: PLR2004
        parser.error("--students: at least 3")
    console = Console()
    where = machine()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="course-throughput-") as folder:
        place = Path(folder)
        kept = {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        os.environ |= with_bytecode(os.environ, place / "bytecode") | kept
        if "PYTHONPYCACHEPREFIX" in os.environ:
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        for name in given.part or PARTS:
            with console.status(f"measuring: {name}"):
                figures += PARTS[name](place, given.students, given.repeat)
    report = {
        "date": date.today().isoformat(),
        "command": shlex.join(["python", "benchmarks/throughput.py", *sys.argv[1:]]),
        "machine": where,
        "figures": [asdict(figure) for figure in figures],
    }
    if given.json:
        given.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    table = Table("part", "what", "measured", "", "target", "")
    for each in figures:
        mark = "" if each.met is None else "met" if each.met else "MISSED"
        row = (each.part, each.what, f"{each.value:.4g}", each.unit, each.target, mark)
        table.add_row(*row)
    console.print(table)
    return 1 if any(each.met is False for each in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
