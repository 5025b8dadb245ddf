"""One execution of a notebook: cell by cell, in kernels that may die."""

import time
from collections.abc import Iterator
from contextlib import suppress

import nbformat
from nbformat import NotebookNode

from course.base.notebook_json import is_test, to_json_bytes
from course.integrity.endings import LATE
from course.integrity.negated_checks import NegatedChecks, negated_checks
from course.kernel import shadowed_builtins
from course.kernel.kernel_client import (
    CellStopped,
    Kernel,
    KernelDied,
    KernelUnresponsive,
)
from course.kernel.messages import error
from course.kernel.task import Result, Task

RESTARTS = 3  # after that many deaths of its kernel, the rest of a notebook is not run


class NoKernel(Exception):
    """Not even the first kernel of a notebook has answered; no cell of it has run."""


class NotebookRun:
    """One execution of one notebook: its cells, its kernels, its result."""

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
        """Run all cells; the result, with the executed notebook."""
        try:
            for index, cell in enumerate(self.nb.cells):
                if cell.cell_type == "code" and cell.source.strip():
                    await self._cell(index, cell)
                elif is_test(cell):
                    self.result.passed[_name(cell)] = False
            if self.kernel:
                with suppress(KernelDied):
                    await self._inspect()
        finally:
            await self._end_kernel()
        self.result.notebook = to_json_bytes(self.nb)
        return self.result

    async def _cell(self, index: int, cell: NotebookNode) -> None:
        cell.outputs = []
        reply = await self._attempt(index, cell)
        if is_test(cell):
            passed, source = _passed(cell, reply), cell.source
            if not passed and (names := await self._redefined(cell)):
                passed, source = await self._again_with_builtins(index, cell, names)
            passed = passed and await self._can_fail(index, cell, source)
            self.result.passed[_name(cell)] = passed

    async def _redefined(self, cell: NotebookNode) -> list[str]:
        """Built-in names that the test reads and that the notebook has redefined."""
        names = shadowed_builtins.builtins_read(cell.source)
        if not names or not self.kernel:
            return []
        with suppress(KernelDied, CellStopped):
            reply = await self.kernel.ask(shadowed_builtins.question(names))
            return shadowed_builtins.answered(reply, names)
        return []

    async def _again_with_builtins(
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
                raise CellStopped("this cell was not run: see the notes at the top")
            kernel = await self._ready(index, cell)
            self.examined, self.last = False, index
            seconds = min(left, self.task.limits.cell_seconds)
            start = time.perf_counter()
            try:
                return await kernel.run(cell, index, seconds)
            finally:
                self.result.seconds += time.perf_counter() - start
        except KernelDied as died:
            cell.execution_count = None  # it is chance whether that was heard
            await self._count_death(index, str(died))
            return _record_end(cell, "KernelDied", str(died))
        except CellStopped as stopped:
            if self.deadline <= time.monotonic():
                self._note(
                    f"All cells together ran for {self.task.limits.seconds:g} seconds. "
                    "The cells after that were not run."
                )
            return _record_end(cell, "CellStopped", str(stopped))

    async def _ready(self, index: int, cell: NotebookNode) -> Kernel:
        """A kernel in which the cells before this one have run, ready for a test.

        Where it has died since, the cell that ran last is the one to blame.
        """
        while len(self.deadly) <= RESTARTS:
            kernel = self.kernel or await self._revive(index)
            try:
                kernel.check()
                if is_test(cell) and not self.examined:
                    await self._inspect()
                return kernel
            except KernelDied as died:
                await self._count_death(self.last, str(died))
        raise CellStopped("the kernel ended too often")

    async def _count_death(self, index: int, why: str) -> None:
        """Note which cell ended the kernel, and leave the kernel."""
        self.deadly.add(index)
        self._note(
            f"Cell {self._label(index)} ended the kernel: {why}. "
            "The cells after it ran in a new one, where the cells before it had been "
            "run again."
        )
        if len(self.deadly) > RESTARTS:
            self._note("The kernel ended too often: the rest was not run.")
        await self._end_kernel()

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
                    with suppress(CellStopped):
                        await kernel.run(nbformat.from_dict(cell), k, max(left, 0.1))
                return kernel
            except KernelDied as died:
                await self._count_death(k, str(died))
                if len(self.deadly) > RESTARTS:
                    raise CellStopped("the kernel ended too often") from None

    def _earlier(self, index: int) -> Iterator[tuple[int, NotebookNode]]:
        for k, cell in enumerate(self.nb.cells[:index]):
            wanted = cell.cell_type == "code" and cell.source.strip()
            if wanted and k not in self.deadly and not is_test(cell):
                yield k, NotebookNode(cell | {"outputs": []})

    async def _inspect(self) -> None:
        """Put right what could step into a test, and see whether all is well then."""
        checks = negated_checks("", self.task.imports)
        try:
            self._judge(checks, await self.kernel.ask(checks.source))
        except (
            KernelUnresponsive,
            CellStopped,
        ) as ended:  # no code of the notebook should have run
            self.result.tampering.append(f"a look at the kernel ended: {ended}")
            raise KernelDied(str(ended)) from None

    async def _can_fail(self, index: int, cell: NotebookNode, source: str) -> bool:
        """Whether the test that passed could have failed; `source`: what has run."""
        checks = negated_checks(source, self.task.imports)
        try:
            self._judge(checks, await self.kernel.ask(checks.source))
            return True
        except KernelDied as died:
            await self._count_death(index, str(died))
            _record_end(cell, "KernelDied", str(died))
        except CellStopped as stopped:
            self.examined = False
            _record_end(cell, "CellStopped", f"run a second time, {stopped}")
        return False

    def _judge(self, checks: NegatedChecks, reply: dict) -> None:
        self.result.tampering += checks.verdict(reply, self.kernel.fingerprint)
        told = [o.evalue for o in self.kernel.heard if o.output_type == "error"]
        if told != [reply.get("evalue")]:
            self.result.tampering.append("an error was kept back")
        self.examined = True
        put_right, exits = checks.put_right(reply)
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

    async def _end_kernel(self) -> None:
        if self.kernel:
            self.result.tampering += self.kernel.channels.odd
            self.result.starved |= self.kernel.starved
            await self.kernel.stop()
            self.kernel = None

    def _label(self, index: int) -> str | int:
        return _name(self.nb.cells[index]) or index + 1

    def _note(self, text: str) -> None:
        if text not in self.result.notes:
            self.result.notes.append(text)


def _record_end(cell: NotebookNode, kind: str, why: str) -> dict:
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
