"""Zips as Moodle, Canvas and students make them: each student's trouble is their own.

All of it goes through `nbgrader zip_collect`; lists of students through `course`.
"""

import bz2
import csv
import gzip
import io
import json
import os
import re
import shutil
import stat
import struct
import subprocess
import tarfile
import unicodedata
import zipfile
from contextlib import chdir, redirect_stderr
from pathlib import Path

import pytest
from course_copies import ROOT
from nbgrader.api import Gradebook
from nbgrader.apps import ZipCollectApp
from nbgrader_helpers import SCRIPTS
from small_lesson import make_small_course
from student_classes import invoke

from course.base.course_folder import Course
from course.base.file_names import decoded
from course.base.gradebook_location import gradebook_url
from course.base.privacy import close_to_others
from course.base.settings import read_settings
from course.grading.student_names import Spelling, one_spelling
from course.lms.archives import Budget, Unpacked, kind_of, unpack_nested

NAME = "01_means"
MOODLE = "{}_{}_assignsubmission_file"
DECOMPOSED, COMPOSED = "Zoe\u0308 N\u0303u", "Zo\u00eb \u00d1u"
NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
pytestmark = pytest.mark.slow


@pytest.fixture
def course(tmp_path: Path) -> Course:
    course = make_small_course(tmp_path / "course")
    shutil.copytree(course.root / "source", course.root / "release")
    close_to_others(course, read_settings(course))
    return course


def zipped(files: dict[str, bytes | str], **options) -> bytes:
    """A zip of these files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def raw_names(data: bytes, names: dict[bytes, bytes]) -> bytes:
    """The zip, in which other bytes of the same length are the names."""
    for old, new in names.items():
        assert len(old) == len(new) and old in data
        data = data.replace(old, new)
    return data


def with_password(data: bytes) -> bytes:
    """The zip, of which every file says that it is encrypted."""
    data = bytearray(data)
    for magic, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = data.find(magic)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(magic, place + 4)
    return bytes(data)


def with_link(name: str, to: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, to)
    return data.getvalue()


def zip_collect(course: Course) -> tuple[int, str]:
    """Run nbgrader's command in this process: exit code, and what it printed."""
    app, code = ZipCollectApp(), 0
    with chdir(course.root), redirect_stderr(io.StringIO()) as printed:
        try:
            app.initialize([NAME, "--force"])
            app.start()
        except SystemExit as end:
            code = end.code
        finally:
            app.deinit_logging()
    return code, printed.getvalue()


def collect(
    course: Course, archives: dict[str, bytes], code: int | None = None
) -> tuple[dict[str, list[str]], str]:
    """What each student's folder holds then, and what was said at the end."""
    folder = course.root / "downloaded" / NAME / "archive"
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in archives.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    returned, printed = zip_collect(course)
    assert "Traceback" not in printed, printed
    if code is not None:
        assert returned == code, printed
    submitted = course.root / "submitted"
    found = {
        student.name: sorted(
            p.relative_to(student / NAME).as_posix()
            for p in (student / NAME).rglob("*")
            if p.is_file()
        )
        for student in (submitted.iterdir() if submitted.is_dir() else [])
    }
    said = [line for line in printed.splitlines() if not line.startswith("[")]
    return found, "\n".join(said)


def test_one_students_archive_costs_nobody_else_anything(course):
    good = {"work/01_means.ipynb": NOTEBOOK, "work/helper.py": "x = 1"}
    crc = bytearray(zipped({"01_means.ipynb": NOTEBOOK * 50}))
    crc[60] ^= 255
    inner = {
        "back": zipped({"work\\sub\\01_means.ipynb": NOTEBOOK}),
        "password": with_password(zipped(good)),
        "cut": zipped(good)[:-30],
        "text": b"PK damaged",
        "crc": bytes(crc),
        "empty": b"",
        "twice": zipped({"in.zip": zipped({"in.zip": zipped(good)})}),
        "good": zipped(good),
        "up": zipped({"../../Good_7_assignsubmission_file/01_means.ipynb": NOTEBOOK}),
        "absolute": zipped({"/etc/01_means.ipynb": NOTEBOOK}),
        "drive": zipped({"C:\\Users\\01_means.ipynb": NOTEBOOK}),
        "link": with_link("01_means.ipynb", "/etc/passwd"),
        "rar": b"Rar!\x1a\x07\x00",
        "pdf": zipped({"essay.pdf": b"%PDF"}),
    }
    files = {
        f"{MOODLE.format(who, 40 + k)}/work.zip": data
        for k, (who, data) in enumerate(inner.items())
    }
    files[f"{MOODLE.format('plain', 7)}/01_means.ipynb"] = NOTEBOOK
    found, said = collect(course, {"all.zip": zipped(files)}, 3)
    assert set(found) == {*inner, "plain"}
    for who in ("back", "twice", "good", "up", "absolute", "drive", "plain"):
        assert "01_means.ipynb" in found[who], who
        assert f"Look at {who}:" not in said
    for who in ("password", "cut", "text", "crc", "empty", "link", "rar", "pdf"):
        assert f"Look at {who}:" in said, said
        assert "01_means.ipynb" not in found[who]
    assert "is protected by a password" in said and "RAR" in said
    assert found["good"] == ["01_means.ipynb", "helper.py"]
    assert "7 of 15 students collected without trouble" in said
    assert not list(course.root.parent.glob("*.ipynb"))


