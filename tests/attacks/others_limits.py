"""Lowers the limits and priorities of all processes that it can name.

says: the shape|scale this
"""

# %% setup
import os
import resource

for pid in [int("@PID@"), int("@CANARY@"), os.getppid()]:
    if pid <= 1:
        continue
    try:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, 3))
        print("CHANGED limits")
    except OSError as error:
        print(error)
    try:
        os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
        os.setpriority(os.PRIO_USER, 0, 19)
    except OSError as error:
        print(error)
try:
    os.kill(-1, 9)
except OSError as error:
    print(error)
