"""The kernel `course`: forked warm and confined, for whoever starts it by its name."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import distribution, entry_points
from pathlib import Path

import nbformat
import pytest
import zmq
from course_copies import ROOT
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbgrader_helpers import Graded, nbgrader
from small_lesson import raw
from student_classes import wait_until
from traitlets.config import Config
from word_lesson import NAME, write_submission

from course.base.course_folder import CONFIG
from course.base.errors import CourseError
from course.base.limits import MIB, Limits
from course.kernel import provisioner
from course.kernel.confinement import set_limits
from course.kernel.provisioner import CourseProvisioner, Forkserver
from course.lesson.normalize import to_bytes

pytest_plugins = ["graded_courses"]

LINUX = sys.platform == "linux"
warm = pytest.mark.skipif(not LINUX, reason="kernels fork on Linux alone")
PLACES = pytest.mark.parametrize("namespaces", [True, False])


def notebook(*sources: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, sources)])


@dataclass
class Ran:
    """What came out of each cell, as text; the kernel's layers; why it was ended."""

    said: list[str]
    outputs: list[list]
    layers: list[str]
    why: str | None = None


def run(*sources: str, folder: Path | None = None, **settings: object) -> Ran:
    """Run cells with nbclient in one kernel; settings are the provisioner's."""
    nb = notebook(*sources)
    config = Config({"CourseProvisioner": {"modules": []} | settings})
    client = NotebookClient(
        nb, kernel_name="course", config=config, allow_errors=True, timeout=60
    )
    seen = {}
    client.on_notebook_start = lambda **_: seen.update(kernel=client.km.provisioner)
    if folder:
        client.resources = {"metadata": {"path": str(folder)}}
    try:
        client.execute()
    except (DeadKernelError, AssertionError):  # nbclient cleans up a dead one twice
        ended = seen["kernel"]._ended
        assert ended and ended["why"], f"the kernel died of itself: {ended}"
    outputs = [cell.outputs for cell in nb.cells]
    layers = seen["kernel"].layers
    return Ran([*map(text, outputs)], outputs, layers, seen["kernel"].why)


def text(outputs: list) -> str:
    return "".join(o.get("text", o.get("evalue", "")) for o in outputs).strip()


def attempt(source: str) -> str:
    """A cell that says `done`, or which error the system gave."""
    lines = "\n    ".join(source.splitlines())
    return f"try:\n    {lines}\n    print('done')\nexcept OSError as e:\n    print(e)"


# ---- Installed, and found by its name ----


def test_the_kernelspec_is_installed_with_the_package():
    spec = KernelSpecManager().get_kernel_spec("course")
    named = spec.metadata["kernel_provisioner"]["provisioner_name"]
    assert named == "course-provisioner"
    assert spec.interrupt_mode == "message"
    files = map(str, distribution("pytorch-course").files)
    assert any(f.endswith("share/jupyter/kernels/course/kernel.json") for f in files)
    [found] = entry_points(
        group="jupyter_client.kernel_provisioners", name="course-provisioner"
    )
    assert found.load() is CourseProvisioner


