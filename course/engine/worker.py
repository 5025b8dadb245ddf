"""The work of a worker: a notebook in, the executed notebook and a verdict out.

It knows nothing of the gradebook, of other submissions, or of the course folder, so it
may run in a thread here or in a process on another machine.
"""

import asyncio
import time
from asyncio import FIRST_COMPLETED
from collections.abc import AsyncIterator, Collection, Coroutine, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from types import FunctionType

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.session import Session
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode
from traitlets.config import Config

from course.engine import provisioner
from course.engine.probe import KERNEL_SIDE, Imports, probe
from course.engine.sandbox import Limits
from course.engine.scratch import Scratch
from course.engine.submission import is_test, packed
from course.errors import CourseError

KERNEL = "course"
UNDRAWN = "undrawn"  # as the kernel knows it, see template.py
RESTARTS = 3  # after that many deaths of its kernel, the rest of a notebook is not run
GRACE = 5.0  # seconds between the interrupt and the end of a kernel that ignores it
SILENT = 30.0  # seconds for a kernel to say that it is there
SIGNALS = {-9: "killed", -11: "segmentation fault", -6: "aborted", -7: "bus error"}
LAST_WORDS = ("error", "status", "execute_reply")  # of a cell: none comes later
VERSIONS = ("pytorch-course", "torch", "torchvision", "nbgrader")
SHORT = [  # one line a frame: IPython's long form takes a minute for a deep recursion
    "--InteractiveShell.xmode=Plain",
    "--IPKernelApp.log_level=ERROR",
]
# A warm kernel does this before it starts.
WATCH = f"__import__({KERNEL_SIDE!r}, fromlist=['']).remember()"


@dataclass(frozen=True)
class Task:
    """A notebook to execute, tests in place, and the files beside it.

    `modules`: what the template shall have imported before the kernel starts.
    `undrawn`: ids of cells whose figures nobody will look at. `imports`: what names in
    tests stand for, see probe.py.
    """

    name: str
    notebook: bytes
    files: dict[str, bytes] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    sandbox: bool = True
    namespaces: bool = True
    modules: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    undrawn: frozenset[str] = frozenset()
    imports: Imports = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """Made from the notebook: run twice, it draws the same numbers."""
        return int.from_bytes(sha256(self.notebook).digest()[:4], "big")


@dataclass
class Result:
    """The executed notebook and what was learned while it ran.

    `passed`: by test cell. `notes`: for the student, in words. `tampering`: what gives
    reason not to believe any test. `seconds`: what the cells took by themselves.
    """

    notebook: bytes = b""
    passed: dict[str, bool] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    tampering: list[str] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def causes(self) -> str:
        """What `tampering` says, each reason once."""
        return "; ".join(dict.fromkeys(self.tampering))


@cache
def versions() -> dict[str, str]:
    """The versions that make grades comparable between workers; not to be changed."""
    found = {}
    for name in VERSIONS:
        with suppress(ImportError):
            found[name] = version(name)
    return found


def check_versions(wanted: dict[str, str]) -> None:
    """Raise CourseError where this worker has other ones than whoever asks."""
    here = versions()
    for name, asked in wanted.items():
        if here.get(name) != asked:
            raise CourseError(
                f"a worker has {name} {here.get(name, '(none)')}, and the one who "
                f"asks has {asked}. Install the same course on every machine."
            )


def execute(task: Task) -> Result:
    """Execute the notebook in a kernel of its own.

    Whatever the notebook does ends in a result. Raises CourseError where this worker
    is unfit: other versions, or no way to confine a kernel.
    """
    check_versions(task.versions)
    with Scratch() as folder:
        for name, data in task.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
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


class Gone(Exception):
    """The kernel is dead; the message says why."""


class NoKernel(Exception):
    """Not even the first kernel of a notebook has answered; no cell of it has run."""


class Stopped(Exception):
    """The cell was stopped, and the kernel lives on."""


