"""Fifty processes that compute, each in a session of its own, beside honest work.

says: ran for more than|ended the kernel
"""

# %% setup
import os

for _ in range(50):
    if os.fork() == 0:
        try:
            os.setsid()
        except OSError:
            pass
        while True:
            pass
while True:
    pass
