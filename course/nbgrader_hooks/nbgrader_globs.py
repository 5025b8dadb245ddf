"""nbgrader's search for files, in folders whose names hold `[`, `?` or `*`.

nbgrader joins folders and patterns and hands both to `glob`, which then takes a course
folder called `DL [2026]` for a pattern. Here what is there is found by its name.
"""

import glob
import os
from pathlib import Path

from course.nbgrader_hooks.nbgrader_patches import replace_glob


def take_literally(folder: Path) -> None:
    """Have this process's nbgrader take `folder`, and folders in it, by their names."""

    def find(pattern: str, *arguments: object, **options: object) -> list[str]:
        return glob.glob(escaped(pattern, folder), *arguments, **options)

    replace_glob(find)


def escaped(pattern: str, folder: Path) -> str:
    """The pattern with `folder`, and names below it that are there, taken literally.

    A part that is all `*` stays a pattern, even if somebody has that name.
    """
    root = f"{folder}{os.sep}"
    if not pattern.startswith(root):
        return pattern
    done = Path(folder)
    parts = pattern.removeprefix(root).split(os.sep)
    for number, part in enumerate(parts):
        done /= part
        if set(part) != {"*"} and os.path.lexists(done):
            parts[number] = glob.escape(part)
        elif glob.has_magic(part):
            break
    return os.path.join(glob.escape(str(folder)), *parts)
