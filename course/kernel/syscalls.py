"""The C library's calls that Python has no function for, and how they fail."""

import ctypes
import os
import sys

LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform != "win32" else None


def call(number: int, *arguments: object) -> int:
    """Make a system call by its number; OSError where it fails."""
    done = LIBC.syscall(number, *arguments)
    if done < 0:
        fail(f"system call {number}")
    return done


def fail(what: str) -> None:
    """Raise the OSError of the call that failed last."""
    code = ctypes.get_errno()
    raise OSError(code, f"{what}: {os.strerror(code)}")
