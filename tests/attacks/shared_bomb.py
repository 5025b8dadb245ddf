"""Memory that no process is seen to have: a child fills what the parent has mapped.

says: ended the kernel|the shape|scale this|MemoryError
"""

# %% setup
import mmap
import os
import time

held = [mmap.mmap(-1, 2**30) for _ in range(4)]
for one in held:
    if os.fork() == 0:
        for place in range(0, 2**30, 4096):
            one[place] = 1
        os._exit(0)
    os.wait()
time.sleep(1)
print("WROTE four GiB")
