"""What one submission may use, and the resource limits that the system enforces."""

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import resource

MIB = 2**20
GRACE = 5  # seconds of processor time, so that the guard's word comes first


@dataclass(frozen=True)
class Limits:
    """What one submission may use: bytes, counts and seconds."""

    memory: int = 3072 * MIB  # beyond the warm template, all processes together
    processes: int = 64
    disk: int = 512 * MIB  # of the scratch folder
    file: int = 256 * MIB
    output: int = 8 * MIB
    cell_seconds: float = 120
    seconds: float = 900

    @property
    def cpu_seconds(self) -> float:
        """Processor time of all processes together, as long as one kernel lives."""
        return 2 * self.seconds

    @property
    def files(self) -> int:
        """How many files and folders there may be in the scratch folder."""
        return 20_000


def set_limits(limits: Limits) -> None:
    """Limit memory, processes and files of this process, by resource limits."""
    memory = _data_bytes() + limits.memory
    for what, value in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_NPROC, _threads() + limits.processes * 4),  # counts threads
        (resource.RLIMIT_CPU, int(limits.cpu_seconds) + GRACE),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_SIGPENDING, 1024),  # of a user, the system allows 100,000
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        most = resource.getrlimit(what)[1]
        bound = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(what, (bound, bound))


def _threads() -> int:
    """Threads that this user has already; in namespaces, only those in them."""
    total, user = 0, os.getuid()
    for process in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            status = os.stat(f"/proc/{process}/task")
            total += (status.st_uid == user) * (status.st_nlink - 2)
    return total


def _data_bytes() -> int:
    """What this process already has of what RLIMIT_DATA counts."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmData:")[2].split()[0]) * 1024
