"""Kills its parents, their group, and every process there is.

says: KernelDied|the shape
"""

# %% setup
import os
import signal

parent = os.getppid()
for pid in {parent, @PID@, @CANARY@, 1, *range(2, 50)} - {os.getpid(), 0}:
    for number in (signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except OSError:
            pass
for number in (signal.SIGSTOP, signal.SIGKILL):
    try:
        os.killpg(os.getpgid(parent), number)
    except OSError:
        pass
os.kill(-1, signal.SIGKILL)
