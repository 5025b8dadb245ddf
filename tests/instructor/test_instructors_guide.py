"""docs/instructors.md: all its commands, in order, as an instructor and students.

With nbgrader's exchange, zip files named as Moodle and Canvas name them, git, and
JupyterLab. A command that the page gains runs here, or a test fails.
"""

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import traceback
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from course_copies import ROOT, copy_course, tree
from jupyterlab_server import address, get
from nbgrader.api import Gradebook
from nbgrader_helpers import SCRIPTS, free_port, once
from student_classes import wait_until

from course.base.course_folder import Course
from course.base.notebook import read_json
from course.base.settings import nbgrader_config
from course.instructor.demo import solution
from course.proof.answer_bank import read_bank

PAGE = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAME = "01_tensors"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PROGRAMS = {
    *("uv", "course", "nbgrader", "jupyter", "python", "pip", "pytest", "conda"),
    *("git", "gitpuller", "mkdir", "chmod", "cd", "cp", "mv", "rm", "sudo"),
}
# Commands that this course lacks, and what is run in their place. To be emptied.
EXCHANGE = "/srv/nbgrader/exchange"
REMOTE = "https://git.example.org/lessons.git"
ZIP = "PT101-Tensors-77.zip"
COURSE_ID = "pytorch"
PATIENCE = 180
UNKNOWN = re.compile("List of subcommands:|Unrecognized alias")


def commands(text: str) -> list[str]:
    """The command lines of all ```bash blocks, without `uv run`."""
    lines = [
        line
        for kind, body in FENCE.findall(text)
        if kind == "bash"
        for line in body.splitlines()
    ]
    parts = [part.strip() for line in lines for part in line.split("&&")]
    return [part.removeprefix("uv run ") for part in parts if part[:1] not in ("", "#")]


def test_prose_names_only_commands_that_are_run():
    run = [shlex.split(line) for line in commands(PAGE) + commands(README)]
    prose = FENCE.sub("", PAGE)
    for code in re.findall(r"`([^`]+)`", prose):
        words = shlex.split(code.removeprefix("uv run "))
        if words[0] in PROGRAMS:
            assert any(line[: len(words)] == words for line in run), code
    assert not re.search(r"^( {4}|\t)(?!\|)", prose, re.MULTILINE), "a block unfenced"
    assert {kind for kind, _ in FENCE.findall(PAGE)} == {"bash", "csv", "python"}
    assert PAGE.count("```") == 2 * len(FENCE.findall(PAGE))


