"""A course folder on a shared machine: closed to other accounts, and it says so."""

import os
import stat
import sys
from pathlib import Path

import pytest
from student_classes import RIGHT, configure, invoke, make_class, submit
from word_lesson import NAME

from course.base import privacy
from course.base.atomic_files import PUBLIC, replace_all
from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.privacy import close_to_others
from course.base.settings import read_settings

pytest_plugins = ["graded_courses"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")

FOLDERS = (
    *("submitted", "autograded", "feedback", "reports", "downloaded"),
    *("source", "notebooks", "answers", "work"),
)
FILES = ("gradebook.db", "gradebook.db-journal", "students.csv", ".nbgrader.log")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Course:
    """As nbgrader and a careless umask leave it."""
    course = make_class(released, tmp_path / "course", {"ada": RIGHT})
    for name in FOLDERS:
        folder = course.root / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o777)
    for name in FILES:
        (course.root / name).touch()
        (course.root / name).chmod(0o664)
    for path in (course.root / "submitted").rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    (course.root / "gradebook.db-journal").unlink()
    return course


def closed(course: Course) -> str:
    return close_to_others(course, read_settings(course))


def test_everything_of_the_course_is_closed(course):
    (course.root / "gradebook.db-journal").write_text("")
    (course.root / "gradebook.db-journal").chmod(0o644)
    said = closed(course)
    for name in FOLDERS:
        assert mode(course.root / name) == 0o700, name
        assert name in said
    for name in FILES:
        assert mode(course.root / name) == 0o600, name
        assert name in said
    for path in (course.root / "submitted").rglob("*"):
        assert not mode(path) & 0o077, path
    assert "what lies in submitted" in said and "\n" not in said
    assert closed(course) == ""
    assert mode(course.root / "release") & 0o005 == 0o005  # for students


def test_a_group_that_grades_together_keeps_its_access(course):
    configure(course, "c.CourseDirectory.groupshared = True")
    (course.root / "source").chmod(0o2775)
    assert "everybody outside your group" in closed(course)
    assert stat.S_IMODE((course.root / "source").stat().st_mode) == 0o2770
    assert mode(course.root / "autograded") == 0o770
    assert mode(course.root / "gradebook.db") == 0o660
    for path in (course.root / "submitted").rglob("*"):
        assert mode(path) == (0o770 if path.is_dir() else 0o660)
    assert closed(course) == ""


def test_no_link_of_a_student_is_followed(course, tmp_path):
    outside = tmp_path / "outside"
    outside.write_text("x")
    outside.chmod(0o644)
    link = course.root / "submitted" / "ada" / NAME / "link"
    link.symlink_to(outside)
    pipe = link.with_name("pipe")
    os.mkfifo(pipe)
    closed(course)
    assert mode(outside) == 0o644


def test_what_somebody_else_owns_is_refused_in_one_line(course, monkeypatch):
    def refuse(self, mode):
        raise PermissionError(1, "Operation not permitted", str(self))

    monkeypatch.setattr(privacy.Path, "chmod", refuse)
    with pytest.raises(CourseError) as caught:
        closed(course)
    line = str(caught.value)
    assert "belongs to" in line and "chmod 700" in line and "\n" not in line
    assert str(course.root) in line


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="needs two accounts")
def test_what_root_owns_is_refused_to_an_ordinary_account(course):
    """The real thing: another account tries to close what is not its own."""
    child = os.fork()
    if child == 0:
        os.chmod(course.root, 0o755)
        for parent in list(course.root.parents)[:-1]:
            if parent != Path("/tmp"):
                os.chmod(parent, parent.stat().st_mode | 0o055)
        settings = read_settings(course)
        os.setuid(65534)
        try:
            close_to_others(course, settings)
        except CourseError as error:
            os._exit(7 if "belongs to root" in str(error) else 8)
        os._exit(9)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7


@pytest.mark.slow
def test_commands_close_it_and_make_closed_files(course, monkeypatch):
    before = os.umask(0o022)
    try:
        code, _, said = invoke(course, monkeypatch, "grade", "--workers", "1")
        assert code == 0, said
        assert said.splitlines()[0].startswith("Closed to everybody else on this")
        for command in (["feedback"], ["report"], ["export"]):
            code, _, said = invoke(course, monkeypatch, *command)
            assert code in (0, 3), said
            assert "Closed to" not in said
        assert os.umask(0o022) == 0o022  # as it was
    finally:
        os.umask(before)
    for name in ("autograded", "feedback", "reports"):
        made = [course.root / name, *(course.root / name).rglob("*")]
        assert len(made) > 2
        assert [str(p) for p in made if mode(p) & 0o077] == [], name


def test_export_elsewhere_is_closed_too_and_the_release_is_not(tmp_path):
    replace_all({tmp_path / "grades.csv": b"x"})
    assert mode(tmp_path / "grades.csv") == 0o600
    replace_all({tmp_path / "release.ipynb": b"x"}, PUBLIC)
    assert mode(tmp_path / "release.ipynb") == 0o644
    (tmp_path / "grades.csv").chmod(0o640)
    replace_all({tmp_path / "grades.csv": b"y"})
    assert mode(tmp_path / "grades.csv") == 0o640  # somebody's own choice


def test_what_comes_later_is_closed_by_the_next_command(course):
    closed(course)
    path = submit(course, "bob")
    path.chmod(0o666)
    assert closed(course) == (
        "Closed to everybody else on this machine: what lies in submitted"
    )
    assert mode(path) == 0o600
