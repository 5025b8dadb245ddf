"""Submissions of the lesson of `word_lesson.py`, read and merged, without kernels."""

import copy
import json
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import nbformat
from student_classes import RIGHT, url
from word_lesson import NAME

from course.base.course_folder import Course
from course.grading.gradebook_rows import is_untouched
from course.grading.gradebook_writer import GradebookWriter
from course.grading.merge import Merged, merge
from course.grading.read_submission import read_folder
from course.grading.submission import SourceCell

TESTS = {
    *("double-test-number", "double-test-text", "guess-test-list"),
    *("guess-test-text", "count-test"),
}
ALL = TESTS | {"why-answer"}


@dataclass(frozen=True)
class Desk:
    """Where one submission at a time is made, read and merged."""

    source: list[SourceCell]
    released: dict
    folder: Path

    def solved(self, answers: dict[str, str] = RIGHT) -> dict:
        """The released notebook with these answers."""
        nb = copy.deepcopy(self.released)
        for each in nb["cells"]:
            each["source"] = answers.get(each["id"], "".join(each["source"]))
        return nb

    def write(self, nb: dict | str | bytes, name: str = f"{NAME}.ipynb") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(nb, dict):
            nb = json.dumps(nb, ensure_ascii=False)
        path.write_bytes(nb if isinstance(nb, bytes) else nb.encode())
        return path

    def merged(self) -> Merged:
        made = merge(self.source, read_folder(self.folder, NAME))
        check_notebook(made, self.source)
        return made


def make_desk(released: Path, folder: Path) -> Desk:
    """A desk for the lesson as it lies in the gradebook, hidden tests included."""
    course = Course.here(released)
    gradebook = GradebookWriter(url(course), "pytorch")
    try:
        source = gradebook.source(NAME, course.link(NAME))
    finally:
        gradebook.close()
    nb = json.loads(course.released(NAME).read_text(encoding="utf-8"))
    return Desk(source, nb, folder / NAME)


def check_notebook(merged: Merged, source: list[SourceCell]) -> None:
    """Whatever was submitted: a sound notebook, with each cell of exercises once."""
    nbformat.validate(merged.notebook)
    here = [c for c in merged.notebook.cells if "nbgrader" in c.metadata]
    assert [c.id for c in here] == [c.id for c in source if c.nbgrader]
    by_id = {cell.id: cell for cell in here}
    for cell in source:
        if cell.is_locked:
            assert by_id[cell.id].source == cell.source
        if cell.nbgrader:
            assert by_id[cell.id].metadata.nbgrader == cell.nbgrader
            assert by_id[cell.id].cell_type == cell.kind
    for note in merged.notes:
        assert note.isprintable(), note


def earned(merged: Merged) -> set[str]:
    """The test cells that pass, and the explanation where it waits for a person.

    Cells run as in a kernel that goes on after errors.
    """
    passed, names = set(), {}
    for cell in merged.notebook.cells:
        if cell.id == "why-answer" and not is_untouched(cell):
            passed.add(cell.id)
        if cell.cell_type == "code":
            try:
                exec(cell.source, names)
            except Exception:
                continue
            if cell.id in TESTS:
                passed.add(cell.id)
    return passed


def cell(nb: dict, name: str) -> dict:
    """The cell of that id."""
    return next(each for each in nb["cells"] if each.get("id") == name)


def place(nb: dict, name: str) -> int:
    """Where the cell of that id stands."""
    return nb["cells"].index(cell(nb, name))


def own(source: str, kind: str = "code") -> dict:
    """A cell that a student adds."""
    made = {"cell_type": kind, "id": os.urandom(4).hex(), "source": source}
    made["metadata"] = {}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def forget(nb: dict) -> dict:
    """Take away all metadata and ids, as some tools do when they save."""
    for each in nb["cells"]:
        each["metadata"] = {}
        each.pop("id", None)
    return nb


def decomposed(text: str) -> str:
    """The text with accents as characters of their own."""
    return unicodedata.normalize("NFD", text)
