"""What a student handed in, made into a notebook that can be executed and graded.

Nothing in it is trusted: neither the JSON nor its metadata, nor the order, the types or
the number of its cells. The source's locked cells are put in, and only the student's
answers and own cells are taken over.
"""

import json
import os
import re
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path, PurePosixPath

import nbformat
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode

LARGEST = 50 * 2**20  # bytes that a submission may have in all
MOST_FILES = 500
STAMP = "timestamp.txt"
NOTES_ID = "grading-notes"
SOUND_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
NOT_NOTEBOOK = "is no notebook, and counts as not answered"
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

    @property
    def is_answer(self) -> bool:
        return bool(self.nbgrader.get("solution"))

    @property
    def is_test(self) -> bool:
        return bool(self.nbgrader.get("grade")) and not self.is_answer


@dataclass(frozen=True)
class Handed:
    """What lies in the folder of a submission.

    `notebook` is None where there is none. `notes` say in words what was wrong.
    """

    files: dict[str, bytes]
    notebook: bytes | None
    notes: list[str]
    digest: str
    timestamp: datetime | None


def read_folder(folder: Path, lesson: str, names: set[str]) -> Handed:
    """Read a submission without following links; `names` are the ids of its cells."""
    files, notes = _files(folder)
    digest = sha256()
    for name, data in sorted(files.items()):
        digest.update(f"{name}\0{len(data)}\0".encode(errors="replace") + data)
    wanted = f"{lesson}.ipynb"
    books = {name: data for name, data in files.items() if name.endswith(".ipynb")}
    notebook = books.get(wanted)
    if notebook is None and books:
        likely = max(sorted(books), key=lambda name: _share(books[name], names))
        if _share(books[likely], names):
            notebook = books[likely]
            notes.append(f"{likely} was taken for {wanted}, which is not there.")
    if notebook is None:
        notes.append(f"There is no {wanted} in this submission.")
    stamp = _timestamp(files.get(STAMP, b""), notes)
    others = {name: data for name, data in files.items() if name not in books}
    return Handed(others, notebook, notes, digest.hexdigest(), stamp)


