"""Work counts, whatever saved it: ids lost, cells retyped, copied, merged or moved."""

import json

import pytest
from student_classes import RIGHT
from submission_desk import (
    ALL,
    TESTS,
    Desk,
    cell,
    earned,
    forget,
    make_desk,
    own,
    place,
)
from word_lesson import NAME

pytest_plugins = ["graded_courses"]
pytestmark = pytest.mark.slow

DOUBLE = RIGHT["double-answer"]


@pytest.fixture
def desk(released, tmp_path) -> Desk:
    return make_desk(released, tmp_path)


# ---- Who has saved it ----


def no_ids(nb):
    forget(nb)


def ids_in_metadata(nb):
    for each in nb["cells"]:
        each["metadata"] = {"id": each.pop("id")}


def ids_as_notebook_services_have_them(nb):
    for each in nb["cells"]:
        each["metadata"] = {"cell_id": each.pop("id"), "deepnote_cell_type": "code"}


def new_ids_without_metadata(nb):
    for number, each in enumerate(forget(nb)["cells"]):
        each["id"] = f"cell-{number}"


def grade_ids_alone(nb):
    for each in nb["cells"]:
        each.pop("id")


def windows_line_ends(nb):
    for each in forget(nb)["cells"]:
        each["source"] = each["source"].replace("\n", "\r\n") + "\r\n"


def trailing_blanks(nb):
    for each in forget(nb)["cells"]:
        each["source"] = each["source"].replace("\n", "  \n") + "\n\n"


def lines_without_ends(nb):
    for each in nb["cells"]:
        each["source"] = each["source"].split("\n")


def question_marks(nb):
    for each in forget(nb)["cells"]:
        each["source"] = each["source"].encode("ascii", "replace").decode()


def only_code_is_left(nb):
    why = cell(nb, "why-answer")
    nb["cells"] = [c for c in nb["cells"] if c["cell_type"] == "code"] + [why]
    for each in nb["cells"][:-1]:
        each["metadata"] = {}
        each.pop("id")


def metadata_of_wrong_types(nb):
    for number, each in enumerate(nb["cells"]):
        each.pop("id")
        each["metadata"] = ([], "x", None, {"nbgrader": [1]})[number % 4]


def backwards(nb):
    nb["cells"].reverse()


def format_3(nb):
    for each in nb["cells"]:
        if each["cell_type"] == "code":
            each["input"] = each.pop("source")
    cells = nb.pop("cells")
    nb |= {"nbformat": 3, "worksheets": [{"cells": cells[:9]}, {"cells": cells[9:]}]}


def format_3_with_headings_beyond_reason(nb):
    cells = [{"cell_type": "heading", "level": 10**n, "source": "x"} for n in (14, 30)]
    nb["cells"] += [*cells, {"cell_type": "heading", "level": -1, "source": ["y"]}]
    format_3(nb)
    nb["worksheets"].append({"worksheets": [{"cells": list(nb["worksheets"])}]})


def as_jupyter_serves_it(nb):
    inner = dict(nb)
    nb.clear()
    nb |= {"name": "x.ipynb", "type": "notebook", "content": inner}


# ---- What students do with cells ----


def retyped(nb):
    for name in ("double-answer", "count-answer", "guess-answer"):
        at = place(nb, name)
        nb["cells"][at] = own(RIGHT[name])


def retyped_and_no_ids(nb):
    retyped(nb)
    forget(nb)


def retyped_after_the_tests(nb):
    answer = nb["cells"].pop(place(nb, "double-answer"))
    nb["cells"].insert(place(nb, "double-test-text") + 1, own(answer["source"]))


def stub_left_and_solved_below(nb):
    at = place(nb, "count-answer")
    nb["cells"].insert(at + 1, own(RIGHT["count-answer"]))
    nb["cells"][at]["source"] = "def count(words):\n" + STUB


def stub_left_and_solved_above(nb):
    stub_left_and_solved_below(nb)
    at = place(nb, "count-answer")
    nb["cells"][at : at + 2] = reversed(nb["cells"][at : at + 2])


def solved_above_the_untouched_copy(nb):
    at = place(nb, "count-answer")
    nb["cells"].insert(at + 1, json.loads(json.dumps(nb["cells"][at])))
    nb["cells"][at + 1]["source"] = "def count(words):\n" + STUB
    forget(nb)


