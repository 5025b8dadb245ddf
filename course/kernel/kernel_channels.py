"""The channels of a kernel: requests go out, messages about them come in."""

import asyncio
from asyncio import FIRST_COMPLETED
from collections.abc import AsyncIterator
from contextlib import suppress

import zmq
from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.channels import AsyncZMQSocketChannel

from course.kernel import provisioner
from course.kernel.messages import DISPLAY_KINDS, LARGEST_MESSAGE, Message, read
from course.kernel.task import SKIP_FIGURES

SILENT = 30.0  # seconds for a kernel to say that it is there, and to reply once idle
QUIET = 10.0  # seconds between a reply and the kernel's word that it is idle
RECONNECT_SECONDS = 5.0  # to hear from a kernel again, once the line was cut
LAST_WORDS = ("error", "status", "execute_reply")  # of a cell: none comes later
QUEUED = 3  # messages that wait to be received
LEFT_OUT = 8  # of displays that are too large, so many times the limit may come
LEAST_MESSAGE = 2**16  # bytes of a message that is read whatever was printed before


class TooMuchOutput(Exception):
    """More output than a submission may have."""


class OutputBudget:
    """Bytes of output that a notebook may still have.

    `allowance`: those of the cell that runs, which may say something, whatever those
    before it have printed. `displays`: those of displays too large to be kept.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.left = self.allowance = limit
        self.displays = LEFT_OUT * limit

    def begin_cell(self) -> None:
        """Let a cell say something."""
        self.allowance = max(self.left, self.limit // 8)

    def exhaust(self) -> None:
        """Stop the cell that runs; those after it have something left."""
        self.left = self.limit // 8

    def is_left_out(self, message: Message) -> bool:
        """Whether this is a display too large to be kept; counts what comes."""
        if message.content is None and message.kind in DISPLAY_KINDS:
            self.displays -= message.size
            return self.displays > 0
        self.left -= message.size
        self.allowance -= message.size
        return False


class Channels:
    """The shell and iopub channels of one kernel, which may say anything on them."""

    kc: AsyncKernelClient | None = None  # once they are open

    def __init__(self, budget: OutputBudget) -> None:
        self.budget = budget
        self.wanted = ""  # the request that is waited for
        self.replied = ""  # the request that was replied to last
        self.past: set[str] = set()  # requests of cells that have ended
        self.odd: list[str] = []  # what no honest kernel says

    async def open(self, km: AsyncKernelManager) -> None:
        """Connect to a kernel; returns when it answers. TimeoutError if it does not."""
        self.kc = km.client()
        self.kc.context.setsockopt(zmq.MAXMSGSIZE, LARGEST_MESSAGE)
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

    def close(self) -> None:
        """Close them, where they are open."""
        if self.kc:
            self.kc.stop_channels()

    def send(self, source: str, skip_figures: bool) -> str:
        """Send a request to run a cell; its id."""
        content = {"code": source, "silent": False, "store_history": True}
        content |= {"allow_stdin": False, "stop_on_error": False}
        metadata = {SKIP_FIGURES: True} if skip_figures else {}
        message = self.kc.session.msg("execute_request", content, metadata=metadata)
        self.kc.shell_channel.send(message)
        self.wanted = message["header"]["msg_id"]
        return self.wanted

    def send_silently(self, source: str) -> str:
        """Send a request to run code that leaves no trace; its id."""
        self.wanted = self.kc.execute(
            source, silent=True, store_history=False, stop_on_error=False
        )
        return self.wanted

    async def reply(self, request: str) -> dict:
        """Wait for the reply to a request; its content."""
        while True:
            message = await self._next(self.kc.shell_channel)
            if message.about == request and message.kind == "execute_reply":
                self.replied = request
                return message.content or {"status": "error", "ename": "NoReply"}

    async def last_reply(self, reply: asyncio.Future) -> dict:
        """The reply of a kernel that is idle, where one comes."""
        if (await asyncio.wait({reply}, timeout=SILENT))[0]:
            return reply.result()
        self._renew("shell")  # it was too large, or never sent
        return {"status": "error", "ename": "NoReply", "evalue": ""}

    async def about(
        self, request: str, reply: asyncio.Future
    ) -> AsyncIterator[Message]:
        """Messages about a request; they are about to end once it is replied to."""
        while True:
            heard = asyncio.ensure_future(self._heard())
            try:
                await asyncio.wait({heard, reply}, return_when=FIRST_COMPLETED)
                await asyncio.wait({heard}, timeout=QUIET)
                if not heard.done():  # a message that is too large has cut the line
                    self._renew("iopub")
                    raise TooMuchOutput
            finally:
                heard.cancel()
            if heard.result().about == request:
                yield heard.result()

    async def end_of(self, request: str) -> None:
        """Wait until the cell has ended, which one of two messages says."""
        reply = asyncio.ensure_future(self.reply(request))
        idle = asyncio.ensure_future(self._idle(request))
        try:
            await asyncio.wait({reply, idle}, return_when=FIRST_COMPLETED)
        finally:
            reply.cancel()
            idle.cancel()

    async def hear_again(self) -> None:
        """Wait until the line is there, if it was cut, and nothing is left on it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(RECONNECT_SECONDS):
                while True:
                    self.wanted = request = self.kc.kernel_info()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(RECONNECT_SECONDS / 5):
                            return await self._idle(request)
                    self._renew("iopub")

    async def _idle(self, request: str) -> None:
        while True:
            message = await self._heard()
            if message.about == request and message.is_idle:
                return

    async def _heard(self) -> Message:
        return await self._next(self.kc.iopub_channel)

    async def _next(self, channel: AsyncZMQSocketChannel) -> Message:
        message = None
        while message is None:
            frames = await channel.socket.recv_multipart()
            most = max(self.budget.allowance, LEAST_MESSAGE)
            message = read(self.kc.session, frames, most, self.wanted)
        late = message.about in self.past and message.kind in LAST_WORDS
        # An interrupt may have the number of a cell.
        if late and message.about_kind == "execute_request" and not self.odd:
            self.odd.append("a cell told of its end twice")
        return message

    def _renew(self, name: str) -> None:
        """Connect to one of the kernel's sockets anew."""
        getattr(self.kc, f"{name}_channel").stop()
        setattr(self.kc, f"_{name}_channel", None)  # so that jupyter_client makes one
        getattr(self.kc, f"{name}_channel").start()
