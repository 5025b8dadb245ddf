"""`course report`: a class in one page and one table."""

import base64
import csv
import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from course_copies import ROOT
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from student_classes import ENDLESS, IDLE, KINDS, a_class, invoke, make_class, url
from word_lesson import NAME

from course.base.course_folder import Course
from course.base.outcomes_and_pitfalls import PITFALLS
from course.grading.autograded import STAMP
from course.grading.coordinator import Options, grade
from course.grading.gradebook_reader import read_grades
from course.grading.gradebook_writer import GradebookWriter
from course.instructor.export import read_table
from course.instructor.lesson_statistics import lesson_statistics
from course.instructor.report import report
from course.lesson.release import copy_for_nbgrader, generate

pytest_plugins = ["graded_courses"]
pytestmark = pytest.mark.slow

SIZE = 3 * len(KINDS)
CHEAT = {
    "double-answer": """class Same:
    def __eq__(self, other):
        return True

def double(x):
    return Same()"""
}
PITFALL = """[[pitfall]]
number = 7
belief = "the text `0` is false"
truth = "it is not empty"
exercises = ["guess"]
"""
BANK = """# %% wrong: empty_is_true
# fails: guess-test-text
# says: the text 0?
# pitfall: 7
is_true = {}
"""


@pytest.fixture(scope="module")
def course(released: Path, tmp_path_factory) -> Course:
    """Three students of each kind, and one who cheats; graded."""
    answers = {s: {} if k is IDLE else k for s, k in a_class(SIZE).items()}
    answers["<b>eve"] = KINDS[0] | CHEAT
    course = make_class(released, tmp_path_factory.mktemp("report") / "class", answers)
    (course.root / "docs").mkdir()
    (course.root / PITFALLS).write_text(PITFALL)
    course.bank(NAME).mkdir(parents=True)
    (course.bank(NAME) / "guess.py").write_text(BANK)
    grade(course, [], [], Options())
    return course


def run(course: Course, monkeypatch, *arguments: str) -> tuple[int, str, str]:
    return invoke(course, monkeypatch, "report", *arguments)


def part(course: Course):
    submissions = read_table(course, []).submissions[NAME]
    folder = course.root / "autograded"
    return lesson_statistics(course.lesson(NAME), submissions, folder, {}, {})


def test_shares_of_each_exercise(course):
    items = {item.exercise.id: item for item in part(course).items}
    # of RIGHT, HALF, CRASHES, untouched, WRONG, ENDLESS three each, and the cheat
    assert items["guess"].counts == {
        "right": 9,
        "not yet": 6,
        "not attempted": 3,
        "waiting": 1,
    }
    assert items["count"].counts["right"] == 3
    assert items["count"].counts["not yet"] == 12
    assert items["why"].counts == {"waiting": 13, "not attempted": 6}
    assert items["guess"].share("right") == 9 / 19


def test_difficulty_and_discrimination(course):
    part_ = part(course)
    items = {item.exercise.id: item for item in part_.items}
    # guess earns 2, 2, 2, 0, 1, 0 by kind; the cheat is not judged yet
    assert items["guess"].difficulty == pytest.approx((2 + 2 + 2 + 0 + 1 + 0) / 6 / 2)
    submissions = read_table(course, []).submissions[NAME].values()
    points = {
        name: np.array([sum(w.cells[c].score for c in cells) for w in submissions])
        for name, cells in {
            "guess": ["guess-test-list", "guess-test-text"],
            "rest": ["double-test-number", "double-test-text", "count-test"],
        }.items()
    }
    expected = np.corrcoef(points["guess"], points["rest"])[0, 1]
    assert items["guess"].discrimination == pytest.approx(expected)
    assert items["why"].discrimination is None  # nobody has marked it


def test_messages_are_counted_with_their_pitfalls(course, monkeypatch):
    code, said, _ = run(course, monkeypatch)
    assert code == 0 and "reports/report.html" in said
    page = (course.root / "reports" / "report.html").read_text()
    rows = [re.sub(r"<[^>]+>", "|", row) for row in page.split("<tr>")]
    [row] = [row for row in rows if "guess-test-text" in row]
    assert "|6|" in row and "the text 0?" in row  # WRONG and ENDLESS, three each
    assert "7: the text 0 is false" in row
    [row] = [row for row in rows if "two words" in row]
    assert "|3|" in row  # HALF; the others end in other errors
    assert "NotImplementedError" not in page  # what nobody tried is no mistake