def test_bombs_cost_their_student_only(course, monkeypatch):
    zeros = zipped({"zeros": b"\0" * (120 << 20)})
    deep = zipped({"01_means.ipynb": NOTEBOOK})
    for _ in range(8):
        deep = zipped({"in.zip": deep})
    files = {
        "zeros": zeros,
        "many": zipped({f"{k}.txt": b"" for k in range(3000)}),
        "deep": deep,
        "liar": zeros.replace(struct.pack("<I", 120 << 20), struct.pack("<I", 10)),
        "gz": gzip.compress(b"\0" * (120 << 20)),
    }
    names = {who: "work.zip" for who in files} | {"gz": "work.tar.gz"}
    packed = {
        f"{MOODLE.format(who, 9)}/{names[who]}": data for who, data in files.items()
    }
    packed[f"{MOODLE.format('ada', 1)}/01_means.ipynb"] = NOTEBOOK
    found, said = collect(course, {"all.zip": zipped(packed)}, 3)
    assert found["ada"] == ["01_means.ipynb"]
    assert {who for who in files if f"Look at {who}:" in said} == set(files)
    size = sum(p.stat().st_size for p in (course.root / "submitted").rglob("*.*"))
    assert size < 60 << 20
    for who in ("zeros", "gz"):
        assert re.search(f"Look at {who}: .*too large", said), said


def test_tar_archives_are_unpacked_as_well(course):
    def tarred(mode: str) -> bytes:
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode=mode) as archive:
            for name in ("../01_means.ipynb", "link"):
                info = tarfile.TarInfo(name)
                info.size = len(NOTEBOOK)
                if name == "link":
                    info = tarfile.TarInfo(name)
                    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
                archive.addfile(info, io.BytesIO(NOTEBOOK.encode()))
        return data.getvalue()

    files = {
        f"{MOODLE.format('a', 1)}/w.tar.gz": tarred("w:gz"),
        f"{MOODLE.format('b', 2)}/w.tar": tarred("w"),
        f"{MOODLE.format('c', 3)}/w.tar.xz": tarred("w:xz"),
        f"{MOODLE.format('d', 4)}/01_means.ipynb.bz2": bz2.compress(NOTEBOOK.encode()),
    }
    found, _ = collect(course, {"all.zip": zipped(files)}, 0)
    assert found == {who: ["01_means.ipynb"] for who in "abcd"}


def test_what_looks_like_an_archive_and_is_a_file_stays(course, tmp_path):
    tensors = zipped({"archive/data.pkl": b"x"})
    files = {
        f"{MOODLE.format('a', 1)}/01_means.ipynb": NOTEBOOK,
        f"{MOODLE.format('a', 1)}/model.pt": tensors,
        f"{MOODLE.format('a', 1)}/data/mnist.gz": gzip.compress(b"x"),
    }
    found, _ = collect(course, {"all.zip": zipped(files)}, 0)
    assert found["a"] == ["01_means.ipynb", "data/mnist.gz", "model.pt"]


def test_notebooks_that_were_renamed_are_taken(course):
    files = {
        f"{MOODLE.format('txt', 1)}/01_means.ipynb.txt": NOTEBOOK,
        f"{MOODLE.format('json', 2)}/01_means.json": NOTEBOOK,
        f"{MOODLE.format('upper', 3)}/01_means.IPYNB": NOTEBOOK,
        f"{MOODLE.format('bare', 4)}/01_means": NOTEBOOK,
        f"{MOODLE.format('zip', 5)}/01_means.ipynb": zipped({"x.ipynb": NOTEBOOK}),
        f"{MOODLE.format('utf16', 6)}/01_means.txt": NOTEBOOK.encode("utf-16"),
    }
    found, said = collect(course, {"all.zip": zipped(files)}, 0)
    assert all(any(n.endswith(".ipynb") for n in names) for names in found.values())
    assert set(found) == {"txt", "json", "upper", "bare", "zip", "utf16"}, said


