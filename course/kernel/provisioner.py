"""A kernel provisioner for jupyter_client: kernels forked warm, and confined.

The kernelspec `course` names it. Whoever starts a kernel by that name gets one: the
grading engine, `nbgrader autograde`, `nbgrader validate`, nbval, JupyterLab.
"""

import asyncio
import json
import math
import os
import shutil
import signal
import socket
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Bool, Dict, Integer, List, Unicode

from course.base.course_folder import CONFIG
from course.base.errors import CourseError
from course.base.settings import limits_of
from course.kernel.forkserver_client import (
    COLD_ENVIRONMENT,
    ROOT,
    WARM,
    Forkserver,
    environment,
)
from course.kernel.scratch_dir import Scratch

MOMENT = 0.2  # seconds between two looks at a kernel


class CourseProvisioner(LocalProvisioner):
    """Forks a confined kernel from the forkserver.

    Where forking is unsafe (macOS, Windows) it starts a cold, unconfined kernel,
    provided that `sandbox` is off.
    """

    sandbox = Bool(True, help="Refuse to run a kernel that is not confined.").tag(
        config=True
    )
    namespaces = Bool(True, help="Use namespaces where the system permits.").tag(
        config=True
    )
    seed = Integer(0, help="What random generators start from.").tag(config=True)
    modules = List(
        Unicode(),
        default_value=["torch", "torchvision", "numpy", "sklearn", "matplotlib"],
        help="What the forkserver imports before it forks this kernel.",
    ).tag(config=True)
    limits = Dict(help="Limits by name, as in course.base.limits.Limits.").tag(
        config=True
    )

    _scratch: Scratch | None = None
    _line: socket.socket | None = None
    _ended: dict | None = None
    _waited: float | None = None
    layers: list[str] = []  # of confinement

    @property
    def has_process(self) -> bool:
        return self._line is not None if WARM else super().has_process

    @property
    def why(self) -> str | None:
        """Why the supervisor ended the kernel, None where it ended by itself."""
        return self._ended and self._ended["why"]

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose local sockets in a folder of its own, and write the connection file.

        The network cannot be used: once the kernel is confined, it has none.
        """
        if not WARM:
            if self.sandbox:
                raise CourseError(
                    "student code cannot be confined on this system. Grade on Linux, "
                    "or say --no-sandbox where you trust every submission."
                )
            kwargs["env"] = os.environ | COLD_ENVIRONMENT | kwargs.get("env", {})
            return await super().pre_launch(**kwargs)
        self._scratch = Scratch()
        (self._scratch.path / "s").mkdir()
        files = self._scratch.path / "files"
        folder = kwargs.get("cwd")
        if folder and Path(folder).is_dir():
            shutil.copytree(folder, files, symlinks=True, ignore=_special_files)
        else:
            files.mkdir()
        self.parent.transport = "ipc"
        self.parent.ip = str(self._scratch.path / "s" / "k")
        return await super().pre_launch(**kwargs)

    async def launch_kernel(
        self, cmd: list[str], **kwargs: Any
    ) -> KernelConnectionInfo:
        """Fork the kernel, and return when its sockets are there."""
        if not WARM:
            return await super().launch_kernel(cmd, **kwargs)
        info = self.connection_info
        request = {
            "connection": {**info, "key": info["key"].decode()},
            "arguments": [word for word in cmd[1:] if word.startswith("--")],
            "sockets": str(self._scratch.path / "s"),
            "files": str(self._scratch.path / "files"),
            "env": environment() | _nbgrader_variables(kwargs.get("env", {})),
            "root": str(ROOT),
            "hidden": _course_folders(),
            "sandbox": self.sandbox,
            "namespaces": self.namespaces,
            "seed": self.seed,
            "modules": self.modules,
            "limits": asdict(limits_of(self.limits)),
        }
        loop = asyncio.get_running_loop()
        self._line = await loop.run_in_executor(None, Forkserver.launch, request)
        said = await loop.run_in_executor(None, self._receive)
        if said is None or "layers" not in said:
            reason = (said or {}).get("refused", f"it ended at once: {said}")
            await self.cleanup()
            raise CourseError(f"no kernel could be started: {reason}")
        self.layers = said["layers"]
        self._line.setblocking(False)
        return info

    def _receive(self) -> dict | None:
        """The supervisor's next message; the kernel is gone once none comes."""
        try:
            data = self._line.recv(2**16)
        except BlockingIOError:
            return None
        message = json.loads(data) if data else {"ended": -signal.SIGKILL, "why": None}
        if "ended" in message:
            self._ended = message
        self._waited = message.get("waited", self._waited)
        return message

    async def poll(self) -> int | None:
        """None while the kernel lives, then its exit code."""
        if not WARM:
            return await super().poll()
        if self._line is not None and self._ended is None:
            self._receive()
        return self._ended["ended"] if self._ended else None

    async def wait(self) -> int | None:
        """Wait until the kernel and all that it started are gone."""
        if not WARM:
            return await super().wait()
        while (code := await self.poll()) is None:
            await self._wait_for_message()
        self._close()
        return code

    async def _wait_for_message(self) -> None:
        """Wait until the supervisor says something, or for a moment."""
        loop = asyncio.get_running_loop()
        heard = asyncio.Event()
        loop.add_reader(self._line, heard.set)
        try:
            async with asyncio.timeout(MOMENT):
                await heard.wait()
        except TimeoutError:
            pass  # another task may have taken the reader
        finally:
            loop.remove_reader(self._line)

    async def waited(self) -> float:
        """Seconds that the kernel was ready to compute, and had to wait for a core.

        Asked of the supervisor while another task is in `wait`. A supervisor that does
        not answer had to wait itself: infinity. 0 where there is no supervisor.
        """
        self._waited = None
        if not WARM or self._line is None:
            return 0.0
        with suppress(OSError, TimeoutError):
            self._line.send(b"?")
            async with asyncio.timeout(5 * MOMENT):
                while self._waited is None:
                    await asyncio.sleep(MOMENT / 10)
        return math.inf if self._waited is None else self._waited

    async def send_signal(self, signum: int) -> None:
        """End the kernel; it is interrupted by message."""
        if not WARM:
            await super().send_signal(signum)
        elif signum in (signal.SIGKILL, signal.SIGTERM):
            await self.kill()

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and everything that it started."""
        if not WARM:
            await super().kill(restart)
        elif self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_WR)

    async def terminate(self, restart: bool = False) -> None:
        """End the kernel and everything that it started."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's folder."""
        if not WARM:
            await super().cleanup(restart)
            return
        self._close()
        if self._scratch is not None:
            self._scratch.remove()

    def _close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _course_folders() -> list[str]:
    """Course folders that Python may lie in or around: no kernel reads them.

    The one where this process stands, and the one that its code comes from.
    """
    here = Path.cwd()
    found = {folder for folder in (here, *here.parents, ROOT) if _is_course(folder)}
    return sorted(map(str, found))


def _is_course(folder: Path) -> bool:
    return (folder / CONFIG).is_file()


def _nbgrader_variables(env: dict[str, str]) -> dict[str, str]:
    """Variables that nbgrader sets for its kernels."""
    return {k: v for k, v in env.items() if k in ("NBGRADER_EXECUTION",)}


def _special_files(folder: str, names: list[str]) -> list[str]:
    """Pipes, sockets and devices: no kernel gets them, as copying would wait."""
    paths = [Path(folder, name) for name in names]
    return [p.name for p in paths if not (p.is_symlink() or p.is_file() or p.is_dir())]
