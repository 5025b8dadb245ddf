"""Writes grades, the course, startup files and other submissions.

says: the shape|scale this
"""

# %% setup
import os
import sqlite3
import sys

for path in ("@ROOT@/gradebook.db", "@ROOT@/nbgrader_config.py", "@ROOT@/source/x", "@ROOT@/source/01_sums/01_sums.ipynb", "@ROOT@/submitted/honest/01_sums/01_sums.ipynb", "@ROOT@/autograded/x", "@HOME@/.bashrc", "@HOME@/canary.txt", sys.prefix + "/lib/python3.11/site-packages/evil.pth", os.__file__, "/etc/evil", "/usr/evil"):
    try:
        open(path, "a").write("evil")
        print("WROTE", path)
    except OSError:
        pass
    for change in (os.unlink, lambda p: os.rename(p, p + "2"), lambda p: os.truncate(p, 0), lambda p: os.link(p, "mine")):
        try:
            change(path)
            print("CHANGED", path)
        except OSError:
            pass
    for change in (lambda p: os.chmod(p, 0o777), lambda p: os.utime(p, (0, 0)), lambda p: os.chown(p, 1, 1), lambda p: os.setxattr(p, "user.evil", b"1")):
        try:
            change(path)  # may say that it succeeded
            status = os.stat(path)
            if status.st_mode & 0o777 == 0o777 or status.st_mtime == 0 or status.st_uid == 1:
                print("CHANGED", path)
        except OSError:
            pass
try:
    book = sqlite3.connect("@ROOT@/gradebook.db")
    book.execute("update grade set auto_score = 100")
    book.commit()
    print("WROTE the gradebook")
except sqlite3.Error:
    pass
