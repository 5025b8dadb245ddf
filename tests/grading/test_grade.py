"""`course grade` on ordinary submissions, on strange ones, and on a user's mistakes."""

import gc
import json
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
import student_classes
from course_copies import tree
from nbgrader.api import Gradebook
from nbgrader_helpers import Graded, nbgrader
from sqlalchemy.engine import Engine
from student_classes import (
    HALF,
    KINDS,
    RIGHT,
    a_class,
    configure,
    earned_by_tests,
    expected,
    make_class,
    notebook,
    notes,
    rows,
    scores,
    submit,
    url,
)
from typer.testing import CliRunner
from word_lesson import NAME

from course.base.course_folder import Course
from course.cli import app
from course.grading.coordinator import Options, grade
from course.integrity.negated_checks import negated_checks
from course.lesson.release import generate

pytest_plugins = ["graded_courses"]
pytestmark = pytest.mark.slow

CLASS = a_class(len(KINDS))
# The tables of nbgrader that have rows for each submission.
GROWING = {"submitted_assignment", "submitted_notebook", "grade", "comment"}
EQUALS_ALL = """class Same:
    def __eq__(self, other):
        return True

def double(x):
    return Same()"""


@pytest.fixture(scope="module")
def graded(released: Path, tmp_path_factory) -> Course:
    """One student of each kind, graded. Tests only read it."""
    course = make_class(released, tmp_path_factory.mktemp("grade") / "class", CLASS)
    (course.root / "submitted" / "s00" / NAME / "own.txt").write_text("my file")
    grade(course, [], [], Options())
    nbgrader(course.root, "generate_feedback", NAME)
    return course


@pytest.fixture
def one(released: Path, tmp_path: Path) -> Course:
    """A class of one, `ann`, who has all right; not graded yet."""
    return make_class(released, tmp_path / "one", {"ann": RIGHT})


