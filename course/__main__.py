"""`python -m course`: the `course` command, without its script on PATH."""

from course.cli import main

main()
