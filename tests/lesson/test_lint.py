"""Each rule sees its own fault, in the right cell, and nothing else."""

import shutil

import pytest
from small_lesson import NAME, raw, stream

from course.base.course_folder import Course
from course.base.notebook import read_json
from course.lesson.lint import RULES, lint, lint_lessons, lint_links
from course.lesson.normalize import to_bytes

pytest_plugins = ["scratch_courses"]

LINES = "\n".join(f"a = {number}" for number in range(21))
PROSE = "word " * 151


def find(nb: dict, name: str) -> dict:
    return next(cell for cell in nb["cells"] if cell["id"] == name)


def source(name: str, text: str):
    """A change that gives the cell this source."""

    def change(nb: dict) -> None:
        find(nb, name)["source"] = text

    return change


def replace(name: str, old: str, new: str):
    """A change of some words in a cell."""

    def change(nb: dict) -> None:
        cell = find(nb, name)
        text = "".join(cell["source"])
        assert old in text
        cell["source"] = text.replace(old, new)

    return change


def mark(name: str, **marks):
    """A change of a cell's nbgrader metadata."""

    def change(nb: dict) -> None:
        find(nb, name)["metadata"]["nbgrader"].update(marks)

    return change


def rename(name: str, new: str):
    """A change of a free cell's id and name."""

    def change(nb: dict) -> None:
        find(nb, name).update(id=new, metadata={"name": new})

    return change


def move(name: str, before: str):
    """A change that puts a cell before another."""

    def change(nb: dict) -> None:
        cell = find(nb, name)
        nb["cells"].remove(cell)
        nb["cells"].insert(nb["cells"].index(find(nb, before)), cell)

    return change


def remove(*names: str):
    """A change that takes cells out."""

    def change(nb: dict) -> None:
        nb["cells"] = [cell for cell in nb["cells"] if cell["id"] not in names]

    return change


def add(kind: str, name: str, text: str, before: str):
    """A change that puts in a new free cell."""

    def change(nb: dict) -> None:
        place = nb["cells"].index(find(nb, before))
        cell = raw(kind, name, text)
        cell["metadata"] = {"name": name}
        nb["cells"].insert(place, cell)

    return change


def tag(name: str, *tags: str):
    """A change of a cell's tags."""

    def change(nb: dict) -> None:
        find(nb, name)["metadata"]["tags"] = list(tags)

    return change


def prints(name: str):
    """A change that stores an output."""

    def change(nb: dict) -> None:
        find(nb, name)["outputs"] = [stream("seen\n")]

    return change


def without_id(nb: dict) -> None:
    find(nb, "range-demo").pop("id")


def stubbed(stub: str):
    """A change that gives the answer its own stub."""
    region = f"### END SOLUTION\n    ### BEGIN STUB\n    {stub}\n    ### END STUB"
    return replace(ANSWER, "### END SOLUTION", region)


SHAPE, VALUES = "row-means-test-shape", "row-means-test-values"
TASK, ANSWER, TRY, HINT = (f"row-means-{r}" for r in ("task", "answer", "try", "hint"))
OPEN_TASK, OPEN_ANSWER = "hidden-spread-task", "hidden-spread-answer"
REVEAL, LOOSE = "row-means-reveal", "loose-test-sum"
END = "    ### END"
STUB = "### BEGIN STUB\n    # return X\n    ### END STUB"
HIDDEN = "### BEGIN HIDDEN TESTS\na = 1\n### END HIDDEN TESTS"
SCHEME = "### BEGIN MARK SCHEME\n- 18 points: the spread\n### END MARK SCHEME"
VISION = "import torchvision\n\nprint(torchvision)"
NO_TOTAL = ("points", "title")

NO_POINTS = (("points", TASK), NO_TOTAL)

