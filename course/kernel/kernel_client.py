"""A kernel, seen from the worker: started, asked to run cells, interrupted, ended."""

import asyncio
from asyncio import FIRST_COMPLETED
from collections.abc import Coroutine
from dataclasses import asdict

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbformat import NotebookNode
from traitlets.config import Config

from course.integrity.negated_checks import KERNEL_SIDE, negated_checks
from course.kernel import provisioner
from course.kernel.kernel_channels import Channels, OutputBudget, TooMuchOutput
from course.kernel.kernelspec import KERNEL_NAME
from course.kernel.messages import Message, Outputs
from course.kernel.task import Task

INTERRUPT_SECONDS = 5.0  # until a kernel is ended that ignores its interrupt
STARVED = 0.25  # of a cell's seconds: its kernel was ready to compute, and had to wait
CAUSES = {-9: "killed", -11: "segmentation fault", -6: "aborted", -7: "bus error"}
SHORT_ERROR = 2**14  # bytes of an error that is noted after too much output
EXTRA_ARGUMENTS = [
    # One line a frame: IPython's long form takes a minute for a deep recursion.
    "--InteractiveShell.xmode=Plain",
    "--IPKernelApp.log_level=ERROR",
]
# A warm kernel does this before it starts.
REMEMBER = f"__import__({KERNEL_SIDE!r}, fromlist=['']).remember()"


class KernelDied(Exception):
    """The kernel is dead; the message says why."""


class KernelUnresponsive(KernelDied):
    """The kernel did not answer, nor could it be interrupted: it was ended."""


class CellStopped(Exception):
    """The cell was stopped, and the kernel lives on."""


class Kernel:
    """One kernel: started, asked, interrupted and ended."""

    death: asyncio.Future | None = None  # comes with its exit code, once it has started

    def __init__(self, task: Task) -> None:
        self.limits = task.limits
        self.budget = OutputBudget(task.limits.output)
        self.channels = Channels(self.budget)
        self.skip_figures = task.skip_figures
        self.outputs = Outputs()
        self.cells: dict[str, int] = {}  # by request, places of cells that have begun
        self.heard: list[NotebookNode] = []  # outputs of what was asked last
        self.starved = False  # whether a cell was stopped that had waited for a core
        self.km = AsyncKernelManager(
            kernel_name=KERNEL_NAME,
            config=_settings(task),
            kernel_spec_manager=KernelSpecManager(ensure_native_kernel=False),
        )

    async def start(self, folder: str) -> None:
        """Start the kernel; returns when it answers. TimeoutError if it does not."""
        await self.km.start_kernel(
            cwd=folder, extra_arguments=list(EXTRA_ARGUMENTS), env={}
        )
        self.death = asyncio.ensure_future(self.km.provisioner.wait())
        self.layers = self.km.provisioner.layers
        await self.channels.open(self.km)
        if not provisioner.WARM:
            await self.ask(REMEMBER)
        first = negated_checks("")  # before any student code
        self.fingerprint = first.fingerprint(await self.ask(first.source))

    async def stop(self) -> None:
        """End the kernel and all that it started."""
        self.channels.close()
        if self.death:
            await self.km.provisioner.kill()
            await self.death
        await self.km.cleanup_resources()
        self.km.context.destroy(linger=0)

    def check(self) -> None:
        """Raise KernelDied if the kernel has died since the last cell."""
        if self.death.done():
            raise KernelDied(self._cause(self.death.result()))

    async def run(self, cell: NotebookNode, index: int, seconds: float) -> dict:
        """Run a cell, collect its outputs; the content of the kernel's reply.

        Raises CellStopped after `seconds` or too much output, KernelDied if the kernel
        dies.
        """
        self.budget.begin_cell()
        self.outputs.clears = False
        request = self.channels.send(cell.source, cell.id in self.skip_figures)
        self.cells[request] = index
        reply = await self._until(seconds, self._collect(request, cell), request)
        self.channels.past.add(request)
        return reply

    async def ask(self, source: str) -> dict:
        """Run code that leaves no trace in the notebook; the content of the reply."""
        self.budget.begin_cell()
        request = self.channels.send_silently(source)
        scratch = NotebookNode(outputs=[])
        work = self._collect(request, scratch)
        reply = await self._until(self.limits.cell_seconds, work, request)
        self.heard = scratch.outputs
        return reply

    async def _until(self, seconds: float, work: Coroutine, request: str) -> dict:
        """The result of the work, within `seconds`; raises as `run` does."""
        work, death = asyncio.ensure_future(work), self.death
        try:
            await asyncio.wait(
                {work, death}, timeout=seconds, return_when=FIRST_COMPLETED
            )
            if death.done() and not work.done():  # its last words are on their way
                await asyncio.wait({work}, timeout=0.2)
            if work.done():
                return work.result()
            self.check()
            waited = await self.km.provisioner.waited()
            self.starved |= waited > STARVED * seconds
            await self._interrupt(work, f"it ran for more than {seconds:g} seconds")
            raise CellStopped(f"this cell ran for more than {seconds:g} seconds")
        except TooMuchOutput:
            if self.channels.replied != request:
                rest = asyncio.ensure_future(self.channels.end_of(request))
                await self._interrupt(rest, "it printed without end")
            await self.channels.hear_again()
            raise CellStopped(
                "this cell was stopped: by then, the notebook had printed more than "
                f"{self.limits.output >> 20} MiB"
            ) from None
        finally:
            if not work.done():
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)

    async def _interrupt(self, work: asyncio.Future, why: str) -> None:
        """Interrupt the cell; a kernel that does not come back is ended."""
        if not self.death.done():
            await self.km.interrupt_kernel()
        both = {work, self.death}
        await asyncio.wait(both, timeout=INTERRUPT_SECONDS, return_when=FIRST_COMPLETED)
        if self.death.done():
            work.cancel()
            self.check()
        if not work.done() or isinstance(work.exception(), TooMuchOutput):
            work.cancel()
            await self.km.provisioner.kill()
            raise KernelUnresponsive(f"{why}, and could not be interrupted")

    def _cause(self, code: int) -> str:
        said = self.km.provisioner.why
        return said or CAUSES.get(code, f"exit code {code}")

    async def _collect(self, request: str, cell: NotebookNode) -> dict:
        """Collect the outputs until the kernel is idle, and then its reply."""
        reply = asyncio.ensure_future(self.channels.reply(request))
        try:
            async for message in self.channels.about(request, reply):
                if self.budget.is_left_out(message):
                    self.outputs.leave_out(message, cell)
                elif message.content is None or self.budget.allowance < 0:
                    self.budget.exhaust()
                    raise TooMuchOutput
                elif message.is_idle:
                    break
                elif self.budget.left >= 0 or _is_short_error(message):
                    self.outputs.note(message, cell)
            return await self.channels.last_reply(reply)
        finally:
            reply.cancel()


def _settings(task: Task) -> Config:
    """The task's demands, as settings of the provisioner."""
    settings = Config()
    settings.CourseProvisioner.sandbox = task.sandbox
    settings.CourseProvisioner.namespaces = task.namespaces
    settings.CourseProvisioner.seed = task.seed
    settings.CourseProvisioner.modules = list(task.modules)
    settings.CourseProvisioner.limits = asdict(task.limits)
    return settings


def _is_short_error(message: Message) -> bool:
    """Whether it is an error that is noted even after too much output."""
    return message.kind == "error" and message.size <= SHORT_ERROR
