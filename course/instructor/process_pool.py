"""Running a function on many jobs in processes that may die or hang."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from course.base.printable import why

READY = 300.0  # seconds that a new process has for its imports
PROCESS_MEMORY = 4 * 2**30  # bytes of address space that a process may have


@dataclass(frozen=True)
class Failure:
    """Why there is no result."""

    why: str


def run_isolated(
    function: Callable[[Any], Any], jobs: list, workers: int, seconds: float
) -> Iterator[Any]:
    """The function's result for each job in order, or a Failure.

    The function raises, takes longer than `seconds` or ends its process: only that job
    fails. It must be importable, and so must what it takes and returns be pickled.
    """
    os.umask(umask := os.umask(0o077))
    processes = [
        _Worker(function, seconds, umask) for _ in range(min(workers, len(jobs)))
    ]
    free = processes.copy()

    def run(job: Any) -> Any:
        worker = free.pop()
        try:
            return worker.run(job)
        finally:
            free.append(worker)

    with ThreadPoolExecutor(max(1, len(processes))) as pool:
        try:
            yield from pool.map(run, jobs)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        finally:
            for worker in processes:
                worker.end()


class _Worker:
    """A process that does one job after another, started when it is needed."""

    def __init__(
        self, function: Callable[[Any], Any], seconds: float, umask: int
    ) -> None:
        self.function = function
        self.seconds = seconds
        self.umask = umask  # the one of whoever starts all of them may be another
        self.process: multiprocessing.Process | None = None
        self.pipe: Connection | None = None
        self.ended = False
        self.lock = threading.Lock()

    def run(self, job: Any) -> Any:
        """The function's result, or a Failure."""
        try:
            self._start()
            self.pipe.send(job)
            if not self.pipe.poll(self.seconds):
                self._kill()
                return Failure(f"it took longer than {self.seconds:g} seconds")
            return self.pipe.recv()
        except (EOFError, OSError):
            code = self._kill(patience=1)
            return Failure(f"its process ended too early (exit code {code})")

    def end(self) -> None:
        """End the process, and start no other."""
        self.ended = True
        self._kill()

    def _start(self) -> None:
        with self.lock:
            if self.ended:
                raise EOFError
            if self.process is not None:
                return
            # Not forked from here: other threads may hold locks.
            linux = sys.platform == "linux"
            context = multiprocessing.get_context("forkserver" if linux else "spawn")
            if linux:
                context.set_forkserver_preload([self.function.__module__])
            self.pipe, far = context.Pipe()
            process = context.Process(
                target=_serve, args=(self.function, far, self.umask), daemon=True
            )
            process.start()
            self.process = process
            far.close()
        if not self.pipe.poll(READY):
            raise EOFError
        self.pipe.recv()

    def _kill(self, patience: float = 0) -> int | None:
        """End the process; the exit code, which is its own if it ends by itself."""
        with self.lock:
            process, self.process = self.process, None
            if process is None:
                return None
            process.join(patience)
            process.kill()
            process.join()
            return process.exitcode


def _serve(function: Callable[[Any], Any], pipe: Connection, umask: int) -> None:
    """Do what the other end sends, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it ends it
    os.umask(umask)
    _limit_memory()
    pipe.send(None)
    with suppress(EOFError, OSError):
        while True:
            job = pipe.recv()
            try:
                result = function(job)
            except Exception as error:
                result = Failure(why(error))
            pipe.send(result)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # Windows, macOS
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (PROCESS_MEMORY, most))
