"""The supervisor: the process between the forkserver and one kernel.

It confines and starts the kernel, watches what it uses, and ends all that it leaves. On
its line, the end of a socket pair, it first hears the request, and then says what
becomes of the kernel:

    {"layers": […]}     the kernel is ready, and confined by these layers
    {"refused": why}    it could not be confined, and was not started
    {"waited": seconds}     for a core, so far; the answer to any byte
    {"ended": code, "why": …}   it is gone; -N stands for signal N

Whoever started the kernel kills it, with all that it started, by closing their end.
"""

import ctypes
import json
import os
import select
import signal
import socket
import traceback
from collections.abc import Callable
from contextlib import suppress

from course.base.limits import Limits
from course.kernel import usage
from course.kernel.confinement import NoSandbox, confine, enter_namespaces, set_limits
from course.kernel.overuse import Watch

NICE = 10
TICK = 0.2  # seconds between two looks at what a kernel uses
REQUEST_BYTES = 2**20
_PDEATHSIG, _SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True)


class Supervisor:
    """Starts one kernel, watches what it uses, and ends all that it leaves.

    `be_kernel` turns the forked and confined process into a kernel. It gets the
    request, the layers of confinement, and the pipe to say that it is ready.
    """

    def __init__(
        self,
        line: socket.socket,
        namespaces: bool,
        be_kernel: Callable[[dict, list[str], int], None],
    ) -> None:
        self.line = line
        self.be_kernel = be_kernel
        self.request = json.loads(line.recv(REQUEST_BYTES))
        self.limits = Limits(**self.request["limits"])
        asked = self.request["sandbox"] and self.request["namespaces"]
        self.namespaced = asked and namespaces and enter_namespaces()
        self.watch: Watch | None = None  # once the kernel is ready

    def run(self) -> None:
        """Start the kernel, and stay until it is gone or is not wanted any more."""
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _libc.prctl(_SUBREAPER, 1, 0, 0, 0)  # what a kernel orphans becomes ours
        here = self._start()
        status = os.pidfd_open(self.kernel)
        why = None
        try:
            why = self._watch_until_end(status, here)
        except Exception:  # whatever a kernel does, it does not survive its supervisor
            why = "its supervisor failed:\n" + traceback.format_exc()
        finally:
            code = self._end_family()
            self._send({"ended": code, "why": why})

    def _watch_until_end(self, status: int, here: int) -> str | None:
        """Watch until the kernel is gone or unwanted; why it was ended, if it was."""
        why = None
        waiting = [status, self.line, here]
        while status in waiting:
            ready = select.select(waiting, [], [], TICK)[0]
            if here in ready:
                self._report_start(here)
                waiting.remove(here)
            if self.line in ready:
                if not self.line.recv(1):
                    break  # nobody wants the kernel any more
                self._send({"waited": usage.waited(usage.family(self.kernel))})
            if status in ready:
                waiting.remove(status)
            elif why is None and self.watch and (why := self.watch.excess()):
                os.kill(self.kernel, signal.SIGKILL)
        return why

    def _start(self) -> int:
        """Fork the kernel; returns the pipe on which it says that it is ready."""
        here, there = os.pipe()
        self.kernel = os.fork()
        if self.kernel:
            os.close(there)
            return here
        os.close(here)
        self.line.close()
        try:
            _libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            os.setsid()
            os.nice(NICE)  # a bomb of processes must not starve its supervisor
            self.be_kernel(self.request, self._confine(), there)
        except NoSandbox as error:
            os.write(there, json.dumps({"refused": str(error)}).encode())
        except BaseException:
            said = traceback.format_exc()
            with suppress(OSError):  # nobody listens to a kernel that was ready
                os.write(there, json.dumps({"refused": said}).encode())
        os._exit(1)

    def _confine(self) -> list[str]:
        self._hide_sockets()
        files = self.request["files"]
        if self.request["sandbox"]:
            hidden = self.request["hidden"]
            sockets = self.sockets
            return confine(self.namespaced, sockets, files, self.limits, hidden)
        os.chdir(files)
        set_limits(self.limits)
        return []

    def _hide_sockets(self) -> None:
        """Have the kernel make its sockets by a path that names no folder.

        /proc/net/unix shows the path of each socket to all: without namespaces, other
        kernels could connect.
        """
        self.sockets = self.request["sockets"]
        path = f"/proc/self/fd/{os.open(self.sockets, os.O_PATH)}"
        self.request["sockets"] = path
        address = self.request["connection"]["ip"]
        self.request["connection"]["ip"] = address.replace(self.sockets, path, 1)

    def _report_start(self, here: int) -> None:
        """Tell whoever waits that the kernel is ready, or why it is not."""
        if said := os.read(here, REQUEST_BYTES):
            self._send(json.loads(said))
            folder = None if self.namespaced else self.request["files"]
            self.watch = Watch(self.kernel, self.limits, folder)

    def _send(self, message: dict) -> None:
        with suppress(OSError):
            self.line.send(json.dumps(message).encode())

    def _end_family(self) -> int:
        """Kill the kernel and everything that it started; returns its exit code."""
        if self.watch:
            self.watch.note_names(last=True)
        with suppress(ProcessLookupError):
            os.kill(self.kernel, signal.SIGKILL)
        _, status = os.waitpid(self.kernel, 0)
        while True:  # orphans come to us, one generation after another
            for pid in usage.family(os.getpid())[1:]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
        if self.watch:
            self.watch.remove_shared_files()
        return os.waitstatus_to_exitcode(status)