class _Run:
    """One execution of one notebook."""

    def __init__(self, task: Task, folder: str) -> None:
        self.task = task
        self.folder = folder
        self.nb = nbformat.v4.reads(task.notebook.decode())
        self.result = Result()
        self.kernel: _Kernel | None = None
        self.deadly: set[int] = set()
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
                await self._examine("")
        finally:
            await self._leave()
        self.result.notebook = packed(self.nb)
        return self.result

    async def _cell(self, index: int, cell: NotebookNode) -> None:
        cell.outputs = []
        reply = await self._attempt(index, cell)
        if is_test(cell):
            self.result.passed[_name(cell)] = passed = _passed(cell, reply)
            if passed and self.kernel:
                await self._examine(cell.source)

    async def _attempt(self, index: int, cell: NotebookNode) -> dict:
        left = self.deadline - time.monotonic()
        try:
            if left <= 0 or len(self.deadly) > RESTARTS:
                raise Stopped("this cell was not run: see the notes at the top")
            kernel = self.kernel or await self._revive(index)
            if is_test(self.nb.cells[index]) and not self.examined:
                await self._examine("")
                kernel = self.kernel or await self._revive(index)
            self.examined = False
            seconds = min(left, self.task.limits.cell_seconds)
            start = time.perf_counter()
            try:
                return await kernel.run(cell, index, seconds)
            finally:
                self.result.seconds += time.perf_counter() - start
        except (Gone, Stopped) as error:
            if isinstance(error, Gone):
                cell.execution_count = None  # it is chance whether that was heard
                await self._lose(index, str(error))
            elif self.deadline <= time.monotonic():
                self._note(
                    f"All cells together ran for {self.task.limits.seconds:g} seconds. "
                    "The cells after that were not run."
                )
            kind = "KernelDied" if isinstance(error, Gone) else "CellStopped"
            cell.outputs.append(_error(kind, str(error)))
            return {"status": "error", "ename": kind}

    async def _lose(self, index: int, why: str) -> None:
        self.deadly.add(index)
        self._note(
            f"Cell {_name(self.nb.cells[index]) or index + 1} ended the kernel: {why}. "
            "The cells after it ran in a new one, where the cells before it had been "
            "run again."
        )
        if len(self.deadly) > RESTARTS:
            self._note("The kernel ended too often: the rest was not run.")
        await self._leave()

    async def _revive(self, index: int) -> "_Kernel":
        """A kernel in which the cells before this one have run."""
        while True:
            self.kernel = kernel = _Kernel(self.task, self.nb)
            try:
                await kernel.start(self.folder)
            except TimeoutError as error:
                if self.deadly:
                    raise
                raise NoKernel(str(error)) from None
            self.result.layers = kernel.layers
            self.examined = False
            if not self.deadly:
                return kernel
            try:
                for k, cell in self._earlier(index):
                    left = min(self.deadline - time.monotonic(), kernel.cell_seconds)
                    with suppress(Stopped):
                        await kernel.run(nbformat.from_dict(cell), k, max(left, 0.1))
                return kernel
            except Gone as error:
                await self._lose(k, str(error))
                if len(self.deadly) > RESTARTS:
                    raise Stopped("the kernel ended too often") from None

    def _earlier(self, index: int) -> Iterator[tuple[int, NotebookNode]]:
        for k, cell in enumerate(self.nb.cells[:index]):
            wanted = cell.cell_type == "code" and cell.source.strip()
            if wanted and k not in self.deadly and not is_test(cell):
                yield k, NotebookNode(cell | {"outputs": []})

    async def _examine(self, source: str) -> None:
        """Look whether the test that passed could have failed."""
        question = probe(source, self.task.imports)
        try:
            reply = await self.kernel.ask(question.source)
        except (Gone, Stopped) as error:
            self.result.tampering.append(f"a second run of a test ended: {error}")
            await self._leave()
            return
        self.result.tampering += question.verdict(reply, self.kernel.fingerprint)
        told = [o.evalue for o in self.kernel.heard if o.output_type == "error"]
        if told != [reply.get("evalue")]:
            self.result.tampering.append("an error was kept back")
        self.examined = True

    async def _leave(self) -> None:
        if self.kernel:
            self.result.tampering += self.kernel.odd
            await self.kernel.stop()
            self.kernel = None

    def _note(self, text: str) -> None:
        if text not in self.result.notes:
            self.result.notes.append(text)


class _Session(Session):
    """Takes the dates of messages as text: reading them would take a sixth of all."""

    deserialize = FunctionType(
        Session.deserialize.__code__,
        Session.deserialize.__globals__ | {"extract_dates": lambda header: header},
        argdefs=Session.deserialize.__defaults__,
    )


