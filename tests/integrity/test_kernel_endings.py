"""A notebook that asks its kernel to exit, or kills it: what it has earned it keeps."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from executed_lesson import ANSWER, SETUP, TESTS, lesson, points, run

from course.kernel.task import Result

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernels fork on Linux"),
]
WENT_ON = "asked the kernel to exit; grading went on."
KILL = "import os\nos.kill(os.getpid(), 9)"
STOP = "import asyncio\nasyncio.get_event_loop().stop()"
POLITE = {
    "exit": "exit()",
    "quit, in words": "quit",
    "shut down": "x = get_ipython().kernel.do_shutdown(True)",
    "shut down, awaited": "await get_ipython().kernel.do_shutdown(False)",
    "shut down by hand": """kernel = get_ipython().kernel
await kernel.shutdown_request(kernel.control_stream, b"", {"content": {"restart": 1}})
""",
    "exit_now": "get_ipython().kernel.shell.exit_now = True",
    "ask_exit": "get_ipython().ask_exit()",
    "stop of the loop": STOP,
    "stop of tornado": "from tornado.ioloop import IOLoop\nIOLoop.current().stop()",
}
HARD = {
    "_exit": "import os\nos._exit(00)",
    "posix": "import posix\nposix._exit(0)",
    "kill": KILL,
    "terminate": "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)",
    "group": "import os\nos.killpg(os.getpgrp(), 15)",
    "raise_signal": "import signal\nsignal.raise_signal(signal.SIGKILL)",
    "stop": "import os, signal\nos.kill(0, signal.SIGSTOP)",
    "abort": "import os\nos.abort()",
    "another program": 'import os\nos.execl("/bin/true", "true")',
}
LATE = {
    "thread": "import os, threading\nthreading.Timer(0.01, os._exit, [3]).start()",
    "thread that asks": """import threading
threading.Thread(target=get_ipython().ask_exit).start()""",
    "task": """import asyncio, sys
async def leave():
    await asyncio.sleep(0)
    sys.exit()
task = asyncio.create_task(leave())""",
    "call": """import asyncio
asyncio.get_running_loop().call_soon(exit)""",
    "alarm": "import signal, time\nsignal.alarm(1)\ntime.sleep(1.1)",
    "late profile timer": """import signal
signal.setitimer(signal.ITIMER_PROF, 0.001)
sum(range(10**6))""",
}


def errors(result: Result) -> dict[str, str]:
    """By cell, the error that it ended with."""
    cells = json.loads(result.notebook)["cells"]
    return {
        cell["id"]: output["ename"]
        for cell in cells
        for output in cell["outputs"]
        if output["output_type"] == "error"
    }


@pytest.mark.parametrize("kind", POLITE)
def test_a_request_to_exit_changes_nothing(kind):
    result = run(lesson(after=POLITE[kind]))
    assert points(result) == len(TESTS), result
    assert result.notes == [f"Cell 4 {WENT_ON}"]
    assert errors(result) == {}


@pytest.mark.parametrize("place", ["before", "between", "last"])
def test_it_is_the_cell_that_asked_which_is_named(place):
    source = lesson(**{place: "quit()"})
    number = 1 + [cell.id for cell in source.cells].index(place)
    result = run(source)
    assert points(result) == len(TESTS)
    assert result.notes == [f"Cell {number} {WENT_ON}"]


def test_setup_and_answer_may_ask():
    setup = f"{SETUP}\n{POLITE['exit_now']}"
    answer = ANSWER.replace("return", "exit()\n    return")
    result = run(lesson(setup, answer=answer))
    assert points(result) == len(TESTS), result
    assert result.notes[0] == f"Cell 1 {WENT_ON}"


@pytest.mark.parametrize("kind", HARD)
def test_a_kernel_that_kills_itself_lives_on(kind):
    result = run(lesson(after=f"{HARD[kind]}\nNEVER"))
    assert points(result) == len(TESTS), result
    assert result.notes == [f"Cell 4 {WENT_ON}"]
    assert errors(result) == {"after": "SystemExit"}


def test_an_answer_that_kills_earns_nothing_and_others_do():
    killed = ANSWER.replace("return", "import os; os._exit(0) if X == 3 else 0; return")
    result = run(lesson(answer=killed.replace("X == 3", "type(X) is int")))
    assert result.passed == dict(zip(TESTS, [False, True, False], strict=True))
    assert result.tampering == []
    assert errors(result)["double-test-one"] == "SystemExit"


@pytest.mark.parametrize("kind", LATE)
def test_what_asks_later_changes_nothing(kind):
    result = run(lesson(after=LATE[kind], between="import time; time.sleep(0.1)"))
    assert points(result) == len(TESTS), result
    [note] = result.notes
    assert note.endswith(WENT_ON)


def test_children_end_as_they_like():
    """Those of `multiprocessing` and `os.fork` leave by `os._exit` and by signals."""
    children = """import multiprocessing, os, signal, time
context = multiprocessing.get_context("fork")
one = context.Process(target=time.sleep, args=[60])
one.start()
one.terminate()
one.join(30)
assert one.exitcode == -signal.SIGTERM, one
if not (child := os.fork()):
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
if not (child := os.fork()):
    os.kill(os.getpid(), 9)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9
if not (child := os.fork()):
    signal.alarm(1)
    time.sleep(60)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGALRM"""
    result = run(lesson(after=children))
    assert points(result) == len(TESTS)
    assert result.notes == [] and errors(result) == {}


CRASH = "import ctypes\nctypes.string_at(0)"


@pytest.mark.parametrize("place", ["before", "between"])
def test_a_crash_is_that_of_its_cell_each_time(place):
    """Three times the same, points and notes."""
    source = lesson(**{place: CRASH})
    number = 1 + [cell.id for cell in source.cells].index(place)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(run, [source] * 3))
    for result in results:
        assert points(result) == len(TESTS)
        [note] = result.notes
        assert note.startswith(f"Cell {number} ended the kernel: segmentation fault.")
        assert errors(result) == {place: "KernelDied"}


def test_a_crash_between_cells_is_that_of_the_cell_before():
    later = """import asyncio, ctypes
asyncio.get_running_loop().call_soon(ctypes.string_at, 0)"""
    result = run(lesson(after=later))
    assert result.tampering == []
    assert points(result) == len(TESTS)
    assert len(result.notes) == 1 and "segmentation fault" in result.notes[0]


def test_a_crash_of_the_second_run_is_no_tampering():
    crashing = """import ctypes
calls = []
def double(X):
    calls.append(type(X))
    return ctypes.string_at(0) if calls == [int, int] else 2 * X"""
    result = run(lesson(answer=crashing))
    assert result.tampering == []
    assert result.passed == dict(zip(TESTS, [False, True, True], strict=True))


def test_resetting_the_namespace_costs_what_it_costs_anywhere():
    result = run(lesson(before="%reset -f"))  # `torch` and `math` are gone
    assert result.passed == dict(zip(TESTS, [True, False, False], strict=True))
    assert result.tampering == []
    first = run(lesson(f"%reset -f\n{SETUP}"))
    assert points(first) == len(TESTS) and first.notes == []
    again = run(lesson(answer=f"%reset -f\n{SETUP}\n{ANSWER}"))
    assert points(again) == len(TESTS), again
