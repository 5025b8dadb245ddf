"""Limits of one submission, and the resource limits that the system enforces."""

import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import resource

MIB = 2**20
FILES = 20_000  # and folders, in the scratch folder
BYTES, SECONDS = "bytes", "seconds"
MONTH = 30 * 86400
GRACE = 5  # seconds of processor time, so that the supervisor's word comes first


def _limit(
    value: float,
    unit: str,
    least: float,
    most: float,
    beyond: str,
    shown: str = "{}",
    follows: tuple[str, ...] = (),
) -> Any:
    """A field of `Limits`: its default, its range, and what docs/grading.md says of it.

    `least`, `most`: the range of values that can be meant. `beyond`: what happens to a
    submission that needs more. `shown` has the value in place of `{}`. `follows`: name,
    value and effect of a limit that follows from this one.
    """
    row = {"shown": shown, "beyond": beyond, "follows": follows}
    return field(default=value, metadata=row | {"unit": unit, "range": (least, most)})


@dataclass(frozen=True)
class Limits:
    """What one submission may use: bytes, counts and seconds.

    Each field is a setting of `c.CourseProvisioner.limits`, and a row of the table in
    docs/grading.md.
    """

    cell_seconds: float = _limit(
        *(120, SECONDS, 0.1, MONTH), "the cell is interrupted; the notebook goes on"
    )
    seconds: float = _limit(
        *(900, SECONDS, 0.1, MONTH),
        "the remaining cells are not run",
        follows=(
            "processor time",
            "twice `seconds`, all processes together",
            "the kernel ends",
        ),
    )
    memory: int = _limit(
        *(3072 * MIB, BYTES, 64 * MIB, 2**50),
        "`MemoryError`, or the kernel ends",
        "{} beyond the forkserver, all processes together, shared memory included",
    )
    processes: int = _limit(64, "processes", 2, 10**6, "the kernel ends")
    disk: int = _limit(  # of the scratch folder
        *(512 * MIB, BYTES, MIB, 2**50),
        '"No space left on device", or the kernel ends',
        f"{{}} and {FILES:,} files",
    )
    file: int = _limit(256 * MIB, BYTES, 2**16, 2**50, '"File too large"')
    output: int = _limit(
        *(8 * MIB, BYTES, 2**12, 2**40),
        "the cell is stopped; the notebook goes on",
        "{} of messages",
    )

    @property
    def cpu_seconds(self) -> float:
        """Processor time of all processes together, as long as one kernel lives."""
        return 2 * self.seconds

    @property
    def files(self) -> int:
        """How many files and folders there may be in the scratch folder."""
        return FILES


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
    """Bytes of this process that RLIMIT_DATA counts."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmData:")[2].split()[0]) * 1024
