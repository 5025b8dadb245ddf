"""Cells of a lesson, and the notebooks that are made of submissions.

`read_submission.py` reads a submission, `merge.py` puts its answers into the lesson.
"""

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode

from course.base.notebook import HIDDEN_REGIONS, has_region, without_region
from course.base.notebook_json import failure, is_test
from course.base.printable import markdown_text
from course.grading.cell_json import normalized

NOTES_ID = "grading-notes"
SOUND_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
LONGEST = 1000  # characters of a message that is kept beside the notebook


@dataclass(frozen=True)
class SourceCell:
    """A cell of the source as it is released: answers hold their stub.

    `nbgrader` is its nbgrader metadata with checksum, empty for prose and demos.
    """

    id: str
    kind: str
    source: str
    nbgrader: dict = field(default_factory=dict)

    @cached_property
    def released(self) -> str:
        """The text as students get it: without hidden tests and marking schemes."""
        text = self.source
        for name in HIDDEN_REGIONS:
            if has_region(text, name):
                text = without_region(text, name)
        return text

    @cached_property
    def normalized(self) -> str:
        """The released text as it is compared."""
        return normalized(self.released)

    @property
    def is_locked(self) -> bool:
        return bool(self.nbgrader) and not self.is_answer

    @property
    def is_answer(self) -> bool:
        return bool(self.nbgrader.get("solution"))

    @property
    def is_test(self) -> bool:
        return bool(self.nbgrader.get("grade")) and not self.is_answer


def add_notes(nb: NotebookNode, notes: list[str]) -> None:
    """Say at the top of the notebook, and so in the feedback, what was not normal."""
    if notes:
        text = notes_text(notes)
        nb.cells.insert(0, nbformat.v4.new_markdown_cell(text, id=NOTES_ID))


def notes_text(notes: list[str]) -> str:
    """The notes as Markdown: a line each, whatever names they quote."""
    said = (f"- {markdown_text(note, LONGEST)}" for note in notes)
    return "\n".join(["**Notes from grading**", "", *said])


def given_files(folder: Path) -> dict[str, bytes]:
    """The files beside a source, which tests may need."""
    found = {}
    for base, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [f for f in folders if f[0] != "." and f != "__pycache__"]
        for name in names:
            if name[0] != "." and not name.endswith(".ipynb"):
                path = Path(base, name)
                found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def merge_files(
    given: dict[str, bytes], handed: dict[str, bytes], lesson: str
) -> dict[str, bytes]:
    """The files beside the notebook: the source's, and the student's other ones."""
    ours = {f"{lesson}.ipynb", *given}
    folders = {str(parent) for name in ours for parent in PurePosixPath(name).parents}
    own = {
        name: data
        for name, data in handed.items()
        if name not in folders
        and not ours & {name, *map(str, PurePosixPath(name).parents)}
    }
    return own | given


def unchanged(nb: NotebookNode, source: list[SourceCell]) -> frozenset[str]:
    """Ids of the lesson's own code cells, outside exercises, that are as released."""
    ours = {c.id: c.source for c in source if c.kind == "code" and not c.nbgrader}
    return frozenset(
        cell.id
        for cell in nb.cells
        if "nbgrader" not in cell.metadata and ours.get(cell.id) == cell.source
    )


def failure_messages(nb: NotebookNode) -> dict[str, str]:
    """By test cell, the message of its first error, where there is one."""
    found = {}
    for cell in filter(is_test, nb.cells):
        if said := failure(cell):
            found[cell.metadata.nbgrader["grade_id"]] = said[:LONGEST]
    return found


def is_folder(path: Path) -> bool:
    """Whether it is a student's or a submission's folder, and no link to one."""
    try:
        is_one = path.is_dir() and not path.is_symlink()
    except OSError:  # what is above it can't be read
        return False
    return is_one and not path.name.startswith(".")


def now() -> str:
    """The time, as logs have it."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