def test_nbval_runs_in_it(tmp_path):
    path = tmp_path / "nine.ipynb"
    cells = [
        raw("code", "guess", "import os\nassert 'HOME' in os.environ"),
        raw("code", "where", "assert os.environ['HOME'] == os.getcwd() != ''"),
    ]
    path.write_bytes(to_bytes({"cells": cells, "metadata": {}} | FORMAT))
    options = ["--nbval-lax", "--nbval-kernel-name", "course", "-p", "no:xdist"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", path],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0 and "2 passed" in done.stdout, done.stdout


NOBODY = 65534  # a user without rights
FORMAT = {"nbformat": 4, "nbformat_minor": 5}
THIEF = """import os, pathlib
found = []
for path in {paths}:
    try:
        found.append(pathlib.Path(path).read_bytes()[:20])
    except OSError:
        pass
def double(x):
    assert not found and os.getcwd() != {root!r}, f"could read {{found}}"
    return 2 * x"""


@warm
@pytest.mark.slow
def test_nbgrader_autograde_and_validate_run_in_it(words: Graded):
    """A submission that fails where it can read the gradebook or the source."""
    root = words.course.root
    secrets = [root / "gradebook.db", root / CONFIG, words.course.link(NAME)]
    thief = THIEF.format(paths=[str(p) for p in secrets], root=str(root))
    answers = {"double-answer": thief}
    path = root / "submitted" / "thief" / NAME / f"{NAME}.ipynb"
    write_submission(words.course, path, answers)
    kernel = "--Execute.kernel_name=course"
    nbgrader(root, "autograde", NAME, "--student", "thief", kernel)
    grades = words.grades(NAME, "thief")
    assert grades["double-test-number"] == grades["double-test-text"] == (1.0, False)
    # Validating is a student's own affair, and goes on in the notebook's own kernel.
    assert "could read" in nbgrader(root, "validate", str(path))
    inside = nbgrader(root, "validate", kernel, str(path))
    assert "VALIDATION FAILED" in inside and "could read" not in inside


# ---- What a kernel starts with ----


@warm
def test_a_plot_appears_though_nothing_asks_for_one():
    modules = ["numpy", "matplotlib"]
    ran = run("import matplotlib.pyplot as plt", "plt.plot([1, 2])", modules=modules)
    kinds = [set(o.get("data", ())) for o in ran.outputs[1]]
    assert any("image/png" in kind for kind in kinds), ran.outputs[1]


@warm
@pytest.mark.slow
def test_random_state_is_the_seeds():
    source = """import random, numpy, torch
print(random.random(), numpy.random.rand(), torch.rand(1).item())"""
    modules = ["numpy", "torch"]
    first, again, other = (
        run(source, seed=seed, modules=modules).said[0].split() for seed in (1, 1, 2)
    )
    assert len(first) == 3 and first == again
    assert not set(first) & set(other)


@warm
def test_two_kernels_share_no_state():
    leave = """import builtins, json, os, pathlib
builtins.left = json.left = os.environ["LEFT"] = "left"
pathlib.Path("left").write_text("left")"""
    look = """import builtins, json, os, pathlib
print(hasattr(builtins, "left"), hasattr(json, "left"), "LEFT" in os.environ,
      pathlib.Path("left").exists())"""
    assert run(leave, look).said[1] == "True True True True"
    assert run(look).said == ["False False False False"]


@warm
def test_a_clean_environment(monkeypatch):
    monkeypatch.setenv("COURSE_SECRET", "kiwi")
    [said] = run("import os; print(sorted(os.environ))").said
    assert "COURSE_SECRET" not in said
    assert "OMP_NUM_THREADS" in said and "HOME" in said


@warm
@PLACES
def test_files_of_the_folder_are_there_and_shadow_nothing(tmp_path, namespaces):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "data.txt").write_text("seven")
    (tmp_path / "helper.py").write_text("value = 7")
    for name in ("torch", "sklearn", "ipykernel_launcher", "sitecustomize", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('shadow')")
    os.mkfifo(tmp_path / "pipe")
    ran = run(
        "print(open('sub/data.txt').read())",
        "import helper; print(helper.value)",
        "import json, torch, sklearn; print(torch.__file__, sklearn.__file__)",
        "import pathlib; pathlib.Path('mine').write_text('x')",
        "import os; print(os.path.exists('pipe'))",
        folder=tmp_path,
        namespaces=namespaces,
        modules=["torch"],
    )
    assert ran.said[:2] == ["seven", "7"]
    assert ran.said[2].count("site-packages") == 2, ran.said
    assert ran.said[4] == "False"
    assert not (tmp_path / "mine").exists()


# ---- Confinement ----


@warm
def test_layers_are_what_is_on():
    """Each layer that is named, or not, is seen at work from inside."""
    source = """import os, socket
spaces = [os.readlink(f"/proc/self/ns/{kind}") for kind in ("user", "net", "mnt")]
print(spaces)
try:
    socket.socket(socket.AF_INET)
    print("a socket")
except OSError:
    print("no socket")
print(open("/proc/self/status").read())"""
    ours = [os.readlink(f"/proc/self/ns/{kind}") for kind in ("user", "net", "mnt")]
    for settings in ({}, {"namespaces": False}, {"sandbox": False}):
        ran = run(source, **settings)
        named = " ".join(ran.layers)
        inside, internet, *_ = ran.said[0].splitlines()
        assert ("namespaces" in named) == (inside != str(ours)), settings
        assert ("seccomp" in named) == (internet == "no socket"), settings
        assert ("seccomp" in named) == ("Seccomp:\t2" in ran.said[0]), settings
        confined = settings != {"sandbox": False}
        assert ("Landlock" in named) == confined, settings
        [locked] = run(attempt("open('/etc/passwd').read()"), **settings).said
        assert (locked != "done") == confined, locked
        assert ("NoNewPrivs:\t1" in ran.said[0]) == confined


@warm
@PLACES
def test_nothing_outside_can_be_read_or_written(tmp_path, namespaces):
    """Neither by a path, nor through a link, nor through another process."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("kiwi")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link").symlink_to(outside / "secret")
    process = f"/proc/{os.getpid()}"
    files = [outside / "secret", ROOT / CONFIG, f"{process}/environ", "/etc/shadow"]
    reads = [attempt(f"open({str(p)!r}, 'rb').read()") for p in (*files, "link")]
    folders = (outside, ROOT, Path.home(), f"{process}/cwd/")
    lists = [attempt(f"__import__('os').listdir({str(p)!r})") for p in folders]
    writes = [
        attempt(f"open({str(p)!r}, 'w').write('x')")
        for p in (outside / "new", outside / "secret", ROOT / "new", "/tmp/new", "/new")
    ]
    ran = run(*reads, *lists, *writes, folder=inside, namespaces=namespaces)
    assert all("Errno" in said for said in ran.said), ran.said
    assert (outside / "secret").read_text() == "kiwi"
    assert [p.name for p in outside.iterdir()] == ["secret"]


# ---- Limits ----


@warm
@PLACES
def test_too_much_memory(namespaces):
    source = "held = []\nfor _ in range(100):\n    held.append(bytearray(8 << 20))"
    small = {"limits": {"memory": 300 * MIB}, "namespaces": namespaces}
    ran = run(source, "print(len(held))", **small)
    assert "MemoryError" in str(ran.outputs[0]) or "memory" in ran.why
    assert run("x = bytearray(100 << 20)\nprint(len(x))", **small).said == ["104857600"]


@warm
def test_memory_of_all_processes_together_counts():
    source = """import os, time
for _ in range(6):
    if os.fork() == 0:
        held = bytearray(os.urandom(1 << 20) * 80)
        time.sleep(30)
time.sleep(20)"""
    ran = run(source, limits={"memory": 300 * MIB})
    assert ran.why == "it used more than 300 MiB of memory"


@warm
@PLACES
def test_too_many_processes(namespaces):
    source = """import os, time
for _ in range(12):
    if os.fork() == 0:
        time.sleep(30)
        os._exit(0)
time.sleep(20)"""
    ran = run(source, limits={"processes": 6}, namespaces=namespaces)
    assert ran.why == "it started more than 6 processes"


@warm
@PLACES
def test_too_large_a_file_and_too_much_disk(namespaces):
    write = "open(name, 'wb').write(b'x' * (2 << 20))"
    large = attempt(f"name = 'large'\n{write}")
    many = attempt(f"for name in map(str, range(20)):\n    {write}")
    wait = "import time; time.sleep(5)"
    settings = {"namespaces": namespaces}
    ran = run(large, limits={"file": MIB}, **settings)
    assert "File too large" in ran.said[0]
    ran = run(many, wait, limits={"disk": 16 * MIB}, **settings)
    assert "No space left" in ran.said[0] or ran.why == "it wrote more than 16 MiB"


@warm
@PLACES
def test_processor_time_of_all_processes_together_ends(namespaces):
    source = """import os
for _ in range(3):
    if os.fork() == 0:
        while True:
            pass
while True:
    pass"""
    ran = run(source, limits={"seconds": 1}, namespaces=namespaces)
    assert ran.why == "it used more than 2 seconds of processor time"


@warm
def test_no_more_is_printed_at_a_time_than_is_allowed():
    ran = run("print('x' * 10**8)", "print('y')", limits={"output": MIB})
    assert ran.said == ["x" * (MIB + 1), "y"]


@warm
def test_a_cell_may_wait_by_itself():  # its kernel has no thread for subshells
    ran = run("import asyncio\nawait asyncio.sleep(0.01)\nprint('awaited')")
    assert ran.said == ["awaited"]


# ---- From start to end ----


@warm
def test_a_forkserver_that_was_killed_is_replaced():
    assert run("print(1)").said == ["1"]
    old = Forkserver._now.process
    old.kill()
    old.wait()
    assert run("print(2)").said == ["2"]
    assert Forkserver._now.process.pid != old.pid


@warm
def test_whoever_subscribes_is_greeted_though_the_kernel_is_sending():
    km, kc = start_new_kernel(kernel_name="course")
    try:
        address = f"ipc://{km.ip}-{km.iopub_port}"
        for number in range(1000):
            kc.execute("0")  # the kernel says that it is busy, a result, and idle
            with km.context.socket(zmq.SUB) as newcomer:
                newcomer.linger = 0
                newcomer.subscribe(str(number))  # a topic that nobody has asked for
                time.sleep(number % 10 * 2e-4)
                newcomer.connect(address)
                wait_until(lambda: greeted(newcomer), seconds=5)
            kc.get_shell_msg(timeout=5)
    finally:
        kc.stop_channels()
        km.shutdown_kernel(now=True)


def greeted(newcomer: zmq.Socket) -> bool:
    return bool(newcomer.poll(50)) and any(
        b'"iopub_welcome"' in part for part in newcomer.recv_multipart()
    )


STARTER = """import asyncio, sys, time
from jupyter_client import AsyncKernelManager
from traitlets.config import Config

async def main():
    config = Config({"CourseProvisioner": {"modules": [], "namespaces": %s}})
    km = AsyncKernelManager(kernel_name="course", config=config)
    await km.start_kernel()
    kc = km.client()
    kc.start_channels()
    await kc.wait_for_ready(timeout=60)
    await kc.execute_interactive(%r)
    await asyncio.sleep(60)

asyncio.run(main())
"""
DAEMONS = """import os, time
print("kernel", flush=True)
for _ in range(2):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(120)
        os._exit(0)
time.sleep(0.5)
print("ready", flush=True)
"""


@warm
@PLACES
def test_everything_ends_with_the_process_that_started_it(namespaces):
    """Forkserver, supervisor, kernel, and daemons that left the kernel's session."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER % (namespaces, DAEMONS)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    for line in starter.stdout:
        if line == "ready\n":
            break
    family = descendants(starter.pid)
    assert len(family) >= 5, "forkserver, supervisor, kernel, and two daemons"
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    left = until_gone(family, seconds=10)
    assert not left


def descendants(pid: int) -> dict[int, str]:
    """Live processes under this one, each with the time when it started."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return {each: since for each in found[1:] if (since := started(each))}


def started(pid: int) -> str | None:
    """When a process started, None where it is not any more."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def until_gone(family: dict[int, str], seconds: float) -> list[int]:
    end = time.monotonic() + seconds
    while left := [pid for pid, since in family.items() if started(pid) == since]:
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    return left


CONFINED = """
import os, sys
from pathlib import Path
from course.kernel import confinement

place = Path(sys.argv[1])
sys.prefix = str(place / "python")
namespaced = confinement.enter_namespaces()
if (child := os.fork()) == 0:
    folders = str(place / "sockets"), str(place / "files")
    confinement.confine(namespaced, *folders, confinement.Limits())
    module = place / "python" / "lib" / "module.py"
    print(module.read_text())
    try:
        module.write_text("")
    except PermissionError:
        print("and safe", flush=True)
    os._exit(0)
os.waitpid(child, 0)
"""


@warm
def test_python_is_there_wherever_it_lies():
    """In an environment below /tmp, say, where kernels see nothing else."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        for name in ("python/lib", "sockets", "files"):
            Path(folder, name).mkdir(parents=True)
        Path(folder, "python/lib/module.py").write_text("here")
        done = subprocess.run(
            [sys.executable, "-c", CONFINED, folder],
            capture_output=True,
            encoding="utf-8",
        )
    assert done.stdout.split("\n") == ["here", "and safe", ""], done.stderr


@warm
def test_no_folder_stays_behind():
    [where] = run("import os; print(os.getcwd())", namespaces=False).said
    folder = Path(where).parent
    assert folder.name.startswith("course-run-") and not folder.exists()


# ---- Where nothing can be forked ----


def start(**settings: object) -> None:
    client = NotebookClient(
        notebook("print(6 * 7)"),
        kernel_name="course",
        config=Config({"CourseProvisioner": settings}),
    )
    client.execute()
    assert text(client.nb.cells[0].outputs) == "42"


def test_without_a_fork_it_refuses_to_run_unconfined(monkeypatch):
    monkeypatch.setattr(provisioner, "WARM", False)
    with pytest.raises(CourseError, match="--no-sandbox"):
        start()


@pytest.mark.slow
def test_without_a_fork_a_cold_kernel_runs_where_that_was_said(monkeypatch):
    monkeypatch.setattr(provisioner, "WARM", False)
    monkeypatch.setattr(Forkserver, "launch", None)  # whoever forks, fails
    start(sandbox=False)


# ---- The user's other processes ----


@warm
def test_a_user_who_runs_much_else_can_start_kernels():
    """The system counts all threads of a user, and those of root not at all."""
    other, mine = Forked(run_threads), Forked(limited)
    try:
        assert other() == "300 threads"
        assert mine() == "a thread"
    finally:
        other.end()
        mine.end()


class Forked:
    """A function in a fork of this process, as a user without rights."""

    def __init__(self, function: Callable[[], str]) -> None:
        self.function = function

    def __call__(self) -> str:
        here, there = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                if os.getuid() == 0:
                    os.setuid(NOBODY)
                said = self.function()
            except BaseException as error:
                said = repr(error)
            os.write(there, said.encode())
            time.sleep(60)
            os._exit(0)
        os.close(there)
        with os.fdopen(here, "rb", buffering=0) as pipe:
            return pipe.read(500).decode()

    def end(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def run_threads() -> str:
    for _ in range(300):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return "300 threads"


def limited() -> str:
    set_limits(Limits())
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return "a thread"
