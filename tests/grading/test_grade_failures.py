"""Grading while things fail: power, workers, locks, disks; and other databases."""

import json
import multiprocessing
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from course_copies import ROOT, tree
from nbgrader.api import Gradebook
from nbgrader_helpers import nbgrader
from student_classes import (
    KINDS,
    RIGHT,
    a_class,
    configure,
    earned_by_tests,
    expected,
    make_class,
    rows,
    scores,
    submit,
    url,
    wait_until,
)
from typer.testing import CliRunner
from word_lesson import NAME

from course.base import gradebook_location
from course.base.course_folder import Course
from course.cli import app
from course.grading import autograded, executors, gradebook_writer
from course.grading.coordinator import Options, grade
from course.kernel import kernel_channels, scratch_dir
from course.kernel.scratch_dir import Scratch

pytest_plugins = ["graded_courses", "postgres_server"]
linux = pytest.mark.skipif(sys.platform != "linux", reason="kernels fork on Linux")
pytestmark = [pytest.mark.slow, linux]

SIZE = 7
CLASS = a_class(SIZE)
WORKERS = 2
STOPPED = "Stopped. What has a line is graded. Run it again for the rest."


@pytest.fixture(scope="module")
def calm(released: Path, tmp_path_factory) -> Course:
    """The class, graded without any disturbance."""
    course = make_class(released, tmp_path_factory.mktemp("calm") / "class", CLASS)
    grade(course, [], [], Options(workers=WORKERS))
    assert earned_by_tests(course) == expected(CLASS)
    return course


@pytest.fixture
def fresh(released: Path, tmp_path: Path) -> Course:
    """The same class, not graded yet."""
    return make_class(released, tmp_path / "fresh", CLASS)


@pytest.fixture
def cli(monkeypatch):
    """Run `course grade` here: (exit code, what it said)."""

    def run(course: Course, *arguments: str) -> tuple[int, str]:
        monkeypatch.chdir(course.root)
        done = CliRunner().invoke(app, ["grade", *arguments])
        assert isinstance(done.exception, SystemExit | None), done.exception
        return done.exit_code, done.stderr

    return run


def assert_same(course: Course, calm: Course) -> None:
    """The gradebook and autograded/ are those of the undisturbed run."""
    assert rows(url(course)) == rows(url(calm))
    assert tree(course.root / "autograded") == tree(calm.root / "autograded")


def the_error(said: str) -> str:
    """The one line that names the error; nothing else was said but lines of the log."""
    [line] = [line for line in said.splitlines() if line.startswith("error: ")]
    assert "Traceback" not in said
    assert said.rstrip().endswith(line)
    return line


# ---- The coordinator is killed ----


def coordinate(root: Path, mark: str) -> None:
    """Be a coordinator that grades the course in `root`; its processes bear a mark."""
    os.environ["TZ"] = mark
    os.chdir(root)
    with open(os.devnull, "w") as sink:
        os.dup2(sink.fileno(), 2)
    app(["grade", "--workers", str(WORKERS)])


@pytest.fixture(scope="module")
def forkserver():
    """Starts processes that have the engine's imports, so that runs take their time.

    A fork of this process would do, were there no threads in it.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["course.cli", "course.grading.coordinator"])
    first = context.Process(target=os.getpid)  # waits for the imports
    first.start()
    first.join()
    return context


def bearing(mark: str) -> list[int]:
    """Processes that bear the mark in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"TZ={mark}\0".encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:  # it is gone, or not ours
            continue
    return found


def begun(run: multiprocessing.Process, course: Course) -> bool:
    """Whether the run has come as far as to make its staging folder."""
    return (
        course.root / "autograded" / autograded.STAGING
    ).exists() or not run.is_alive()