def untouched_copy_owns_the_id(nb):
    at = place(nb, "double-answer")
    nb["cells"].insert(at, json.loads(json.dumps(nb["cells"][at])))
    nb["cells"][at]["id"] = "another"
    nb["cells"][at + 1]["source"] = DOUBLE_STUB


def untouched_copies_at_the_end(nb):
    at = place(nb, "double-answer")
    for number in range(3):
        nb["cells"].append(json.loads(json.dumps(nb["cells"][at])))
        nb["cells"][-1] |= {"source": DOUBLE_STUB, "id": f"copy{number}"}


def in_the_test_cell(nb):
    cell(nb, "double-answer")["source"] = DOUBLE_STUB
    test = cell(nb, "double-test-number")
    test["source"] = f"{DOUBLE}\n\n{test['source']}"


def below_the_test_in_its_cell(nb):
    cell(nb, "double-answer")["source"] = DOUBLE_STUB
    cell(nb, "double-test-text")["source"] += f"\n\n{DOUBLE}"


def instead_of_the_test(nb):
    cell(nb, "double-answer")["source"] = DOUBLE_STUB
    cell(nb, "double-test-number")["source"] = DOUBLE


def in_the_task(nb):
    cell(nb, "double-answer")["source"] = DOUBLE_STUB
    cell(nb, "double-task")["source"] += f"\n\n{DOUBLE}"


def helper_in_the_test_cell(nb):
    cell(nb, "double-answer")["source"] = "def double(x):\n    return twice(x)"
    test = cell(nb, "double-test-number")
    test["source"] = "def twice(y):\n    return y + y\n" + test["source"]


def cells_of_another_type(nb):
    for kind, name in (("markdown", "double-answer"), ("raw", "count-answer")):
        it = cell(nb, name)
        it["cell_type"] = kind
        del it["outputs"], it["execution_count"]
    it = cell(nb, "double-answer")
    it["source"] = f"```python\n{it['source']}\n```"


def answer_merged_with_its_tests(nb):
    first, second = place(nb, "double-answer"), place(nb, "double-test-text")
    cells = nb["cells"][first : second + 1]
    cells[0]["source"] = "\n\n".join(c["source"] for c in cells)
    nb["cells"][first : second + 1] = cells[:1]


def task_merged_with_its_answer(nb):
    at = place(nb, "count-task")
    nb["cells"][at]["source"] += "\n\n" + nb["cells"][at + 1]["source"]
    del nb["cells"][at + 1]


def all_code_in_one_cell(nb):
    code = [c["source"] for c in nb["cells"] if c["cell_type"] == "code"]
    why = cell(nb, "why-answer")
    nb["cells"] = [own("\n\n\n".join(code)), why]


def split_within_a_function(nb):
    at = place(nb, "double-answer")
    first, second = "def double(x):\n    y = x", "    return x + y"
    nb["cells"][at]["source"] = first
    nb["cells"].insert(at + 1, own(second))


def split_by_jupyterlab(nb):
    split_within_a_function(nb)
    at = place(nb, "double-answer")
    nb["cells"][at + 1]["metadata"] = nb["cells"][at]["metadata"]


def conflict_in_a_cell(nb):
    it = cell(nb, "double-answer")
    it["source"] = (
        f"<<<<<<< HEAD\n{DOUBLE_STUB}\n=======\n{DOUBLE}\n>>>>>>> 1a2b3c (mine)\n"
    )


def ids_swapped(nb):
    answer, test = cell(nb, "count-answer"), cell(nb, "count-test")
    for key in ("id", "metadata"):
        answer[key], test[key] = test[key], answer[key]


STUB = (
    '    """Return how many words there are."""\n    return len(words.split(" ")) - 1'
)
DOUBLE_STUB = "..."  # replaced by the released one
KINDS = [
    *(no_ids, ids_in_metadata, ids_as_notebook_services_have_them),
    *(new_ids_without_metadata, grade_ids_alone, windows_line_ends, trailing_blanks),
    *(lines_without_ends, question_marks, only_code_is_left, metadata_of_wrong_types),
    *(backwards, format_3, format_3_with_headings_beyond_reason),
    *(as_jupyter_serves_it, retyped, retyped_and_no_ids, retyped_after_the_tests),
    *(stub_left_and_solved_below, stub_left_and_solved_above),
    *(solved_above_the_untouched_copy, untouched_copy_owns_the_id),
    *(untouched_copies_at_the_end, in_the_test_cell, below_the_test_in_its_cell),
    *(instead_of_the_test, in_the_task, helper_in_the_test_cell),
    *(cells_of_another_type, answer_merged_with_its_tests),
    *(task_merged_with_its_answer, all_code_in_one_cell, split_within_a_function),
    *(split_by_jupyterlab, conflict_in_a_cell, ids_swapped),
]


