"""Landlock: which files a process may touch. It needs no privilege.

The constants are those of <linux/landlock.h>; the C library has no functions for it.
"""

import os
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from course.kernel.syscalls import LIBC, call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_REMOVE_FILE, _MAKE_REG, _MAKE_SOCK = 1 << 5, 1 << 8, 1 << 9
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_EVERYTHING = (1 << 16) - 1
_READ = _READ_FILE | _READ_DIR
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_RIGHTS_BY_ABI = (0, 13, 14, 15, 15, 16)  # how many kinds of access it knows
_NET_BY_ABI = 4  # TCP bind and connect
_SCOPE_BY_ABI = 6  # abstract sockets and signals
# What belongs to Python in an environment; the folder may hold a whole course as well.
_PYTHON = ("bin", "lib", "lib64", "include", "share", "etc", "ssl", "pyvenv.cfg")

# Where joblib looks how many cores it may use; it fails where it may not look.
_QUOTAS = ("cpu.max", "cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")


class NoSandbox(OSError):
    """This system has no Landlock: nothing can be confined."""


def landlock_abi() -> int:
    """The version of Landlock that runs here, 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, LIBC.syscall(_CREATE_RULESET, None, 0, 1))


def restrict(rules: dict[str, int]) -> None:
    """Deny this thread, for good, all that `rules` (rights by path) does not grant."""
    abi = landlock_abi()
    if not abi:
        raise NoSandbox("this system has no Landlock (Linux 5.13 or later has it)")
    rights = (1 << _RIGHTS_BY_ABI[min(abi, 5)]) - 1
    net = 3 if abi >= _NET_BY_ABI else 0
    scope = 3 if abi >= _SCOPE_BY_ABI else 0
    size = 24 if scope else 16 if net else 8
    attributes = struct.pack("=QQQ", rights, net, scope)[:size]
    ruleset = call(_CREATE_RULESET, attributes, size, 0)
    for path, allowed in rules.items():
        try:
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what is not there needs no right
        if not os.path.isdir(path):
            allowed &= _FILE_RIGHTS
        call(_ADD_RULE, ruleset, 1, struct.pack("=Qi", allowed & rights, fd), 0)
        os.close(fd)
    call(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def keep_sockets(*folders: str) -> None:
    """Deny this thread, for good, to make sockets and remove files but in `folders`.

    A kernel's own sockets can then not be replaced by those of another process.
    """
    rights = _MAKE_SOCK | _REMOVE_FILE
    ruleset = call(_CREATE_RULESET, struct.pack("=Q", rights), 8, 0)
    for path in folders:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        call(_ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, fd), 0)
        os.close(fd)
    call(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def rules(
    home: str, sockets: str, hidden: Iterable[str], own_memory: bool
) -> dict[str, int]:
    """Rights of student code: to read Python, to write the scratch folder.

    `hidden` are folders that must stay unread wherever Python lies. `own_memory`:
    whether /dev/shm is this kernel's alone.
    """
    granted = ["/usr", "/lib", "/lib64", "/bin"]
    for prefix in {sys.prefix, sys.base_prefix}:
        granted += [os.path.join(prefix, name) for name in _PYTHON]
    secret = {os.path.realpath(folder) for folder in hidden}
    found = {p: _READ | _EXECUTE for path in granted for p in around(path, secret)}
    for path in ("ld.so.cache", "localtime", "fonts", "mime.types", "timezone"):
        found[f"/etc/{path}"] = _READ
    found |= {"/proc": _READ, "/sys/devices/system": _READ}
    found |= {f"/sys/fs/cgroup/{path}": _READ for path in _QUOTAS}
    # torch's worker processes hand over their batches in /dev/shm. Who shares it with
    # other kernels must not see the names of their files.
    shared = _READ_FILE | _WRITE_FILE | _TRUNCATE | _MAKE_REG | _REMOVE_FILE
    found["/dev/shm"] = _EVERYTHING if own_memory else shared
    found[home] = _EVERYTHING & ~_EXECUTE
    found[sockets] = _READ | _WRITE_FILE | _MAKE_SOCK | _REMOVE_FILE
    devices = ["null", "zero", "full", "random", "urandom"]
    devices += [p.name for p in Path("/dev").glob("nvidia*")]
    return found | {f"/dev/{n}": _READ | _WRITE_FILE | _IOCTL_DEV for n in devices}


def around(path: str, secret: set[str]) -> list[str]:
    """The path, or all beside the secret folders in it: no rule takes anything back.

    A path inside of a secret folder is granted: an environment in a course, say.
    """
    real = os.path.realpath(path)
    if real in secret:
        return []
    if not any(folder.startswith(real.rstrip("/") + "/") for folder in secret):
        return [path]
    found = []
    with suppress(OSError):
        for entry in os.scandir(path):
            if not entry.is_symlink():  # it could lead into a secret folder
                found += around(entry.path, secret)
    return found