def test_several_notebooks_by_one_student_all_go_to_their_folder(course):
    folder = MOODLE.format("Ada", 1)
    files = {
        f"{folder}/01_means.ipynb": NOTEBOOK,
        f"{folder}/01_means (1).ipynb": NOTEBOOK,
        f"{folder}/old/01_means.ipynb": NOTEBOOK,
        f"{MOODLE.format('Bob', 2)}/01_means.ipynb": NOTEBOOK,
    }
    found, said = collect(course, {"all.zip": zipped(files)}, 0)
    assert len(found["Ada"]) == 3 and "01_means.ipynb" in found["Ada"]
    assert found["Bob"] == ["01_means.ipynb"]
    assert "Ada: 3 notebooks" in said


@pytest.mark.parametrize(
    ("who", "ids"),
    [
        (
            {"Participant": [123456, 123457]},
            {"Participant 123456", "Participant 123457"},
        ),
        ({"Participant": [5]}, {"Participant 5"}),
        ({"Participant 42": [5]}, {"Participant 42"}),
        ({"Teilnehmer": [1, 2]}, {"Teilnehmer 1", "Teilnehmer 2"}),
        (
            {"Ada Lovelace": [1, 2], "Bob": [3]},
            {"Ada Lovelace 1", "Ada Lovelace 2", "Bob"},
        ),
        ({"Group A": [1], "Default group": [2]}, {"Group A", "Default group"}),
        ({"Group A-Ada Lovelace": [1]}, {"Ada Lovelace"}),
        ({"Group A-Jean-Paul Sartre": [1]}, {"Jean-Paul Sartre"}),
        ({"Jean-Luc Nobody": [1]}, {"Jean-Luc Nobody"}),
        ({DECOMPOSED: [1]}, {COMPOSED}),
        ({"Robert Downey  Jr.": [1]}, {"Robert Downey Jr."}),
    ],
)
def test_who_somebody_is_in_moodle(course, who, ids):
    with Gradebook(gradebook_url(course.root), "pytorch") as gradebook:
        for known in ("Ada Lovelace", "Jean-Paul Sartre", COMPOSED):
            gradebook.add_student(known)
    files = {
        f"{MOODLE.format(name, number)}/01_means.ipynb": NOTEBOOK
        for name, numbers in who.items()
        for number in numbers
    }
    found, _ = collect(course, {"all.zip": zipped(files)}, 0)
    assert set(found) == ids
    assert all(names == ["01_means.ipynb"] for names in found.values())


def test_canvas_and_flat_names(course):
    files = {
        "turingalan_LATE_4711_99_01_means-1.ipynb": NOTEBOOK,
        "turingalan_4711_98_data.csv": "1",
        "anon_aB3xZ_99_01_means.ipynb": NOTEBOOK,
        "lovelaceada_4712_99_work.zip": zipped({"a/01_means.ipynb": NOTEBOOK}),
        MOODLE.format("Bob", 3) + "_01_means.ipynb": NOTEBOOK,
        MOODLE.format("Bob", 3) + "_helper.py": "x",
    }
    found, _ = collect(course, {"all.zip": zipped(files)}, 0)
    assert found == {
        "4711": ["01_means.ipynb", "data.csv"],
        "aB3xZ": ["01_means.ipynb"],
        "4712": ["01_means.ipynb"],
        "Bob": ["01_means.ipynb", "helper.py"],
    }


@pytest.mark.parametrize("how", ["wrapped", "unzipped", "loose", "two zips"])
def test_however_the_zip_was_put_there(course, how):
    one, two = f"{MOODLE.format('a', 1)}/x.ipynb", f"{MOODLE.format('b', 2)}/w.zip"
    files = {one: NOTEBOOK.encode(), two: zipped({"x.ipynb": NOTEBOOK})}
    archives = {
        "wrapped": {"all.zip": zipped({f"PT-77/{k}": v for k, v in files.items()})},
        "unzipped": {f"PT-77/{k}": v for k, v in files.items()},
        "loose": files,
        "two zips": {
            f"{k}.zip": zipped({n: d}) for k, (n, d) in enumerate(files.items())
        },
    }[how]
    found, _ = collect(course, archives, 0)
    assert found == {"a": ["x.ipynb"], "b": ["x.ipynb"]}


