"""Inside a kernel: a notebook that asks it to end is noted, and the kernel lives on.

`exit()`, a request to shut down or restart, a stopped event loop: nothing happens, see
ipykernel_patches.py for the first two.
`os._exit`, a signal to oneself and their like end the cell by SystemExit, as they must
not return. Child processes end as ever, and a kernel does that is told by message.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

SYSTEM = [sys.modules[name] for name in ("os", "posix", "nt") if name in sys.modules]
NEVER_RETURN = ("_exit", "abort", "execv", "execve")
TIMED = ("SIGALRM", "SIGVTALRM", "SIGPROF")  # what timers send: a death, if unhandled
HARMLESS = {
    int(getattr(signal, name, 0))  # by default they end no process
    for name in ("SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH", "SIGINT")
} | {0}
LATE = "late"  # stands for code of whichever cell: a thread, a task, a timer

_asked: list[str] = []  # ids of the requests whose code asked, in order
_told: list[str] = []  # by message to shut down, which is meant


def taken() -> list[str]:
    """Which requests' code asked the kernel to end, since this was called last."""
    found = list(dict.fromkeys(_asked))
    del _asked[: len(_asked)]
    return found


def note_request(late: bool = False) -> None:
    """Note that code of the notebook asked the kernel to end; `late`: any cell's."""
    from ipykernel.kernelapp import IPKernelApp

    if late or threading.current_thread() is not threading.main_thread():
        _asked.append(LATE)
        return
    request = IPKernelApp.instance().kernel.get_parent("shell")
    _asked.append(str(request.get("header", {}).get("msg_id", "")))


def note_order() -> None:
    """Note that whoever started the kernel told it to end."""
    _told.append("shutdown_request")


def serve(app: Any, loop: Any) -> None:
    """Start the kernel and its event loop, which goes on until it is told to stop."""
    stop = loop.asyncio_loop.stop

    def stop_if_told() -> None:
        if _told:
            stop()
        else:
            note_request()

    loop.asyncio_loop.stop = stop_if_told
    app.kernel.start()
    while not _told:
        try:
            loop.start()
        except (KeyboardInterrupt, SystemExit):  # in a task or a call of the notebook
            note_request(late=True)


@contextmanager
def no_end_by_itself() -> Iterator[None]:
    """Turn what ends this process into a SystemExit, as long as the block runs."""
    kernel, real = os.getpid(), []

    def is_self(pid: int, number: int) -> bool:
        return pid in (kernel, 0, -1, -os.getpgrp()) and _ends(number)

    def replace(owner: Any, name: str, ends: Callable[..., bool]) -> None:
        if function := getattr(owner, name, None):
            real.append((owner, name, function))
            setattr(owner, name, _asking(function, kernel, ends))

    for owner in SYSTEM:
        for name in NEVER_RETURN:
            replace(owner, name, lambda *_, **__: True)
        replace(owner, "kill", is_self)
        replace(owner, "killpg", lambda group, number: is_self(-group, number))
    replace(signal, "raise_signal", _ends)
    replace(signal, "pthread_kill", lambda _, number: _ends(number))
    for name in TIMED:
        if number := getattr(signal, name, None):
            signal.signal(number, _late(kernel))
    try:
        yield
    finally:
        for owner, name, function in real:
            setattr(owner, name, function)


def _ends(number: int) -> bool:
    unhandled = (signal.SIG_DFL, None)
    return number not in HARMLESS and signal.getsignal(number) in unhandled


def _asking(function: Callable, kernel: int, ends: Callable[..., bool]) -> Callable:
    """The function; for the kernel itself, where it would end it, a SystemExit."""

    @wraps(function)
    def asked(*args: Any, **kwargs: Any) -> Any:
        if os.getpid() != kernel or not ends(*args, **kwargs):
            return function(*args, **kwargs)
        note_request()
        raise SystemExit(f"{function.__name__}() ended this cell; the kernel goes on")

    return asked


def _late(kernel: int) -> Callable:
    """A handler for signals of timers: nothing happens, except in child processes."""

    def handle(number: int, _: object) -> None:
        if os.getpid() == kernel:
            note_request(late=True)
            return
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    return handle