class _Kernel(NotebookClient):
    """A kernel, and the conversation with it."""

    death: asyncio.Future | None = None  # comes with its exit code, once it has started

    def __init__(self, task: Task, nb: NotebookNode) -> None:
        super().__init__(nb, record_timing=False)
        self.task_limits = task.limits
        self.cell_seconds = task.limits.cell_seconds
        self.budget = task.limits.output
        self.undrawn = task.undrawn
        self.past: set[str] = set()  # requests of cells that have ended
        self.odd: list[str] = []  # what no honest kernel says
        self.heard: list[NotebookNode] = []  # outputs of what was asked last
        self.clear_before_next_output = False
        settings = Config()
        settings.CourseProvisioner.sandbox = task.sandbox
        settings.CourseProvisioner.namespaces = task.namespaces
        settings.CourseProvisioner.seed = task.seed
        settings.CourseProvisioner.modules = list(task.modules)
        settings.CourseProvisioner.limits = asdict(task.limits)
        specs = KernelSpecManager(ensure_native_kernel=False)
        self.km = AsyncKernelManager(
            kernel_name=KERNEL,
            config=settings,
            kernel_spec_manager=specs,
            session=_Session(),
        )

    async def start(self, folder: str) -> None:
        """Start the kernel; returns when it answers."""
        await self.km.start_kernel(cwd=folder, extra_arguments=list(SHORT), env={})
        self.death = asyncio.ensure_future(self.km.provisioner.wait())
        self.layers = self.km.provisioner.layers
        self.kc = self.km.client()
        self.kc.start_channels(stdin=False, hb=False)
        self.kc.allow_stdin = False
        try:
            async with asyncio.timeout(SILENT):
                # It greets who has subscribed; what it says before that would be lost.
                while (await self._heard())["msg_type"] != "iopub_welcome":
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

    async def run(self, cell: NotebookNode, index: int, seconds: float) -> dict:
        """Run a cell, collect its outputs; the content of the kernel's reply.

        Raises Stopped after `seconds` or too much output, Gone if the kernel dies.
        """
        self.clear_before_next_output = False
        request = self._send(cell.source, cell.id in self.undrawn)
        talk = self._talk(request, cell, index)
        reply = await self._until(seconds, talk, request)
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
        request = self.kc.execute(
            source, silent=True, store_history=False, stop_on_error=False
        )
        scratch = NotebookNode(outputs=[])
        talk = self._talk(request, scratch, -1)
        reply = await self._until(self.cell_seconds, talk, request)
        self.heard = scratch.outputs
        return reply

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
            if death.done():
                raise Gone(self._cause(death.result()))
            await self._interrupt(talk, f"it ran for more than {seconds:g} seconds")
            raise Stopped(f"this cell ran for more than {seconds:g} seconds")
        except _TooMuch:
            rest = asyncio.ensure_future(self._drain(request))
            await self._interrupt(rest, "it printed without end")
            raise Stopped(
                "this cell, with those before it, printed more than "
                f"{self.task_limits.output >> 20} MiB"
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
            raise Gone(self._cause(self.death.result()))
        if not talk.done() or isinstance(talk.exception(), _TooMuch):
            talk.cancel()
            await self.km.provisioner.kill()
            raise Gone(f"{why}, and could not be interrupted")

    def _cause(self, code: int) -> str:
        said = self.km.provisioner.why
        return said or SIGNALS.get(code, f"exit code {code}")

    async def _reply(self, request: str) -> dict:
        while True:
            message = await self._next(self.kc.shell_channel)
            if message["parent_header"].get("msg_id") == request:
                return message["content"]

    async def _next(self, channel: AsyncZMQSocketChannel) -> dict:
        parts = await channel.socket.recv_multipart()
        _, parts = self.kc.session.feed_identities(parts)
        message = self.kc.session.deserialize(parts)
        about = message["parent_header"]
        late = about.get("msg_id") in self.past and message["msg_type"] in LAST_WORDS
        # An interrupt may have the number of a cell.
        if late and about.get("msg_type") == "execute_request" and not self.odd:
            self.odd.append("a cell told of its end twice")
        return message

    async def _heard(self) -> dict:
        return await self._next(self.kc.iopub_channel)

    def output(
        self, outs: list, msg: dict, display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """Note an output; text and errors without nbformat's look, which is long."""
        kind = msg["msg_type"]
        match msg["content"]:
            case {"name": str(), "text": str()} if kind == "stream":
                keys = ("name", "text")
            case {"ename": str(), "evalue": str(), "traceback": [*lines]} if (
                kind == "error" and all(isinstance(line, str) for line in lines)
            ):
                keys = ("ename", "evalue", "traceback")
            case _:
                keys = ()
        if keys and not self.clear_before_next_output:
            plain = {key: msg["content"][key] for key in keys}
            outs.append(NotebookNode(output_type=kind, **plain))
            return outs[-1]
        return super().output(outs, msg, display_id, cell_index)

    async def _talk(self, request: str, cell: NotebookNode, index: int) -> dict:
        """Collect the outputs until the kernel is idle, and then its reply."""
        async for message in self._about(request):
            self.budget -= len(str(message["content"]))
            if self.budget < 0:
                self.budget = self.task_limits.output // 8  # for the cells after it
                raise _TooMuch
            try:
                self.process_message(message, cell, index)
            except CellExecutionComplete:
                break
            except Exception as error:  # a forged message can hold anything
                why = f"{type(error).__name__}: {error}"
                cell.outputs.append(_error("UnreadableOutput", why))
        return await self._reply(request)

    async def _about(self, request: str) -> AsyncIterator[dict]:
        while True:
            message = await self._heard()
            if message["parent_header"].get("msg_id") == request:
                yield message

    async def _drain(self, request: str) -> None:
        async for message in self._about(request):
            if message["content"].get("execution_state") == "idle":
                return


class _TooMuch(Exception):
    """More output than a submission may have."""


def _error(name: str, message: str) -> NotebookNode:
    return nbformat.v4.new_output(
        "error", ename=name, evalue=message, traceback=[f"{name}: {message}"]
    )


def _passed(cell: NotebookNode, reply: dict) -> bool:
    """Whether nothing failed; an error that only the reply knows becomes an output."""
    failed = any(output.output_type == "error" for output in cell.outputs)
    if reply.get("status") == "ok":
        return not failed
    if not failed:
        name = str(reply.get("ename", "Error"))
        cell.outputs.append(_error(name, str(reply.get("evalue", ""))))
    return False


def _name(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")
