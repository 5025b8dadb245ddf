"""The guard: the process between the template and one kernel.

It confines and starts the kernel, watches what it uses, and ends all that it leaves. On
its line, the end of a socket pair, it first hears the request, and then says what
becomes of the kernel:

    {"layers": […]}     the kernel is ready, and confined by these layers
    {"refused": why}    it could not be confined, and was not started
    {"ended": code, "why": …}   it is gone; -N stands for signal N

Whoever started the kernel kills it, with all that it started, by closing their end.
"""

import ctypes
import json
import os
import select
import signal
import socket
import time
import traceback
from collections.abc import Callable
from contextlib import suppress

from course.engine import usage
from course.engine.sandbox import (
    Limits,
    NoSandbox,
    confine,
    enter_namespaces,
    set_limits,
)
from course.engine.turns import Turns

NICE = 10
TICK = 0.2  # seconds between two looks at what a kernel uses
REQUEST_BYTES = 2**20
SHARED = "/dev/shm"
_PDEATHSIG, _SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True)


class Guard:
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
        self.watch: _Watch | None = None  # once the kernel is ready

    def run(self) -> None:
        """Start the kernel, and stay until it is gone or is not wanted any more."""
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _libc.prctl(_SUBREAPER, 1, 0, 0, 0)  # what a kernel orphans becomes ours
        here = self._start()
        status = os.pidfd_open(self.kernel)
        why = None
        try:
            why = self._stay(status, here)
        except Exception:  # whatever a kernel does, it does not survive its guard
            why = "its guard failed:\n" + traceback.format_exc()
        finally:
            code = self._bury()
            self._say({"ended": code, "why": why})

    def _stay(self, status: int, here: int) -> str | None:
        """Watch until the kernel is gone or unwanted; why it was ended, if it was."""
        why = None
        waiting = [status, self.line, here]
        while status in waiting:
            ready = select.select(waiting, [], [], TICK)[0]
            if here in ready:
                self._pass_on(here)
                waiting.remove(here)
            if self.line in ready and not self.line.recv(1):
                break  # nobody wants the kernel any more
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
            os.nice(NICE)  # a bomb of processes must not starve its guard
            self.be_kernel(self.request, self._shut_in(), there)
        except NoSandbox as error:
            os.write(there, json.dumps({"refused": str(error)}).encode())
        except BaseException:
            said = traceback.format_exc()
            with suppress(OSError):  # nobody listens to a kernel that was ready
                os.write(there, json.dumps({"refused": said}).encode())
        os._exit(1)

    def _shut_in(self) -> list[str]:
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

    def _pass_on(self, here: int) -> None:
        """Tell whoever waits that the kernel is ready, or why it is not."""
        if said := os.read(here, REQUEST_BYTES):
            self._say(json.loads(said))
            folder = None if self.namespaced else self.request["files"]
            self.watch = _Watch(self.kernel, self.limits, folder)

    def _say(self, message: dict) -> None:
        with suppress(OSError):
            self.line.send(json.dumps(message).encode())

    def _bury(self) -> int:
        """Kill the kernel and everything that it started; returns its exit code."""
        if self.watch:
            self.watch.note_names()
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


class _Watch:
    """Looks at what a kernel and all that it started use, some times a second.

    `folder` is the scratch folder where no namespaces limit it; there /dev/shm is
    everybody's as well. All processes below the guard belong to the kernel: those whose
    parents have ended are the guard's own children.
    """

    def __init__(self, kernel: int, limits: Limits, folder: str | None) -> None:
        self.limits = limits
        self.folder = folder
        self.clock = usage.Clock()
        self.turns = Turns(time.monotonic())
        self.names: set[str] = set()  # of files in /dev/shm, which the system shares
        self.devices = {usage.sharing_device()}
        if folder is None:
            root = f"/proc/{kernel}/root"
            flags = os.O_PATH | os.O_CLOEXEC
            self.places = [os.open(root + each, flags) for each in ("/tmp", SHARED)]
        else:
            self.places = [os.open(SHARED, os.O_PATH)] if os.path.isdir(SHARED) else []
            self.devices |= {os.fstat(place).st_dev for place in self.places}
        self.template = usage.Process.look(os.getpid())
        self.before = sum(map(usage.used, self.places))
        self.disk_seen = (-1, -1)
        self.changed = 0  # when a file came to /dev/shm, or left it

    def excess(self) -> str | None:
        """What the family uses too much of, in words; None where all is well."""
        pids = usage.family(os.getpid(), self.limits.processes + 1)[1:]
        if len(pids) > self.limits.processes:
            return f"it started more than {self.limits.processes} processes"
        processes = [each for each in map(usage.Process.look, pids) if each]
        seconds, most = self.clock.seconds(processes), self.limits.cpu_seconds
        if seconds > most:
            return f"it used more than {most:g} seconds of processor time"
        if self._memory(processes) > self.limits.memory:
            return f"it used more than {self.limits.memory >> 20} MiB of memory"
        if self.folder and (why := self._disk(pids)):
            return why
        self.note_names()
        return self.turns.take(processes, seconds, time.monotonic())

    # ---- Memory ----

    def _memory(self, processes: list[usage.Process]) -> int:
        """Bytes beyond the template that the family holds: exact where they matter."""
        base = self.template
        pids = [each.pid for each in processes]
        places = sum(map(usage.used, self.places)) - self.before
        rest = max(0, places) + usage.buffers(pids)
        mapped = sum(max(0, each.shareable - base.shareable) for each in processes)
        quick = sum(each.resident for each in processes) - base.resident
        if quick + mapped + rest < self.limits.memory:
            return quick + mapped + rest
        return self._exactly(processes)

    def _exactly(self, processes: list[usage.Process]) -> int:
        pids = [each.pid for each in processes]
        own = [usage.proportional(each.pid) or each.resident for each in processes]
        # Each process that was forked has its part of the template's memory.
        part = usage.proportional(os.getpid())
        shared = min(part * len(own), self.template.resident)
        memory, _, names = usage.held(pids, self.devices)
        if self.folder is None:
            memory += max(0, sum(map(usage.used, self.places)) - self.before)
        else:
            memory += sum(map(usage.size, self.names - names))
        return sum(own) - shared + memory + usage.buffers(pids)

    # ---- Files, without namespaces ----

    def _disk(self, pids: list[int]) -> str | None:
        """Whether there are too many files in the scratch folder, or too large ones."""
        status = os.statvfs(self.folder)
        seen = status.f_bfree, status.f_ffree
        if seen == self.disk_seen:
            return None
        self.disk_seen = seen
        size, files = usage.disk(self.folder, self.limits.files)
        if files > self.limits.files:
            return f"it made more than {self.limits.files} files, or hid them"
        if size + usage.held(pids, self.devices)[1] > self.limits.disk:
            return f"it wrote more than {self.limits.disk >> 20} MiB"
        return None

    def note_names(self) -> None:
        """Remember which files in /dev/shm are the family's, where there are new ones.

        Others have theirs there as well, and one that nobody holds has no owner.
        """
        if self.folder and self.places:
            changed = os.stat(SHARED).st_mtime_ns
            if changed != self.changed:
                self.changed = changed
                family = usage.family(os.getpid())[1:]
                self.names |= usage.held(family, self.devices)[2]

    def remove_shared_files(self) -> None:
        """Remove what the family has left in /dev/shm, as far as it was seen."""
        for name in self.names:
            if os.path.dirname(name) == SHARED:
                with suppress(OSError):
                    os.unlink(name)
