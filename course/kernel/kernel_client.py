"""A kernel, seen from the worker, and the conversation with it."""

import asyncio
from asyncio import FIRST_COMPLETED
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

import zmq
from jupyter_client import AsyncKernelManager
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpecManager
from nbformat import NotebookNode
from traitlets.config import Config

from course.integrity.negated_checks import KERNEL_SIDE, probe
from course.kernel import provisioner
from course.kernel.kernelspec import KERNEL
from course.kernel.messages import DISPLAYS, LARGEST, Message, Outputs, read

if TYPE_CHECKING:
    from course.kernel.task import Task

UNDRAWN = "undrawn"  # as the kernel knows it, see forkserver.py
GRACE = 5.0  # seconds between the interrupt and the end of a kernel that ignores it
SILENT = 30.0  # seconds for a kernel to say that it is there, and to reply once idle
QUIET = 10.0  # seconds between a reply and the kernel's word that it is idle
STARVED = 0.25  # of a cell's seconds: its kernel was ready to compute, and had to wait
SIGNALS = {-9: "killed", -11: "segmentation fault", -6: "aborted", -7: "bus error"}
LAST_WORDS = ("error", "status", "execute_reply")  # of a cell: none comes later
SHORT_ERROR = 2**14  # bytes of an error that is noted after too much output
QUEUED = 3  # messages that wait to be received
LEFT_OUT = 8  # of displays that are too large, so many times the limit may come
SHORT = [  # one line a frame: IPython's long form takes a minute for a deep recursion
    "--InteractiveShell.xmode=Plain",
    "--IPKernelApp.log_level=ERROR",
]
# A warm kernel does this before it starts.
WATCH = f"__import__({KERNEL_SIDE!r}, fromlist=['']).remember()"


class Gone(Exception):
    """The kernel is dead; the message says why."""


class Deaf(Gone):
    """The kernel did not answer, nor could it be interrupted: it was ended."""


class Stopped(Exception):
    """The cell was stopped, and the kernel lives on."""


class _TooMuch(Exception):
    """More output than a submission may have."""


