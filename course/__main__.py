"""The `course` command, also as `python -m course`."""

import sys

from course.kernel.forkserver_client import Forkserver

KERNELS = ("grade", "regrade", "check")  # commands that start some


def main() -> None:
    """Run the command line.

    What kernels are forked from is started before all else: it loads longest.
    """
    command, *options = sys.argv[1:] or [""]
    if command in KERNELS and not any(o.startswith("--sched") for o in options):
        Forkserver.begin()
    from course.cli import main as run

    run()


if __name__ == "__main__":
    main()
