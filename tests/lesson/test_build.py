"""`course build`: the same bytes each time, and no change where anything is wrong."""

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from course_copies import ROOT, tree
from small_lesson import NAME, make_small_course

from course.base import atomic_files
from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.notebook import read_json
from course.lesson import lint
from course.lesson.normalize import to_bytes
from course.lesson.release import Built, build, generate

pytest_plugins = ["scratch_courses"]

SOURCE = f"notebooks/{NAME}.ipynb"
LINK = f"source/{NAME}/{NAME}.ipynb"
RELEASE = f"release/{NAME}/{NAME}.ipynb"


@pytest.fixture(scope="session")
def build_of_all(tmp_path_factory) -> Course:
    """The small course, built; a build takes seconds, so tests change copies."""
    course = make_small_course(tmp_path_factory.mktemp("built") / "small course")
    assert build(course, check=False) == Built([], [RELEASE])
    return course


@pytest.fixture
def built(build_of_all: Course, tmp_path: Path) -> Course:
    """A copy of the small course, built."""
    root = tmp_path / "small course"
    shutil.copytree(build_of_all.root, root, symlinks=True)
    return Course.here(root)


def checked(course: Course) -> list[tuple[str, str]]:
    """File and rule of each finding of a check, which changes nothing."""
    before = tree(course.root)
    result = build(course, check=True)
    assert tree(course.root) == before
    assert result.changes == []
    return [(each.file, each.rule) for each in result.findings]


def change(course: Course, cell_id: str, old: str, new: str) -> None:
    path = course.notebook(NAME)
    nb = read_json(path)
    cell = next(c for c in nb["cells"] if c["id"] == cell_id)
    text = "".join(cell["source"])
    assert old in text
    cell["source"] = text.replace(old, new).splitlines(keepends=True)
    path.write_bytes(to_bytes(nb))


def refused(course: Course, check: bool = False) -> str:
    """The one line of an error that leaves everything as it was."""
    before = tree(course.root)
    with pytest.raises(CourseError) as error:
        build(course, check)
    assert tree(course.root) == before
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.slow
def test_this_course_is_built():
    assert build(Course.here(ROOT), check=True) == Built([], [])


@pytest.mark.slow
def test_a_copy_elsewhere_builds_to_the_same_bytes(scratch_course, monkeypatch):
    # The test above runs all lessons; that they lie elsewhere changes no cell.
    monkeypatch.setattr(lint, "_rerun", lambda lesson: [])
    before = tree(scratch_course.root)
    shutil.rmtree(scratch_course.root / "release")
    assert build(scratch_course, check=False).findings == []
    assert tree(scratch_course.root) == before


def test_a_build_is_repeatable(built: Course):
    before = tree(built.root)
    assert build(built, check=False) == Built([], [])
    assert tree(built.root) == before
    assert checked(built) == []


def test_the_release_holds_no_solution(built: Course):
    text = built.released(NAME).read_text(encoding="utf-8")
    for secret in ("X.mean", "ones(2, 5)", "the spread", "How far", "BEGIN", "END"):
        assert secret not in text
    nb = json.loads(text)
    assert [c["id"] for c in nb["cells"]] == [
        c["id"] for c in read_json(built.notebook(NAME))["cells"]
    ]


def test_an_old_gradebook_changes_nothing(built: Course):
    generate(built.root, [NAME])
    assert (built.root / "gradebook.db").is_file()
    made = to_bytes(read_json(built.released(NAME)))
    build(built, check=False)
    assert built.released(NAME).read_bytes() == made


def test_a_source_in_another_form(built: Course):
    path = built.notebook(NAME)
    canonical = path.read_bytes()
    path.write_text(json.dumps(json.loads(canonical)))
    assert checked(built) == [(SOURCE, "format")]
    assert build(built, check=False) == Built([], [SOURCE])
    assert path.read_bytes() == canonical


def test_a_source_that_moved_on(built: Course):
    change(built, "row-means-test-values", "Means by hand", "A mean by hand")
    assert checked(built) == [(RELEASE, "release")]
    assert build(built, check=False) == Built([], [RELEASE])
    assert "A mean by hand" in built.released(NAME).read_text(encoding="utf-8")


def test_a_release_changed_by_hand(built: Course):
    released = built.released(NAME)
    made = released.read_bytes()
    released.write_bytes(made + b"\n")
    assert checked(built) == [(RELEASE, "release")]
    released.unlink()
    assert checked(built) == [(RELEASE, "release")]
    assert build(built, check=False) == Built([], [RELEASE])
    assert released.read_bytes() == made


def test_a_lesson_against_the_rules_is_not_released(built: Course):
    before = built.released(NAME).read_bytes()
    change(built, "ending", "Read on", "Simply read on")
    assert checked(built) == [(SOURCE, "words")]
    result = build(built, check=False)
    assert [(each.file, each.rule) for each in result.findings] == [(SOURCE, "words")]
    assert built.released(NAME).read_bytes() == before


