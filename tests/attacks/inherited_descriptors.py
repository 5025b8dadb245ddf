"""Reads and writes whatever descriptors were inherited.

says: the shape|scale this|KernelDied|ended the kernel
"""

# %% setup
import os

for fd in range(3, 100):
    try:
        where = os.readlink(f"/proc/self/fd/{fd}")
        print(fd, where)
        if not where.startswith(("socket", "anon", "pipe")):
            print(os.pread(fd, 10000, 0))
    except OSError:
        pass
