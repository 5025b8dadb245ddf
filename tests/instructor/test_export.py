"""`course export`: grades in files that Canvas, Moodle and spreadsheets take."""

import csv
import re
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from student_classes import CRASHES, HALF, RIGHT, invoke, make_class, url
from word_lesson import NAME

from course.base.course_folder import Course
from course.grading.coordinator import Options, grade
from course.instructor.export import safe

pytest_plugins = ["graded_courses"]
pytestmark = pytest.mark.slow

PEOPLE = {
    "ann": ("Ann", 'O"Hara, the 2nd', "ann@example.org", "4711"),
    "=cmd": ("=HYPERLINK(0)", "@SUM(A1)", "-1+1", "+2"),
    "zoé": ("Zoé\nNewline", "  =1+1", None, None),
    "never": ("No", "Work", "", ""),
    "odd": (
        "\u202eevil\u2066 \0\x1b[2J\r\n=1+1\u2028@x",
        "\u200b=1; =HYPERLINK(0);\t@SUM(A1);x",
        "\ufeff+1",
        "9" * 40_000,
    ),
}


@pytest.fixture(scope="module")
def course(released: Path, tmp_path_factory) -> Course:
    """Three graded students with names that hurt, and one who handed in nothing."""
    answers = {"ann": RIGHT, "=cmd": HALF, "zoé": CRASHES}
    course = make_class(released, tmp_path_factory.mktemp("export") / "class", answers)
    grade(course, [], [], Options())
    with Gradebook(url(course), "pytorch") as gradebook:
        for name, (first, last, email, lms) in PEOPLE.items():
            fields = {"first_name": first, "last_name": last, "email": email}
            gradebook.update_or_create_student(name, lms_user_id=lms, **fields)
        found = gradebook.find_grade("why-answer", NAME, NAME, "ann")
        found.manual_score, found.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    return course


def run(course: Course, monkeypatch, *arguments: str) -> tuple[int, str, str]:
    return invoke(course, monkeypatch, "export", *arguments)


def table(course: Course, monkeypatch, kind: str) -> list[dict[str, str]]:
    """The exported rows, by the names of their columns."""
    code, _, said = run(course, monkeypatch, "--format", kind)
    assert code == 0
    *others, line = said.splitlines()
    assert line == "2 answers not marked yet; they count with their current points"
    assert all(other.startswith("Closed to") for other in others)
    path = course.root / "reports" / f"grades-{kind}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv(course, monkeypatch):
    rows = {row["student"]: row for row in table(course, monkeypatch, "csv")}
    assert rows["ann"] == {
        "student": "ann",
        "last name": 'O"Hara, the 2nd',
        "first name": "Ann",
        "email": "ann@example.org",
        NAME: "6.5",
        "total": "6.5",
        "of": "7",
    }
    assert rows["zoé"][NAME] == "4" and rows["'=cmd"][NAME] == "3"
    assert rows["never"][NAME] == "" and rows["never"]["total"] == "0"
    assert rows["zoé"]["first name"] == "Zoé Newline"
    odd = rows["odd"]
    assert odd["first name"] == "evil ��[2J =1+1 @x"
    assert odd["last name"] == "'=1; '=HYPERLINK(0); '@SUM(A1);x"
    assert odd["email"] == "'+1"


@pytest.mark.parametrize("kind", ["csv", "canvas", "moodle"])
def test_a_student_is_a_row_whatever_the_name(course, monkeypatch, kind):
    rows = table(course, monkeypatch, kind)
    text = (course.root / "reports" / f"grades-{kind}.csv").read_text("utf-8")
    assert len(text.splitlines()) == len(rows) + 1
    assert not [c for c in text if not c.isprintable() and c != "\n"]
    for line in text.splitlines():  # as a spreadsheet splits it in half of Europe
        assert not re.search(r"""(^|;)[\s"']*[=+@-]""", line.replace("'", "|"))


@pytest.mark.parametrize("kind", ["csv", "canvas", "moodle"])
def test_no_text_acts_as_a_formula(course, monkeypatch, kind):
    table(course, monkeypatch, kind)
    path = course.root / "reports" / f"grades-{kind}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        values = [value for row in csv.reader(file) for value in row]
    assert {"'=cmd"} <= set(values)
    assert not [v for v in values if v.strip() and v.strip()[0] in "=+-@\t\r"]


def test_canvas(course, monkeypatch):
    possible, *rows = table(course, monkeypatch, "canvas")
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", NAME]
    assert list(possible) == head
    assert possible["Student"].strip() == "Points Possible" and possible[NAME] == "7"
    ann = next(row for row in rows if row["SIS Login ID"] == "ann")
    assert ann["Student"] == 'O"Hara, the 2nd, Ann' and ann["ID"] == "4711"
    assert ann[NAME] == "6.5"


def test_moodle(course, monkeypatch):
    rows = table(course, monkeypatch, "moodle")
    head = ["Username", "First name", "Last name", "ID number", "Email address", NAME]
    assert list(rows[0]) == head
    ann = next(row for row in rows if row["Username"] == "ann")
    assert (ann["ID number"], ann["Email address"], ann[NAME]) == (
        *("4711", "ann@example.org"),
        "6.5",
    )


def test_a_file_of_ones_own(course, monkeypatch, tmp_path):
    path = tmp_path / "deep" / "grades.csv"
    code, said, _ = run(course, monkeypatch, "words", "--output", str(path))
    assert code == 0 and "5 students" in said
    assert path.read_text().startswith("student,last name")


def test_mistakes(course, released, monkeypatch, tmp_path):
    code, _, said = run(course, monkeypatch, "--format", "blackboard")
    assert code == 1 and "Choose one of csv, canvas, moodle" in said
    code, _, said = run(course, monkeypatch, "letters")
    assert code == 1 and "There is no lesson" in said
    code, _, said = run(course, monkeypatch, "--output", str(tmp_path))
    assert code == 1 and "Name a file" in said
    empty = make_class(released, tmp_path / "empty", {})
    code, _, said = run(empty, monkeypatch)
    assert code == 1 and "Run `course grade` first" in said
    (empty.root / "gradebook.db").unlink()
    code, _, said = run(empty, monkeypatch)
    assert code == 1 and "there is no gradebook yet" in said


@pytest.mark.parametrize("value", ["=1", " =1", "+1", "-1", "@a", "\t=1", "＝1"])
def test_formulas_become_text(value):
    assert safe(value) == f"'{value.strip()}"


@pytest.mark.parametrize(
    "value",
    [-1, 2.5, "", "a=b", "x-1", "    Points Possible", "Ann-Kathrin", "می‌خواهم"],
)
def test_other_values_stay(value):
    assert safe(value) == value