def test_a_damaged_download_is_named_and_the_other_one_taken(course):
    good = zipped({f"{MOODLE.format('a', 1)}/x.ipynb": NOTEBOOK})
    found, said = collect(course, {"a.zip": good, "b.zip": good[:40]}, 3)
    assert found == {"a": ["x.ipynb"]} and "Not unpacked: b.zip" in said
    found, said = collect(course, {}, None)
    assert "0 of 0 students" in said


def test_what_is_nobodys_is_named(course):
    files = {
        f"{MOODLE.format('a', 1)}/x.ipynb": NOTEBOOK,
        "grades.csv": "x",
        "__MACOSX/._x": "x",
        f"{MOODLE.format('a', 1)}/.DS_Store": "x",
    }
    found, said = collect(course, {"all.zip": zipped(files)}, 3)
    assert found == {"a": ["x.ipynb"]} and "1 file: grades.csv" in said


@pytest.mark.parametrize("code", ["utf-8", "cp437", "cp1252", "cp850"])
def test_names_of_which_nobody_says_how_they_are_written(course, code):
    written = [name.encode(code) for name in ("Zoë Ñandú", "Jürgen Öz", "Renée Çelik")]
    plain = [f"{k}{'@' * (len(name) - 1)}" for k, name in enumerate(written)]
    files = {f"{MOODLE.format(name, 1)}/a.ipynb": NOTEBOOK for name in plain}
    names = dict(zip(map(str.encode, plain), written, strict=True))
    data = raw_names(zipped(files), names)
    found, _ = collect(course, {"all.zip": data}, 0)
    assert set(found) == {"Zoë Ñandú", "Jürgen Öz", "Renée Çelik"}


def test_old_code_pages_are_told_apart_by_their_letters():
    for code in ("cp437", "cp1252", "utf-8"):
        raw = "Zoë Müller".encode(code)
        assert decoded([(raw, "?"), (None, "plain")]) == ["Zoë Müller", "plain"]


def test_unpacking_stops_at_the_budget(tmp_path):
    path = tmp_path / "w.zip"
    path.write_bytes(zipped({f"{k}.bin": b"x" * 1000 for k in range(50)}))
    assert kind_of(path) == "zip"
    done = Unpacked()
    unpack_nested(path, Budget(bytes=10_500), done)
    assert len(done.files) == 11 and path in done.files  # ten, and the zip itself
    assert done.refused == {"w.zip": "is too large once it is unpacked"}


def test_braces_in_the_course_folders_name(tmp_path):
    course = make_small_course(tmp_path / "{term} [1]")
    shutil.copytree(course.root / "source", course.root / "release")
    files = {f"{MOODLE.format('a', 1)}/x.ipynb": NOTEBOOK}
    found, _ = collect(course, {"all.zip": zipped(files)}, 0)
    assert found == {"a": ["x.ipynb"]}


# ---- One spelling ----


def test_folders_are_called_as_the_gradebook_calls_its_students(tmp_path):
    address = gradebook_url(tmp_path)
    with Gradebook(address) as gradebook:
        gradebook.add_student(COMPOSED)
        gradebook.add_student(unicodedata.normalize("NFD", "Ärzte"))
    submitted = tmp_path / "submitted"
    for name in (DECOMPOSED, "Ärzte", unicodedata.normalize("NFD", "Öde"), "ada"):
        (submitted / name).mkdir(parents=True)
    assert one_spelling(submitted, address) == []
    names = {path.name for path in submitted.iterdir()}
    known = unicodedata.normalize("NFD", "Ärzte")
    assert names == {COMPOSED, known, "Öde", "ada"}
    (submitted / DECOMPOSED).mkdir()
    assert one_spelling(submitted, address) == [DECOMPOSED]
    assert Spelling.of(f"sqlite:///{tmp_path}/none.db").id(DECOMPOSED) == COMPOSED
    assert not (tmp_path / "none.db").exists()


# ---- Lists of students ----

HEAD = ["id", "first_name", "last_name", "email", "lms_user_id"]
ROWS = [
    ["ada", "Ada", "Lovelace", "ada@example.org", ""],
    [DECOMPOSED, "Zoë", "Ñu", "zoe@example.org", "0012"],
    ["4711", "Alan", "Turing, OBE", "", "4711"],
]


