"""Lines of a cell that begin with `!`, in a kernel that has no terminal."""

import codecs
import os
import subprocess
import sys


def run(command: str) -> int:
    """Run a shell command, and print what it says while it runs; its exit code.

    As IPython's own `system`, which needs a terminal device: negative for a signal.
    """
    process = subprocess.Popen(
        ["/bin/sh", "-c", command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    try:
        while data := os.read(process.stdout.fileno(), 2**16):
            sys.stdout.write(decoder.decode(data))
            sys.stdout.flush()
    except KeyboardInterrupt:
        process.kill()
    finally:
        process.stdout.close()
    return process.wait()