@pytest.fixture
def cli(monkeypatch):
    """Run `course grade` here: (exit code, what it said)."""

    def run(course: Course, *arguments: str) -> tuple[int, str]:
        monkeypatch.chdir(course.root)
        done = CliRunner().invoke(app, ["grade", *arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit), (
            done.exception
        )
        return done.exit_code, done.stderr

    return run


def by_hand(course: Course, student: str, cell: str, **fields) -> None:
    """Do what Formgrader does: set a grade's fields, and that it is marked."""
    fields.setdefault("needs_manual_grade", False)
    with Gradebook(url(course), "pytorch") as gradebook:
        found = gradebook.find_grade(cell, NAME, NAME, student)
        for name, value in fields.items():
            setattr(found, name, value)
        gradebook.db.commit()


def remark(course: Course, student: str, text: str) -> None:
    """Write a comment on the explanation, as Formgrader does."""
    with Gradebook(url(course), "pytorch") as gradebook:
        comment = gradebook.find_comment("why-answer", NAME, NAME, student)
        comment.manual_comment = text
        gradebook.db.commit()


def comment_on(course: Course, student: str) -> str | None:
    with Gradebook(url(course), "pytorch") as gradebook:
        return gradebook.find_comment("why-answer", NAME, NAME, student).manual_comment


# ---- Ordinary grading ----


def test_every_cell_earns_what_it_should(graded):
    assert earned_by_tests(graded) == expected(CLASS)


def test_scores_are_those_of_stock_autograding(words, released, tmp_path):
    course = make_class(released, tmp_path / "stock", {})
    shutil.copytree(words.course.root / "submitted", course.root / "submitted")
    grade(course, [], [], Options())
    ours = Graded(course.root)
    for student in ("untouched", "wrong", "endless"):
        theirs = words.grades(NAME, student)
        if student == "wrong":
            # A person has graded it there since.
            assert theirs["why-answer"][0] is None
        assert ours.grades(NAME, student) == theirs, student


def test_nbgraders_layout(graded):
    given = graded.root / "submitted" / "s00" / NAME
    made = graded.root / "autograded" / "s00" / NAME
    assert (made / "timestamp.txt").read_text() == (given / "timestamp.txt").read_text()
    assert (made / "own.txt").read_text() == "my file"
    names = {path.name for path in made.iterdir() if not path.name.startswith(".")}
    assert names == {f"{NAME}.ipynb", "own.txt", "timestamp.txt"}


def test_formgraders_questions_are_answered(graded):
    with Gradebook(url(graded), "pytorch") as gradebook:
        found = {s["student"]: s for s in gradebook.submission_dicts(NAME)}
        assert set(found) == set(CLASS)
        points = {s: sum(p.values()) for s, p in expected(CLASS).items()}
        assert {s: found[s]["code_score"] for s in found} == points
        # An untouched explanation earns nothing; the others wait for a person.
        waiting = {s: found[s]["needs_manual_grade"] for s in found}
        assert waiting == {s: "why-answer" in cells for s, cells in CLASS.items()}
        assert all(s["max_score"] == 7 for s in found.values())
        students = {s["id"]: s["score"] for s in gradebook.student_dicts()}
        assert students == points
        [nb] = gradebook.find_submission(NAME, "s01").notebooks
        assert nb.max_code_score == 5 and not nb.flagged
        assert {c.name for c in nb.comments} == {
            *("double-answer", "guess-answer", "count-answer", "why-answer")
        }
        untouched = gradebook.find_comment("why-answer", NAME, NAME, "s03")
        assert untouched.comment == "No response."


def test_notes_reach_the_notebook_and_the_feedback(graded):
    said = notes(graded, "s02")
    assert "Cell count-test asked the kernel to exit; grading went on" in said
    assert "Cell count-test asked the kernel to exit; grading went on" in Graded(
        graded.root
    ).feedback(NAME, "s02")
    assert notes(graded, "s00") == ""


def test_the_feedback_says_what_failed_and_no_secret(graded):
    page = Graded(graded.root).feedback(NAME, "s01")
    assert "wrong for another word" in page
    assert "pear" not in page


# ---- What is graded again, and what of the old grades stays ----


def test_unchanged_submissions_are_skipped(one, cli):
    assert cli(one)[0] == 0
    before, book = tree(one.root / "autograded"), rows(url(one))
    written = (one.root / "gradebook.db").stat().st_mtime_ns
    code, said = cli(one)
    assert code == 0 and "ann" not in said
    assert tree(one.root / "autograded") == before and rows(url(one)) == book
    assert (one.root / "gradebook.db").stat().st_mtime_ns == written


@pytest.fixture
def asked() -> Iterator[list[tuple[str, tuple]]]:
    """Every query that any gradebook is asked meanwhile, with what it is asked for."""
    found = []

    def note(connection, cursor, statement, parameters, context, many) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            found.append((statement, parameters[0] if many else parameters))

    sa.event.listen(Engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(Engine, "before_cursor_execute", note)


def test_no_submission_goes_through_the_rows_of_all(one, asked):
    submit(one, "bob", RIGHT)
    for options in (Options(), Options(force=True)):
        grade(one, [], [], options)
    scanned = set()
    with sqlite3.connect(one.root / "gradebook.db") as db:
        for query, given in list(asked):
            plan = db.execute(f"EXPLAIN QUERY PLAN {query}", given)
            found = re.findall(r"SCAN (\w+)", "\n".join(row[3] for row in plan))
            scanned |= set(found) & GROWING
    assert any("FROM grade" in query for query, _ in asked)
    assert scanned == set()


def test_a_newer_submission_keeps_nothing_of_the_old_one(one):
    grade(one, [], [], Options())
    by_hand(one, "ann", "why-answer", manual_score=2, extra_credit=1)
    by_hand(one, "ann", "count-test", manual_score=1)
    remark(one, "ann", "well said")
    submit(one, "ann", HALF, when="2026-01-02 10:00:00 UTC")
    grade(one, [], [], Options())
    assert earned_by_tests(one) == expected({"ann": HALF})
    assert scores(url(one))["ann"]["why-answer"] == (None, None, True)
    assert scores(url(one))["ann"]["count-test"] == (0, None, False)
    assert comment_on(one, "ann") is None
    with Gradebook(url(one), "pytorch") as gradebook:
        assert gradebook.find_submission(NAME, "ann").score == 3
        assert gradebook.find_submission(NAME, "ann").timestamp.day == 2


def test_forcing_the_same_submission_keeps_what_a_person_gave(one):
    grade(one, [], [], Options())
    by_hand(one, "ann", "why-answer", manual_score=1.5, extra_credit=0.5)
    remark(one, "ann", "well said")
    grade(one, [], [], Options(force=True))
    assert scores(url(one))["ann"]["why-answer"] == (None, 1.5, False)
    assert comment_on(one, "ann") == "well said"
    with Gradebook(url(one), "pytorch") as gradebook:
        assert gradebook.find_submission(NAME, "ann").score == 7


def test_a_graded_cell_that_is_gone_from_the_source(one, cli):
    path = one.notebook(NAME)
    nb = json.loads(path.read_text(encoding="utf-8"))
    nb["cells"] = [cell for cell in nb["cells"] if cell["id"] != "count-test"]
    path.write_text(json.dumps(nb), encoding="utf-8")
    code, said = cli(one)
    assert code == 1 and "the cell count-test was released, and is gone" in said
    generate(one.root, [NAME])  # as it says
    code, said = cli(one)
    assert code == 0 and "ann: 4 of 6" in said


def test_cells_come_and_go_while_there_are_submissions(one, cli):
    """nbgrader would refuse that, so nobody is sent there."""
    grade(one, [], [], Options())
    path = one.notebook(NAME)
    good = path.read_text(encoding="utf-8")
    nb = json.loads(good)
    [cell] = [cell for cell in nb["cells"] if cell["id"] == "count-test"]
    cell["id"] = cell["metadata"]["nbgrader"]["grade_id"] = "count-test-new"
    path.write_text(json.dumps(nb), encoding="utf-8")
    code, said = cli(one)
    assert code == 1 and "count-test, count-test-new: added or taken out" in said
    assert "generate_assignment" not in said
    path.write_text(good, encoding="utf-8")
    code, said = cli(one)
    assert code == 0


def test_changed_tests_grade_again_and_keep_what_a_person_gave(one, cli):
    grade(one, [], [], Options())
    by_hand(one, "ann", "why-answer", manual_score=1.5)
    by_hand(one, "ann", "double-test-text", manual_score=0.5)
    by_hand(one, "ann", "count-test", manual_score=1)
    path = one.notebook(NAME)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('count(\\"a b\\") == 2', 'count(\\"a b\\") == 3'))
    assert path.read_text(encoding="utf-8") != text
    code, said = cli(one)
    assert code == 1 and "count-test is not as it was released" in said
    generate(one.root, [NAME])
    code, said = cli(one)
    assert code == 0 and "ann: 6 of 7" in said
    # What a person has marked is done, but where a test says something else now.
    assert scores(url(one))["ann"]["why-answer"] == (None, 1.5, False)
    assert scores(url(one))["ann"]["double-test-text"] == (1, 0.5, False)
    assert scores(url(one))["ann"]["count-test"] == (0, 1, True)
    grade(one, [], [], Options(force=True))
    assert scores(url(one))["ann"]["count-test"] == (0, 1, True)  # nobody has looked


def test_changed_files_beside_the_source_grade_again(one, cli):
    beside = one.link(NAME).with_name("words.txt")
    beside.write_text("a b")
    grade(one, [], [], Options())
    assert "ann" not in cli(one)[1]
    beside.write_text("a b c")
    assert "ann" in cli(one)[1]


@pytest.mark.parametrize("how", ["lacks", "crashes", "empty", "garbage", "nothing"])
def test_a_bad_resubmission_keeps_no_old_score(one, how):
    grade(one, [], [], Options())
    by_hand(one, "ann", "why-answer", manual_score=2)
    assert sum(earned_by_tests(one)["ann"].values()) == 5
    path = submit(one, "ann", {}, lacks=("count-test", "why-answer"))
    if how == "crashes":
        submit(one, "ann", {"setup": "import os; os._exit(1)"})
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "garbage":
        path.write_bytes(b'{"cells": [[1, {"cell_type": 3}]')
    elif how == "nothing":
        path.unlink()
    grade(one, [], [], Options())
    assert expected({"ann": {}}) == earned_by_tests(one)
    assert scores(url(one))["ann"]["why-answer"] == (0, None, False)
    why = {
        "lacks": "The test cell count-test was missing.",
        "crashes": "Cell 2 asked the kernel to exit; grading went on",
        "empty": "counts as not answered: it is empty",
        "garbage": "counts as not answered: it isn't a notebook",
        "nothing": f"There is no {NAME}.ipynb in this submission.",
    }
    assert why[how] in notes(one, "ann")


def test_grading_over_what_stock_nbgrader_graded(words, tmp_path):
    root = tmp_path / "after stock"
    shutil.copytree(words.course.root, root, symlinks=True)
    (root / "notebooks").mkdir()
    shutil.copy(root / "source" / NAME / f"{NAME}.ipynb", root / "notebooks")
    course = Course.here(root)
    before = scores(url(course))
    for folder in (root / "submitted").iterdir():  # other tests may have added some
        if folder.name != "wrong":
            shutil.rmtree(folder)
    tallies = grade(course, [], [], Options())
    assert tallies[NAME].graded == 1
    # The same submission, so the same grades, with what a person gave.
    assert scores(url(course)) == before
    submit(course, "wrong", RIGHT)
    grade(course, [], [], Options())
    assert scores(url(course))["wrong"]["why-answer"] == (None, None, True)
    nbgrader(root, "autograde", NAME, "--student", "wrong", "--force")
    assert scores(url(course))["wrong"]["count-test"] == (1, None, False)


def test_negated_checks_are_made_in_several_threads_at_once():
    """Python's parser loses count where threads change within it."""
    source = Path(student_classes.__file__).read_text(encoding="utf-8")
    before = gc.get_threshold(), sys.getswitchinterval()
    change_threads = lambda *_: sum(range(50))  # noqa: E731
    gc.callbacks.append(change_threads)
    gc.set_threshold(50)
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(negated_checks, [source] * 60))
    finally:
        gc.callbacks.remove(change_threads)
        gc.set_threshold(*before[0])
        sys.setswitchinterval(before[1])
    assert len({each.source for each in made}) == len(made)


