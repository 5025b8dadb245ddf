"""Talks to a service of this machine by a socket with a path.

says: the shape|scale this
"""

# %% setup
import socket

for path in ("@UNIX@", "/run/docker.sock", "/var/run/docker.sock", "/run/systemd/private", "/run/dbus/system_bus_socket"):
    one = socket.socket(socket.AF_UNIX)
    try:
        one.connect(path)
        print("CONNECTED (", path)
    except OSError as error:
        print(error)
