"""uv, as tests call it."""

import os
import shutil
import subprocess
from pathlib import Path


def uv(*arguments: str, cwd: Path) -> subprocess.CompletedProcess:
    """Run uv: the one that runs these tests, else one on the path or installed."""
    program = os.environ.get("UV") or shutil.which("uv")
    if not program:
        from uv import find_uv_bin

        program = find_uv_bin()
    return subprocess.run(
        [program, *arguments], cwd=cwd, capture_output=True, encoding="utf-8"
    )


def uv_cached_first(*arguments: str, cwd: Path) -> subprocess.CompletedProcess:
    """Run uv without the network, and again with it where that fails."""
    done = uv(*arguments, "--offline", cwd=cwd)
    return uv(*arguments, cwd=cwd) if done.returncode else done
