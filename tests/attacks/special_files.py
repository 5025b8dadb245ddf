"""A pipe and a socket among the files.

says: left out: .*socket
"""

# %% setup
import os, pathlib
print(os.listdir())

# %% make
import os
import socket
os.mkfifo(folder / "pipe")
os.chdir(folder)
socket.socket(socket.AF_UNIX).bind("socket")
os.chdir(root)