class Kernel:
    """A kernel, and what it says."""

    death: asyncio.Future | None = None  # comes with its exit code, once it has started
    kc = None

    def __init__(self, task: "Task") -> None:
        self.limits = task.limits
        self.budget = self.allowance = task.limits.output
        self.left_out = LEFT_OUT * task.limits.output
        self.wanted = ""  # the request that is waited for
        self.undrawn = task.undrawn
        self.outputs = Outputs()
        self.cells: dict[str, int] = {}  # by request, places of cells that have begun
        self.past: set[str] = set()  # requests of cells that have ended
        self.odd: list[str] = []  # what no honest kernel says
        self.replied = ""  # the request that was replied to last
        self.heard: list[NotebookNode] = []  # outputs of what was asked last
        self.starved = False  # whether a cell was stopped that had waited for a core
        settings = Config()
        settings.CourseProvisioner.sandbox = task.sandbox
        settings.CourseProvisioner.namespaces = task.namespaces
        settings.CourseProvisioner.seed = task.seed
        settings.CourseProvisioner.modules = list(task.modules)
        settings.CourseProvisioner.limits = asdict(task.limits)
        self.km = AsyncKernelManager(
            kernel_name=KERNEL,
            config=settings,
            kernel_spec_manager=KernelSpecManager(ensure_native_kernel=False),
        )

    async def start(self, folder: str) -> None:
        """Start the kernel; returns when it answers."""
        await self.km.start_kernel(cwd=folder, extra_arguments=list(SHORT), env={})
        self.death = asyncio.ensure_future(self.km.provisioner.wait())
        self.layers = self.km.provisioner.layers
        self.kc = self.km.client()
        self.kc.context.setsockopt(zmq.MAXMSGSIZE, LARGEST)
        self.kc.context.setsockopt(zmq.RCVHWM, QUEUED)
        if provisioner.WARM:  # it listens by now: who answers later is another one
            self.kc.context.setsockopt(zmq.RECONNECT_IVL, -1)
        self.kc.start_channels(stdin=False, hb=False)
        self.kc.allow_stdin = False
        try:
            async with asyncio.timeout(SILENT):
                # It greets who has subscribed; what it says before that would be lost.
                while (await self._heard()).kind != "iopub_welcome":
                    pass
        except TimeoutError:
            raise TimeoutError(f"a kernel was silent for {SILENT:g} seconds") from None
        if not provisioner.WARM:
            await self.ask(WATCH)
        first = probe("")  # before any student code
        self.fingerprint = first.fingerprint(await self.ask(first.source))

    async def stop(self) -> None:
        """End the kernel and all that it started."""
        if self.kc:
            self.kc.stop_channels()
        if self.death:
            await self.km.provisioner.kill()
            await self.death
        await self.km.cleanup_resources()
        self.km.context.destroy(linger=0)

    def check(self) -> None:
        """Raise Gone if the kernel has died since the last cell."""
        if self.death.done():
            raise Gone(self._cause(self.death.result()))

    async def run(self, cell: NotebookNode, index: int, seconds: float) -> dict:
        """Run a cell, collect its outputs; the content of the kernel's reply.

        Raises Stopped after `seconds` or too much output, Gone if the kernel dies.
        """
        self._allow()
        self.outputs.clears = False
        self.wanted = request = self._send(cell.source, cell.id in self.undrawn)
        self.cells[request] = index
        reply = await self._until(seconds, self._talk(request, cell), request)
        self.past.add(request)
        return reply

    def _send(self, source: str, undrawn: bool) -> str:
        """Send a request to execute code; its id."""
        content = {"code": source, "silent": False, "store_history": True}
        content |= {"allow_stdin": False, "stop_on_error": False}
        metadata = {UNDRAWN: True} if undrawn else {}
        message = self.kc.session.msg("execute_request", content, metadata=metadata)
        self.kc.shell_channel.send(message)
        return message["header"]["msg_id"]

    async def ask(self, source: str) -> dict:
        """Run code that leaves no trace in the notebook; the content of the reply."""
        self._allow()
        self.wanted = request = self.kc.execute(
            source, silent=True, store_history=False, stop_on_error=False
        )
        scratch = NotebookNode(outputs=[])
        talk = self._talk(request, scratch)
        reply = await self._until(self.limits.cell_seconds, talk, request)
        self.heard = scratch.outputs
        return reply

    def _allow(self) -> None:
        """Let a cell say something, whatever those before it have printed."""
        self.allowance = max(self.budget, self.limits.output // 8)

    async def _until(self, seconds: float, talk: Coroutine, request: str) -> dict:
        talk, death = asyncio.ensure_future(talk), self.death
        try:
            await asyncio.wait(
                {talk, death}, timeout=seconds, return_when=FIRST_COMPLETED
            )
            if death.done() and not talk.done():  # its last words are on their way
                await asyncio.wait({talk}, timeout=0.2)
            if talk.done():
                return talk.result()
            self.check()
            waited = await self.km.provisioner.waited()
            self.starved |= waited > STARVED * seconds
            await self._interrupt(talk, f"it ran for more than {seconds:g} seconds")
            raise Stopped(f"this cell ran for more than {seconds:g} seconds")
        except _TooMuch:
            if self.replied != request:
                rest = asyncio.ensure_future(self._end(request))
                await self._interrupt(rest, "it printed without end")
            await self._hear_again()
            raise Stopped(
                "this cell was stopped: by then, the notebook had printed more than "
                f"{self.limits.output >> 20} MiB"
            ) from None
        finally:
            if not talk.done():
                talk.cancel()
                await asyncio.gather(talk, return_exceptions=True)

    async def _interrupt(self, talk: asyncio.Future, why: str) -> None:
        """Interrupt the cell; a kernel that does not come back is ended."""
        if not self.death.done():
            await self.km.interrupt_kernel()
        both = {talk, self.death}
        await asyncio.wait(both, timeout=GRACE, return_when=FIRST_COMPLETED)
        if self.death.done():
            talk.cancel()
            self.check()
        if not talk.done() or isinstance(talk.exception(), _TooMuch):
            talk.cancel()
            await self.km.provisioner.kill()
            raise Deaf(f"{why}, and could not be interrupted")

    def _cause(self, code: int) -> str:
        said = self.km.provisioner.why
        return said or SIGNALS.get(code, f"exit code {code}")

    async def _talk(self, request: str, cell: NotebookNode) -> dict:
        """Collect the outputs until the kernel is idle, and then its reply."""
        reply = asyncio.ensure_future(self._reply(request))
        try:
            async for message in self._about(request, reply):
                if self._is_left_out(message):
                    self.outputs.leave_out(message, cell)
                elif message.content is None or self.allowance < 0:
                    self.budget = self.limits.output // 8  # for the cells after it
                    raise _TooMuch
                elif message.is_idle:
                    break
                elif self.budget >= 0 or _is_short_error(message):
                    self.outputs.note(message, cell)
            if not (await asyncio.wait({reply}, timeout=SILENT))[0]:
                self._renew("shell")  # it was too large, or never sent
                return {"status": "error", "ename": "NoReply", "evalue": ""}
            return reply.result()
        finally:
            reply.cancel()

    def _is_left_out(self, message: Message) -> bool:
        """Whether this is a display too large to be kept; counts what comes."""
        if message.content is None and message.kind in DISPLAYS:
            self.left_out -= message.size
            return self.left_out > 0
        self.budget -= message.size
        self.allowance -= message.size
        return False

    async def _reply(self, request: str) -> dict:
        while True:
            message = await self._next(self.kc.shell_channel)
            if message.about == request and message.kind == "execute_reply":
                self.replied = request
                return message.content or {"status": "error", "ename": "NoReply"}

    async def _heard(self) -> Message:
        return await self._next(self.kc.iopub_channel)

    async def _next(self, channel: AsyncZMQSocketChannel) -> Message:
        message = None
        while message is None:
            frames = await channel.socket.recv_multipart()
            most = max(self.allowance, 2**16)
            message = read(self.kc.session, frames, most, self.wanted)
        late = message.about in self.past and message.kind in LAST_WORDS
        # An interrupt may have the number of a cell.
        if late and message.about_kind == "execute_request" and not self.odd:
            self.odd.append("a cell told of its end twice")
        return message

    async def _about(
        self, request: str, reply: asyncio.Future
    ) -> AsyncIterator[Message]:
        """What the kernel says of a request; it is about to end once it has replied."""
        while True:
            heard = asyncio.ensure_future(self._heard())
            try:
                await asyncio.wait({heard, reply}, return_when=FIRST_COMPLETED)
                await asyncio.wait({heard}, timeout=QUIET)
                if not heard.done():  # a message beyond LARGEST has cut the line
                    self._renew("iopub")
                    raise _TooMuch
            finally:
                heard.cancel()
            if heard.result().about == request:
                yield heard.result()

    def _renew(self, name: str) -> None:
        """Connect to one of the kernel's sockets anew."""
        getattr(self.kc, f"{name}_channel").stop()
        setattr(self.kc, f"_{name}_channel", None)
        getattr(self.kc, f"{name}_channel").start()

    async def _end(self, request: str) -> None:
        """Wait until the cell has ended, which one of two messages says."""
        reply = asyncio.ensure_future(self._reply(request))
        idle = asyncio.ensure_future(self._idle(request))
        try:
            await asyncio.wait({reply, idle}, return_when=FIRST_COMPLETED)
        finally:
            reply.cancel()
            idle.cancel()

    async def _hear_again(self) -> None:
        """Wait until the line is there, if it was cut, and nothing is left on it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while True:
                    self.wanted = request = self.kc.kernel_info()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(GRACE / 5):
                            return await self._idle(request)
                    self._renew("iopub")

    async def _idle(self, request: str) -> None:
        while True:
            message = await self._heard()
            if message.about == request and message.is_idle:
                return


def _is_short_error(message: Message) -> bool:
    """Whether it is an error that is noted even after too much output."""
    return message.kind == "error" and message.size <= SHORT_ERROR