def test_messages_that_differ_in_values_count_as_one(course, monkeypatch):
    folders = sorted((course.root / "autograded").glob(f"*/{NAME}"))
    old = {folder: (folder / STAMP).read_text() for folder in folders}
    try:
        for number, (folder, text) in enumerate(old.items()):
            stamp = json.loads(text)
            if "guess-test-text" in stamp["failures"]:
                stamp["failures"]["guess-test-text"] = (
                    f"got {number}.5, not 'a{number}'"
                )
                (folder / STAMP).write_text(json.dumps(stamp))
        [item] = [i for i in part(course).items if i.exercise.id == "guess"]
        assert {m.cell: m.count for m in item.messages}["guess-test-text"] == 6
    finally:
        for folder, text in old.items():
            (folder / STAMP).write_text(text)


def test_what_needs_a_person(course, monkeypatch):
    part_ = part(course)
    assert list(part_.to_judge) == ["<b>eve"]
    assert any(
        "Same decides what it equals" in note for note in part_.to_judge["<b>eve"]
    )
    assert part_.to_mark["s00"] == 1 and len(part_.to_mark) == 13
    run(course, monkeypatch)
    page = (course.root / "reports" / "report.html").read_text()
    assert "&lt;b&gt;eve" in page and "<b>eve" not in page


def test_anonymous(course, monkeypatch):
    run(course, monkeypatch, "--anonymous")
    page = (course.root / "reports" / "report.html").read_text()
    page = re.sub(r'src="data:[^"]*"', "", page)
    assert not re.search(r"\beve\b|\bs\d\d\b", page)
    assert "1 submissions whose tests a person must judge" in page


def test_the_page_needs_nothing_else(course, monkeypatch):
    run(course, monkeypatch)
    page = (course.root / "reports" / "report.html").read_text()
    assert "default-src 'none'" in page and "<script" not in page
    assert not re.search(r"""(src|href)=["'](?!data:|#)""", page)
    pictures = re.findall(
        r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="(.+?)">', page
    )
    assert len(pictures) == page.count("<img") == 2
    for data, text in pictures:
        assert b"<svg" in base64.b64decode(data) and len(text) > 40


def test_the_table_beside_it(course, monkeypatch, tmp_path):
    code, said, _ = run(course, monkeypatch, "--output", str(tmp_path / "out"))
    assert code == 0 and (tmp_path / "out" / "report.html").exists()
    with (tmp_path / "out" / "report.csv").open(newline="") as file:
        rows = {row["exercise"]: row for row in csv.DictReader(file)}
    assert rows["guess"]["submissions"] == "19" and rows["guess"]["not yet"] == "6"
    assert float(rows["guess"]["difficulty"]) == pytest.approx(7 / 12, abs=1e-3)


def test_notebooks_that_nbgrader_graded_have_messages_too(course):
    stamps = {p: p.read_text() for p in (course.root / "autograded").rglob(STAMP)}
    try:
        before = {i.exercise.id: i.messages for i in part(course).items}
        for path in stamps:
            path.unlink()
        after = {i.exercise.id: i.messages for i in part(course).items}
        assert before == after and before["guess"]
    finally:
        for path, text in stamps.items():
            path.write_text(text)


def test_points_of_a_person_and_of_nobody(course):
    with Gradebook(url(course), "pytorch") as gradebook:
        found = gradebook.find_grade("why-answer", NAME, NAME, "s00")
        found.manual_score, found.extra_credit = 1.0, 0.5
        gradebook.db.commit()
    try:
        gradebook = GradebookWriter(url(course), "pytorch")
        mark = read_grades(gradebook, [NAME])[NAME]["s00"].cells["why-answer"]
        gradebook.close()
        assert (mark.score, mark.most, mark.waiting) == (1.5, 2.0, True)
    finally:
        with Gradebook(url(course), "pytorch") as gradebook:
            found = gradebook.find_grade("why-answer", NAME, NAME, "s00")
            found.manual_score = found.extra_credit = None
            gradebook.db.commit()


def test_an_untouched_answer_is_told_from_a_wrong_one(course):
    submissions = read_table(course, []).submissions[NAME]
    endless = next(f"s{k:02}" for k in range(SIZE) if KINDS[k % 6] is ENDLESS)
    assert "double-answer" not in submissions[endless].untouched
    assert "double-answer" in submissions["s03"].untouched


# ---- What somebody has damaged ----

