"""The forkserver, seen from outside: started early, asked for kernels.

Only the standard library is imported here, so that a command can start the forkserver
before it loads what it needs itself.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from course.base.errors import CourseError

# Forking after Metal or Accelerate is unsafe on macOS, and Windows has no fork.
WARM = sys.platform == "linux"
ROOT = Path(__file__).resolve().parents[2]
KEPT_VARIABLES = ("LANG", "LC_ALL", "TZ", "CUDA_VISIBLE_DEVICES", "PYTHONPYCACHEPREFIX")
KERNEL_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # asks for a GPU without waking it
}

FORKSERVER_ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # fewer, larger pages: a cheaper fork
}

# Of kernels that start cold: the system's own environment, with these changes.
COLD_ENVIRONMENT = {
    name: value
    for name, value in KERNEL_ENVIRONMENT.items()
    if name not in ("PATH", "LANG")
} | {"PYTHONPATH": str(ROOT)}


class Forkserver:
    """The forkserver of this process, started at the first need."""

    _lock = threading.Lock()
    _now: "Forkserver | None" = None

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # -P: the folder that it starts in is no place for modules
        command = [sys.executable, "-P", "-m", "course.kernel.forkserver"]
        self.process = subprocess.Popen(
            [*command, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=environment() | FORKSERVER_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            cwd="/",
        )
        theirs.close()
        self.line = ours
        self.is_warm = False

    def _ask(self, data: bytes, *fds: int) -> None:
        """Send a request, once the forkserver is there."""
        if not self.is_warm and self.line.recv(16) != b"warm":
            raise CourseError(
                "the forkserver did not start: see the lines above, and that "
                "`python -c 'import torch'` works here."
            )
        self.is_warm = True
        socket.send_fds(self.line, [data], fds)

    @classmethod
    def begin(cls, modules: Iterable[str] = ()) -> None:
        """Start the forkserver, and let it import, while the caller does other things.

        Called again, with what else to import.
        """
        if not WARM:
            return
        with cls._lock:
            if cls._now is None:
                cls._now = cls()
                atexit.register(cls._give_up)
            if modules:
                with suppress(OSError):  # it is gone: who needs it will start another
                    cls._now.line.send(json.dumps({"modules": modules}).encode())

    @classmethod
    def _give_up(cls) -> None:
        """End a forkserver that nobody has asked for a kernel, at once."""
        if cls._now is not None and not cls._now.is_warm:
            cls._now.process.kill()
            cls._now.process.wait()

    @classmethod
    def launch(cls, request: dict) -> socket.socket:
        """Fork a kernel; returns the line to its supervisor.

        Blocks while the forkserver imports.
        """
        # The forkserver learns no more than it needs; the supervisor is told the rest.
        modules = json.dumps({"modules": request["modules"]}).encode()
        data = json.dumps(request).encode()
        for last in (False, True):
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            try:
                with cls._lock:
                    if cls._now is None or cls._now.process.poll() is not None:
                        if cls._now is not None:
                            cls._now.line.close()
                        cls._now = cls()
                    cls._now._ask(modules, theirs.fileno())
                ours.send(data)
                return ours
            except OSError:  # it was killed just now
                ours.close()
                if last:
                    raise
            finally:
                theirs.close()
        raise AssertionError

    @classmethod
    def stop(cls) -> None:
        """End the forkserver, and with it nothing else."""
        with cls._lock:
            if cls._now is not None:
                cls._now.line.close()
                cls._now.process.wait()
                cls._now = None


def environment() -> dict[str, str]:
    """The clean environment of kernels: nothing of ours that they need not know."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return KERNEL_ENVIRONMENT | kept