def _files(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """The regular files under `folder` by relative path, and what was left out."""
    found, notes, total = {}, [], 0
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(base, name)
            key = path.relative_to(folder).as_posix()
            shown = key.encode(errors="replace").decode()  # a name can be any bytes
            try:
                handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except OSError as error:
                notes.append(f"{shown} was left out: it is a link or cannot be read.")
                del error
                continue
            with os.fdopen(handle, "rb") as file:
                status = os.fstat(handle)
                total += status.st_size
                if not stat.S_ISREG(status.st_mode) or name.startswith("."):
                    continue
                if total > LARGEST or len(found) >= MOST_FILES:
                    notes.append(f"{shown} was left out: the submission is too large.")
                    total -= status.st_size
                    continue
                found[key] = file.read()
    return found, notes


def _share(data: bytes, names: set[str]) -> int:
    """How many of the lesson's cells the notebook seems to hold."""
    return sum(f'"{name}"'.encode() in data for name in names)


def _timestamp(data: bytes, notes: list[str]) -> datetime | None:
    from nbgrader.utils import parse_utc

    if not data.strip():
        return None
    try:
        return parse_utc(data.decode("utf-8-sig").strip())
    except (ValueError, OverflowError, TypeError):
        notes.append(f"{STAMP} holds no date, and was ignored.")
        return None


def merge(source: list[SourceCell], handed: Handed) -> tuple[NotebookNode, list[str]]:
    """The notebook to execute, and what was put right, in words.

    Cells come in the order of the source, each followed by the cells that the student
    added after it.
    """
    notes = list(handed.notes)
    cells = _read_cells(handed.notebook, notes) if handed.notebook is not None else []
    by_id = {cell.id: index for index, cell in enumerate(source)}
    owners = _owners(cells, source, by_id)
    groups: dict[int, list[NotebookNode]] = {-1: []}
    place = -1
    for index, cell in enumerate(cells):
        known = owners.get(index)
        if known is not None:
            place = known
            groups[place] = [_known(source[known], cell), *groups.get(place, [])]
        else:
            groups.setdefault(place, []).append(_plain(cell))
    moved = [k for k in owners.values() if source[k].nbgrader]
    if moved != sorted(moved):
        notes.append("Cells of exercises stood in another order; they were put back.")
    for index, cell in enumerate(source):
        if cell.nbgrader and index not in owners.values():
            groups.setdefault(index, []).insert(0, _known(cell, None))
            if cells and (cell.is_answer or cell.is_test):
                what = "answer" if cell.is_answer else "test"
                notes.append(f"The {what} cell {cell.id} was missing.")
    nb = nbformat.v4.new_notebook()
    nb.cells = [c for k in sorted(groups) for c in groups[k]]
    _make_ids_unique(nb)
    nb.metadata.kernelspec = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    return nb, notes


def _read_cells(data: bytes, notes: list[str]) -> list[dict]:
    """The cells of whatever was handed in: dicts with a type, a source and metadata."""
    try:
        nb = json.loads(data)
        if isinstance(nb, dict) and nb.get("nbformat") == 3:  # noqa: PLR2004
            nb = nbformat.convert(nbformat.from_dict(nb), 4)
        raw = nb["cells"]
        if not isinstance(raw, list):
            raise TypeError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        notes.append(f"The file {NOT_NOTEBOOK}." if data else "The file is empty.")
        return []
    cells = [cell for cell in map(_cell, raw) if cell is not None]
    if len(cells) < len(raw):
        notes.append(f"{len(raw) - len(cells)} cells could not be read.")
    return cells


def _cell(raw: object) -> dict | None:
    if not isinstance(raw, dict):
        return None
    source = raw.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return None
    metadata = raw.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    kind = raw.get("cell_type")
    return {
        "id": raw["id"] if isinstance(raw.get("id"), str) else "",
        "name": name if isinstance(name, str) else "",
        "kind": kind if kind in ("code", "markdown") else "raw",
        # what UTF-8 cannot hold would fail when the notebook is written
        "source": source.encode(errors="replace").decode(),
        "attachments": _attachments(raw.get("attachments")),
    }


def _attachments(raw: object) -> dict:
    """The pictures in a text cell, where they have the form that nbformat asks for."""
    if not isinstance(raw, dict):
        return {}
    return {
        name: bundle
        for name, bundle in raw.items()
        if isinstance(bundle, dict) and all(isinstance(d, str) for d in bundle.values())
    }


def _owners(cells: list[dict], source: list[SourceCell], by_id: dict) -> dict[int, int]:
    """Which cell of the source each submitted one is: one at most for each.

    Of several, the one that still has its own id counts: a copy gets a new one.
    """
    claims: dict[int, list[int]] = {}
    for index, cell in enumerate(cells):
        named = by_id.get(cell["name"])
        if named is None or not source[named].nbgrader:
            named = by_id.get(cell["id"])
        if named is not None:
            claims.setdefault(named, []).append(index)
    owners = {}
    for named, indices in claims.items():
        own = [k for k in indices if cells[k]["id"] == source[named].id]
        owners[(own or indices)[-1]] = named
    return dict(sorted(owners.items()))


def _known(cell: SourceCell, handed: dict | None) -> NotebookNode:
    """The source's cell; an answer, prose and demos with what the student wrote."""
    blank = handed is None or not handed["source"].strip()
    locked = bool(cell.nbgrader) and not cell.is_answer
    text = cell.source if locked or (cell.nbgrader and blank) else handed["source"]
    kind = cell.kind if cell.nbgrader else handed["kind"]
    new = _new(kind, text, {} if locked else (handed or {}).get("attachments", {}))
    new.id = cell.id
    if cell.nbgrader:
        new.metadata.nbgrader = nbformat.from_dict(cell.nbgrader)
    return new


def _plain(cell: dict) -> NotebookNode:
    new = _new(cell["kind"], cell["source"], cell["attachments"])
    if SOUND_ID.fullmatch(cell["id"]):
        new.id = cell["id"]
    return new


def _new(kind: str, source: str, attachments: dict) -> NotebookNode:
    # Not by nbformat.v4.new_code_cell: it validates each cell, and draws a random id.
    new = NotebookNode(id="", cell_type=kind, metadata=NotebookNode(), source=source)
    if kind == "code":
        new |= {"execution_count": None, "outputs": []}
    if kind == "markdown" and attachments:
        new.attachments = nbformat.from_dict(attachments)
    return new


def _make_ids_unique(nb: NotebookNode) -> None:
    taken = {"", *(cell.id for cell in nb.cells if "nbgrader" in cell.metadata)}
    numbers = count(1)
    for cell in nb.cells:
        if "nbgrader" not in cell.metadata:
            while cell.id in taken:
                cell.id = f"added-{next(numbers)}"
            taken.add(cell.id)


def packed(nb: NotebookNode) -> bytes:
    """The notebook as JSON in one line, for programs.

    As nbformat writes it, indented, it takes several times as long.
    """
    text = json.dumps(nb, sort_keys=True, ensure_ascii=False)
    return text.encode(errors="replace")


def add_notes(nb: NotebookNode, notes: list[str]) -> None:
    """Say at the top of the notebook, and so in the feedback, what was not normal."""
    if notes:
        text = "\n".join(["**Notes from grading**", "", *(f"- {n}" for n in notes)])
        nb.cells.insert(0, nbformat.v4.new_markdown_cell(text, id=NOTES_ID))


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


def together(
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


def failing(nb: NotebookNode) -> dict[str, str]:
    """By test cell, the message of its first error, where there is one."""
    found = {}
    for cell in filter(is_test, nb.cells):
        if said := failure(cell):
            found[cell.metadata.nbgrader["grade_id"]] = said[:LONGEST]
    return found


def is_test(cell: NotebookNode) -> bool:
    """Whether a program grades the cell: graded, and no answer."""
    given = cell.metadata.get("nbgrader", {})
    return bool(given.get("grade")) and not given.get("solution")


def is_folder(path: Path) -> bool:
    """Whether it is a student's or a submission's folder, and no link to one."""
    return path.is_dir() and not path.is_symlink() and not path.name.startswith(".")


def failure(cell: NotebookNode) -> str:
    """The message of the first error among the outputs of a cell, "" without one."""
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            name, said = output.ename, strip_ansi(output.evalue).strip()
            if name == "AssertionError" and said:
                return said
            return f"{name}: {said}" if said else name
    return ""


def now() -> str:
    """The time, as logs have it."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