LONG = "x" * 10**6
STAMPS = [
    {"failures": {"guess-test-text": LONG}, "notes": [LONG] * 100},
    {"failures": {"guess-test-text": ["a"], "x": None, "y": {}}, "notes": 7},
    {"failures": {"guess-test-text": "a\0b\x1b[1m\n\ud800<b onclick=x>"}, "notes": [1]},
    {"failures": [1, 2], "notes": {}},
    {"failures": "x"},
    [],
    "x",
    None,
]


def test_a_forged_stamp_ends_no_report(course, monkeypatch):
    folders = sorted((course.root / "autograded").glob(f"*/{NAME}"))
    kept = {folder / STAMP: (folder / STAMP).read_bytes() for folder in folders}
    try:
        for path, stamp in zip(kept, STAMPS, strict=False):
            path.write_text(json.dumps(stamp))
        list(kept)[len(STAMPS)].write_bytes(b"[" * 10**5)
        code, _, said = run(course, monkeypatch)
        assert (code, said) == (0, "")  # the notebooks beside them have the messages
        page = (course.root / "reports" / "report.html").read_text()
        assert "<b onclick" not in page and len(page) < 10**6
        assert "19 submissions: least" in page
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


def test_a_notebook_that_cannot_be_read_is_named(course, monkeypatch):
    folder = course.root / "autograded" / "s01" / NAME
    kept = {p: p.read_bytes() for p in (folder / STAMP, folder / f"{NAME}.ipynb")}
    try:
        for path in kept:
            path.write_text('{"cells": [')
        code, printed, said = run(course, monkeypatch)
        assert code == 3 and "written:" in printed
        assert f"can't be read: {NAME} s01. Grade them again" in said
        page = (course.root / "reports" / "report.html").read_text()
        assert "19 submissions: least" in page
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


# ---- A large class ----


def fill(course: Course, students: int) -> None:
    """Grades and messages of so many made-up students in all lessons."""
    rng = random.Random(0)
    with Gradebook(url(course), "pytorch") as gradebook:
        db = gradebook.db
        people = [f"student-{n:03}" for n in range(students)]
        db.execute(Student.__table__.insert(), [{"id": person} for person in people])
        for name in course.names:
            notebook = gradebook.find_notebook(name, name)
            for person in people:
                skill = rng.random()
                handed, page = (f"{name}{person}{kind}"[-32:] for kind in "ab")
                db.execute(
                    SubmittedAssignment.__table__.insert(),
                    {
                        "id": handed,
                        "assignment_id": notebook.assignment_id,
                        "student_id": person,
                    },
                )
                db.execute(
                    SubmittedNotebook.__table__.insert(),
                    {"id": page, "assignment_id": handed, "notebook_id": notebook.id},
                )
                failures, grades, comments = {}, [], []
                for cell in notebook.grade_cells:
                    right = rng.random() < skill
                    by_hand = cell.name.endswith("-answer")
                    grades.append(
                        {
                            "notebook_id": page,
                            "cell_id": cell.id,
                            "auto_score": cell.max_score * right,
                            "needs_manual_grade": by_hand,
                        }
                    )
                    if not right and not by_hand:
                        failures[cell.name] = f"expected 1, got {rng.randrange(4)}.5"
                for cell in notebook.solution_cells:
                    said = "No response." if rng.random() < 0.1 else None
                    comments.append(
                        {"notebook_id": page, "cell_id": cell.id, "auto_comment": said}
                    )
                db.execute(Grade.__table__.insert(), grades)
                db.execute(Comment.__table__.insert(), comments)
                folder = course.root / "autograded" / person / name
                folder.mkdir(parents=True)
                stamp = {"failures": failures, "notes": []}
                (folder / STAMP).write_text(json.dumps(stamp))
        db.commit()


def a_large_class(root: Path, students: int) -> Course:
    root.mkdir()
    course = copy_for_nbgrader(Course.here(ROOT), root)
    generate(course.root, course.names)
    fill(course, students)
    return course


def test_all_lessons(tmp_path):
    course = a_large_class(tmp_path / "course", 12)
    page = report(course, []).path.read_text()
    for name in course.names:
        lesson = course.lesson(name)
        assert f'<h2 id="{name}">{lesson.title}</h2>' in page
    assert page.count("12 submissions: least") == 3 * len(course.names)


@pytest.mark.proof
def test_300_students_and_8_lessons_take_less_than_10_seconds(tmp_path):
    course = a_large_class(tmp_path / "course", 300)
    start = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-m", "course", "report"],
        cwd=course.root,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    seconds = time.perf_counter() - start
    assert ran.returncode == 0, ran.stderr
    print(f"report on 300 students and 8 lessons: {seconds:.1f} s")
    assert seconds < 10