# ---- Files beside the notebook ----


def test_files_of_the_source_come_before_those_of_the_student(released, tmp_path):
    course = make_class(released, tmp_path / "files", {})
    beside = course.link(NAME).parent
    (beside / "data").mkdir()
    (beside / "data" / "words.txt").write_text("kiwi pear")
    (beside / "helper.py").write_text("answer = 42\n")
    setup = (
        "import helper, pathlib\nprint(helper.answer, open('data/words.txt').read())"
    )
    setup += "\nprint(pathlib.Path('own/x.txt').read_text())"
    folder = submit(course, "ann", RIGHT | {"setup": setup}).parent
    (folder / "data").mkdir()
    (folder / "data" / "words.txt").write_text("forged")
    (folder / "helper.py").write_text("answer = 1\n")
    (folder / "own").mkdir()
    (folder / "own" / "x.txt").write_text("mine")
    # Without them, as where a student deletes a file, they are there all the same.
    setup = setup[: setup.index("\nprint(pathlib")]
    submit(course, "bob", RIGHT | {"setup": setup})
    grade(course, [], [], Options())
    made = course.root / "autograded" / "ann" / NAME
    assert (made / "data" / "words.txt").read_text() == "kiwi pear"
    assert (made / "helper.py").read_text() == "answer = 42\n"
    assert (made / "own" / "x.txt").read_text() == "mine"
    for student, printed in (
        ("ann", "42 kiwi pear\nmine\n"),
        ("bob", "42 kiwi pear\n"),
    ):
        [cell] = [c for c in notebook(course, student)["cells"] if c["id"] == "setup"]
        assert "".join(cell["outputs"][0]["text"]) == printed