def stubs(desk: Desk, nb: dict) -> dict:
    """Put the released stub where a kind asks for it."""
    released = {c["id"]: "".join(c["source"]) for c in desk.released["cells"]}
    text = json.dumps(nb)
    text = text.replace(DOUBLE_STUB, json.dumps(released["double-answer"])[1:-1])
    return json.loads(text)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_whoever_did_the_work_gets_the_points(desk, kind):
    nb = desk.solved()
    kind(nb)
    desk.write(stubs(desk, nb))
    merged = desk.merged()
    assert earned(merged) == ALL, merged.notes
    assert merged.nothing_found is None


def test_a_normal_submission_has_no_notes(desk):
    desk.write(desk.solved())
    merged = desk.merged()
    assert (merged.notes, merged.nothing_found) == ([], None)
    assert [c.id for c in merged.notebook.cells] == [c.id for c in desk.source]


@pytest.mark.parametrize("kind", [no_ids, windows_line_ends, trailing_blanks, format_3])
def test_an_untouched_notebook_earns_nothing_and_is_named(desk, kind):
    nb = desk.solved({})
    kind(nb)
    desk.write(nb)
    merged = desk.merged()
    assert earned(merged) == set()
    why = f"{NAME}.ipynb: none of its exercises is answered"
    assert merged.nothing_found == why
    assert merged.notes[-1] == f"{why}."
    by_id = {c.id: c.source for c in merged.notebook.cells}
    for ours in desk.source:
        if ours.is_answer:
            assert by_id[ours.id] == ours.source


# ---- Explanations ----


def text_below(nb):
    nb["cells"].insert(place(nb, "why-answer") + 1, own("So it is.", "markdown"))


def text_above(nb):
    nb["cells"].insert(place(nb, "why-answer"), own("So it is.", "raw"))


def text_in_a_code_cell(nb):
    nb["cells"].append(own("Because it is so, as we have seen."))


def text_as_comments(nb):
    nb["cells"].append(own("# Because it is so,\n# as we have seen."))


def text_in_the_task(nb):
    cell(nb, "why-task")["source"] += "\n\nMy answer: it is so."


def text_within_the_task(nb):
    first, *rest = cell(nb, "why-task")["source"].split("\n")
    cell(nb, "why-task")["source"] = "\n".join([first, "Because!", "It is so.", *rest])


def text_instead_of_the_cell(nb):
    nb["cells"][place(nb, "why-answer")] = own("So it is.", "markdown")


def text_below_and_no_ids(nb):
    text_below(nb)
    forget(nb)


def blank_answer_and_text(nb):
    cell(nb, "why-answer")["source"] = " \n"
    text_below(nb)


def picture_below(nb):
    text_below(nb)
    nb["cells"][-1]["source"] = "![see](attachment:a.png)"
    nb["cells"][-1]["attachments"] = {"a.png": {"image/png": "aGk="}}


@pytest.mark.parametrize(
    "kind",
    [
        *(text_below, text_above, text_in_a_code_cell, text_as_comments),
        *(text_in_the_task, text_within_the_task, text_instead_of_the_cell),
        *(text_below_and_no_ids, blank_answer_and_text, picture_below),
    ],
    ids=lambda kind: kind.__name__,
)
def test_an_explanation_beside_its_cell_waits_for_a_person(desk, kind):
    answers = {k: v for k, v in RIGHT.items() if k != "why-answer"}
    nb = desk.solved(answers)
    kind(nb)
    desk.write(nb)
    merged = desk.merged()
    assert earned(merged) == ALL
    assert merged.notes
    [answer] = [c for c in merged.notebook.cells if c.id == "why-answer"]
    if kind is picture_below:
        assert answer.attachments == {"a.png": {"image/png": "aGk="}}
    alone = Desk(desk.source, desk.released, desk.folder)
    nb = desk.solved({})  # also where it is all that was written
    kind(nb)
    alone.write(nb)
    merged = alone.merged()
    assert earned(merged) == {"why-answer"}
    assert merged.nothing_found is None