def people(course: Course) -> dict[str, tuple]:
    with Gradebook(gradebook_url(course.root)) as gradebook:
        return {
            s.id: (s.first_name, s.last_name, s.email, s.lms_user_id)
            for s in gradebook.students
        }


def listed(delimiter: str, head: list[str], rows: list[list[str]], end: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerows([head, *rows])
    return text.getvalue()


WANTED = {
    "ada": ("Ada", "Lovelace", "ada@example.org", None),
    COMPOSED: ("Zoë", "Ñu", "zoe@example.org", "0012"),
    "4711": ("Alan", "Turing, OBE", None, "4711"),
}


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_lists_as_spreadsheets_save_them(course, monkeypatch, code, delimiter):
    rows = [
        [unicodedata.normalize("NFC", f) if code == "cp1252" else f for f in row]
        for row in ROWS
    ]
    head = [" ID ", "First Name", "LAST_NAME", "E-Mail", "LMS user id"]
    blank = [["", "", "", "", ""], *rows, [""], [" ", "", "", "", ""]]
    text = listed(delimiter, [*head, "", ""], [[*r, "", ""] for r in blank], "\r\n")
    path = course.root / "list.csv"  # students.csv would be closed, which is said
    path.write_bytes(text.encode(code))
    done, said, errors = invoke(course, monkeypatch, "students", "list.csv")
    assert (done, errors) == (0, ""), errors
    assert "3 students added, 0 updated, 0 unchanged" in said
    assert people(course) == WANTED
    done, said, _ = invoke(course, monkeypatch, "students", "list.csv")
    assert "0 students added, 0 updated, 3 unchanged" in said


def test_a_list_that_changed_and_has_odd_rows(course, monkeypatch):
    path = course.root / "students.csv"
    path.write_text(listed(",", HEAD, ROWS, "\n"), encoding="utf-8")
    assert invoke(course, monkeypatch, "students", str(path))[0] == 0
    rows = [
        ["ada", "", "King", "", ""],  # empty: stays
        ["", "No", "Id", "", ""],
        ["4.711E+12", "Round", "Ed", "", ""],
        ["../up", "", "", "", ""],
        ["bob", "Bob", "", "nowhere", ""],
        ["eve", "Eve", "", "", ""],
        ["eve", "Eva", "", "", ""],
        ["max", "Max", "", "", "", "more"],
    ]
    path.write_text("sep=;\n" + listed(";", [*HEAD, "Group"], rows, "\n"))
    code, said, errors = invoke(course, monkeypatch, "students", str(path))
    assert code == 3 and "2 students added, 1 updated" in said, said
    assert people(course)["ada"] == ("Ada", "King", "ada@example.org", None)
    assert people(course)["eve"][0] == "Eve" and "max" in people(course)
    for line in ("4: has no id", "5: 4.711E+12 was rounded", "6: ../up", "9: eve"):
        assert f"line {line}" in errors, errors
    assert "nowhere is no address" in errors and "columns left out: Group" in errors


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"name,email\nAda,a@b.c\n", "has no column `id`; it has name, email"),
        (b"id,first name,given name\na,b,c\n", "two columns are taken"),
        (zipped({"xl/workbook.xml": "x"}), "Save it as CSV"),
    ],
)
def test_a_list_that_is_none(course, monkeypatch, data, said):
    (course.root / "list.csv").write_bytes(data)
    code, _, errors = invoke(course, monkeypatch, "students", "list.csv")
    assert code == 1 and said in errors.replace("\n", " "), errors
    assert errors.count("\n") == 1


def test_the_command_itself_ends_with_code_3(course):
    folder = course.root / "downloaded" / NAME / "archive"
    folder.mkdir(parents=True)
    files = {f"{MOODLE.format('ada', 1)}/w.zip": b"PK damaged"}
    (folder / "all.zip").write_bytes(zipped(files))
    done = subprocess.run(
        [shutil.which("nbgrader", path=SCRIPTS), "zip_collect", NAME, "--force"],
        cwd=course.root,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 3, done.stderr
    assert "Look at ada: w.zip is damaged" in done.stderr
    [held] = (course.root / "submitted" / "ada" / NAME).iterdir()
    assert held.name == "w.zip"
    if os.name == "posix":
        for path in (course.root / "submitted", held):
            assert not path.stat().st_mode & 0o077
