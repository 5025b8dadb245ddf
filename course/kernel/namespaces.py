"""Namespaces: a process that sees no network, no other processes, its own /tmp."""

import os
import platform
import re
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

from course.base.limits import MIB, Limits
from course.kernel.syscalls import LIBC, fail
from course.kernel.usage import disk

PIDS = 301  # processes and threads; the system allows no less
HOME = "/tmp/home"  # the private scratch folder, where namespaces give a private /tmp
_NEWNS, _NEWIPC, _NEWUSER = 0x00020000, 0x08000000, 0x10000000
_NEWPID, _NEWNET = 0x20000000, 0x40000000
_MS_NOSUID_NODEV, _MS_BIND, _MS_REC_PRIVATE = 6, 4096, 16384 | (1 << 18)
_OWN_PID_MAX = (6, 14)  # the first Linux that has one for each namespace


def namespaces_work() -> bool:
    """Whether this system lets processes leave its namespaces, and mount things there.

    Some permit the first and not the second, which shows only after it was done. So a
    child tries both.
    """
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            if enter_namespaces() and LIBC.unshare(_NEWNS) == 0:
                _mount("none", "/", "none", _MS_REC_PRIVATE)
                _mount("tmpfs", "/tmp", "tmpfs", _MS_NOSUID_NODEV, "size=1m")
                os._exit(0)
        os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def enter_namespaces() -> bool:
    """Leave the system's users, network and processes; whether that was allowed.

    The process itself keeps its number: its next child is the first of its own.
    """
    uid, gid = os.getuid(), os.getgid()
    flags = _NEWUSER | _NEWIPC | _NEWPID | _NEWNET
    if LIBC.unshare(flags):
        return False
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    return True


def private_folders(sockets: str, files: str, limits: Limits) -> None:
    """Put empty, limited file systems over /tmp and /dev/shm, the files into HOME."""
    if LIBC.unshare(_NEWNS):  # here, so that the supervisor keeps the system's /proc
        fail("unshare")
    _mount("none", "/", "none", _MS_REC_PRIVATE)
    # What was submitted has room of its own.
    given_size, given_files = disk(files, limits.files)
    sizes = {"/tmp": limits.disk + given_size, "/dev/shm": limits.memory}
    sizes["/run"] = MIB  # sockets of the system's services: Landlock lets them be used
    pythons = {sys.prefix, sys.base_prefix}
    pythons |= set(map(os.path.realpath, pythons))
    hidden = tuple(f"{folder}/" for folder in sizes)
    shown = sorted([sockets, *(path for path in pythons if path.startswith(hidden))])
    kept = [(path, os.open(path, os.O_PATH)) for path in shown]
    given = os.open(files, os.O_PATH)
    for folder, size in sizes.items():
        options = f"size={size},nr_inodes={limits.files + given_files},mode=700"
        _mount("tmpfs", folder, "tmpfs", _MS_NOSUID_NODEV, options)
    with suppress(OSError):  # some containers do not allow it; Landlock guards theirs
        _mount("proc", "/proc", "proc", _MS_NOSUID_NODEV)
    if linux_version() >= _OWN_PID_MAX:  # before, this is the whole system's
        with suppress(OSError):
            Path("/proc/sys/kernel/pid_max").write_text(str(PIDS))
    for path, fd in kept:
        os.makedirs(path, exist_ok=True)
        _mount(f"/proc/self/fd/{fd}", path, "none", _MS_BIND)
        os.close(fd)
    shutil.copytree(f"/proc/self/fd/{given}", HOME, symlinks=True)
    os.close(given)


def linux_version() -> tuple[int, int]:
    """The two numbers that a version of Linux begins with."""
    found = re.match(r"(\d+)\.(\d+)", platform.release())
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    text = (source.encode(), target.encode(), kind.encode())
    if LIBC.mount(*text, flags, options.encode()):
        fail(f"mount {target}")
