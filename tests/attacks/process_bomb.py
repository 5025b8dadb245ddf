"""A few processes too many.

says: processes|BlockingIOError|ended the kernel|Resource
"""

# %% setup
import os
import time

for _ in range(80):
    if os.fork() == 0:
        time.sleep(100)
        os._exit(0)
time.sleep(3)