def killed_and_run_again(released, calm, folder, context, moments) -> list[int]:
    """Kill a coordinator at these parts of its run, and let it finish then.

    Returns how many submissions were in the gradebook at each kill.
    """
    course = make_class(released, folder / "whole", CLASS)
    whole = context.Process(target=coordinate, args=(course.root, "<whole>0"))
    whole.start()
    wait_until(lambda: begun(whole, course))
    start = time.monotonic()
    whole.join()
    seconds = time.monotonic() - start
    assert whole.exitcode == 0
    assert_same(course, calm)
    counts = []
    for number, moment in enumerate(moments):
        course = make_class(released, folder / str(number), CLASS)
        mark = f"<kill{os.getpid()}n{number}>0"
        run = context.Process(target=coordinate, args=(course.root, mark))
        run.start()
        wait_until(lambda run=run, course=course: begun(run, course))
        time.sleep(moment * seconds)
        marked = bearing(mark)
        run.kill()
        run.join()
        assert run.exitcode in (-signal.SIGKILL, 0)
        wait_until(lambda mark=mark: not bearing(mark), 10)
        counts.append(len(scores(url(course))))
        print(f"killed at {moment:.0%}: {counts[-1]} graded, {len(marked)} processes")
        if counts[-1] < SIZE and moment > 0.4:
            assert marked  # otherwise the line above would say nothing
        grade(course, [], [], Options(workers=WORKERS))
        assert_same(course, calm)
        assert not (course.root / "autograded" / autograded.STAGING).exists()
    return counts


def moments(number: int, seed: int) -> list[float]:
    """So many random moments of a run, spread over all of it."""
    rng = random.Random(seed)
    return [(k + rng.random()) / number for k in range(number)]


def test_a_killed_coordinator_loses_nothing(released, calm, tmp_path, forkserver):
    counts = killed_and_run_again(
        released, calm, tmp_path, forkserver, moments(3, seed=6)
    )
    assert any(count < SIZE for count in counts)


@pytest.mark.proof
def test_a_coordinator_killed_at_ten_moments(released, calm, tmp_path, forkserver):
    for seed in range(2):
        folder = tmp_path / str(seed)
        counts = killed_and_run_again(
            released, calm, folder, forkserver, moments(10, seed)
        )
        assert any(0 < count < SIZE for count in counts)


def test_ctrl_c_waits_for_no_endless_loop(released, tmp_path, cli):
    endless = RIGHT | {"count-answer": "while True: pass"}
    answers = {"ann": RIGHT, "bob": endless, "eve": RIGHT}
    course = make_class(released, tmp_path / "stop", answers)
    command = [sys.executable, "-m", "course", "grade", "--workers", "1"]
    with subprocess.Popen(
        command, cwd=course.root, stderr=subprocess.PIPE, encoding="utf-8"
    ) as run:
        said = run.stderr.readline()
        assert f"{NAME} ann: 5 of 7" in said
        time.sleep(2)  # bob's loop has begun
        start = time.monotonic()
        run.send_signal(signal.SIGINT)
        said = run.stderr.read()
        run.wait()
    assert time.monotonic() - start < 5  # such a cell may take 120 seconds
    assert run.returncode == 130
    assert said.strip() == STOPPED
    assert set(scores(url(course))) == {"ann"}
    for path in (course.root / "submitted").glob("bob/*/*.ipynb"):
        path.write_text(path.read_text().replace("while True: pass", "pass"))
    code, said = cli(course)
    assert code == 0 and " ann: " not in said
    assert set(scores(url(course))) == set(answers)


TAKE = """
import sys, time
from course.kernel.scratch_dir import Scratch

print(Scratch().path, flush=True)
time.sleep(60)
"""


def test_what_a_killed_process_has_left_is_removed():
    with subprocess.Popen(
        [sys.executable, "-c", TAKE], stdout=subprocess.PIPE, encoding="utf-8"
    ) as victim:
        left = Path(victim.stdout.readline().strip())
        (left / "file.txt").write_text("a submission")
        (left / "folder").mkdir()
        victim.kill()
    with Scratch() as held, Scratch() as young:
        long_ago = time.time() - 2 * scratch_dir.SWEEP_AGE
        for folder in (left, held):
            os.utime(folder, (long_ago, long_ago))
        subprocess.run(
            [sys.executable, "-c", TAKE.replace("60", "0")], check=True, stdout=-1
        )
        assert not left.exists()
        assert held.is_dir() and young.is_dir()
    assert not held.exists() and not young.exists()


def test_where_no_kernel_answers(fresh, cli, monkeypatch):
    monkeypatch.setattr(kernel_channels, "SILENT", 0)
    code, said = cli(fresh)
    assert code == 1
    assert "no kernel answers here, a kernel was silent" in the_error(said)
    assert scores(url(fresh)) == {}


