"""The work of a worker: a notebook in, the executed notebook and a verdict out.

It knows nothing of the gradebook, of other submissions, or of the course folder, so it
may run in a thread here or in a process on another machine.
"""

import asyncio
from collections.abc import Collection, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress

from course.base.written_files import write_files
from course.kernel.kernelspec import check_kernelspec
from course.kernel.notebook_run import NoKernel, NotebookRun
from course.kernel.scratch_dir import Scratch
from course.kernel.task import Result, Task, check_versions

__all__ = ["NoKernel", "execute", "no_leftovers"]


def execute(task: Task) -> Result:
    """Execute the notebook in a kernel of its own.

    Whatever the notebook does ends in a result. Raises CourseError where this worker
    is unfit: other versions, another kernel, or no way to confine one.
    """
    check_versions(task.versions)
    check_kernelspec()
    with Scratch() as folder:
        write_files(folder, task.files)
        return asyncio.run(_registered(NotebookRun(task, str(folder))))


_running: set[tuple[asyncio.AbstractEventLoop, asyncio.Task]] = set()


async def _registered(run: NotebookRun) -> Result:
    """Run it where `no_leftovers` can find and end it."""
    this = asyncio.get_running_loop(), asyncio.current_task()
    _running.add(this)
    try:
        return await run.run()
    finally:
        _running.discard(this)


@contextmanager
def no_leftovers(running: Collection[Future]) -> Iterator[None]:
    """Where an error ends the block, Ctrl-C too, end what threads still execute."""
    try:
        yield
    except BaseException:
        for future in running:
            future.cancel()
        while not all(future.done() for future in running):
            while _running:
                loop, task = _running.pop()  # once: it may be cleaning up already
                with suppress(RuntimeError):  # it is done
                    loop.call_soon_threadsafe(task.cancel)
            wait(running, timeout=0.1)
        raise
