"""What a family of processes uses too much of, and that its neighbours go on."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from confined_cells import confined

from course.base.limits import MIB, Limits
from course.kernel import turns
from course.kernel.turns import FREE, STRIKES, Turns
from course.kernel.usage import Clock, Process

pytestmark = [
    pytest.mark.skipif(
        sys.platform != "linux", reason="kernels are supervised on Linux"
    ),
]
PLACES = pytest.mark.parametrize("namespaces", [True, False])

# ---- Memory that no process is seen to have ----

WAIT = "\nimport time\ntime.sleep(5)\nprint('alive')"
HIDDEN = {
    "mapped": """import mmap, os
held = mmap.mmap(-1, 600 << 20)
if os.fork() == 0:
    for place in range(0, 600 << 20, 4096):
        held[place] = 1
    os._exit(0)
os.wait()""",
    "shm": """import os
for number in range(6):
    name = f"/dev/shm/course-canary-{os.getpid()}-{number}"
    with open(name, "wb") as file:
        os.unlink(name)
        for _ in range(100):
            file.write(bytes(1 << 20))
        file.flush()
        os.dup(file.fileno())""",
    "files": """for number in range(7):
    with open(f"file{number}", "wb") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))""",
    "daemons": """import os, time
for _ in range(6):
    if os.fork() == 0:
        if os.fork() == 0:
            held = bytearray(os.urandom(1 << 20) * 80)
            time.sleep(60)
        os._exit(0)""",
    "first thread ended": """import ctypes, os, platform, threading, time
for _ in range(6):
    if os.fork() == 0:
        def hold():
            held = bytearray(os.urandom(1 << 20) * 80)
            time.sleep(60)
        threading.Thread(target=hold).start()
        number = {"x86_64": 60}.get(platform.machine(), 93)
        ctypes.CDLL(None).syscall(number, 0)""",
    "sockets": """import socket
held = []
for _ in range(450):
    pair = socket.socketpair()
    held += pair
    for one in pair:
        one.setblocking(False)
        try:
            while one.send(bytes(4096)):
                pass
        except BlockingIOError:
            pass""",
    "nameless": """import os
held = []
for number in range(7):
    file = open("file", "wb")
    os.unlink("file")
    for _ in range(100):
        file.write(bytes(1 << 20))
    file.flush()
    held.append(file)""",
}


@PLACES
@pytest.mark.parametrize("kind", HIDDEN)
def test_memory_and_disk_that_no_process_shows(kind, namespaces):
    limits = Limits(memory=300 * MIB, disk=400 * MIB, seconds=60)
    told = confined(HIDDEN[kind] + WAIT, namespaces=namespaces, limits=limits)
    assert "alive" not in told.all
    full = "No space left" in told.all
    assert full or "300 MiB of memory" in told.why or "400 MiB" in told.why, told


@PLACES
def test_what_is_shared_within_the_limit_is_allowed(namespaces):
    source = """import mmap
held = mmap.mmap(-1, 60 << 20), bytearray(60 << 20)
for place in range(0, 60 << 20, 4096):
    held[0][place] = 1"""
    limits = Limits(memory=300 * MIB)
    told = confined(source + WAIT, namespaces=namespaces, limits=limits)
    assert told.cells == ["alive\n"]


def test_what_a_kernel_holds_in_shared_memory_goes_with_it():
    """Without namespaces the folder is everybody's, and stays."""
    name = f"/dev/shm/course-canary-{os.getpid()}"
    told = confined(f"held = open({name!r}, 'w'); print('held')", namespaces=False)
    assert told.cells == ["held\n"]
    assert not os.path.exists(name)


# ---- Processor ----


def process(pid: int, cpu: float, children: float = 0, state: str = "R") -> Process:
    return Process(pid, pid, state, "1", cpu, children, 0, 0)


def test_the_clock_counts_whoever_has_ended_once():
    clock = Clock()
    assert clock.seconds([process(1, 1.0), process(2, 5.0)]) == 6
    # 2 has ended, after another second; its parent has waited for it.
    assert clock.seconds([process(1, 1.0, children=6.0)]) == 7
    # 3 was never seen; 4 ends and nobody waits.
    assert clock.seconds([process(1, 2.0, children=8.0), process(4, 1.0)]) == 11
    assert clock.seconds([process(1, 2.0, children=8.0)]) == 11


@pytest.fixture
def sent(monkeypatch) -> list[tuple[int, str]]:
    """Signals, in place of sending them; two cores, two kernels."""
    seen = []
    monkeypatch.setattr(turns.os, "kill", lambda pid, n: seen.append((pid, n.name)))
    monkeypatch.setattr(turns.os, "setpriority", lambda *_: None)
    monkeypatch.setattr(turns.os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(turns, "share", lambda _: 1.0)
    return seen


def test_one_core_is_everybodys(sent):
    own = Turns(0.0)
    for tick in range(1, 1000):
        assert own.take([process(1, 0)], 0.2 * tick, 0.2 * tick) is None
    assert sent == []


def test_a_family_on_two_cores_waits_half_of_the_time(sent):
    own, used, stopped = Turns(0.0), 0.0, 0
    for tick in range(1, 1000):
        used += 0 if own.stopped else 0.4
        state = "T" if own.stopped else "R"
        stopped += own.stopped
        many = [process(pid, 0, state=state) for pid in range(60)]
        assert own.take(many, used, 0.2 * tick) is None
        if 0.2 * tick < FREE:
            assert not own.stopped
    assert 400 < stopped < 500
    assert {name for _, name in sent} == {"SIGSTOP", "SIGCONT"}


def test_who_goes_on_though_stopped_is_ended(sent):
    own, why = Turns(0.0), None
    for tick in range(1, 200):
        why = own.take([process(1, 0), process(2, 0)], 0.4 * tick, 0.2 * tick)
        if why:
            break
    assert why and 0.2 * tick < FREE + 0.2 * (STRIKES + 10)


COMPUTE = """import time
wall, start = time.monotonic(), time.process_time()
while time.process_time() - start < 3:
    sum(range(10_000))
print(time.monotonic() - wall)"""
SPIN = """import os, time
for _ in range(55):
    if os.fork() == 0:
        try:
            os.setsid()
        except OSError:
            pass
        while True:
            pass
time.sleep(600)"""


@pytest.mark.slow
def test_a_neighbour_goes_on_beside_55_that_compute():
    """Generous: with a priority and a turn for each of them it would be 20 times."""
    alone = float(confined(COMPUTE).all)
    busy = Limits(cell_seconds=max(30.0, 8 * alone))
    other = threading.Thread(target=confined, args=[SPIN], kwargs={"limits": busy})
    other.start()
    time.sleep(4)
    try:
        beside = float(confined(COMPUTE).all)
    finally:
        other.join()
    assert beside < 5 * alone + 3


# ---- A process whose first thread has ended ----

LEADERLESS = """import ctypes, platform, threading
def compute():
    print("here", flush=True)
    while True:
        pass
threading.Thread(target=compute).start()
ctypes.CDLL(None).syscall({"x86_64": 60}.get(platform.machine(), 93), 0)
"""


def test_a_process_is_seen_after_its_first_thread_has_ended():
    command = [sys.executable, "-c", LEADERLESS]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline() == b"here\n"
            time.sleep(0.3)
            seen = Process.look(process.pid)
            Turns(0.0)._send(signal.SIGSTOP, [seen])
            time.sleep(0.3)
            stopped = Process.look(process.pid)
        finally:
            process.kill()
    assert (seen.pid, seen.state) == (process.pid, "R") and seen.resident > MIB
    assert seen.thread != process.pid and stopped.state == "T"
