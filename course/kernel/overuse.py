"""Excessive use of resources by a kernel, seen from its supervisor.

Cheap looks several times a second; what is costly to count takes a tenth of the time.
"""

import os
import time
from contextlib import suppress

from course.base.limits import Limits
from course.kernel import usage
from course.kernel.turns import Turns

SHARED = "/dev/shm"


class _Seldom:
    """Has something costly done only so often that it takes a tenth of the time."""

    def __init__(self) -> None:
        self.next = self.start = 0.0

    def __bool__(self) -> bool:
        return time.monotonic() >= self.next

    def __enter__(self) -> None:
        self.start = time.monotonic()

    def __exit__(self, *_: object) -> None:
        now = time.monotonic()
        self.next = now + 9 * (now - self.start)


class Watch:
    """Looks at what a kernel and all that it started use, some times a second.

    `folder` is the scratch folder where no namespaces limit it; there /dev/shm is
    everybody's as well. All processes below the supervisor belong to the kernel: those
    whose parents have ended are the supervisor's own children.
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
        self.forkserver = usage.Process.look(os.getpid())
        self.before = sum(map(usage.used, self.places))
        self.disk_seen = (-1, -1)
        self.changed = 0  # when a file came to /dev/shm, or left it
        self.counting, self.walking, self.naming = _Seldom(), _Seldom(), _Seldom()
        self.counted = 0, 0  # memory at the last exact count: the estimate, and exactly

    def excess(self) -> str | None:
        """The resource that the family uses too much of, in words; None otherwise."""
        pids = usage.family(os.getpid(), self.limits.processes + 1)[1:]
        if len(pids) > self.limits.processes:
            return f"it started more than {self.limits.processes} processes"
        processes = [each for each in map(usage.Process.look, pids) if each]
        seconds, most = self.clock.seconds(processes), self.limits.cpu_seconds
        if seconds > most:
            return f"it used more than {most:g} seconds of processor time"
        if self._memory(processes) > self.limits.memory:
            return f"it used more than {self.limits.memory >> 20} MiB of memory"
        if self.folder and (why := self._disk(processes)):
            return why
        self.note_names()
        return self.turns.take(processes, seconds, time.monotonic())

    # ---- Memory ----

    def _memory(self, processes: list[usage.Process]) -> int:
        """Bytes that the family holds beyond the forkserver: exact where it matters."""
        base = self.forkserver
        threads = [each.thread for each in processes]
        places = sum(map(usage.used, self.places)) - self.before
        mapped = sum(max(0, each.shareable - base.shareable) for each in processes)
        quick = sum(each.resident for each in processes) - base.resident
        quick += mapped + max(0, places) + usage.buffers(threads)
        if quick < self.limits.memory:
            return quick
        grown = quick - self.counted[0]
        if self.counting or grown > self.limits.memory / 8:
            with self.counting:
                self.counted = quick, self._exactly(processes)
        return self.counted[1] + quick - self.counted[0]

    def _exactly(self, processes: list[usage.Process]) -> int:
        threads = [each.thread for each in processes]
        own = [usage.proportional(e.thread) or e.resident for e in processes]
        # Each process that was forked has its part of the forkserver's memory.
        part = usage.proportional(os.getpid())
        shared = min(part * len(own), self.forkserver.resident)
        memory, _, names = usage.held(threads, self.devices)
        if self.folder is None:
            memory += max(0, sum(map(usage.used, self.places)) - self.before)
        else:
            memory += sum(map(usage.size, self.names - names))
        return sum(own) - shared + memory + usage.buffers(threads)

    # ---- Files, without namespaces ----

    def _disk(self, processes: list[usage.Process]) -> str | None:
        """Whether there are too many files in the scratch folder, or too large ones."""
        status = os.statvfs(self.folder)
        seen = status.f_bfree, status.f_ffree
        if seen == self.disk_seen or not self.walking:
            return None
        self.disk_seen = seen
        with self.walking:
            size, files = usage.disk(self.folder, self.limits.files)
        if files > self.limits.files:
            return f"it made more than {self.limits.files} files, or hid them"
        threads = [each.thread for each in processes]
        if size + usage.held(threads, self.devices)[1] > self.limits.disk:
            return f"it wrote more than {self.limits.disk >> 20} MiB"
        return None

    def note_names(self, last: bool = False) -> None:
        """Remember which files in /dev/shm are the family's, where there are new ones.

        Others have theirs there as well, and one that nobody holds has no owner.
        """
        if self.folder and self.places:
            changed = os.stat(SHARED).st_mtime_ns
            if last or (changed != self.changed and self.naming):
                self.changed = changed
                with self.naming:
                    family = map(usage.Process.look, usage.family(os.getpid())[1:])
                    threads = [each.thread for each in family if each]
                    self.names |= usage.held(threads, self.devices)[2]

    def remove_shared_files(self) -> None:
        """Remove what the family has left in /dev/shm, as far as it was seen."""
        for name in self.names:
            if os.path.dirname(name) == SHARED:
                with suppress(OSError):
                    os.unlink(name)
