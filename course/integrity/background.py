"""Inside a kernel: what of a notebook would run by itself while a test runs."""

import builtins
import contextlib
import ctypes
import sys
from asyncio import Handle, Task, all_tasks, get_running_loop
from collections.abc import Iterator
from functools import partial
from sys import _current_frames
from threading import Timer, get_ident
from threading import enumerate as all_threads
from time import monotonic, sleep
from types import FunctionType, MethodType
from typing import Any

try:
    from _signal import getitimer, setitimer
except ImportError:  # Windows has none
    getitimer = setitimer = None

# IPython puts its own in their place, some of them before each cell.
ITS_OWN = ("input", "exit", "quit", "display", "get_ipython", "_", "step")
# The system and torch themselves change these, as what prints and what is the default.
ITS_OWN += ("stdout", "stderr", "displayhook", "excepthook", "Storage")
# What functions below find by name: not what a notebook puts among the built-in ones.
__builtins__ = {k: v for k, v in vars(builtins).items() if k not in ITS_OWN}
THREAD_PATIENCE = 0.3  # seconds for threads to end
PAUSE = 0.01
KERNEL_OWN = ("ipykernel.", "IPython.", "zmq.")
DEEPEST_CALL = 3  # how far to follow what a call leads to


def timers() -> bool:
    """Whether a timer of the system will send a signal."""
    return getitimer is not None and any(getitimer(kind)[0] for kind in range(3))


def is_foreign(code: Any) -> bool:
    """Whether code came with neither Python nor its packages."""
    known = (sys.prefix, sys.base_prefix, "<frozen", "<string>")
    course = sys.modules["course"].__path__[0]
    return not code.co_filename.startswith((*known, course))


def foreign_tasks() -> Iterator[Task]:
    """Tasks of the notebook in this thread's event loop, if there is one."""
    with contextlib.suppress(RuntimeError):
        for task in all_tasks(get_running_loop()):
            coroutine = task.get_coro()
            code = getattr(coroutine, "cr_code", getattr(coroutine, "gi_code", None))
            if code and code.co_name != "run_code" and is_foreign(code):
                yield task


def foreign_handles() -> Iterator[Handle]:
    """Calls that wait in the event loop and lead to code of the notebook."""
    with contextlib.suppress(RuntimeError):
        loop = get_running_loop()
        for handle in (*loop._ready, *loop._scheduled):
            what = (handle._callback, *(handle._args or ()))
            if not handle.cancelled() and any(
                _leads(each, DEEPEST_CALL) for each in what
            ):
                yield handle


def _leads(call: Any, depth: int) -> bool:
    """Whether calling it may come to code of the notebook, as far as can be seen."""
    if isinstance(call, FunctionType):
        return is_foreign(call.__code__)
    if not depth:
        return False
    if isinstance(call, partial):
        inner = (call.func, *call.args)
    elif isinstance(call, MethodType):
        one = call.__self__
        is_kernel = type(one).__module__.startswith(KERNEL_OWN)
        own = () if is_kernel else getattr(one, "__dict__", {}).values()
        inner = (call.__func__, *(v for v in own if callable(v)))
    else:
        return False
    return any(_leads(each, depth - 1) for each in inner)


def end(space: dict | None) -> Iterator[str]:
    """End all of it, or see to it that it ends; yields what that was."""
    if timers():
        for kind in range(3):
            setitimer(kind, 0)
        yield "a timer was stopped"
    yield from _calls()
    yield from _threads(space)


def _calls() -> Iterator[str]:
    for task in foreign_tasks():
        task.cancel()
        yield "a task was cancelled"
    for handle in foreign_handles():
        handle.cancel()
        yield "a call that waited was cancelled"
    for thread in all_threads():
        if isinstance(thread, Timer) and _leads(thread.function, DEEPEST_CALL):
            thread.cancel()
            yield "a timer was stopped"


def foreign_threads(space: dict | None) -> dict[int, list]:
    """Threads with code of the notebook: their frames, and where each one stands."""
    found = {}
    for thread, top in _current_frames().items():
        frames, frame = [], top
        while frame is not None:
            frames.append((frame, frame.f_lasti))
            frame = frame.f_back
        own = (is_foreign(f.f_code) or f.f_globals is space for f, _ in frames)
        if thread != get_ident() and any(own):
            found[thread] = frames
    return found


def _threads(space: dict | None) -> Iterator[str]:
    """Have threads raise SystemExit, those that sleep as soon as they wake."""
    end, told = monotonic() + THREAD_PATIENCE, False
    while True:
        found = foreign_threads(space)
        going = [t for t, frames in found.items() if frames != _asleep.get(t)]
        if not going or monotonic() > end:
            break
        for thread in going:
            _raise_in(ctypes.c_ulong(thread), ctypes.py_object(SystemExit))
        if not told:
            told = True
            yield "a thread was stopped"
        sleep(PAUSE)
    _asleep.clear()
    _asleep.update(found)


_raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
_asleep: dict[int, list] = {}  # threads that had not ended when the test began


def awake(space: dict | None) -> bool:
    """Whether a thread of the notebook has gone on since the last repair."""
    found = foreign_threads(space)
    return any(frames != _asleep.get(thread) for thread, frames in found.items())