@pytest.mark.parametrize("when", ["staged", "written", "moved away"])
def test_killed_between_two_steps_of_a_newer_submission(
    released, tmp_path, monkeypatch, when
):
    """The moments that chance seldom hits: around the transaction of a submission."""
    course = make_class(released, tmp_path / "steps", {"s00": RIGHT})
    grade(course, [], [], Options())
    with Gradebook(url(course), "pytorch") as gradebook:
        gradebook.find_grade("why-answer", NAME, NAME, "s00").manual_score = 2
        gradebook.db.commit()
    submit(course, "s00", KINDS[1], when="2026-01-02 10:00:00 UTC")

    class Killed(BaseException):
        """As a SIGKILL: nothing is cleaned up."""

    def die(*_):
        raise Killed

    place = course.root / "autograded" / "s00" / NAME
    with monkeypatch.context() as patched:
        # What a process that is killed cannot do either.
        patched.setattr(autograded.shutil, "rmtree", lambda *_, **__: None)
        if when == "staged":
            patched.setattr(gradebook_writer.GradebookWriter, "write", die)
        elif when == "written":
            patched.setattr(autograded.Autograded, "put", die)
        else:
            rename = Path.rename

            def once(path, target):
                return die() if target == place else rename(path, target)

            patched.setattr(Path, "rename", once)
        with pytest.raises(Killed):
            grade(course, [], [], Options())
    grade(course, [], [], Options())
    other = make_class(released, tmp_path / "other", {"s00": RIGHT})
    grade(other, [], [], Options())
    submit(other, "s00", KINDS[1], when="2026-01-02 10:00:00 UTC")
    grade(other, [], [], Options())
    assert_same(course, other)


def test_two_coordinators_do_not_meet(fresh, cli):
    with autograded.locked(fresh.root / "autograded"):
        code, said = cli(fresh)
    assert code == 1
    assert "another `course grade` is at work" in the_error(said)
    assert scores(url(fresh)) == {}


# ---- Dask ----


def dask(*arguments: str) -> subprocess.Popen:
    """Start `dask …`, quietly."""
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[str]:
    """A Dask scheduler with so many worker processes on loopback; its address."""
    file = folder / "scheduler.json"
    common = ("--scheduler-file", str(file), "--no-dashboard")
    started = [dask("scheduler", "--host", "127.0.0.1", "--port", "0", *common)]
    try:
        local = ("--nthreads", "1", "--local-directory", str(folder))
        for _ in range(workers):
            started.append(dask("worker", *common, *local))
        wait_until(file.exists)
        wait_until(lambda: file.read_text().rstrip().endswith("}"))
        address = json.loads(file.read_text())["address"]
        if workers:
            from distributed import Client

            with Client(address) as client:
                client.wait_for_workers(workers, timeout=60)
        yield address
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """A scheduler with two workers."""
    with cluster(tmp_path_factory.mktemp("dask"), 2) as found:
        yield found


def workers_of(address: str) -> dict[str, int]:
    """By name: the process of each worker."""
    from distributed import Client

    with Client(address) as client:
        return client.run(os.getpid)


def test_a_dask_worker_killed_mid_run(fresh, calm, cli, address):
    done = []
    victim = next(iter(workers_of(address).values()))

    def kill() -> None:
        wait_until(lambda: len(scores(url(fresh))) >= 2)
        os.kill(victim, signal.SIGKILL)
        done.append(len(scores(url(fresh))))

    thread = threading.Thread(target=kill)
    thread.start()
    code, said = cli(fresh, "--scheduler", address)
    thread.join()
    assert code == 0, said
    assert done[0] < SIZE
    assert_same(fresh, calm)


def test_a_worker_with_another_torch(released, tmp_path, cli, address, monkeypatch):
    course = make_class(released, tmp_path / "versions", {"ann": RIGHT})
    here = executors.versions()
    monkeypatch.setattr(executors, "versions", lambda: here | {"torch": "9.9"})
    code, said = cli(course, "--scheduler", address)
    assert code == 1
    assert f"has torch {here['torch']}" in the_error(said)
    assert "9.9" in said
    assert scores(url(course)) == {} and not tree(course.root / "autograded")


def test_a_scheduler_without_workers(fresh, cli, tmp_path):
    with cluster(tmp_path, 0) as found:
        code, said = cli(fresh, "--scheduler", found)
    assert code == 1
    assert "has no workers: start some with `dask worker" in the_error(said)
    assert scores(url(fresh)) == {}


