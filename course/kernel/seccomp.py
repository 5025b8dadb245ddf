"""System calls that student code must not make, by a filter in the Linux kernel.

Four answers: the call is refused (EPERM), does not exist here (ENOSYS, so that callers
do without), does nothing and says that it succeeded, or goes through.
"""

import ctypes
import errno
import platform
import struct
from pathlib import Path

from course.kernel.syscalls import LIBC

_X86_64, _AARCH64 = "x86_64", "aarch64"
_ARCHITECTURES = {_X86_64: 0xC000003E, _AARCH64: 0xC00000B7}  # as seccomp names them

# Numbers on x86-64 and on ARM64; None where there is no such call.
_REFUSED = {
    # Keyrings belong to the user or the session, and no namespace has its own.
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # More rights inside of a new user namespace, and mounts over what Landlock knows.
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    # Parts of the Linux kernel that most attacks on it go through.
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # Other processes: their memory, files and policies.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # Files by other names than their paths, and quotas.
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    # The machine itself. Without capabilities they fail anyway.
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "acct": (163, 89),
    "personality": (135, 92),
    "lookup_dcookie": (212, 18),
    "vhangup": (153, 58),
    "syslog": (103, 116),
    "iopl": (172, None),
    "ioperm": (173, None),
}
_ABSENT = {
    "clone3": (435, 435),  # its flags lie in memory: the C library then uses clone
    # Memory and queues that outlive processes, and that no process is seen to hold.
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "memfd_secret": (447, 447),
    # A user has only 128 of them, the editor that is open beside grading included.
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
}
_MEMFD = (319, 279)
_PRETENDED = {
    # Landlock does not see who changes modes, owners, times and attributes of files.
    # Copying a file, say, ends with one.
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    # Linux shares the processor out between sessions: one kernel is one of them.
    "setsid": (112, 157),
    # Priorities: they reach all processes of the same user.
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274),
}
_SOCKET, _PRCTL, _CLONE = (41, 198), (157, 167), (56, 220)
_PRLIMIT, _KILL, _IOCTL, _FCNTL = (302, 261), (62, 129), (16, 29), (72, 25)

_X32 = 0x40000000  # the calls of x86-64 by other numbers
_AF_UNIX = 1
_NEW_NAMESPACES = 0x7E020000  # the flags CLONE_NEW… of clone
_SET_PDEATHSIG, _SET_DUMPABLE = 1, 4
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C  # to type into a terminal
# To change attributes of a file that is open for reading alone: FS_IOC_SETFLAGS in both
# sizes, FS_IOC_SETVERSION, FS_IOC_FSSETXATTR, FS_IOC_ENABLE_VERITY, and the policies
# and keys of file encryption.
_ATTRIBUTES = (
    *(0x40086602, 0x40046602, 0x40087602, 0x40047602, 0x401C5820, 0x40806685),
    *(0x800C6613, 0xC0506617, 0xC0406618, 0xC0406619),
)
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX, _F_SETLEASE = 8, 10, 15, 1024
_EVERY_PROCESS = 0xFFFFFFFF  # kill(-1)

# Instructions of the filter's language, and what they return.
_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_ALLOW, _ANSWER = 0x7FFF0000, 0x00050000
_REFUSE, _LACK, _PRETEND = _ANSWER | errno.EPERM, _ANSWER | errno.ENOSYS, _ANSWER
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24  # where the filter finds them
Program = list[tuple[int, int, int, int]]


def filter_calls() -> bool:
    """Filter the calls of this process and its children; whether that was possible."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        return False
    program = _program(machine)
    code = b"".join(struct.pack("=HBBI", *each) for each in program)
    held = ctypes.create_string_buffer(code)
    head = struct.pack("@HP", len(program), ctypes.addressof(held))
    return LIBC.prctl(22, 2, head, 0, 0) == 0  # PR_SET_SECCOMP, mode filter


def join_new_keyring() -> None:
    """Leave the keyring of whoever logged in, which all their processes share.

    It may fail, where keys are used up or there are none: the filter refuses all use.
    """
    if platform.machine() in _ARCHITECTURES:
        LIBC.syscall(_REFUSED["keyctl"][_column(platform.machine())], 1, None)


def _column(machine: str) -> int:
    return list(_ARCHITECTURES).index(machine)


def _program(machine: str) -> Program:
    column = _column(machine)
    program: Program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == _X86_64:
        program += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _REFUSE)]
    for calls, answer in (
        (_REFUSED, _REFUSE),
        (_ABSENT, _LACK),
        (_PRETENDED, _PRETEND),
    ):
        for numbers in calls.values():
            program += _always(numbers[column], answer)
    if not any(Path("/dev").glob("nvidia*")):  # the driver of a graphics card needs it
        program += _always(_MEMFD[column], _LACK)
    program += _masked(_CLONE[column], _FIRST, _NEW_NAMESPACES)
    program += _only(_SOCKET[column], _FIRST, _AF_UNIX)
    program += _only(_PRLIMIT[column], _FIRST, 0)  # the limits of this very process
    program += _except(_KILL[column], _FIRST, {_EVERY_PROCESS: _REFUSE})
    controls = (_TIOCSTI, _TIOCLINUX, *_ATTRIBUTES)
    program += _except(_IOCTL[column], _SECOND, dict.fromkeys(controls, _REFUSE))
    others = (_F_SETOWN, _F_SETOWN_EX, _F_SETSIG, _F_SETLEASE)
    program += _except(_FCNTL[column], _SECOND, dict.fromkeys(others, _REFUSE))
    # To hide from the supervisor's look, or to outlive the supervisor.
    hiding = {_SET_DUMPABLE: _PRETEND, _SET_PDEATHSIG: _PRETEND}
    program += _except(_PRCTL[column], _FIRST, hiding)
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def _always(number: int | None, answer: int) -> Program:
    if number is None:
        return []
    return [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, answer)]


def _only(number: int, argument: int, value: int) -> Program:
    """Refuse the call unless an argument has this value."""
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, argument),
        (_EQUAL, 1, 0, value),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _except(number: int, argument: int, answers: dict[int, int]) -> Program:
    """Allow the call unless an argument has one of these values."""
    tests = [
        each
        for value, answer in answers.items()
        for each in ((_EQUAL, 0, 1, value), (_RETURN, 0, 0, answer))
    ]
    body = [(_LOAD, 0, 0, argument), *tests, (_RETURN, 0, 0, _ALLOW)]
    return [(_EQUAL, 0, len(body), number), *body]


def _masked(number: int, argument: int, forbidden: int) -> Program:
    """Refuse the call where an argument has one of these bits."""
    return [
        (_EQUAL, 0, 5, number),
        (_LOAD, 0, 0, argument),
        (_AND, 0, 0, forbidden),
        (_EQUAL, 1, 0, 0),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
