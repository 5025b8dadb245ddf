"""The work of a worker: a notebook in, the executed notebook and a verdict out.

It knows nothing of the gradebook, of other submissions, or of the course folder, so it
may run in a thread here or in a process on another machine.
"""

import asyncio
import time
from collections.abc import Collection, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress

import nbformat
from nbformat import NotebookNode

from course.base.notebook_json import is_test, to_json_bytes
from course.base.written_files import write_files
from course.integrity.endings import LATE
from course.integrity.negated_checks import Probe, probe
from course.kernel import shadowed_builtins
from course.kernel.kernel_client import Deaf, Gone, Kernel, Stopped
from course.kernel.kernelspec import check_kernelspec
from course.kernel.messages import error
from course.kernel.scratch_dir import Scratch
from course.kernel.task import Result, Task, check_versions

RESTARTS = 3  # after that many deaths of its kernel, the rest of a notebook is not run


def execute(task: Task) -> Result:
    """Execute the notebook in a kernel of its own.

    Whatever the notebook does ends in a result. Raises CourseError where this worker
    is unfit: other versions, another kernel, or no way to confine one.
    """
    check_versions(task.versions)
    check_kernelspec()
    with Scratch() as folder:
        write_files(folder, task.files)
        return asyncio.run(_noted(_Run(task, str(folder))))


_running: set[tuple[asyncio.AbstractEventLoop, asyncio.Task]] = set()


async def _noted(run: "_Run") -> Result:
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


class NoKernel(Exception):
    """Not even the first kernel of a notebook has answered; no cell of it has run."""


