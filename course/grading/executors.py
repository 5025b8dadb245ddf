"""Executors of submissions: threads of this process, or a Dask cluster."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from course.base.errors import CourseError
from course.kernel.execute import execute
from course.kernel.task import Result, Task, check_versions, versions

RETRIES = 3  # of a task whose worker was lost
ANSWER_WITHIN = 10  # seconds for a scheduler


@dataclass(frozen=True)
class Slots:
    """An executor, how many tasks it runs at a time, and the function to submit."""

    executor: Executor
    count: int
    work: Callable[[Task], Result]


@contextmanager
def open_executor(workers: int, scheduler: str | None) -> Iterator[Slots]:
    """So many threads here, or the cluster of the scheduler at this address.

    Raises CourseError where no scheduler answers, or its workers are unfit.
    """
    if scheduler is None:
        with ThreadPoolExecutor(workers) as pool:
            try:
                yield Slots(pool, workers, run_here)
            finally:
                pool.shutdown(cancel_futures=True)
        return
    with _connect(scheduler) as client:
        count = sum(client.nthreads().values())
        if not count:
            raise CourseError(
                f"{scheduler} has no workers: start some with "
                f"`dask worker {scheduler}`."
            )
        _check_workers(client)
        yield Slots(client.get_executor(retries=RETRIES, pure=False), count, execute)


def run_here(task: Task) -> Result:
    """Execute in this process; once more after a fault that is not the notebook's."""
    try:
        return execute(task)
    except CourseError:
        raise
    except Exception:
        return execute(task)


def _connect(address: str) -> Any:
    try:
        from distributed import Client
        from distributed.core import connect
    except ImportError:
        raise CourseError(
            "--scheduler needs Dask: `pip install 'pytorch-course[cluster]'`."
        ) from None

    async def try_to_connect() -> None:  # a client waits for ever where nothing is said
        (await asyncio.wait_for(connect(address), ANSWER_WITHIN)).abort()

    try:
        asyncio.run(try_to_connect())
        return Client(address, timeout=ANSWER_WITHIN)
    except (OSError, ValueError, TimeoutError) as error:
        raise CourseError(
            f"{address}: no scheduler answers there ({type(error).__name__}). Start "
            "one with `dask scheduler`, and name the address that it prints."
        ) from None


def _check_workers(client: Any) -> None:
    try:
        client.run(check_versions, versions())
    except CourseError:
        raise
    except Exception as error:  # whatever importing the course raises there
        raise CourseError(
            f"a worker cannot load this course ({type(error).__name__}: {error}). "
            "Install the same course on every machine."
        ) from None