@pytest.mark.parametrize("name", ["words.txt/x", f"{NAME}.ipynb/x", "timestamp.txt/x"])
def test_a_folder_named_as_one_of_our_files_ends_no_run(released, tmp_path, name):
    course = make_class(released, tmp_path / "names", {"bob": RIGHT})
    course.link(NAME).with_name("words.txt").write_text("a b")
    notebook = submit(course, "ann")
    shutil.rmtree(notebook.parent)
    path = notebook.parent / name
    path.parent.mkdir(parents=True)
    path.write_text("x")
    if not name.startswith(NAME):
        write = submit if not name.startswith("timestamp") else _without_time
        write(course, "ann", RIGHT)
    grade(course, [], [], Options())
    points = RIGHT if not name.startswith(NAME) else {}
    assert earned_by_tests(course) == expected({"ann": points, "bob": RIGHT})


def _without_time(course: Course, student: str, answers: dict) -> None:
    path = course.root / "submitted" / student / NAME / f"{NAME}.ipynb"
    student_classes.write_submission(course, path, answers)


def test_names_that_are_no_text_end_no_run(released, tmp_path):
    course = make_class(released, tmp_path / "bytes", {"ann": RIGHT, "bob": RIGHT})
    folder = bytes(course.root / "submitted" / "ann" / NAME)
    Path(folder.decode() + "/link").symlink_to("/etc/passwd")
    import os

    os.symlink(b"/etc/passwd", folder + b"/\xff\xfe-link")
    with open(folder + b"/\xff\xfe.txt", "wb") as file:
        file.write(b"x")
    grade(course, [], [], Options())
    assert earned_by_tests(course) == expected({"ann": RIGHT, "bob": RIGHT})
    assert "2 files were left out: they are links" in notes(course, "ann")


