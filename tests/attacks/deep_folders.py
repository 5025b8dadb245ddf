"""Folders so deep that no path leads there, and by names that are no text.

says: the shape|scale this|ended the kernel
"""

# %% setup
import os

for name in ("y" * 200, "\udcff\udcfe"):
    os.chdir(os.environ["HOME"])
    for _ in range(1300):
        os.mkdir(name)
        os.chdir(name)
    open("end", "w").close()
os.chdir(os.environ["HOME"])
os.mkdir("closed", 0)
os.mkfifo("pipe")
