"""A JupyterLab that a test has started: where it listens, and what it answers."""

import re
import socket
import subprocess
import time
import urllib.request
from contextlib import closing
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE = 180


def get(url: str, token: str, data: bytes | None = None) -> HTTPResponse:
    return urllib.request.urlopen(f"{url}?token={token}", data, timeout=PATIENCE)


def answers(page: str) -> bool:
    """Whether somebody listens there: the address is printed a moment before."""
    host = urlsplit(page)
    with closing(socket.socket()) as probe:
        return probe.connect_ex((host.hostname, host.port)) == 0


def address(process: subprocess.Popen, log: Path) -> tuple[str, str]:
    """The page and the token that JupyterLab names once it listens."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        found = re.search(r"(http://localhost\S+)\?token=(\w+)", log.read_text("utf-8"))
        if found and answers(found[1]):
            return found[1], found[2]
        time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8"))
