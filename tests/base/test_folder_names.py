"""Course folders with odd names: everything lies in them, and nothing beside them."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from course_copies import tree
from nbgrader.api import Gradebook
from nbgrader_helpers import nbgrader
from student_classes import RIGHT, earned, invoke, make_released, submit
from student_classes import scores as scores_at
from word_lesson import NAME

from course.base.course_folder import Course
from course.base.gradebook_location import (
    check_gradebook,
    gradebook_location,
    gradebook_url,
)
from course.nbgrader_hooks.nbgrader_globs import escaped

NAMES = [
    "Deep%20Learning",
    "DL 2026?",
    "100% a#b & 'c'",
    "Übung ñ 深層学習",
    "DL [2026]",
    '{term} "x" *',
    "sqlite:a@b;c",
]


# Many at once: a round trip takes a while.
TOGETHER = ["Deep%20DL #2026? [a] 'b'", 'Übung ñ 100% {term} "x" * a@b;c']


@pytest.fixture(
    params=[TOGETHER[0], pytest.param(TOGETHER[1], marks=pytest.mark.proof)]
)
def place(request, tmp_path: Path) -> Path:
    folder = tmp_path / request.param
    folder.mkdir()
    # A folder that a pattern or a wrong decoding would find as well.
    for neighbour in ("Deep DL ", "Deep%20DL #2026x a 'b'", "Übung ñ 100%"):
        (tmp_path / neighbour / "source" / NAME).mkdir(parents=True)
    return folder


@pytest.mark.slow
def test_the_round_trip_with_this_command(place: Path, monkeypatch):
    before = tree(place.parent)
    course = make_released(place)
    (place / "autograded").mkdir()
    submit(course, "ada", RIGHT)
    code, _, said = invoke(course, monkeypatch, "grade", "--workers", "1")
    assert code == 0, said
    for command in (["feedback"], ["export"], ["report"]):
        code, _, said = invoke(course, monkeypatch, *command)
        assert code in (0, 3), said
    assert (place / "feedback" / "ada" / NAME / f"{NAME}.html").is_file()
    address, _ = gradebook_location(course)
    found = scores_at(address)["ada"]
    assert {cell: found[cell][0] for cell in earned(0)} == earned(0)
    after = tree(place.parent)
    outside = {k: v for k, v in after.items() if not k.startswith(f"{place.name}/")}
    assert outside == before


@pytest.mark.slow
def test_the_round_trip_with_nbgrader(place: Path):
    before = tree(place.parent)
    course = make_released(place)
    for student in ("ada", "Bob [2]", "Bob ?"):
        submit(course, student, RIGHT)
    nbgrader(place, "generate_assignment", NAME, "--force")
    assert course.released(NAME).is_file()
    nbgrader(place, "autograde", NAME)
    nbgrader(place, "generate_feedback", NAME)
    students = {path.name for path in (place / "feedback").iterdir()}
    assert students == {"ada", "Bob [2]", "Bob ?"}
    with Gradebook(gradebook_url(place)) as gradebook:
        found = {s.student.id: s.score for s in gradebook.assignment_submissions(NAME)}
    assert found == dict.fromkeys(students, sum(earned(0).values()))
    after = tree(place.parent)
    outside = {k: v for k, v in after.items() if not k.startswith(f"{place.name}/")}
    assert outside == before


@pytest.mark.parametrize("name", [*NAMES, *TOGETHER])
def test_the_address_is_of_the_file_in_the_folder(tmp_path: Path, name):
    folder = tmp_path / name
    folder.mkdir()
    with Gradebook(gradebook_url(folder), "pytorch") as gradebook:
        gradebook.add_student("ada")
    assert [p.name for p in folder.iterdir()] == ["gradebook.db"]
    assert [p.name for p in tmp_path.iterdir()] == [name]
    with closing(sqlite3.connect(folder / "gradebook.db")) as db:
        assert db.execute("SELECT id FROM student").fetchall() == [("ada",)]
    (folder / "notebooks").mkdir()
    check_gradebook(Course(folder), "pytorch")


def test_plain_folders_have_nbgraders_own_address(tmp_path: Path):
    assert gradebook_url(tmp_path) == f"sqlite:///{tmp_path / 'gradebook.db'}"


def test_only_what_is_there_is_taken_by_its_name(tmp_path: Path):
    root = tmp_path / "DL [2026]"
    (root / "submitted" / "Bob [2]").mkdir(parents=True)
    (root / "submitted" / "*").mkdir()
    here = str(root).replace("[", "[[]")
    cases = {
        "submitted/*/01/*.ipynb": "submitted/*/01/*.ipynb",
        "submitted/Bob [2]/01": "submitted/Bob [[]2]/01",
        "submitted/[ab]*/01": "submitted/[ab]*/01",
    }
    for given, wanted in cases.items():
        assert escaped(os.path.join(root, given), root) == os.path.join(here, wanted)
    assert escaped("/elsewhere/[a]", root) == "/elsewhere/[a]"
