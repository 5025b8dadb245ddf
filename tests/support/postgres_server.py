"""A fixture: a PostgreSQL server of one's own, for a gradebook.

A test module gets it by `pytest_plugins = ["postgres_server"]`.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest


def postgres_program(name: str) -> str:
    """The path of a program of PostgreSQL."""
    path = os.pathsep.join(map(str, Path("/usr/lib/postgresql").glob("*/bin")))
    found = shutil.which(name, path=f"{path}{os.pathsep}{os.environ['PATH']}")
    if found is None and not os.environ.get("CI"):
        pytest.skip("needs PostgreSQL: `apt-get install postgresql`")
    assert found, "PostgreSQL is not installed: `apt-get install postgresql`"
    return found


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A PostgreSQL server that listens on a socket only; the address of a database."""
    programs = {name: postgres_program(name) for name in ("initdb", "pg_ctl")}
    # Short, as paths of sockets are, and open to the user who runs the server.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    data = folder / "data"
    user = {}
    if os.getuid() == 0:  # the server refuses to be root
        user = {"user": "nobody", "group": os.getgid(), "extra_groups": []}
        shutil.chown(folder, "nobody")

    def run(name: str, *arguments: str) -> None:
        done = subprocess.run(
            [programs[name], "-D", str(data), *arguments],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            **user,
        )
        assert done.returncode == 0, done.stderr

    try:
        run("initdb", "-U", "grader", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        log = str(folder / "log")
        run("pg_ctl", "-w", "-l", log, "-o", options, "start")
        yield f"postgresql+psycopg2://grader@/postgres?host={folder}"
    finally:
        with suppress(AssertionError):
            run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
