"""Connects to a server on this machine, and to one elsewhere.

says: the shape|scale this
"""

# %% setup
import os
import socket

for address in (("127.0.0.1", @TCP@), ("localhost", @TCP@), ("192.0.2.1", 80)):
    try:
        socket.create_connection(address, timeout=1).sendall(b"tests")
        print("CONNECTED", address)
    except OSError as error:
        print(error)
os.system("exec 3<>/dev/tcp/127.0.0.1/@TCP@ && echo CONNECTED")
os.system("bash -c 'exec 3<>/dev/tcp/127.0.0.1/@TCP@ && echo CONNECTED'")
import urllib.request
try:
    print("CONNECTED", urllib.request.urlopen("http://127.0.0.1:@TCP@", timeout=1).read())
except OSError as error:
    print(error)