# The rule, the change that breaks it, the cell, and what else then cannot be right.
FAULTS = [
    ("cell-id", rename("range-demo", "Range-demo"), "Range-demo"),
    ("cell-id", rename("range-demo", "range_demo"), "range_demo"),
    ("cell-id", rename("range-demo", "range-2-demo"), "range-2-demo"),
    ("cell-id", rename("range-demo", "range-demo2"), "range-demo2"),
    ("cell-id", without_id, "range-demo"),
    ("cell-id", mark(SHAPE, grade_id="row-means-test-form"), SHAPE),
    ("duplicate-id", rename("range-demo", "setup"), "setup"),
    ("cell-order", move(TRY, ANSWER), ANSWER),
    ("cell-order", move(HINT, SHAPE), SHAPE, ("cell-order", VALUES)),
    ("cell-order", remove(TRY), TASK),
    ("cell-order", remove(OPEN_ANSWER), OPEN_TASK, ("points", OPEN_TASK), NO_TOTAL),
    ("cell-order", move("range-demo", SHAPE), "range-demo"),
    ("cell-order", add("code", REVEAL, "a = 1", VALUES), REVEAL),
    ("cell-order", add("markdown", REVEAL, "A story.", TASK), REVEAL),
    (
        *("picture-in-words", rename("range-demo", "range-picture"), "range-picture"),
        ("stored-output", "range-picture"),
    ),
    ("test-missing", remove(SHAPE, VALUES), TASK, *NO_POINTS),
    ("graded-marked", mark(SHAPE, grade=False), SHAPE, *NO_POINTS),
    ("graded-marked", mark(SHAPE, locked=False), SHAPE),
    ("graded-marked", mark(SHAPE, points=4), SHAPE, *NO_POINTS),
    ("graded-marked", mark(ANSWER, solution=False), ANSWER),
    ("graded-marked", mark(OPEN_ANSWER, solution=False), OPEN_ANSWER),
    ("graded-marked", mark(TASK, locked=False), TASK),
    ("graded-marked", mark(OPEN_TASK, task=True), OPEN_TASK),
    ("graded-marked", add("code", LOOSE, '"""Sum."""\na = 1', "ending"), LOOSE),
    ("cell-size", source("range-demo", LINES), "range-demo"),
    ("cell-size", replace(ANSWER, "    ### END", "    X += 1\n" * 15 + END), ANSWER),
    ("cell-size", replace(VALUES, "### END", "got = None\n" * 15 + "### END"), VALUES),
    ("cell-size", source(OPEN_ANSWER, PROSE), OPEN_ANSWER),
    ("cell-size", replace(HINT, "Which", f"```\n{PROSE}\n```\nWhich"), HINT),
    ("cell-size", replace(OPEN_TASK, "the spread", PROSE), OPEN_TASK),
    ("points", replace(TASK, "2 points", "1 point"), TASK),
    ("points", mark(OPEN_ANSWER, points=17), "title", ("points", OPEN_TASK)),
    ("task-line", replace(TASK, "Exercise 1", "Exercise 2"), TASK),
    ("task-line", replace(TASK, "★", "*"), TASK),
    ("task-line", replace(TASK, "Write ·", "Code ·"), TASK),
    ("task-line", replace(TASK, "**Write", "Text.\n**Write"), TASK),
    ("task-line", replace(TASK, "Write ·", "Explain ·"), ANSWER),
    ("mark-scheme", replace(OPEN_TASK, SCHEME, ""), OPEN_TASK),
    ("tags", tag(SHAPE, "slow"), SHAPE),
    ("stored-output", prints("setup"), "setup"),
    ("stored-output", tag("setup", "nbval-check-output"), "setup"),
    ("bare-assert", replace(SHAPE, ', f"expected', '  # f"expected'), SHAPE),
    ("trailing-value", source(SHAPE, '"""One mean."""\nrow_means(1)'), SHAPE),
    ("trailing-value", replace(VALUES, "### END", "got\n### END"), VALUES),
    ("trailing-value", replace(VALUES, "### BEGIN", "got\n### BEGIN"), VALUES),
    ("test-idea", replace(SHAPE, '"""One mean per row."""', ""), SHAPE),
    ("try", source(TRY, "row_means(torch.eye(2))"), TRY),
    ("hint", remove(HINT), TASK),
    ("hint", source(HINT, "Which `dim` goes away?"), HINT),
    ("anatomy", replace("title", "# 1 ·", "# 2 ·"), "title"),
    ("anatomy", replace("title", "You will be able", "You learn"), "title"),
    ("anatomy", replace("title", "30 minutes", "half an hour"), "title"),
    ("anatomy", rename("setup", "tools"), "title"),
    ("anatomy", replace("ending", "## Summary", "## In short"), "ending"),
    (
        "anatomy",
        replace("ending", "## Go further", "```\n## Go further\n```"),
        "ending",
    ),
    ("words", replace("ending", "Read on", "Simply read on"), "ending"),
    ("words", replace(HINT, "Which", "It is EASY: which"), HINT),
    ("imports", replace("setup", "import", "%pip install torch\nimport"), "setup"),
    ("imports", source("range-demo", "!ls"), "range-demo"),
    ("imports", source("range-demo", "import course\n\nprint(course)"), "range-demo"),
    ("imports", replace("setup", "torch\n", f"torch\n{VISION}\n"), "setup"),
    ("regions", replace(ANSWER, "    ### END SOLUTION", ""), ANSWER),
    ("regions", replace(VALUES, "### BEGIN HIDDEN TESTS", ""), VALUES),
    ("regions", replace(VALUES, "### BEGIN HIDDEN TESTS", "### BEGIN TESTS"), VALUES),
    ("regions", replace(VALUES, "### BEGIN", "# BEGIN"), VALUES),
    ("regions", replace(ANSWER, "### END", "### BEGIN SOLUTION\n    ### END"), ANSWER),
    ("regions", source(ANSWER, "def row_means(X):\n    return X.mean(dim=1)"), ANSWER),
    ("regions", stubbed("return X"), ANSWER),
    ("regions", replace(ANSWER, "    ### BEGIN", f"    {STUB}\n    ### BEGIN"), ANSWER),
    ("regions", source("range-demo", HIDDEN), "range-demo"),
    ("regions", replace(OPEN_ANSWER, "How", f"{SCHEME}\nHow"), OPEN_ANSWER),
    ("code", source(TRY, "import os"), TRY, ("try", TRY)),
    ("code", source("setup", "import os\nimport torch"), "setup"),
    ("code", source("range-demo", "print(undefined)"), "range-demo"),
    ("code", source("range-demo", "def f(:"), "range-demo"),
    ("solution", replace(ANSWER, "dim=1", "dim=0"), SHAPE, ("solution", VALUES)),
    ("solution", source("setup", "import torch\n\n1 / 0"), "setup"),
    ("rerun", replace(SHAPE, "got =", "torch.manual_seed(7)\ngot ="), SHAPE),
]


