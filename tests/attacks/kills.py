"""Stops and kills its parents, their group, and a process of somebody else.

says: KernelDied|ProcessLookupError|scale this
"""

# %% setup
import os
import signal

for pid in {os.getppid(), @CANARY@} - {os.getpid(), 0}:
    for number in (signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(pid, number)
            print("KILLED", pid)
        except OSError:
            pass
os.kill(os.getpid(), signal.SIGKILL)
