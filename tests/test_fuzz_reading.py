"""Thousands of damaged submissions: reading and merging them never fails."""

import copy
import json
import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from classes import RIGHT
from handed import Desk, forget, make_desk
from words import NAME

from course.base.notebook_json import to_json_bytes
from course.grading.submission import add_notes, merge_files

pytest_plugins = ["graded"]

FEW, MANY = 300, 20_000
ODD = [
    *(None, True, False, 0, -1, 4, 10**30, -(10**14), 1e308, float("nan"), "", " "),
    *([], {}, [[]], [{}], [None], {"a": 1}, {"cells": []}, {"worksheets": [[]]}),
    *("\ud800", "\0", "\x1b[31m", "\u2028", "é", "e\u0301", "x" * 5000, "\r\n", "```"),
    *(
        "<<<<<<< a\nx\n=======\ny\n>>>>>>> b",
        "%%bash\nls",
        "# -task",
        "code",
        "heading",
    ),
    *(["a", 1, None], {"nbgrader": {"grade_id": []}}, "count-test", "double-answer"),
]
NAMES = [
    *(f"{NAME}.ipynb", f"{NAME} (1).ipynb", f"{NAME}.ipynb.txt", f"{NAME}.json"),
    *(f"sub/{NAME}.ipynb", "x.IPYNB", ".ipynb", "a\nb.ipynb", "\x1b.ipynb", "ä.ipynb"),
    *("a\u0308.ipynb", "timestamp.txt", "data/x.csv", "-rf", "~", "x" * 200, "\udcff"),
    *(f"{NAME}.ipynb/x.ipynb", "timestamp.txt/x", "a/" * 40 + "x.ipynb", "con", "%s"),
]
ENCODINGS = ["utf-16", "utf-32", "cp1252", "cp932", "gb18030", "utf-8-sig", "utf-7"]
STAMPS = [
    b"2026-01-01 10:00:00 UTC",
    b"\xef\xbb\xbf2026-01-01",
    b"1 1 1 1",
    b"0001-01-01",
]


def format_3(nb: dict) -> dict:
    """The notebook as IPython of 2014 would have written it."""
    for each in nb["cells"]:
        each["input" if each["cell_type"] == "code" else "source"] = each.pop("source")
    cells = nb.pop("cells")
    level = {"cell_type": "heading", "level": 2, "source": ["x"], "metadata": {}}
    return nb | {"nbformat": 3, "worksheets": [{"cells": [*cells, level]}]}


FORMATS: list[Callable[[dict], dict]] = [
    *(lambda nb: nb, lambda nb: nb | {"nbformat": 5, "nbformat_minor": 10**9}),
    *(format_3, forget, lambda nb: format_3(forget(nb))),
]


def inner(value: object) -> Iterator[tuple]:
    """Everything in the JSON, as a container and a key in it."""
    pairs = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, below in list(pairs):
        yield value, key
        yield from inner(below)


def mutate_json(nb: dict, chance: random.Random) -> None:
    """Replace, remove, copy or exchange something, anywhere."""
    places = list(inner(nb))
    if not places:
        return
    (here, key), (there, other) = chance.choice(places), chance.choice(places)
    what = chance.randrange(6)
    if what == 0:
        here[key] = copy.deepcopy(chance.choice(ODD))
    elif what == 1:
        del here[key]
    elif what == 2:
        here[key] = copy.deepcopy(there[other])
    elif what == 3 and isinstance(here, list):
        here.insert(key, copy.deepcopy(there[other]))
    elif what == 4 and isinstance(here, dict):
        here[chance.choice(["id", "source", "cells", "metadata", "\ud800", ""])] = (
            copy.deepcopy(there[other])
        )
    elif isinstance(here[key], str):
        text = here[key]
        at = chance.randrange(len(text) + 1)
        odd = chance.choice([o for o in ODD if isinstance(o, str)])
        here[key] = text[:at] + odd + text[at + chance.randrange(9) :]


def mutate_bytes(data: bytes, chance: random.Random) -> bytes:
    """Change, cut out, copy or insert bytes."""
    at, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    near = min(len(data), at + chance.randrange(40))
    some = bytes(chance.randrange(256) for _ in range(chance.randrange(6)))
    return chance.choice(
        [
            *(data[:at] + some + data[near:], data[:at] + data[near:], data[:end]),
            *(data[:near] + data[at:], data[at:end], data + data[at:near]),
            *(data.replace(b"\n", b"\r\n"), data[:at] + b"\0" * 900 + data[at:]),
            *(data.replace(b'"', b"'", 3), data[:at] + b"[" * 3000 + data[at:]),
            data[:at] + b"\n<<<<<<< a\n" + data[near:end] + b"\n=======\n" + data[end:],
        ]
    )


def submission(desk: Desk, chance: random.Random) -> None:
    """One submission: mostly a notebook, with files of odd names beside it."""
    for name in ["", *chance.choices(NAMES, k=chance.choice((0, 0, 1, 3)))]:
        answers = RIGHT if chance.random() < 0.6 else {}
        nb = chance.choice(FORMATS)(desk.solved(answers))
        for _ in range(chance.choice((0, 1, 1, 2, 5, 30))):
            mutate_json(nb, chance)
        text = json.dumps(nb, ensure_ascii=chance.random() < 0.5)
        data = text.encode("utf-8", "surrogatepass")
        if chance.random() < 0.1:
            data = text.encode(chance.choice(ENCODINGS), "replace")
        for _ in range(chance.choice((0, 0, 1, 2, 6))):
            data = mutate_bytes(data, chance)
        if name == "timestamp.txt":
            data = mutate_bytes(chance.choice(STAMPS), chance)
        put(desk.folder, name or f"{NAME}.ipynb", data, chance)


def put(folder: Path, name: str, data: bytes, chance: random.Random) -> None:
    """Write the file, or something else in its place."""
    path = folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() or path.is_symlink() or path.exists():
            return  # a pipe would wait for a reader
        what = chance.random()
        if what < 0.02:
            path.symlink_to(folder)
        elif what < 0.04:
            path.mkdir()
        elif what < 0.06 and hasattr(os, "mkfifo"):
            os.mkfifo(path)
        else:
            path.write_bytes(data)
    except (OSError, ValueError):  # a file stands where its folder should
        return


def fuzz(desk: Desk, seed: int, count: int) -> None:
    print(f"seed {seed}")
    for number in range(count):
        shutil.rmtree(desk.folder, ignore_errors=True)
        desk.folder.mkdir(parents=True)
        submission(desk, random.Random(f"{seed} {number}"))
        try:
            merged = desk.merged()
            add_notes(merged.notebook, merged.notes)
            assert json.loads(to_json_bytes(merged.notebook))["cells"]
            merge_files({"words.txt": b"x"}, {}, NAME)
        except BaseException:
            print(f"Random('{seed} {number}')", file=sys.stderr)
            raise


@pytest.fixture
def desk(released, tmp_path) -> Desk:
    return make_desk(released, tmp_path)


@pytest.mark.slow
def test_a_few_damaged_submissions(desk):
    fuzz(desk, 1, FEW)


@pytest.mark.proof
def test_many_damaged_submissions(desk):
    fuzz(desk, random.SystemRandom().randrange(10**6), MANY)