class _Run:
    """One execution of one notebook."""

    def __init__(self, task: Task, folder: str) -> None:
        self.task = task
        self.folder = folder
        self.nb = nbformat.v4.reads(task.notebook.decode())
        self.result = Result()
        self.kernel: Kernel | None = None
        self.deadly: set[int] = set()
        self.last = 0  # the cell that ran last
        self.examined = False  # whether no cell ran since the last look at the kernel
        self.deadline = time.monotonic() + task.limits.seconds

    async def run(self) -> Result:
        try:
            for index, cell in enumerate(self.nb.cells):
                if cell.cell_type == "code" and cell.source.strip():
                    await self._cell(index, cell)
                elif is_test(cell):
                    self.result.passed[_name(cell)] = False
            if self.kernel:
                with suppress(Gone):
                    await self._look()
        finally:
            await self._leave()
        self.result.notebook = to_json_bytes(self.nb)
        return self.result

    async def _cell(self, index: int, cell: NotebookNode) -> None:
        cell.outputs = []
        reply = await self._attempt(index, cell)
        if is_test(cell):
            passed, source = _passed(cell, reply), cell.source
            if not passed and (names := await self._redefined(cell)):
                passed, source = await self._with_pythons_own(index, cell, names)
            passed = passed and await self._can_fail(index, cell, source)
            self.result.passed[_name(cell)] = passed

    async def _redefined(self, cell: NotebookNode) -> list[str]:
        """Built-in names that the test reads and that the notebook has redefined."""
        names = shadowed_builtins.builtins_read(cell.source)
        if not names or not self.kernel:
            return []
        with suppress(Gone, Stopped):
            reply = await self.kernel.ask(shadowed_builtins.question(names))
            return shadowed_builtins.answered(reply, names)
        return []

    async def _with_pythons_own(
        self, index: int, cell: NotebookNode, names: list[str]
    ) -> tuple[bool, str]:
        """Run a test again, with Python's own built-ins; whether it passed, and how."""
        source = shadowed_builtins.with_pythons_own(cell.source, names)
        again = nbformat.from_dict(cell | {"source": source, "outputs": []})
        reply = await self._attempt(index, again)
        passed = _passed(again, reply)
        cell.outputs = again.outputs
        self._note(
            f"This notebook redefines {', '.join(names)}; the tests used Python's own."
        )
        return passed, source

    async def _attempt(self, index: int, cell: NotebookNode) -> dict:
        left = self.deadline - time.monotonic()
        try:
            if left <= 0 or len(self.deadly) > RESTARTS:
                raise Stopped("this cell was not run: see the notes at the top")
            kernel = await self._ready(index, cell)
            self.examined, self.last = False, index
            seconds = min(left, self.task.limits.cell_seconds)
            start = time.perf_counter()
            try:
                return await kernel.run(cell, index, seconds)
            finally:
                self.result.seconds += time.perf_counter() - start
        except Gone as gone:
            cell.execution_count = None  # it is chance whether that was heard
            await self._lose(index, str(gone))
            return _told(cell, "KernelDied", str(gone))
        except Stopped as stopped:
            if self.deadline <= time.monotonic():
                self._note(
                    f"All cells together ran for {self.task.limits.seconds:g} seconds. "
                    "The cells after that were not run."
                )
            return _told(cell, "CellStopped", str(stopped))

    async def _ready(self, index: int, cell: NotebookNode) -> Kernel:
        """A kernel in which the cells before this one have run, ready for a test.

        Where it has died since, the cell that ran last is the one to blame.
        """
        while len(self.deadly) <= RESTARTS:
            kernel = self.kernel or await self._revive(index)
            try:
                kernel.check()
                if is_test(cell) and not self.examined:
                    await self._look()
                return kernel
            except Gone as gone:
                await self._lose(self.last, str(gone))
        raise Stopped("the kernel ended too often")

    async def _lose(self, index: int, why: str) -> None:
        self.deadly.add(index)
        self._note(
            f"Cell {self._label(index)} ended the kernel: {why}. "
            "The cells after it ran in a new one, where the cells before it had been "
            "run again."
        )
        if len(self.deadly) > RESTARTS:
            self._note("The kernel ended too often: the rest was not run.")
        await self._leave()

    async def _revive(self, index: int) -> Kernel:
        """A kernel in which the cells before this one have run."""
        while True:
            self.kernel = kernel = Kernel(self.task)
            try:
                await kernel.start(self.folder)
            except TimeoutError as late:
                if self.deadly:
                    raise
                raise NoKernel(str(late)) from None
            self.result.layers = kernel.layers
            self.examined = False
            if not self.deadly:
                return kernel
            try:
                for k, cell in self._earlier(index):
                    self.last = k
                    left = min(
                        self.deadline - time.monotonic(), self.task.limits.cell_seconds
                    )
                    with suppress(Stopped):
                        await kernel.run(nbformat.from_dict(cell), k, max(left, 0.1))
                return kernel
            except Gone as gone:
                await self._lose(k, str(gone))
                if len(self.deadly) > RESTARTS:
                    raise Stopped("the kernel ended too often") from None

    def _earlier(self, index: int) -> Iterator[tuple[int, NotebookNode]]:
        for k, cell in enumerate(self.nb.cells[:index]):
            wanted = cell.cell_type == "code" and cell.source.strip()
            if wanted and k not in self.deadly and not is_test(cell):
                yield k, NotebookNode(cell | {"outputs": []})

    async def _look(self) -> None:
        """Put right what could step into a test, and see whether all is well then."""
        question = probe("", self.task.imports)
        try:
            self._judge(question, await self.kernel.ask(question.source))
        except (Deaf, Stopped) as ended:  # no code of the notebook should have run
            self.result.tampering.append(f"a look at the kernel ended: {ended}")
            raise Gone(str(ended)) from None

    async def _can_fail(self, index: int, cell: NotebookNode, source: str) -> bool:
        """Whether the test that passed could have failed; `source`: what has run."""
        question = probe(source, self.task.imports)
        try:
            self._judge(question, await self.kernel.ask(question.source))
            return True
        except Gone as gone:
            await self._lose(index, str(gone))
            _told(cell, "KernelDied", str(gone))
        except Stopped as stopped:
            self.examined = False
            _told(cell, "CellStopped", f"run a second time, {stopped}")
        return False

    def _judge(self, question: Probe, reply: dict) -> None:
        self.result.tampering += question.verdict(reply, self.kernel.fingerprint)
        told = [o.evalue for o in self.kernel.heard if o.output_type == "error"]
        if told != [reply.get("evalue")]:
            self.result.tampering.append("an error was kept back")
        self.examined = True
        put_right, exits = question.put_right(reply)
        for what in put_right:
            if what not in self.result.remarks:
                self.result.remarks.append(what)
        for request in exits:
            index = self.kernel.cells.get(request)
            if index is not None:
                self._note(
                    f"Cell {self._label(index)} asked the kernel to exit; "
                    "grading went on."
                )
            elif request == LATE:
                self._note(
                    "A thread, task or timer of this notebook asked the kernel to "
                    "exit; grading went on."
                )

    async def _leave(self) -> None:
        if self.kernel:
            self.result.tampering += self.kernel.odd
            self.result.starved |= self.kernel.starved
            await self.kernel.stop()
            self.kernel = None

    def _label(self, index: int) -> str | int:
        return _name(self.nb.cells[index]) or index + 1

    def _note(self, text: str) -> None:
        if text not in self.result.notes:
            self.result.notes.append(text)


def _told(cell: NotebookNode, kind: str, why: str) -> dict:
    """Say in the cell's outputs why it ended; stands for the kernel's reply."""
    cell.outputs.append(error(kind, why))
    return {"status": "error", "ename": kind}


def _passed(cell: NotebookNode, reply: dict) -> bool:
    """Whether nothing failed; an error that only the reply knows becomes an output."""
    failed = any(output.output_type == "error" for output in cell.outputs)
    if reply.get("status") == "ok":
        return not failed
    if not failed:
        name = str(reply.get("ename", "Error"))
        cell.outputs.append(error(name, str(reply.get("evalue", ""))))
    return False


def _name(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")
