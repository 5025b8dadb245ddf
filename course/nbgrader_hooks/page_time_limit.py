"""A limit on the processor time of a step that may never end."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

AGAIN = 0.5  # seconds, until somebody who has swallowed the exception gets another


class OutOfTime(BaseException):
    """The step took too long. No `except Exception` on the way swallows it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime within the block once it has computed for so long.

    Only in the main thread, and not on Windows, which lacks such a timer.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return
    running = True

    def stop(*_: object) -> None:
        if running:
            raise OutOfTime

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, max(seconds, 0.001), AGAIN)
    try:
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@dataclass
class Budget:
    """Seconds of processor time for many steps, with a limit for each of them."""

    left: float
    each: float

    @contextmanager
    def step(self) -> Iterator[None]:
        """Raise OutOfTime in a step that takes too long, or when nothing is left."""
        if self.left <= 0:
            raise OutOfTime
        start = time.process_time()
        try:
            with time_limit(min(self.left, self.each)):
                yield
        finally:
            self.left -= time.process_time() - start