def test_notes_elsewhere_are_no_explanation(desk):
    answers = {k: v for k, v in RIGHT.items() if k != "why-answer"}
    nb = desk.solved(answers)
    nb["cells"].insert(place(nb, "why-task"), own("Next: why.", "markdown"))
    nb["cells"].insert(1, own("My notes.", "markdown"))
    desk.write(nb)
    assert earned(desk.merged()) == TESTS


# ---- What must not count ----


def test_of_two_attempts_the_last_one_runs_last(desk):
    nb = desk.solved()
    at = place(nb, "double-answer")
    nb["cells"].insert(at + 1, json.loads(json.dumps(nb["cells"][at])))
    nb["cells"][at + 1] |= {"id": "copy", "source": "def double(x):\n    return 0"}
    desk.write(nb)
    merged = desk.merged()
    assert earned(merged) == ALL - {"double-test-number", "double-test-text"}
    assert any("2 cells answer double-answer" in n for n in merged.notes)


def test_edited_tests_are_the_lessons_again(desk):
    nb = desk.solved(RIGHT | {"count-answer": "def count(words):\n    return 1"})
    cell(nb, "count-test")["source"] = "assert True"
    cell(nb, "guess-test-list")["source"] += "\nprint('mine')"
    desk.write(nb)
    merged = desk.merged()
    assert earned(merged) == ALL - {"count-test"}
    assert any("locked cell guess-test-list" in note for note in merged.notes)


def test_an_older_release_of_a_task_is_no_text_of_the_student(desk):
    nb = desk.solved({})
    older = {c["id"]: c for c in nb["cells"]}["why-task"]
    newer = [
        type(c)(c.id, c.kind, c.source.replace("Why", "Why now"), c.nbgrader)
        for c in desk.source
    ]
    assert older["metadata"]["nbgrader"]["checksum"]
    desk.write(nb)
    merged = Desk(newer, desk.released, desk.folder).merged()
    assert merged.notes == [f"{NAME}.ipynb: none of its exercises is answered."]
    assert earned(merged) == set()


def test_check_and_grade_share_one_reader(desk, released, monkeypatch, tmp_path):
    from course.base.course_folder import Course
    from course.student import check

    path = desk.write(forget(desk.solved()), "my homework.txt")
    [(lesson, found)] = check._targets(Course.here(released), [str(path)])
    assert (lesson, found) == (NAME, path)


# ---- Several answers in one cell, and explanations far from theirs ----


@pytest.mark.parametrize("stubs", ["left", "deleted"])
@pytest.mark.parametrize("first", ["double-answer", "count-answer"])
def test_several_answers_in_one_cell_all_count(desk, first, stubs):
    nb = desk.solved({})
    names = ["double-answer", "guess-answer", "count-answer"]
    cell(nb, first)["source"] = "\n\n".join(RIGHT[name] for name in names)
    cell(nb, "why-answer")["source"] = RIGHT["why-answer"]
    if stubs == "deleted":
        nb["cells"] = [c for c in nb["cells"] if c["id"] not in {*names} - {first}]
    desk.write(nb)
    merged = desk.merged()
    assert earned(merged) == ALL
    assert merged.nothing_found is None
    assert any("in other cells, which were graded" in note for note in merged.notes)


def test_all_answers_retyped_at_the_end_count(desk):
    nb = desk.solved({})
    names = ["double-answer", "guess-answer", "count-answer"]
    text = "\n\n".join(RIGHT[name] for name in names)
    nb["cells"].append({"cell_type": "code", "id": "mine", "source": text})
    nb["cells"][-1] |= {"metadata": {}, "outputs": [], "execution_count": None}
    desk.write(nb)
    assert earned(desk.merged()) >= TESTS


@pytest.mark.parametrize("kind", ["markdown", "raw", "code"])
@pytest.mark.parametrize("deleted", [True, False])
def test_an_explanation_at_the_end_waits_for_a_person(desk, kind, deleted):
    nb = desk.solved({"why-answer": cell(desk.released, "why-answer")["source"]})
    if deleted:
        nb["cells"] = [c for c in nb["cells"] if c["id"] != "why-answer"]
    text = "A tensor knows on which device it lies, and a gradient can reach it, too."
    if kind == "code":
        text = f"# {text}"
    last = {"cell_type": kind, "id": "mine", "metadata": {}, "source": text}
    if kind == "code":
        last |= {"outputs": [], "execution_count": None}
    spacer = {"cell_type": "markdown", "id": "end", "metadata": {}, "source": "# End"}
    nb["cells"] += [spacer, last]
    desk.write(nb)
    assert "why-answer" in earned(desk.merged())