@pytest.fixture
def lint_after(small_course: Course):
    """Change the lesson, lint it, and give back the pairs of rule and cell."""

    def run(change) -> set[tuple[str, str]]:
        path = small_course.notebook(NAME)
        nb = read_json(path)
        change(nb)
        path.write_bytes(to_bytes(nb))
        findings = lint(small_course, [NAME])
        assert {each.file for each in findings} <= {f"notebooks/{NAME}.ipynb"}
        assert all(each.advice for each in findings)
        return {(each.rule, each.cell) for each in findings}

    return run


def test_a_sound_lesson_has_no_finding(lint_after):
    assert lint_after(lambda nb: None) == set()


def test_its_own_stub_is_welcome(lint_after):
    assert lint_after(stubbed("# return X  # (N, D)")) == set()


@pytest.mark.parametrize(
    "rule, change, cell, also",
    [(rule, change, cell, set(also)) for rule, change, cell, *also in FAULTS],
    ids=[f"{rule}-{number}" for number, (rule, *_) in enumerate(FAULTS)],
)
def test_a_fault_is_found_in_its_cell(lint_after, rule, change, cell, also):
    assert lint_after(change) == {(rule, cell), *also}


def test_every_rule_is_tested():
    static = {*RULES, "cell-id", "duplicate-id", "code", "solution", "rerun"}
    assert {rule for rule, *_ in FAULTS} == static


def test_other_lessons_are_linted_beside_a_broken_one(small_course: Course):
    broken = small_course.root / "notebooks" / "02_broken.ipynb"
    cases = [
        "{",
        "[]",
        '{"nbformat": 4, "cells": [{}]}',
        '{"nbformat": 4, "cells": []}',
    ]
    shutil.copy(small_course.notebook(NAME), small_course.notebook("03_title"))
    for content in cases:
        broken.write_text(content)
        findings = lint_lessons(small_course, small_course.names)
        assert [(each.file, each.rule) for each in findings] == [
            ("notebooks/02_broken.ipynb", "notebook"),
            ("notebooks/03_title.ipynb", "anatomy"),
        ]


def links(course: Course) -> list[tuple[str, str]]:
    findings = lint_links(course, course.names)
    assert {each.rule for each in findings} <= {"link"}
    return [(each.file, each.advice) for each in findings]


def test_a_link_is_where_nbgrader_looks(small_course: Course):
    assert links(small_course) == []
    link = small_course.link(NAME)
    shown = f"source/{NAME}/{NAME}.ipynb"

    def advice() -> str:
        ((file, advice),) = links(small_course)
        assert file == shown
        return advice

    link.unlink()
    assert "course build" in advice()
    link.write_text(f"../../notebooks/{NAME}.ipynb")
    assert "core.symlinks true" in advice()
    assert "Developer Mode" in advice()
    link.write_bytes(small_course.notebook(NAME).read_bytes())
    assert "second copy" in advice()
    link.unlink()
    link.symlink_to("../../notebooks/02_other.ipynb")
    assert "02_other" in advice()
    link.unlink()
    link.symlink_to(small_course.notebook(NAME).resolve())
    assert "../../notebooks" in advice()


def test_source_holds_lessons_alone(small_course: Course):
    (small_course.root / "source" / "02_gone").mkdir()
    ((file, advice),) = links(small_course)
    assert file == "source/02_gone"
    assert "no notebook" in advice