def test_a_scheduler_that_does_not_answer(fresh, cli, monkeypatch):
    monkeypatch.setattr(executors, "ANSWER_WITHIN", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for port in (silent.getsockname()[1], 1):
            code, said = cli(fresh, "--scheduler", f"tcp://127.0.0.1:{port}")
            assert code == 1
            assert "no scheduler answers there" in the_error(said)
    code, said = cli(fresh, "--scheduler", "nonsense://x")
    assert code == 1 and the_error(said)
    assert scores(url(fresh)) == {}


# ---- The engine itself fails ----


@pytest.mark.parametrize("times", [1, 2])
def test_a_fault_of_the_engine(fresh, calm, cli, monkeypatch, times):
    """Once: nobody notices. Twice: said, graded anew by the next run."""
    execute, failed = executors.execute, []

    def fail(task):
        if task.name.endswith(" s00") and len(failed) < times:
            failed.append(1)
            raise OSError("out of luck")
        return execute(task)

    monkeypatch.setattr(executors, "execute", fail)
    code, said = cli(fresh)
    assert code == (0 if times == 1 else 3) and len(failed) == times
    if times > 1:
        why = "Grading itself failed: OSError('out of luck'). Run it again."
        assert f"{NAME} s00: {why}" in said
        assert f"Needs your review:\n  {NAME} s00: {why}" in said
        assert not any(cell[0] for cell in scores(url(fresh))["s00"].values())
        code, said = cli(fresh)
        assert code == 0 and said.count(f" {NAME} s") == 1
    assert "Grading itself failed" not in said
    assert_same(fresh, calm)


# ---- A locked gradebook ----


@contextmanager
def locked(course: Course) -> Iterator[sqlite3.Connection]:
    """Another program writes to the gradebook, and takes its time."""
    path = course.root / "gradebook.db"
    options = {"isolation_level": None, "check_same_thread": False}
    with closing(sqlite3.connect(path, **options)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield other


def test_a_lock_of_some_seconds_is_waited_for(fresh, calm):
    with locked(fresh) as other:
        timer = threading.Timer(6, other.rollback)
        timer.start()
        start = time.monotonic()
        grade(fresh, [], [], Options(workers=WORKERS))
        assert time.monotonic() - start > 5
        timer.join()
    assert_same(fresh, calm)


def test_a_lock_in_the_middle_of_a_run_is_waited_for(fresh, calm, monkeypatch):
    write, waited = gradebook_writer.GradebookWriter._write, []

    def late(self, *arguments):
        if not waited:
            waited.append(1)
            with locked(fresh) as other:
                timer = threading.Timer(5.5, other.rollback)
                timer.start()
                score = write(self, *arguments)
                timer.join()
                return score
        return write(self, *arguments)

    monkeypatch.setattr(gradebook_writer.GradebookWriter, "_write", late)
    start = time.monotonic()
    grade(fresh, [], [], Options(workers=WORKERS))
    assert time.monotonic() - start > 5
    assert_same(fresh, calm)


@pytest.mark.parametrize("from_the_start", [True, False])
def test_a_lock_for_longer_is_named(fresh, calm, cli, monkeypatch, from_the_start):
    monkeypatch.setattr(gradebook_writer.GradebookWriter, "patience", 1)
    monkeypatch.setattr(gradebook_location, "PATIENCE", 1)
    write, done = gradebook_writer.GradebookWriter.write, []

    def then_locked(self, *arguments):
        if len(done) < 2:
            done.append(1)
            return write(self, *arguments)
        with locked(fresh):
            return write(self, *arguments)

    with monkeypatch.context() as patched:
        if from_the_start:
            with locked(fresh):
                code, said = cli(fresh)
        else:
            patched.setattr(gradebook_writer.GradebookWriter, "write", then_locked)
            code, said = cli(fresh)
    assert code == 1
    assert "is locked: another program has held it for 1 s" in the_error(said)
    kept = scores(url(fresh))
    assert len(kept) == (0 if from_the_start else 2)
    made = [p.name for p in (fresh.root / "autograded").iterdir()]
    assert sorted(made) == sorted(kept)
    code, said = cli(fresh)
    assert code == 0
    assert not [student for student in kept if f" {student}: " in said]
    assert_same(fresh, calm)


def test_a_gradebook_on_a_full_disk(fresh, calm, cli, monkeypatch):
    """SQLite itself says so: its file may not grow."""

    def no_room(connection, _) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    with closing(sqlite3.connect(fresh.root / "gradebook.db")) as given:
        given.execute("VACUUM")  # little room is within it
        [pages] = given.execute("PRAGMA page_count").fetchone()

    with monkeypatch.context() as patched:
        made = sa.create_engine

        def small(*arguments, **options):
            found = made(*arguments, **options)
            sa.event.listen(found, "connect", no_room)
            return found

        patched.setattr(gradebook_writer.sa, "create_engine", small)
        start = time.monotonic()
        code, said = cli(fresh)
    assert code == 1
    assert "database or disk is full" in the_error(said)
    assert (
        time.monotonic() - start < gradebook_writer.GradebookWriter.patience / 2
    )  # it is not waited for
    kept = scores(url(fresh))
    assert len(kept) < SIZE
    made = [p.name for p in (fresh.root / "autograded").iterdir()]
    assert sorted(made) == sorted(kept)
    assert cli(fresh)[0] == 0
    assert_same(fresh, calm)


# ---- A full disk ----

ON_A_SMALL_DISK = """
mount -t tmpfs -o size=64k none autograded
{grade} 2> first; echo $? >> first
find autograded > left
mount -o remount,size=16m autograded
{grade} 2> second; echo $? >> second
cp -r autograded kept
"""


def test_a_full_disk(fresh, calm):
    grade_it = f"{sys.executable} -m course grade --workers {WORKERS}"
    alone = ["unshare", "-m"] if os.getuid() == 0 else ["unshare", "-Urm"]
    done = subprocess.run(
        [*alone, "sh", "-c", ON_A_SMALL_DISK.format(grade=grade_it)],
        cwd=fresh.root,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    *said, code = (fresh.root / "first").read_text().splitlines()
    assert code == "1"
    assert "No space left on device" in the_error("\n".join(said))
    left = (fresh.root / "left").read_text()
    assert autograded.STAGING not in left
    finished = [name for name in CLASS if f"{name}/{NAME}/{NAME}.ipynb" in left]
    *said, code = (fresh.root / "second").read_text().splitlines()
    assert code == "0", said
    assert len(finished) < SIZE
    # Whoever was graded before the disk was full is not graded again.
    again = [name for name in CLASS if f" {name}: " in "\n".join(said)]
    log = (fresh.root / "first").read_text() + "\n".join(said)
    assert sorted(again + finished) == sorted(CLASS), log
    shutil.rmtree(fresh.root / "autograded")
    (fresh.root / "kept").rename(fresh.root / "autograded")
    assert_same(fresh, calm)


# ---- PostgreSQL ----


def test_a_gradebook_in_postgresql(released, calm, cli, tmp_path, postgres):
    course = make_class(released, tmp_path / "postgres", CLASS)
    (course.root / "gradebook.db").unlink()
    configure(course, f'c.CourseDirectory.db_url = "{postgres}"')
    code, said = cli(course)
    assert code == 1 and "01_words is not in the gradebook" in the_error(said)
    nbgrader(course.root, "generate_assignment", NAME, "--force")
    code, said = cli(course)
    assert code == 0, said
    assert rows(postgres) == rows(url(calm))
    assert not (course.root / "gradebook.db").exists()
    assert tree(course.root / "autograded") == tree(calm.root / "autograded")
    # Skipped, then graded anew as a whole.
    code, said = cli(course)
    assert code == 0 and " s00: " not in said
    submit(course, "s00", KINDS[1], when="2026-01-02 10:00:00 UTC")
    assert cli(course)[0] == 0
    assert scores(postgres)["s00"]["count-test"] == (0, None, False)
    with Gradebook(postgres, "pytorch") as gradebook:
        assert len(gradebook.submission_dicts(NAME)) == SIZE
    nbgrader(course.root, "generate_feedback", NAME, "--student", "s00")


def test_a_database_that_does_not_answer(released, tmp_path, cli):
    course = make_class(released, tmp_path / "down", {"ann": RIGHT})
    configure(
        course,
        'c.CourseDirectory.db_url = "postgresql+psycopg2://me:secret@/x?host=/nowhere"',
    )
    code, said = cli(course)
    assert code == 1
    assert "the gradebook postgresql+psycopg2://me:***@/x" in the_error(said)
    assert "secret" not in said


# ---- Again and again ----


def test_grading_is_repeatable(released, calm, tmp_path):
    for number, workers in enumerate((1, 4, 1)):
        course = make_class(released, tmp_path / str(number), CLASS)
        order = list(CLASS)
        random.Random(number).shuffle(order)
        assert order != sorted(order)
        grade(course, [], order, Options(workers=workers))
        assert_same(course, calm)