def test_a_duplicate_id(built: Course):
    path = built.notebook(NAME)
    nb = read_json(path)
    nb["cells"].append(nb["cells"][-1])
    path.write_bytes(to_bytes(nb))
    assert checked(built) == [(SOURCE, "duplicate-id")]
    before = tree(built.root)
    assert len(build(built, check=False).findings) == 1
    assert tree(built.root) == before


def test_a_missing_link_is_made(built: Course):
    shutil.rmtree(built.link(NAME).parent)
    assert checked(built) == [(LINK, "link")]
    assert build(built, check=False) == Built([], [LINK])
    assert built.link(NAME).readlink() == Path(f"../../notebooks/{NAME}.ipynb")


def test_a_link_that_cannot_be_made(built: Course, monkeypatch):
    shutil.rmtree(built.link(NAME).parent)

    def refuse(*_args, **_kwargs):
        raise OSError(1314, "A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    assert "Developer Mode" in refused(built)


def test_files_beside_a_lesson_are_released_too(built: Course):
    (built.link(NAME).parent / "data.csv").write_text("1,2\n")
    shown = f"release/{NAME}/data.csv"
    assert checked(built) == [(shown, "release")]
    assert build(built, check=False) == Built([], [shown])
    (built.link(NAME).parent / "data.csv").unlink()
    assert checked(built) == [(shown, "release")]
    assert len(build(built, check=False).findings) == 1
    assert (built.root / shown).exists()


def test_the_release_of_a_lesson_that_is_gone(built: Course):
    gone = built.released("02_gone")
    gone.parent.mkdir()
    gone.write_text("{}")
    notes = gone.with_name("notes.txt")
    notes.write_text("mine")
    found = [("release/02_gone/02_gone.ipynb", "release")]
    assert checked(built) == [*found, ("release/02_gone/notes.txt", "release")]
    build(built, check=False)
    assert notes.exists()
    notes.unlink()
    assert checked(built) == [("release/02_gone", "release")]
    assert build(built, check=False) == Built([], ["release/02_gone"])
    assert not gone.parent.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"nbformat": 4, "cells": [{}]}'])
@pytest.mark.parametrize("check", [False, True])
def test_a_broken_notebook(built: Course, content: str, check: bool):
    # another lesson would be reformatted, were it not for the broken one
    path = built.notebook(NAME)
    path.write_text(json.dumps(json.loads(path.read_bytes())))
    (built.root / "notebooks" / "02_broken.ipynb").write_text(content)
    assert "02_broken.ipynb" in refused(built, check)


def test_code_that_is_no_python(built: Course):
    change(built, "range-demo", "print(", "print((")
    assert NAME in refused(built)


def gradebook(course: Course, course_id: str, assignment: str) -> None:
    db = sqlite3.connect(course.root / "gradebook.db")
    with db:
        db.execute("CREATE TABLE course (id TEXT)")
        db.execute("CREATE TABLE assignment (name TEXT)")
        db.execute("INSERT INTO course VALUES (?)", (course_id,))
        db.execute("INSERT INTO assignment VALUES (?)", (assignment,))
    db.close()


@pytest.mark.parametrize(
    "course_id, assignment, named",
    [("biology", NAME, "biology"), ("pytorch", "ps1", "ps1")],
)
def test_a_gradebook_from_another_course(built: Course, course_id, assignment, named):
    gradebook(built, course_id, assignment)
    for check in (False, True):
        line = refused(built, check)
        assert "gradebook.db" in line
        assert named in line


def test_the_gradebook_of_this_course(built: Course):
    gradebook(built, "pytorch", NAME)
    assert checked(built) == []


def test_a_gradebook_that_is_none(built: Course):
    (built.root / "gradebook.db").write_text("Not a database, but long enough." * 9)
    assert "gradebook.db" in refused(built)


def test_a_configuration_that_cannot_be_read(built: Course):
    (built.root / "nbgrader_config.py").write_text("c = get_config(\n")
    assert "nbgrader_config.py" in refused(built)


def test_what_nbgrader_refuses(built: Course):
    config = built.root / "nbgrader_config.py"
    config.write_text("c = get_config()\n")  # so that it enforces its own task cells
    line = refused(built)
    assert NAME in line
    assert "mark scheme" in line.lower()


def test_a_file_where_a_folder_should_be(built: Course):
    shutil.rmtree(built.root / "release")
    (built.root / "release").write_text("in the way")
    assert "release" in refused(built)


@pytest.mark.parametrize("allowed", [0, 1])
def test_no_permission_to_write(built: Course, monkeypatch, allowed: int):
    path = built.notebook(NAME)
    path.write_text(json.dumps(json.loads(path.read_bytes())))
    built.released(NAME).write_text("{}")
    replace, calls = os.replace, []

    def refuse(source, target):
        calls.append(target)
        if len(calls) > allowed:
            raise PermissionError(13, "Permission denied", str(target))
        replace(source, target)

    monkeypatch.setattr(atomic_files.os, "replace", refuse)
    assert "Permission denied" in refused(built)
    assert len(calls) == allowed + 1
