"""Fair shares of the processor: who computes with many processes waits in between.

Linux shares the processor out between threads or sessions, so a family of 60 processes
takes it from a neighbour who has one. A family that uses more than its share, after
some seconds that are free, is stopped and continued again, so that it gets its share
and no more. From then on it also has the lowest priority, which lets its supervisor
look.
"""

import os
import signal
from contextlib import suppress
from glob import glob

from course.kernel.scratch_dir import SCRATCH_PREFIX, place
from course.kernel.usage import Process, threads

FREE = 5.0  # seconds of processor time beyond its share that nobody minds
LOWEST = 19
STRIKES = 10  # looks at a family that computes though it was stopped


class Turns:
    """Stops and continues a family of processes, by what it has used."""

    def __init__(self, now: float) -> None:
        self.left = FREE
        self.then = now
        self.used = 0.0
        self.stopped = False
        self.strikes = 0

    def take(self, processes: list[Process], used: float, now: float) -> str | None:
        """Stop or continue, after a look; why the family is to be ended, if it is."""
        passed, spent = now - self.then, used - self.used
        self.then, self.used = now, used
        if passed <= 0:
            return None
        if self.stopped:
            self.strikes += 1 if spent > passed / 2 else -min(1, self.strikes)
            if self.strikes > STRIKES:
                return "it went on computing while it was to wait for others"
        cores = len(os.sched_getaffinity(0))
        # Who lives for less than a look has used nothing that can be seen.
        running = min(cores, sum(each.state == "R" for each in processes))
        busy = spent if self.stopped else max(spent, running * passed)
        self.left = min(FREE, self.left + share(cores) * passed - busy)
        if self.left < 0:
            for each in processes:
                for thread in threads(each.pid):
                    with suppress(OSError):
                        os.setpriority(os.PRIO_PROCESS, thread, LOWEST)
            self._send(signal.SIGSTOP, [p for p in processes if p.state not in "TZ"])
            self.stopped = True
        elif self.stopped:
            self._send(signal.SIGCONT, processes)
            self.stopped = False
        return None

    def _send(self, number: int, processes: list[Process]) -> None:
        for each in processes:
            with suppress(OSError):
                os.kill(each.pid, number)


def share(cores: int) -> float:
    """How many cores a kernel may use, on average: those that there are for each."""
    kernels = len(glob(os.path.join(place(), f"{SCRATCH_PREFIX}*", "s")))
    return max(1.0, cores / max(1, kernels))
