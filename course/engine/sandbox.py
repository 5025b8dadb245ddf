"""Confinement of a forked process, by the Linux kernel, before student code runs.

Landlock is the base: it needs no privilege and works in containers. Namespaces come
on top where the system permits them. See docs/threat-model.md for what they promise.
"""

import ctypes
import os
import platform
import shutil
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MIB = 2**20
PIDS = 301  # processes and threads; the system allows no less
HOME = "/tmp/home"  # the private scratch folder, where namespaces give a private /tmp

if sys.platform != "win32":
    import resource

    _libc = ctypes.CDLL(None, use_errno=True)


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


class NoSandbox(OSError):
    """This system has no Landlock: nothing can be confined."""


# ---- Landlock: constants of <linux/landlock.h>; the calls have no libc wrapper ----

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_MAKE_SOCK, _REMOVE_FILE, _TRUNCATE, _IOCTL_DEV = 1 << 9, 1 << 5, 1 << 14, 1 << 15
_READ = _READ_FILE | _READ_DIR
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_RIGHTS_BY_ABI = (0, 13, 14, 15, 15, 16)  # how many kinds of access it knows
_NET_BY_ABI = 4  # TCP bind and connect
_SCOPE_BY_ABI = 6  # abstract sockets and signals


def landlock_abi() -> int:
    """The version of Landlock that runs here, 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, _libc.syscall(_CREATE_RULESET, None, 0, 1))


def _landlock(rules: dict[str, int]) -> None:
    """Deny this thread, for good, all that `rules` (rights by path) does not grant."""
    abi = landlock_abi()
    if not abi:
        raise NoSandbox("this system has no Landlock (Linux 5.13 or later has it)")
    rights = (1 << _RIGHTS_BY_ABI[min(abi, 5)]) - 1
    net = 3 if abi >= _NET_BY_ABI else 0
    scope = 3 if abi >= _SCOPE_BY_ABI else 0
    size = 24 if scope else 16 if net else 8
    attributes = struct.pack("=QQQ", rights, net, scope)[:size]
    ruleset = _call(_CREATE_RULESET, attributes, size, 0)
    for path, allowed in rules.items():
        try:
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what is not there needs no right
        if not os.path.isdir(path):
            allowed &= _FILE_RIGHTS
        _call(_ADD_RULE, ruleset, 1, struct.pack("=Qi", allowed & rights, fd), 0)
        os.close(fd)
    _call(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _call(number: int, *arguments: object) -> int:
    done = _libc.syscall(number, *arguments)
    if done < 0:
        _fail(f"system call {number}")
    return done


def _fail(what: str) -> None:
    code = ctypes.get_errno()
    raise OSError(code, f"{what}: {os.strerror(code)}")


# ---- Namespaces ----

_NEWNS, _NEWIPC, _NEWUSER = 0x00020000, 0x08000000, 0x10000000
_NEWPID, _NEWNET = 0x20000000, 0x40000000
_MS_NOSUID_NODEV, _MS_BIND, _MS_REC_PRIVATE = 6, 4096, 16384 | (1 << 18)


def enter_namespaces() -> bool:
    """Leave the system's users, network and processes; whether that was allowed.

    The process itself keeps its number: its next child is the first of its own.
    """
    uid, gid = os.getuid(), os.getgid()
    flags = _NEWUSER | _NEWIPC | _NEWPID | _NEWNET
    if _libc.unshare(flags):
        return False
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    return True


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    text = (source.encode(), target.encode(), kind.encode())
    if _libc.mount(*text, flags, options.encode()):
        _fail(f"mount {target}")


def _private_folders(sockets: str, files: str, limits: Limits) -> None:
    """Put empty, limited file systems over /tmp and /dev/shm, the files into HOME."""
    if _libc.unshare(_NEWNS):  # here, so that the guard keeps the system's /proc
        _fail("unshare")
    _mount("none", "/", "none", _MS_REC_PRIVATE)
    sizes = {"/tmp": limits.disk, "/dev/shm": limits.memory}
    sizes["/run"] = MIB  # sockets of the system's services: Landlock lets them be used
    pythons = {sys.prefix, sys.base_prefix}
    pythons |= set(map(os.path.realpath, pythons))
    hidden = tuple(f"{folder}/" for folder in sizes)
    shown = sorted([sockets, *(path for path in pythons if path.startswith(hidden))])
    kept = [(path, os.open(path, os.O_PATH)) for path in shown]
    given = os.open(files, os.O_PATH)
    for folder, size in sizes.items():
        options = f"size={size},nr_inodes=20000,mode=700"
        _mount("tmpfs", folder, "tmpfs", _MS_NOSUID_NODEV, options)
    with suppress(OSError):  # some containers do not allow it; Landlock guards theirs
        _mount("proc", "/proc", "proc", _MS_NOSUID_NODEV)
    with suppress(OSError):  # its own number of processes, from Linux 6.14 on
        Path("/proc/sys/kernel/pid_max").write_text(str(PIDS))
    for path, fd in kept:
        os.makedirs(path, exist_ok=True)
        _mount(f"/proc/self/fd/{fd}", path, "none", _MS_BIND)
        os.close(fd)
    shutil.copytree(f"/proc/self/fd/{given}", HOME, symlinks=True)
    os.close(given)


# ---- System calls: no sockets beyond this machine, no io_uring, no new modes ----

_CALLS = {  # the architecture as seccomp names it, and its number of `socket`
    "x86_64": (0xC000003E, 41),
    "aarch64": (0xC00000B7, 198),
}
# Landlock does not see who changes modes, owners, times and attributes of files.
_CHANGES = {
    "x86_64": (
        *(90, 91, 268, 452),  # chmod, fchmod, fchmodat, fchmodat2
        *(92, 93, 94, 260),  # chown, fchown, lchown, fchownat
        *(132, 235, 261, 280),  # utime, utimes, futimesat, utimensat
        *(188, 189, 190, 463, 197, 198, 199, 466),  # setxattr and removexattr
    ),
    "aarch64": (
        *(52, 53, 452, 55, 54, 88),  # fchmod(at), fchown(at), utimensat
        *(5, 6, 7, 463, 14, 15, 16, 466),  # setxattr and removexattr
    ),
}
_URING, _X32 = 425, 0x40000000  # x32: the same calls by other numbers
_AF_UNIX, _EPERM = 1, 1
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _DENY, _PRETEND = 0x7FFF0000, 0x00050000 | _EPERM, 0x00050000


def _filter_calls() -> bool:
    """Let `socket` make local sockets alone; whether this system can do that.

    Changes of modes and the like do nothing, and say that they succeeded: copying a
    file, say, ends with one.
    """
    if platform.machine() not in _CALLS:
        return False
    machine, socket = _CALLS[platform.machine()]
    program = [
        (_LOAD, 0, 0, 4),  # the architecture
        (_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _DENY),
        (_LOAD, 0, 0, 0),  # the number of the call
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _DENY),
        (_EQUAL, 0, 1, _URING),
        (_RETURN, 0, 0, _DENY),
    ]
    for number in _CHANGES[platform.machine()]:
        program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _PRETEND)]
    program += [
        (_EQUAL, 1, 0, socket),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, 16),  # its first argument
        (_EQUAL, 1, 0, _AF_UNIX),
        (_RETURN, 0, 0, _DENY),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = b"".join(struct.pack("=HBBI", *each) for each in program)
    held = ctypes.create_string_buffer(code)
    head = struct.pack("@HP", len(program), ctypes.addressof(held))
    return _libc.prctl(22, 2, head, 0, 0) == 0  # PR_SET_SECCOMP, mode filter


# ---- All of it together ----


def confine(namespaced: bool, sockets: str, files: str, limits: Limits) -> list[str]:
    """Confine this process and what it starts; returns the layers that are on.

    `sockets` is the folder where the kernel makes its sockets, `files` holds the
    submission, and becomes the scratch folder where there are no namespaces.
    Raises NoSandbox without Landlock.
    """
    layers = [f"Landlock (version {landlock_abi()})"]
    home = files
    if namespaced:
        _private_folders(sockets, files, limits)
        home = HOME
        layers.append("namespaces (user, mount, network, IPC, processes)")
    os.chdir(home)
    set_limits(limits)
    if _libc.prctl(38, 1, 0, 0, 0):  # PR_SET_NO_NEW_PRIVS: sudo and the like are dead
        _fail("no_new_privs")
    _landlock(_rules(home, sockets))
    _drop_capabilities()
    if _filter_calls():
        layers.append("seccomp (local sockets only, no change of modes)")
    return layers


def _rules(home: str, sockets: str) -> dict[str, int]:
    """What student code may touch: Python to read, the scratch folder to write."""
    everything = (1 << 16) - 1
    rules = {path: _READ | _EXECUTE for path in ("/usr", "/lib", "/lib64", "/bin")}
    rules |= {p: _READ | _EXECUTE for p in {sys.prefix, sys.base_prefix}}
    for path in ("ld.so.cache", "localtime", "fonts", "mime.types", "timezone"):
        rules[f"/etc/{path}"] = _READ
    rules |= {"/proc": _READ, "/sys/devices/system": _READ}
    # torch's worker processes hand over their batches in /dev/shm
    rules |= {"/dev/shm": everything, home: everything & ~_EXECUTE}
    rules[sockets] = _READ | _WRITE_FILE | _MAKE_SOCK | _REMOVE_FILE
    devices = ["null", "zero", "full", "random", "urandom"]
    devices += [p.name for p in Path("/dev").glob("nvidia*")]
    rules |= {f"/dev/{name}": _READ | _WRITE_FILE | _IOCTL_DEV for name in devices}
    return rules


def set_limits(limits: Limits) -> None:
    """Limit memory, processes and files of this process, by resource limits."""
    memory = _data_bytes() + limits.memory
    for what, value in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_NPROC, _threads() + limits.processes * 4),  # counts threads
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, 1024),
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


def _drop_capabilities() -> None:
    header = struct.pack("=Ii", 0x20080522, 0)
    if _libc.capset(header, bytes(24)):
        _fail("capset")
