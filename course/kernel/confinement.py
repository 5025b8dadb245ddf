"""Confinement of a forked process, by the Linux kernel, before student code runs.

Landlock is the base: it needs no privilege and works in containers. Namespaces come
on top where the system permits them, then a filter of system calls and limits. See
docs/threat-model.md for what each of them promises.
"""

import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from course.base.limits import MIB, Limits, set_limits
from course.kernel.landlock import NoSandbox, landlock_abi, restrict, rules
from course.kernel.namespaces import (
    HOME,
    enter_namespaces,
    namespaces_work,
    private_folders,
)
from course.kernel.seccomp import filter_calls, join_new_keyring
from course.kernel.syscalls import LIBC, fail

__all__ = [
    "MIB",
    "Limits",
    "NoSandbox",
    "confine",
    "enter_namespaces",
    "landlock_abi",
    "namespaces_work",
    "set_limits",
]
_NO_NEW_PRIVS = 38


def confine(
    namespaced: bool,
    sockets: str,
    files: str,
    limits: Limits,
    hidden: Iterable[str] = (),
) -> list[str]:
    """Confine this process and what it starts; returns the layers that are on.

    `sockets` is the folder where the kernel makes its sockets, `files` holds the
    submission, and becomes the scratch folder where there are no namespaces. `hidden`
    are folders that must stay unread even where they lie among Python's.
    Raises NoSandbox without Landlock.
    """
    layers = [f"Landlock (version {landlock_abi()})"]
    home = files
    join_new_keyring()
    if namespaced:
        private_folders(sockets, files, limits)
        home = HOME
        layers.append("namespaces (user, mount, network, IPC, processes)")
    os.chdir(home)
    set_limits(limits)
    with suppress(OSError):  # where memory runs out, Linux ends these processes first
        Path("/proc/self/oom_score_adj").write_text("1000")
    if LIBC.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0):  # sudo and the like are dead
        fail("no_new_privs")
    restrict(rules(home, sockets, hidden, own_memory=namespaced))
    _drop_capabilities()
    if filter_calls():
        layers.append("seccomp (local sockets only, no calls that reach others)")
    return layers


def _drop_capabilities() -> None:
    header = struct.pack("=Ii", 0x20080522, 0)
    if LIBC.capset(header, bytes(24)):
        fail("capset")
