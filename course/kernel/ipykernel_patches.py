"""Patches of ipykernel, IPython and jupyter_client, all of them in this module.

Each function names the symbol that it replaces and the reason. For each of them
tests/kernel/test_upstream_patches.py says what it needs of the library. The
forkserver imports this module once it has set what ipykernel reads on import.
"""

import os
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import zmq
from ipykernel import compiler, iostream, ipkernel, kernelapp, zmqshell
from jupyter_client import session
from zmq.eventloop.zmqstream import ZMQStream

from course.integrity import endings, watched_names
from course.kernel import shell_commands

LINGER = 3000  # milliseconds for a child process to hand over what it has printed


def patch_forkserver() -> None:
    """Apply what holds for all kernels; once, before the first fork."""
    replace_code_hash()


def patch_kernel(sockets: str, output: int) -> None:
    """Apply what a kernel needs before its application is made.

    `sockets`: its folder of sockets. `output`: bytes of output that it may have.
    """
    use_local_pipe(f"ipc://{sockets}/p")
    limit_streams(output + 1)
    run_shell_lines_without_terminal()
    keep_dates_as_text()
    leave_out_subshells()
    hide_modules_from_debugger()
    remember_parameters()
    keep_kernels_alive()


def patch_initialized(app: kernelapp.IPKernelApp) -> None:
    """Apply what a kernel needs once its application is initialized.

    `Kernel._execute_sleep` is a pause after each cell, for output that has no event
    loop. `InteractiveShell.transform_cell` would transform each cell twice.
    """
    app.kernel._execute_sleep = 0
    type(app.shell).transform_cell = watched_names.transform_cell


# ---- Speed ----


def code_hash(text: str, seed: int) -> int:
    """A checksum under which a cell's code is filed, for tracebacks."""
    return zlib.crc32(text.encode(), seed)


def replace_code_hash() -> None:
    """Replace `ipykernel.compiler.murmur2_x86`, which is slow: it is pure Python."""
    compiler.murmur2_x86 = code_hash


def keep_dates_as_text() -> None:
    """Replace `jupyter_client.session.extract_dates`: nobody asks for a date."""
    session.extract_dates = lambda header: header


def leave_out_subshells() -> None:
    """Replace `IPythonKernel._supports_kernel_subshells`.

    Subshells pass each message on through one more thread.
    """
    ipkernel.IPythonKernel._supports_kernel_subshells = False


class NoSubshellThread:
    """A value of `IPKernelApp.shell_channel_thread` in place of ipykernel's thread."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


def hide_modules_from_debugger() -> None:
    """Replace the name `sys` in `ipykernel.ipkernel`, which reads `sys.modules`.

    The kernel lists the files of all modules for the debugger; looking at each module
    makes it copy the memory that the module lies in.
    """
    ipkernel.sys = SimpleNamespace(**vars(sys) | {"modules": {}})


def remember_parameters() -> None:
    """Replace `ipykernel.ipkernel._accepts_parameters`, which inspects functions.

    It is asked the same for each cell.
    """
    accepted = lru_cache(ipkernel._accepts_parameters)
    ipkernel._accepts_parameters = lambda method, names: accepted(method, tuple(names))


# ---- Output ----


class LocalPipeThread(kernelapp.IOPubThread):
    """Takes output of forked processes from a local socket: there is no TCP."""

    pipe = ""  # the socket's address

    def _handle_event(self, msg: list) -> None:
        super()._handle_event(msg)
        # Who subscribes while it sends would not be seen: zmq tells it only once.
        if self.socket.getsockopt(zmq.EVENTS) & zmq.POLLIN:
            self._xpub_stream.flush(zmq.POLLIN)

    def _setup_pipe_in(self) -> None:
        self._pipe_uuid = os.urandom(16)
        incoming = self.socket.context.socket(zmq.PULL)
        incoming.linger = 0
        incoming.bind(self.pipe)
        self._pipe_in = ZMQStream(incoming, self.io_loop)
        self._pipe_in.on_recv(self._handle_pipe_msg)

    def _setup_pipe_out(self) -> tuple:
        context = zmq.Context()
        outgoing = context.socket(zmq.PUSH)
        outgoing.linger = LINGER
        outgoing.connect(self.pipe)
        return context, outgoing


def use_local_pipe(address: str) -> None:
    """Replace `ipykernel.kernelapp.IOPubThread`, which binds a TCP port."""
    LocalPipeThread.pipe = address
    kernelapp.IOPubThread = LocalPipeThread


class LimitedStream(iostream.OutStream):
    """Waits for its thread after a cell only where the cell has written.

    It takes no more at a time than the one who reads it will bear.
    """

    room = most = 0

    def flush(self) -> None:
        """Flush what was written; nothing otherwise."""
        if self._flush_pending or self._subprocess_flush_pending:
            super().flush()

    def write(self, string: str) -> int:
        """Write as much as there is room for; the length of all."""
        taken = string
        if isinstance(string, str):
            taken = string[: self.room]
            self.room -= len(taken)
        super().write(taken)
        return len(string)

    def _flush(self) -> None:
        self.room = self.most
        super()._flush()


def limit_streams(most: int) -> None:
    """Replace `ipykernel.iostream.OutStream`, which keeps any amount in memory.

    It also waits for its thread after each cell.
    """
    LimitedStream.room = LimitedStream.most = most
    iostream.OutStream = LimitedStream


def run_shell_lines_without_terminal() -> None:
    """Replace `ipykernel.zmqshell.system`, which needs a terminal device."""
    zmqshell.system = shell_commands.run


# ---- Requests to exit ----


class _Content(dict):
    """A reply that older kernels return, and newer ones await."""

    def __await__(self) -> Iterator:
        yield from ()
        return self


def keep_kernels_alive() -> None:
    """Replace what ends a kernel: code of a notebook can only ask for that.

    The symbols are `ZMQInteractiveShell._update_exit_now`, and `do_shutdown` and
    `shutdown_request` of `IPythonKernel`.
    """
    kernel = ipkernel.IPythonKernel
    zmqshell.ZMQInteractiveShell._update_exit_now = _exit_now
    kernel.do_shutdown = _do_shutdown
    kernel.shutdown_request = _shutdown_request(kernel.shutdown_request)


def _exit_now(self: zmqshell.ZMQInteractiveShell, change: dict) -> None:
    if change["new"]:
        endings.note_request()
        self.exit_now = False


def _do_shutdown(self: ipkernel.IPythonKernel, restart: bool) -> _Content:
    if threading.current_thread() is threading.main_thread():
        endings.note_request()
    return _Content(status="ok", restart=restart)


def _shutdown_request(upstream: Callable) -> Callable:
    async def shutdown_request(self: Any, stream: Any, ident: Any, parent: Any) -> None:
        if threading.current_thread() is threading.main_thread():
            endings.note_request()  # messages to shut down arrive in another thread
            return
        endings.note_order()
        await upstream(self, stream, ident, parent)

    return shutdown_request