# ---- Late submissions ----


def test_nbgraders_plugin_for_late_submissions_is_asked(one):
    configure(one, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    with Gradebook(url(one), "pytorch") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2026-01-01 09:00:00 UTC")
    submit(one, "bob", HALF, when="2026-01-01 08:00:00 UTC")
    tallies = grade(one, [], [], Options())
    assert tallies[NAME].points == 3
    with Gradebook(url(one), "pytorch") as gradebook:
        late = gradebook.find_submission(NAME, "ann")
        assert (late.total_seconds_late, late.late_submission_penalty) == (3600, 5)
        assert gradebook.find_submission(NAME, "bob").late_submission_penalty == 0
    # Handed in again in time: no penalty is left.
    submit(one, "ann", RIGHT, when="2026-01-01 08:30:00 UTC")
    grade(one, [], [], Options())
    with Gradebook(url(one), "pytorch") as gradebook:
        found = gradebook.find_submission(NAME, "ann")
        assert (found.score, found.late_submission_penalty) == (5, 0)


def test_another_due_date_or_penalty_is_graded_anew(one):
    assert grade(one, [], [], Options())[NAME].points == 5
    with Gradebook(url(one), "pytorch") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2026-01-01 09:00:00 UTC")
    assert grade(one, [], [], Options())[NAME].graded == 1
    assert grade(one, [], [], Options())[NAME].graded == 0
    configure(one, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    assert grade(one, [], [], Options())[NAME].points == 0


# ---- Cells that end the kernel, or do not end ----


def test_cells_before_and_after_a_kernels_death_count(one):
    submit(one, "ann", RIGHT | {"guess-answer": "import ctypes; ctypes.string_at(0)"})
    grade(one, [], [], Options())
    assert earned_by_tests(one)["ann"] == {
        "double-test-number": 1,
        "double-test-text": 1,
        "guess-test-list": 0,
        "guess-test-text": 0,
        "count-test": 1,
    }
    assert "Cell guess-answer ended the kernel: segmentation fault" in notes(one, "ann")


def test_an_endless_loop_costs_its_own_cell(one):
    configure(one, "c.Execute.timeout = 2")
    submit(one, "ann", RIGHT | {"guess-answer": "while True:\n    pass"})
    grade(one, [], [], Options())
    assert earned_by_tests(one)["ann"] == {
        "double-test-number": 1,
        "double-test-text": 1,
        "guess-test-list": 0,
        "guess-test-text": 0,
        "count-test": 1,
    }
    [cell] = [c for c in notebook(one, "ann")["cells"] if c["id"] == "guess-answer"]
    assert cell["outputs"][-1]["evalue"] == "this cell ran for more than 2 seconds"


def test_a_submission_that_uses_up_its_time(one):
    submit(one, "ann", RIGHT | {"guess-answer": "import time\ntime.sleep(60)"})
    configure(one, 'c.CourseProvisioner.limits = {"cell_seconds": 50, "seconds": 4}')
    grade(one, [], [], Options())
    points = earned_by_tests(one)["ann"]
    assert points == expected({"ann": RIGHT})["ann"] | {
        "guess-test-list": 0,
        "guess-test-text": 0,
        "count-test": 0,
    }
    assert "All cells together ran for 4 seconds" in notes(one, "ann")


# ---- Exit codes ----


def test_exit_code_3_where_a_submission_needs_review(one, cli):
    submit(one, "bob", RIGHT | {"double-answer": EQUALS_ALL})
    code, said = cli(one)
    assert code == 3
    assert (
        f"Needs your review:\n  {NAME} bob: something changes how tests judge" in said
    )
    assert earned_by_tests(one) == expected({"ann": RIGHT, "bob": {}})
    assert scores(url(one))["bob"]["count-test"] == (0, None, True)
    assert "withheld until your instructor has reviewed it" in notes(one, "bob")


def test_namespaces_can_be_switched_off(one, cli):
    configure(one, "c.CourseProvisioner.namespaces = False")
    code, said = cli(one)
    assert code == 0 and "ann: 5 of 7" in said
    assert "Confined by: Landlock" in said and "namespaces" not in said


def test_only_the_named_students_are_graded(one, cli):
    submit(one, "bob", HALF)
    assert cli(one, "words", "--student", "bob")[0] == 0
    assert set(scores(url(one))) == {"bob"}
    assert cli(one, "1")[0] == 0
    assert set(scores(url(one))) == {"ann", "bob"}


# ---- A user's mistakes: one clear line, and nothing is written ----


def _no_submitted(course: Course) -> None:
    shutil.rmtree(course.root / "submitted")


def _no_submissions(course: Course) -> None:
    shutil.rmtree(course.root / "submitted" / "ann")


def _another_lesson(course: Course) -> None:
    (course.root / "submitted" / "ann" / NAME).rename(
        course.root / "submitted" / "ann" / "02_more"
    )


def _not_released(course: Course) -> None:
    with Gradebook(url(course), "pytorch") as gradebook:
        gradebook.remove_assignment(NAME)


def _no_gradebook(course: Course) -> None:
    (course.root / "gradebook.db").unlink()


def _anothers_gradebook(course: Course) -> None:
    (course.root / "gradebook.db").unlink()
    with Gradebook(url(course), "chemistry") as gradebook:
        gradebook.add_assignment("01_acids")
    (course.root / "gradebook.db").chmod(0o600)


def _no_database(course: Course) -> None:
    (course.root / "gradebook.db").write_text("These are not the grades.")


def _read_only_gradebook(course: Course) -> None:
    """Root may write any file: a gradebook that is a folder is for root, too."""
    (course.root / "gradebook.db").unlink()
    (course.root / "gradebook.db").mkdir()


def _no_autograded(course: Course) -> None:
    """Not writable for root either: it is no folder."""
    (course.root / "autograded").rmdir()
    (course.root / "autograded").write_text("")


def _broken_source(course: Course) -> None:
    course.notebook(NAME).write_text("{")


def _nothing(_: Course) -> None:
    pass


MISTAKES = {
    "unknown lesson": (_nothing, ["03_wrods"], "There is no lesson '03_wrods'"),
    "unknown student": (_nothing, ["--student", "eve"], "eve: nothing in submitted/"),
    "no submitted": (_no_submitted, [], "submitted: there is no such folder"),
    "no submissions": (_no_submissions, [], "no submissions of any lesson"),
    "not of this lesson": (_another_lesson, ["words"], f"no submissions of {NAME}"),
    "not by this one": (
        *(_another_lesson, ["words", "--student", "ann"]),
        f"no submissions of {NAME} by ann",
    ),
    "not released": (_not_released, [], "is not in the gradebook. Run `nbgrader"),
    "no gradebook": (_no_gradebook, [], "there is no gradebook yet"),
    "another's": (_anothers_gradebook, [], "belongs to another course"),
    "no database": (_no_database, [], "not a gradebook that can be read"),
    "a folder": (_read_only_gradebook, [], "not a gradebook that can be read"),
    "no autograded": (_no_autograded, [], "autograded: File exists."),
    "broken source": (_broken_source, [], NAME),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_clear_line_for_a_mistake(one, cli, mistake):
    make, arguments, says = MISTAKES[mistake]
    make(one)
    before = tree(one.root)
    code, said = cli(one, *arguments)
    assert code == 1
    [line] = said.splitlines()
    assert line.startswith("error: ") and says in line
    assert tree(one.root) == before


def test_no_workers_are_refused(one, cli):
    before = tree(one.root)
    code, said = cli(one, "--workers", "0")
    assert code == 2  # as for every option that cannot be
    assert "--workers" in said and "Traceback" not in said
    assert tree(one.root) == before


def test_nothing_is_graded_if_one_of_two_lessons_is_not_released(one, cli):
    more = "02_more"
    shutil.copy(one.notebook(NAME), one.notebook(more))
    (one.root / "source" / more).mkdir()
    shutil.copy(one.notebook(NAME), one.link(more))
    given = one.root / "submitted" / "ann"
    shutil.copytree(given / NAME, given / more)
    before = tree(one.root)
    code, said = cli(one)
    assert code == 1
    [line] = said.splitlines()
    assert f"{more} is not in the gradebook" in line
    assert tree(one.root) == before
    assert cli(one, NAME)[0] == 0


def test_the_command_as_a_process(one):
    done = student_classes.command(one, timeout=100)
    assert done.returncode == 0, done.stderr
    assert "ann: 5 of 7" in done.stderr and "Confined by" in done.stderr
    assert done.stdout == ""
    done = student_classes.command(one, "nonsense", timeout=100)
    assert done.returncode == 1
    assert done.stderr.startswith("error: There is no lesson 'nonsense'.")
    assert len(done.stderr.splitlines()) == 1