@dataclass
class Person:
    """Somebody at a computer: where they work, and with which settings."""

    folder: Path
    environment: dict[str, str]
    places: dict[str, str] = field(default_factory=dict)

    def command(self, line: str) -> list[str]:
        for theirs, ours in self.places.items():
            line = line.replace(theirs, shlex.quote(ours))
        program, *arguments = shlex.split(line.removeprefix("uv run "))
        path = shutil.which(program, path=self.environment["PATH"])
        assert path, f"there is no {program}"
        return [path, *arguments]

    def run(self, line: str, code: int = 0) -> str:
        """Run a line of the page, or what stands in its place; what it printed."""
        line = line.removeprefix("uv run ")
        done = subprocess.run(
            self.command(line),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        assert done.returncode == code, f"{line}\n{done.stdout}"
        # nbgrader goes on without what it does not know, or shows its help.
        assert not UNKNOWN.search(done.stdout), f"{line}\n{done.stdout}"
        return done.stdout

    def notebook(self, name: str = NAME) -> Path:
        return self.folder / COURSE_ID / name / f"{name}.ipynb"

    def answers(self, answers: dict[str, str], path: Path | None = None) -> None:
        """Write answers, by cell, into the notebook that they got."""
        path = path or self.notebook()
        nb = read_json(path)
        for cell in nb["cells"]:
            cell["source"] = answers.get(cell["id"], cell["source"])
        path.write_text(json.dumps(nb, indent=1), encoding="utf-8")


class Reader:
    """Whoever works through the page: its blocks are taken one after another."""

    def __init__(self) -> None:
        self.blocks = FENCE.findall(PAGE)
        self.place = 0

    def text(self, kind: str) -> str:
        """The next block, which must be of this kind."""
        assert self.place < len(self.blocks), f"the page has no further {kind} block"
        found, body = self.blocks[self.place]
        assert found == kind, f"expected a {kind} block, found {body}"
        self.place += 1
        return body

    def lines(self, first: str, students: bool = False) -> list[str]:
        """The next commands, of which the first must begin so."""
        body = self.text("bash")
        comments = [line for line in body.splitlines() if line.startswith("#")]
        assert [c[:10] for c in comments] == ["# students"] * students, body
        lines = [line for line in body.splitlines() if not line.startswith("#")]
        assert lines[0].startswith(first), f"expected {first}, found {lines[0]}"
        return lines

    def do(self, who: Person, first: str, students: bool = False) -> str:
        """Have somebody run the next commands; what they printed."""
        return "\n".join(map(who.run, self.lines(first, students)))


def make_world(folder: Path) -> dict[str, Person]:
    """An instructor with a fresh course of one lesson, and students, on one machine."""
    root = folder / "ivy" / "course"
    root.parent.mkdir()
    course = copy_course(root)
    for name in course.names:
        if name != NAME:
            course.notebook(name).unlink()
            for kind in ("source", "release", "answers"):
                shutil.rmtree(root / kind / name)
    shared = folder / "etc" / "jupyter"
    shared.mkdir(parents=True)
    (folder / "remote").mkdir()
    settings = f'[url "{(folder / "remote").as_uri()}/"]\n\tinsteadOf = '
    settings += f"{REMOTE.rpartition('/')[0]}/\n[safe]\n\tdirectory = *\n"
    (folder / "gitconfig").write_text(settings, encoding="utf-8")
    left_out = ("JUPYTER", "NBGRADER", "GIT_")
    common = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
    common |= {
        "PATH": os.pathsep.join([SCRIPTS, os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
        "OMP_NUM_THREADS": "1",
        "JUPYTER_CONFIG_PATH": str(shared),
        "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    people = {}
    for name in ("ivy", "ada", "linus"):
        home = folder / name
        (home / ".jupyter").mkdir(parents=True)
        # Accounts of the system cannot be made here: each says its name to nbgrader.
        who = f'get_config().CourseDirectory.student_id = "{name}"\n'
        if name != "ivy":
            (home / ".jupyter" / "nbgrader_config.py").write_text(who, encoding="utf-8")
        own = {
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": f"{name}@example.org",
            "GIT_COMMITTER_NAME": name,
            "GIT_COMMITTER_EMAIL": f"{name}@example.org",
        }
        works = root if name == "ivy" else home
        places = {EXCHANGE: str(folder / "exchange")}
        people[name] = Person(works, common | own, places)
    return people


@contextmanager
def lab(who: Person, line: str) -> Iterator[tuple[str, str]]:
    """JupyterLab, started as the page says; its address and token."""
    port = free_port()
    options = ["--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    log = who.folder.parent / "lab.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*who.command(line), *options],
            cwd=who.folder,
            env=who.environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        _, token = address(process, log)
        url = f"http://localhost:{port}"
        wait_until(lambda: answers(url, token), PATIENCE)
        yield url, token
    finally:
        process.terminate()
        process.wait(PATIENCE)


def answers(url: str, token: str) -> bool:
    """Whether JupyterLab does: it names its address a moment before."""
    try:
        return get(f"{url}/api/status", token).status == 200
    except ConnectionError:
        return False
    except urllib.error.URLError as error:
        if isinstance(error.reason, ConnectionError):
            return False
        raise


def edit(server: tuple[str, str], path: str, cell: str, old: str, new: str) -> None:
    """Change a cell and save, as JupyterLab does."""
    url, token = server
    model = json.load(get(f"{url}/api/contents/{path}", token))
    [found] = [c for c in model["content"]["cells"] if c["id"] == cell]
    assert old in found["source"]
    found["source"] = found["source"].replace(old, new)
    request = urllib.request.Request(
        f"{url}/api/contents/{path}?token={token}",
        json.dumps({"type": "notebook", "content": model["content"]}).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    assert urllib.request.urlopen(request, timeout=PATIENCE).status == 200


def together(*jobs: Callable[[], str]) -> list[str]:
    """Do things at the same time that need nothing of each other; what they printed."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]


class Book:
    """What the gradebook holds."""

    def __init__(self, root: Path) -> None:
        self.address = f"sqlite:///{root / 'gradebook.db'}"

    def scores(self) -> dict[str, float]:
        """By student: points, of those who handed in."""
        with Gradebook(self.address) as gradebook:
            found = gradebook.assignment_submissions(NAME)
            return {s.student.id: s.score for s in found}

    def mark_by_hand(self, student: str, points: dict[str, float]) -> None:
        """What Formgrader does where somebody enters points."""
        with Gradebook(self.address) as gradebook:
            for cell, earned in points.items():
                grade = gradebook.find_grade(cell, NAME, NAME, student)
                grade.manual_score = earned
                grade.needs_manual_grade = False
            gradebook.db.commit()


def download(who: Person, files: dict[str, bytes]) -> None:
    """Put the zip that an LMS makes of these files where the page says."""
    archive = who.folder / "downloaded" / NAME / "archive"
    archive.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive / ZIP, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)


# ---- The page, section by section ----

# A heading right above another one has nothing to do under it.
SECTIONS = re.findall(r"^##+ (.+)\n(?!\n*#)", FENCE.sub("", PAGE), re.MULTILINE)
STEPS: dict[str, Callable[["Walk"], None]] = {}


def under(heading: str) -> Callable:
    """This method does what stands under the heading; the next one comes after it."""
    return lambda step: STEPS.setdefault(heading, step)


class Walk:
    """The page as it is worked through; a step finds what earlier ones have left."""

    def __init__(self, people: dict[str, Person]) -> None:
        self.reader = Reader()
        self.ivy, self.ada, self.linus = people.values()
        self.course = Course(self.ivy.folder)
        self.book = Book(self.course.root)
        self.lesson = self.course.lesson(NAME)
        exercises = self.lesson.exercises
        right = {f"{e.id}-answer": solution(e.answer.source) for e in exercises}
        bank = read_bank(self.course.bank(NAME))["one-hot"]
        [integers] = [w.source for w in bank.wrong if w.name == "returns_int64"]
        self.right, self.wrong_type = right, right | {"one-hot-answer": integers}
        # What is earned by explanations, which a person reads.
        self.explained = {
            e.answer.id: e.points for e in exercises if e.answer.is_graded
        }
        self.handed = self.course.root / "submitted"
        self.page = self.course.root / "feedback" / "ada" / NAME / f"{NAME}.html"
        self.moodle = "Grace Hopper_1327627_assignsubmission_file"

    @under("Close the folder to others")
    def close(self) -> None:
        self.reader.do(self.ivy, "chmod 700")
        assert stat.S_IMODE(self.course.root.stat().st_mode) == 0o700

    @under("1. Your students")
    def list_students(self) -> None:
        students = self.ivy.folder / "students.csv"
        students.write_text(self.reader.text("csv"), encoding="utf-8")
        self.reader.do(self.ivy, "uv run course students")
        with Gradebook(self.book.address) as gradebook:
            people = {s.id: (s.first_name, s.email) for s in gradebook.students}
        assert people["Grace Hopper"] == ("Grace", "grace@example.org")
        assert set(people) == {"ada", "Grace Hopper", "4711"}

    @under("2. Adjust a lesson")
    def adjust(self) -> None:
        ivy, course = self.ivy, self.course
        source = f"source/{NAME}/{NAME}.ipynb"
        [line] = self.reader.lines("uv run jupyter lab")
        with lab(ivy, line) as server:
            edit(server, source, "one-hot-hint", "Begin with", "Start with")
            assignments = json.load(
                get(f"{server[0]}/formgrader/api/assignments", server[1])
            )
        assert [each["name"] for each in assignments] == [NAME]
        assert course.link(NAME).is_symlink()
        assert "Start with a table" in course.notebook(NAME).read_text(encoding="utf-8")
        build, self.generate, due = self.reader.lines("uv run course build")
        assert f"changed release/{NAME}/{NAME}.ipynb" in ivy.run(build)
        self.released = course.released(NAME).read_bytes()
        assert b"Start with a table" in self.released
        assert b"BEGIN SOLUTION" not in self.released
        before = tree(course.root / "release")
        ivy.run(self.generate)
        assert tree(course.root / "release") == before
        ivy.run(due)
        with Gradebook(self.book.address) as gradebook:
            assert gradebook.find_assignment(NAME).duedate.year == 2030

    @under("Through nbgrader's exchange")
    def use_the_exchange(self) -> None:
        reader, ivy, ada, linus = self.reader, self.ivy, self.ada, self.linus
        settings = reader.text("python").replace(EXCHANGE, ivy.places[EXCHANGE])
        shared = Path(ivy.environment["JUPYTER_CONFIG_PATH"]) / "nbgrader_config.py"
        shared.write_text(settings, encoding="utf-8")
        reader.do(ivy, "mkdir")
        [fetch] = reader.lines("nbgrader fetch_assignment", students=True)
        [submit] = reader.lines("nbgrader submit", students=True)
        exchange = Path(ivy.places[EXCHANGE])
        assert stat.S_IMODE(exchange.stat().st_mode) == 0o1777
        together(partial(ada.run, fetch), partial(linus.run, fetch))
        assert ada.notebook().read_bytes() == self.released
        # Another course in the same exchange is there for everybody, too.
        shutil.copytree(exchange / COURSE_ID, exchange / "history")
        listed = ada.run("nbgrader list")
        assert f"pytorch {NAME}" in listed and f"history {NAME}" in listed, listed
        # Ada hands in too early, and again. Linus has another name for the notebook.
        linus.answers(self.right)
        linus.notebook().rename(linus.notebook().with_name("mine.ipynb"))
        together(partial(ada.run, submit), partial(linus.run, submit))
        ada.answers(self.wrong_type)
        together(partial(ada.run, submit), partial(linus.run, fetch, code=1))

    @under("As a zip, for Moodle, Canvas and others")
    def make_a_zip(self) -> None:
        self.reader.do(self.ivy, "uv run python -m zipfile")
        with zipfile.ZipFile(self.ivy.folder / f"{NAME}.zip") as file:
            assert file.read(f"{NAME}/{NAME}.ipynb") == self.released
            assert {Path(n).parts[0] for n in file.namelist()} == {NAME}

    @under("As a git repository, for nbgitpuller")
    def use_git(self) -> None:
        remote = self.linus.folder.parent / "remote" / "lessons.git"
        subprocess.run(
            ["git", "init", "-q", "--bare", "-b", "main", remote], check=True
        )
        self.git = self.reader.lines("git init")
        for line in self.git:
            self.ivy.run(line)
        listed = self.ivy.run(f"git --git-dir {remote} ls-tree -r --name-only main")
        assert listed.split() == [f"{NAME}/{NAME}.ipynb"]
        [self.pull] = self.reader.lines("gitpuller", students=True)
        self.linus.run(self.pull)
        self.pulled = self.linus.folder / "lessons" / NAME / f"{NAME}.ipynb"
        assert self.pulled.read_bytes() == self.released
        self.linus.answers(self.right, self.pulled)

    @under("4. Collect")
    def collect(self) -> None:
        ivy, handed = self.ivy, self.handed
        [collect] = self.reader.lines("uv run nbgrader collect")
        grace, other = self.solved(self.right), self.solved(self.wrong_type)
        [self.zip_collect] = self.reader.lines("uv run nbgrader zip_collect")
        download(ivy, {f"{self.moodle}/my homework.ipynb": grace})
        together(partial(ivy.run, collect), partial(ivy.run, self.zip_collect))
        newest = handed / "ada" / NAME / f"{NAME}.ipynb"
        assert newest.read_bytes() == self.ada.notebook().read_bytes()
        assert (handed / "Grace Hopper" / NAME / "my homework.ipynb").is_file()
        # Canvas, for which the class is another one.
        download(ivy, {f"turingalan_LATE_4711_99120_{NAME}-1.ipynb": other})
        ivy.run(self.zip_collect)
        assert (handed / "4711" / NAME / f"{NAME}.ipynb").read_bytes() == other
        assert len(list(handed.iterdir())) == 4

    def solved(self, answers: dict[str, str]) -> bytes:
        """The notebook of somebody who is not here, with these answers."""
        path = self.linus.folder / "solved.ipynb"
        path.write_bytes(self.released)
        self.linus.answers(answers, path)
        return path.read_bytes()

    @under("5. Grade")
    def grade(self) -> None:
        [grade] = self.reader.lines("uv run course grade")
        self.ivy.run(grade)
        most = self.lesson.points
        for student in ("ada", "linus", "4711"):
            self.book.mark_by_hand(student, self.explained)
        wanted = {"linus": most, "4711": most - 1, "ada": most - 1}
        unmarked = most - sum(self.explained.values())
        assert unmarked < most
        assert self.book.scores() == wanted | {"Grace Hopper": unmarked}

    @under("6. Give it back")
    def give_back(self) -> None:
        reader, ada, linus = self.reader, self.ada, self.linus
        reader.do(self.ivy, "uv run course feedback")
        assert "expected dtype float32" in self.page.read_text(encoding="utf-8")
        said = reader.do(self.ivy, "uv run nbgrader release_feedback")
        assert "4711 did not hand in through the exchange" in said
        [fetch_feedback] = reader.lines("nbgrader fetch_feedback", students=True)
        together(partial(ada.run, fetch_feedback), partial(linus.run, fetch_feedback))
        [got] = (ada.folder / COURSE_ID / NAME / "feedback").rglob("*.html")
        assert got.read_bytes() == self.page.read_bytes()
        [got] = (linus.folder / COURSE_ID / NAME / "feedback").rglob("*.html")
        assert got.name == "mine.html"
        assert "was graded because" in got.read_text("utf-8")

    @under("7. See how it went, and pass marks on")
    def report(self) -> None:
        reading = self.reader.lines("uv run course report")
        together(*(partial(self.ivy.run, line) for line in reading))
        reports = self.course.root / "reports"
        named, anonymous = reports / "report.html", reports / "anonymous/report.html"
        assert "Grace Hopper" in named.read_text(encoding="utf-8")
        assert "Grace Hopper" not in anonymous.read_text(encoding="utf-8")
        for kind in ("csv", "canvas", "moodle"):
            marks = (reports / f"grades-{kind}.csv").read_text(encoding="utf-8")
            assert f",{self.lesson.points - 1:g}" in marks
        self.book.mark_by_hand("Grace Hopper", self.explained)

    @under("8. Mend a test")
    def mend(self) -> None:
        reader, ivy, course = self.reader, self.ivy, self.course
        nb = read_json(course.notebook(NAME))
        [test] = [c for c in nb["cells"] if c["id"] == "one-hot-test-table"]
        *test["source"], last = "".join(test["source"]).splitlines(keepends=True)
        assert last.startswith("assert got.dtype == torch.float32")
        test["source"][-1] = test["source"][-1].rstrip()
        course.notebook(NAME).write_text(json.dumps(nb), encoding="utf-8")
        reader.do(ivy, "uv run course build")
        everybody = ("ada", "linus", "4711", "Grace Hopper")
        assert self.book.scores() == dict.fromkeys(everybody, self.lesson.points)
        assert "expected dtype" not in self.page.read_text(encoding="utf-8")
        with Gradebook(self.book.address) as gradebook:
            assert gradebook.find_assignment(NAME).duedate.year == 2030
        mended = course.released(NAME).read_bytes()
        [release] = reader.lines("uv run nbgrader release_assignment")
        names = (f"{self.moodle}/{NAME}{again}.ipynb" for again in ("", " (1)"))
        download(ivy, dict.fromkeys(names, mended))
        _, said = together(
            partial(ivy.run, release), partial(ivy.run, self.zip_collect)
        )
        assert "Grace Hopper: 2 notebooks" in said
        held = {p.name for p in (self.handed / "Grace Hopper" / NAME).glob("*.ipynb")}
        assert held == {f"{NAME}.ipynb", f"{NAME} (2).ipynb"}
        for line in self.git[2:]:
            ivy.run(line)
        self.linus.run(self.pull)
        pulled = read_json(self.pulled)["cells"]
        merged = {c["id"]: "".join(c["source"]) for c in pulled}
        assert "dtype" not in merged["one-hot-test-table"]
        assert merged["one-hot-answer"] == self.right["one-hot-answer"]

    @under("When something goes wrong")
    def go_wrong(self) -> None:
        ivy, course = self.ivy, self.course
        assert not self.reader.blocks[self.reader.place :]  # all has been done
        download(ivy, {f"{self.moodle}/work.zip": b"PK damaged"})
        nb = read_json(course.notebook(NAME))
        nb["cells"] = [c for c in nb["cells"] if c["id"] != "one-hot-test-table"]
        course.notebook(NAME).write_text(json.dumps(nb), encoding="utf-8")
        again = partial(ivy.run, self.zip_collect, code=3)
        zipped, generated = together(again, partial(ivy.run, self.generate, code=1))
        assert "Look at Grace Hopper: work.zip is damaged" in zipped
        assert "Cannot add or remove cells" in generated
        assert not course.released(NAME).exists()


def walk(folder: Path) -> None:
    """Take all steps in order, and keep what went wrong in each."""
    came = dict.fromkeys(STEPS, "not reached: an earlier step failed")
    walk = Walk(make_world(folder))
    for name, step in STEPS.items():
        try:
            step(walk)
        except Exception:
            came[name] = traceback.format_exc()
            break
        came[name] = ""
    (folder / "steps.json").write_text(json.dumps(came), encoding="utf-8")


@pytest.fixture(scope="module")
def walked(tmp_path_factory) -> dict[str, str]:
    """By step: what went wrong, or nothing. The page is worked through once."""
    folder = once(tmp_path_factory, "guide", walk)
    return json.loads((folder / "steps.json").read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="nbgrader's exchange needs POSIX")
@pytest.mark.parametrize("step", STEPS)
def test_step_of_the_page(walked, step):
    if walked[step]:
        pytest.fail(walked[step], pytrace=False)


def test_each_section_of_the_page_is_a_step():
    assert list(STEPS) == SECTIONS


@pytest.mark.parametrize(
    ("path", "student", "file"),
    [
        (
            "Grace Hopper_13_assignsubmission_file/01_tensors.ipynb",
            "Grace Hopper",
            NAME,
        ),
        (
            "Grace Hopper_13_assignsubmission_file_/01_tensors.ipynb",
            "Grace Hopper",
            NAME,
        ),
        (
            "Grace Hopper_13_assignsubmission_file_01_tensors.ipynb",
            "Grace Hopper",
            NAME,
        ),
        ("Zoë O'Neil-Ray_2_assignsubmission_file/a/b.ipynb", "Zoë O'Neil-Ray", "b"),
        ("turingalan_4711_99_01_tensors.ipynb", "4711", NAME),
        ("turingalan_LATE_4711_99_01_tensors-2.ipynb", "4711", NAME),
        ("turingalan_4711_99_01_tensors (1).ipynb", "4711", NAME),
        ("turingalan_4711_99_work/01_tensors.ipynb", "4711", NAME),
        # Whatever a student calls a file, it stays that student's.
        ("Ada_1_assignsubmission_file_5_6_x.ipynb", "Ada", "5_6_x"),
        ("Ada_1_assignsubmission_file/Bob_2_assignsubmission_file/x.ipynb", "Ada", "x"),
        ("turingalan_4711_99_5_6_x.ipynb", "4711", "5_6_x"),
        (
            "turingalan_4711_99_downloaded/a/extracted/b/c_5_6_x.ipynb",
            "4711",
            "c_5_6_x",
        ),
        ("Ada_1_assignsubmission_file/.ipynb_checkpoints/x-checkpoint.ipynb", "", ""),
        ("Ada_1_assignsubmission_file/__MACOSX/._x.ipynb", "", ""),
        ("notes/x.ipynb", "", ""),
    ],
)
def test_whose_a_file_is(path, student, file):
    pattern = nbgrader_config(ROOT).FileNameCollectorPlugin.named_regexp
    found = re.match(pattern, f"/c/downloaded/{NAME}/extracted/A_1_2 zip/{path}")
    assert bool(found) == bool(student)
    if found:
        assert (found["student_id"], found["file_id"]) == (student, file)
