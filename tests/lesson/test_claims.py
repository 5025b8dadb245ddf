"""What the lessons state about PyTorch is checked, statement by statement.

`tests/claims/NN_x.toml` lists the statements of a lesson that assert a fact. Each entry

    [[claim]]
    cell = "id of the cell that says it"
    says = "words of that cell, as they stand there"

has one proof: `output = "id"` (a cell whose stored output shows it, and is compared by
the tests), `asserts = "id"` (a cell that asserts it), `code = '''…'''` (run here, with
`torch`, `nn`, `F` and `np`), `doc = "torch.Tensor.view: words"` (of the docstring
of the torch that is installed), or `url = "https://…"` (the page that says it).
"""

import ast
import collections
import importlib
import inspect
import tomllib

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from course_copies import ROOT
from torch import nn

from course.base.course_folder import Course
from course.base.notebook import CHECKED_OUTPUT, Cell

COURSE = Course(ROOT)
FOLDER = ROOT / "tests" / "claims"
PROOFS = {"output", "asserts", "code", "doc", "url"}


def claims_of(name: str) -> list[dict]:
    """The entries of a lesson's file."""
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["claim"]


CODE = [
    pytest.param(claim["code"], id=f"{path.stem}: {claim['says'][:50]}")
    for path in sorted(FOLDER.glob("*.toml"))
    for claim in claims_of(path.stem)
    if "code" in claim
]


def flat(text: str) -> str:
    """Words with one blank between them, as they read across the lines of a cell."""
    lines = (line.strip().lstrip("#>").strip() for line in text.splitlines())
    return " ".join(" ".join(lines).split())


def asserts(cell: Cell) -> bool:
    nodes = ast.walk(ast.parse(cell.source))
    return any(isinstance(node, ast.Assert) for node in nodes)


def documented(reference: str) -> bool:
    """Whether the docstring of `torch.some.name: words` holds the words."""
    name, _, words = reference.partition(": ")
    return flat(words) in flat(inspect.getdoc(named(name)) or "")


def named(name: str) -> object:
    """The object that a dotted name means."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for part in parts[count:]:
            found = getattr(found, part)
        return found
    raise LookupError(name)


def fault(claim: dict, cells: dict[str, Cell]) -> str | None:
    """What is wrong with an entry, or None."""
    [proof] = claim.keys() & PROOFS or [None]
    where = claim[proof] if proof else ""
    if not proof or claim.keys() - PROOFS != {"cell", "says"}:
        return f"needs cell, says and one of {', '.join(sorted(PROOFS))}"
    if claim["cell"] not in cells:
        return "the lesson has no such cell"
    if flat(claim["says"]) not in flat(cells[claim["cell"]].source):
        return "the cell does not say this (any more)"
    if proof in ("output", "asserts") and where not in cells:
        return f"the lesson has no cell {where!r}"
    if proof == "output" and CHECKED_OUTPUT not in cells[where].tags:
        return f"the output of {where!r} is not compared"
    if proof == "asserts" and not asserts(cells[where]):
        return f"{where!r} asserts nothing"
    if proof == "doc" and not documented(where):
        return f"the installed torch does not document: {where}"
    if proof == "url" and not where.startswith("https://"):
        return "give the whole address"
    return None


@pytest.mark.parametrize("name", COURSE.names)
def test_every_statement_has_its_proof(name, record_property):
    cells = {cell.id: cell for cell in COURSE.lesson(name).cells}
    claims = claims_of(name)
    said = collections.Counter((c.get("cell"), c.get("says")) for c in claims)
    faults = [
        f"{claim.get('cell')}: {claim.get('says', '')[:60]!r}: {found}"
        for claim in claims
        if (found := fault(claim, cells))
    ]
    faults += [
        f"{cell}: {says!r} stands twice" for (cell, says), n in said.items() if n > 1
    ]
    assert not faults, "\n".join(faults)
    assert claims


@pytest.mark.parametrize("code", CODE)
def test_statement_is_true(code):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        exec(code, {"torch": torch, "nn": nn, "F": F, "np": np})


def test_proofs_are_judged():
    cells = {cell.id: cell for cell in COURSE.lesson(COURSE.names[0]).cells}
    checked = next(i for i, cell in cells.items() if CHECKED_OUTPUT in cell.tags)
    words = cells[checked].source[:20]
    good = {"cell": checked, "says": words, "output": checked}
    assert fault(good, cells) is None
    assert "not say" in fault(good | {"says": "pigs fly"}, cells)
    assert "no such cell" in fault(good | {"cell": "nowhere"}, cells)
    assert "needs" in fault({"cell": checked, "says": words}, cells)
    doc = {"cell": checked, "says": words, "doc": "torch.Tensor.view: same data"}
    assert fault(doc, cells) is None
    assert "does not document" in fault(doc | {"doc": "torch.Tensor.view: pigs"}, cells)
    with pytest.raises(LookupError):
        documented("nowhere.at.all: words")
