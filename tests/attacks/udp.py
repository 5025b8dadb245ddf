"""Sends a datagram; also as raw packets, over IPv6 and by local sockets.

says: the shape|scale this
"""

# %% setup
import socket

for family, kind, address in (
    (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", @UDP@)),
    (socket.AF_INET6, socket.SOCK_DGRAM, ("::ffff:127.0.0.1", @UDP@)),
    (socket.AF_UNIX, socket.SOCK_STREAM, chr(0) + "course-canary-@UDP@"),
):
    try:
        one = socket.socket(family, kind)
        one.settimeout(1)
        one.connect(address)
        one.send(b"tests")
        print("CONNECTED", address)
    except OSError as error:
        print(error)
import ctypes
libc = ctypes.CDLL(None)
print(libc.socket(16, 3, 0), libc.socket(17, 3, 0))
