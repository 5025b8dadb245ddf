"""No file stops the reader: odd folders, encodings, sizes, and which file counts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from student_classes import RIGHT
from submission_desk import ALL, Desk, cell, decomposed, earned, make_desk, own
from word_lesson import NAME

from course.base.printable import markdown_text, printable
from course.grading.read_submission import read_folder
from course.grading.submission import add_notes

pytest_plugins = ["graded_courses"]
pytestmark = pytest.mark.slow

DEEP = "d" * 30  # a folder's name


@pytest.fixture
def desk(released, tmp_path) -> Desk:
    return make_desk(released, tmp_path)


# ---- Which file is the notebook ----


@pytest.mark.parametrize(
    "name",
    [
        *(f"{NAME} (1).ipynb", f"Copy of {NAME}.ipynb", f"{NAME}.ipynb.txt"),
        *(f"{NAME}.json", f"{NAME.upper()}.IPYNB", NAME, "homework.ipynb"),
        *(f"ann/week 1/{NAME}.ipynb", f"{NAME}.ipynb/{NAME}.ipynb", "Zoë.ipynb"),
        *(decomposed("Zoë.ipynb"), f"{NAME}.ipynb.download", f"{NAME}\u202e.ipynb"),
        f"{'x' * 240}.ipynb",
    ],
)
def test_a_notebook_counts_by_any_name(desk, name):
    desk.write(desk.solved(), name)
    desk.write("a,b\n1,2\n", "data.csv")
    merged = desk.merged()
    assert earned(merged) == ALL
    assert f"was graded because there is no {NAME}.ipynb" in merged.notes[0]


def blank(nb: dict) -> dict:
    return {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.parametrize(
    "other",
    [b"", b"\0" * 900, b"PK\x03\x04", b"{", "blank", "released", "one answer"],
    ids=str,
)
def test_of_several_notebooks_the_one_with_most_answers_counts(desk, other):
    made = {
        "blank": lambda: blank({}),
        "released": lambda: desk.solved({}),
        "one answer": lambda: desk.solved({"why-answer": "Because."}),
    }
    desk.write(made[other]() if other in made else other)
    desk.write(desk.solved(), f"{NAME} (1).ipynb")
    merged = desk.merged()
    assert earned(merged) == ALL
    assert f"{NAME} (1).ipynb was graded instead of {NAME}.ipynb" in str(merged.notes)


def test_of_equal_ones_the_one_with_the_right_name_counts(desk):
    for name in (f"{NAME}-Copy1.ipynb", f"A{NAME}.ipynb", f"old/{NAME}.ipynb"):
        desk.write(desk.solved(dict.fromkeys(RIGHT, "no = 1")), name)
    desk.write(desk.solved())
    merged = desk.merged()
    assert earned(merged) == ALL and merged.notes == []


def test_the_notebook_comes_before_all_other_files(desk):
    for number in range(1100):
        desk.write("x", f"a/{number}.txt")
    (desk.folder / "big.bin").write_bytes(b"\0" * (49 * 2**20))
    (desk.folder / "bigger.bin").write_bytes(b"\0" * (49 * 2**20))
    desk.write("home = /usr\n", "venv/pyvenv.cfg")
    desk.write("x", "venv/lib/python3.11/site-packages/torch/nn.py")
    desk.write("x", "deps/site-packages/torch/nn.py")
    desk.write("x", ".git/config")
    nb = desk.solved()
    picture = {"output_type": "display_data", "metadata": {}}
    picture["data"] = {"image/png": "a" * 60_000_000}
    cell(nb, "setup")["outputs"] = [picture]
    desk.write(nb, f"{NAME}.ipynb")
    desk.write("2026-01-01 10:00:00 UTC", "timestamp.txt")
    found = read_folder(desk.folder, NAME)
    assert len(found.files) == 501  # with the timestamp
    assert not any("torch" in name or "git" in name for name in found.files)
    assert found.timestamp.year == 2026
    merged = desk.merged()
    assert earned(merged) == ALL
    many, large, environment = sorted(merged.notes)
    assert environment == "venv was left out: it is a Python environment."
    assert large == "bigger.bin was left out: the submission is too large."
    assert many.startswith("601 files were left out: a submission may have 500 files")


def test_the_digest_is_that_of_the_bytes(desk):
    desk.write(desk.solved())
    desk.write("x", "a.txt")
    before = read_folder(desk.folder, NAME).digest
    # Grades that a person gave hang on it: it must not change with the course.
    fixed = Desk([], {}, desk.folder.parent / "fixed")
    fixed.write("{}", "x.ipynb")
    fixed.write("y", "b/y.txt")
    assert read_folder(fixed.folder, "x").digest == (
        "af9d53429ef260f7afba2cc974e03bda50a90db3cc51251539d79cdd9f44870e"
    )
    desk.write("y", "a.txt")
    assert read_folder(desk.folder, NAME).digest != before


@pytest.mark.parametrize(
    ("stamp", "year"),
    [
        (b"\xef\xbb\xbf2026-01-01 10:00:00 UTC\r\n", 2026),
        ("2026-01-01 10:00:00 UTC".encode("utf-16"), 2026),
        (b"\xef\xbb\xbf\xd0", None),
        (b"\xef\xbb", None),
        (b"9" * 10**6, None),
        (b"0001-01-01 00:00:00 +2359", None),
    ],
)
def test_a_timestamp_as_editors_save_it(desk, stamp, year):
    desk.write(desk.solved())
    desk.write(stamp, "timestamp.txt")
    found = read_folder(desk.folder, NAME).timestamp
    assert year is None or found.year == year
    assert earned(desk.merged()) == ALL


# ---- What is in the file ----


def as_text(desk: Desk, says: str = "Größe · naïve") -> str:
    nb = desk.solved(RIGHT | {"why-answer": says})
    return json.dumps(nb, ensure_ascii=False, indent=1)


ENCODINGS = {
    "utf-8-sig": "Größe · naïve",
    "utf-16": "Größe · naïve",
    "utf-16-le": "Größe · naïve",
    "utf-16-be": "Größe · naïve",
    "utf-32": "Größe · naïve",
    "cp1252": "Größe · naïve",
    "latin-1": "Ça dépend",
    "cp932": "テンソルの表示はこうなる",
    "gb18030": "我们的行和列在一个数值里",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_other_encodings_keep_what_was_written(desk, encoding):
    says = ENCODINGS[encoding]
    text = as_text(desk, says).replace("·", "-")
    desk.write(text.encode(encoding))
    merged = desk.merged()
    assert earned(merged) == ALL
    [answer] = [c for c in merged.notebook.cells if c.id == "why-answer"]
    assert answer.source == says.replace("·", "-")


def cut_off(text):
    return text[: text.rindex("# the end")]


def cut_off_and_metadata_first(text):
    nb = json.loads(text)
    text = json.dumps({"metadata": nb["metadata"], "nbformat": 4, "cells": nb["cells"]})
    return cut_off(text)


def conflict(text, stub):
    lines = text.splitlines(keepends=True)
    at = next(k for k, line in enumerate(lines) if "len(words.split())" in line)
    other = f'   "source": {json.dumps(stub)}\n'
    both = ["<<<<<<< HEAD\n", other, "=======\n", lines[at], ">>>>>>> a1 (ann's)\n"]
    return "".join([*lines[:at], *both, *lines[at + 1 :]])


def conflict_with_base_and_crlf(text, stub):
    text = conflict(text, stub).replace("=======\n", "||||||| b\n{{{\n=======\n")
    return text.replace("\n", "\r\n")


def doubled(text):
    return text + text


def null_bytes_at_the_end(text):
    return text + "\0" * 4000


def control_characters(text):
    return text.replace("Because", "Be\x1b[31m\x00cause")


def comma_at_the_end(text):
    head, _, tail = text.rpartition("]")
    return f"{head},]{tail}"


def one_broken_cell(text):
    return text.replace('"cells": [', '"cells": [{"cell_type": "code", "source": [},')


def nested_deep(text):
    return text[: text.rindex("}")] + ', "x": ' + "[" * 10**5 + "]" * 10**5 + "}"


def a_number_of_many_digits(text):
    return text[: text.rindex("}")] + ', "x": ' + "9" * 10**4 + ', "y": NaN}'


def a_web_page_before_it(text):
    return "<!-- saved by a browser -->\n" + text


@pytest.mark.parametrize(
    "damage",
    [
        *(cut_off, cut_off_and_metadata_first, conflict, conflict_with_base_and_crlf),
        *(doubled, null_bytes_at_the_end, control_characters, comma_at_the_end),
        *(one_broken_cell, nested_deep, a_number_of_many_digits, a_web_page_before_it),
    ],
    ids=lambda damage: damage.__name__,
)
def test_damaged_files_give_what_they_hold(desk, damage):
    nb = desk.solved()
    nb["cells"].append(own("# the end", "markdown"))
    text = json.dumps(nb, indent=1, ensure_ascii=False)
    stub = "".join(cell(desk.released, "count-answer")["source"])
    desk.write(damage(text, stub) if "conflict" in damage.__name__ else damage(text))
    merged = desk.merged()
    assert earned(merged) == ALL, merged.notes
    assert merged.nothing_found is None


# ---- Nothing in it ----


def unreadable(desk):
    path = desk.write(desk.solved())
    path.unlink()
    path.symlink_to("/etc/passwd")


def another_lesson(desk):
    nb = blank({})
    nb["cells"] = [own("# 2 · Letters\n\nMore.", "markdown"), own("def f(): return 1")]
    nb["cells"][0]["id"] = "title"
    desk.write(nb)


def no_answer_cells(desk):
    nb = desk.solved()
    nb["cells"] = [c for c in nb["cells"] if "answer" not in c["id"]]
    desk.write(nb)


def empty_cells(desk):
    nb = desk.solved(dict.fromkeys(c["id"] for c in desk.released["cells"]))
    for each in nb["cells"]:
        each["source"] = ""
    desk.write(nb)


NOTHING = {
    "no folder": (lambda desk: None, "cannot be read"),
    "empty folder": (lambda desk: desk.folder.mkdir(), "its folder holds no notebook"),
    "a time": (
        lambda d: d.write("2026-01-01", "timestamp.txt"),
        "its folder holds no notebook",
    ),
    "a report": (lambda d: d.write("x", "me.pdf"), "no notebook, only me.pdf"),
    "a link": (unreadable, f"{NAME}.ipynb cannot be read"),
    "empty": (lambda desk: desk.write(b""), f"{NAME}.ipynb: it is empty"),
    "blank": (lambda desk: desk.write(b" \n"), "it is empty"),
    "zeros": (lambda desk: desk.write(b"\0" * 5000), "nothing but zero bytes"),
    "zip": (lambda d: d.write(b"PK\x03\x04abc"), "isn't a notebook but a zip archive"),
    "page": (
        lambda d: d.write("<!DOCTYPE html><p>"),
        "isn't a notebook but a web page",
    ),
    "list": (lambda desk: desk.write("[1, 2]"), "it isn't a notebook"),
    "no cells": (lambda desk: desk.write(blank({})), "all of its cells are empty"),
    "empty cells": (empty_cells, "all of its cells are empty"),
    "other lesson": (another_lesson, "its title is “2 · Letters”"),
    "no answer cells": (no_answer_cells, "none of the answer cells is there"),
}


@pytest.mark.parametrize("what", NOTHING)
def test_who_gave_nothing_is_named_with_a_reason(desk, what):
    make, says = NOTHING[what]
    make(desk)
    merged = desk.merged()
    assert merged.nothing_found and says in merged.nothing_found
    assert merged.nothing_found.isprintable()
    assert earned(merged) == set()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads it all")
def test_a_file_without_permissions(desk):
    desk.write(desk.solved()).chmod(0)
    assert "cannot be read" in desk.merged().nothing_found


# ---- Odd folders ----


def nest(folder: Path, depth: int) -> None:
    """Make folders in each other; together, their names are no path any more."""
    before = os.getcwd()
    try:
        os.chdir(folder)
        for _ in range(depth):
            os.mkdir(DEEP)
            os.chdir(DEEP)
        Path("x.ipynb").write_text("{}")
    finally:
        os.chdir(before)


@pytest.mark.skipif(sys.platform != "linux", reason="names that are only bytes")
def test_odd_names_and_kinds_of_files(desk):
    desk.write(desk.solved())
    folder = os.fsencode(desk.folder)
    for name in (b"\xff\xfe", b"\x1b[31m", b"a\n- b", b"x" * 255, b"<b>", b"%s", b"~"):
        with open(folder + b"/" + name, "w") as file:
            file.write("x")
    os.mkfifo(folder + b"/pipe\n- **forged**")
    os.symlink(folder, folder + b"/loop")
    os.symlink("/dev/zero", folder + b"/zero.ipynb")
    nest(desk.folder, 1200)
    try:
        merged = desk.merged()
    finally:  # pytest removes folders by recursion, which would not come that far
        subprocess.run(["rm", "-rf", desk.folder / DEEP], check=True)
    assert earned(merged) == ALL and merged.nothing_found is None
    assert any("nested too deep" in note for note in merged.notes)
    add_notes(merged.notebook, merged.notes)
    said = merged.notebook.cells[0].source
    assert said.count("\n- ") == len(merged.notes)
    assert "**forged**" not in said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\n\tc", "a b c"),
        ("\x1b[31mred", "�[31mred"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\udcff", "�"),
        ("é\u2028ü", "é ü"),
        ("x" * 400, "x" * 149 + "…" + "x" * 150),
    ],
)
def test_text_made_printable(text, shown):
    assert printable(text) == shown
    assert printable(printable(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        *(
            "**bold**",
            "<b>x</b>",
            "[a](http://x)",
            "`code`",
            "$x^2$",
            "- item",
            "1. one",
        ),
        *(
            "# head",
            "__bold__",
            "_a_",
            "![a](b)",
            "a\n\n# b",
            "| a | b |",
            "&lt;",
            "\\*",
        ),
        *("my_file_name.txt", "a.b, c: d (e)", "=====", "+ x", "3) x", "~~x~~"),
    ],
)
def test_text_in_markdown_looks_as_it_is(text):
    from html import unescape

    from nbconvert.filters import markdown2html

    page = markdown2html(f"- {markdown_text(text)}")
    inner = page.strip().removeprefix("<ul>\n<li>").removesuffix("</li>\n</ul>")
    assert unescape(inner) == printable(text)
