"""Every file of `tests/attacks/` as a submission, graded between honest students."""

import ast
import copy
import ctypes
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from pathlib import Path

import nbformat
import pytest
from course_copies import ROOT
from nbgrader.api import Gradebook
from nbgrader_helpers import Graded, nbgrader
from small_lesson import raw

from course.base.atomic_files import link_to
from course.base.cell_imports import names_imported
from course.base.course_folder import CONFIG, Course
from course.base.privacy import close_to_others
from course.base.settings import read_settings
from course.kernel.execute import execute
from course.kernel.task import Task
from course.lesson.normalize import canonical_bytes, to_bytes
from course.proof.answer_bank import read_bank

NAME = "01_sums"
ATTACKS = sorted((ROOT / "tests" / "attacks").glob("*.py"))
SECTION = re.compile(r"^# %% (.+)\n", re.MULTILINE)
SUBREAPER = 36
WRITTEN = ("autograded", "feedback", "gradebook.db", ".nbgrader.log")
LOOK = 3  # what `course grade` returns where a person must look
SECONDS = 10  # for a cell: loops without end take so long
BATCH_SECONDS = 900


def secret(name: str) -> str:
    """A word that is nowhere else."""
    return f"canary-{name}-{secrets.token_hex(6)}"


SOLUTION, HIDDEN, SCHEME = map(secret, ("solution", "hidden", "scheme"))
STUDENT, BOOK, ENVIRONMENT, HOME = map(secret, ("student", "book", "env", "home"))
CELLS = [
    ("markdown", "title", "# 1 · Sums\n\nScale, count, shout, explain."),
    ("code", "setup", "import math\n\nimport torch"),
    ("markdown", "scale-task", "### Exercise 1 · Scale"),
    (
        "code",
        "scale-answer",
        f'''def scale(X):
    """Return 2 X + 1."""
    ### BEGIN SOLUTION
    return 2 * X + 1  # {SOLUTION}
    ### END SOLUTION''',
    ),
    ("code", "scale-try", "# scale(torch.eye(2))"),
    (
        "code",
        "scale-test-shape",
        """import torch

got = scale(torch.ones(2, 3))
assert got.shape == (2, 3), "the shape"
assert torch.equal(got, torch.full((2, 3), 3.0)), "scale this: ones\"""",
    ),
    (
        "code",
        "scale-test-values",
        f"""import torch

assert scale(torch.tensor([[1.0, 2.0]])).tolist() == [[3.0, 5.0]], "scale this: 1, 2"
### BEGIN HIDDEN TESTS
hidden = torch.arange(6.0)  # {HIDDEN}
assert torch.allclose(scale(hidden), 2 * hidden + 1), "scale this: {HIDDEN[:6]}"
torch.testing.assert_close(scale(hidden), torch.tensor([1.0, 3, 5, 7, 9, 11]))
for width in [4, 9]:
    assert "{HIDDEN}" and scale(torch.ones(width)).sum().item() == 3 * width
### END HIDDEN TESTS""",
    ),
    ("markdown", "weights-task", "### Exercise 2 · Weights"),
    (
        "code",
        "weights-answer",
        f"""### BEGIN SOLUTION
n_weights = 42  # {SOLUTION}
### END SOLUTION
### BEGIN STUB
# n_weights = 0  # write a number
### END STUB""",
    ),
    (
        "code",
        "weights-test",
        """assert isinstance(n_weights, int | float), "weights: not a number"
assert abs(n_weights - 42) < 0.5, "weights: layer after layer\"""",
    ),
    (
        "code",
        "weights-test-close",
        'assert math.isclose(n_weights, 42), "weights: not that many"',
    ),
    ("markdown", "shout-task", "### Exercise 3 · Shout"),
    (
        "code",
        "shout-answer",
        f'''def shout(text):
    """Return it in capitals, with a mark."""
    ### BEGIN SOLUTION
    return text.upper() + "!"  # {SOLUTION}
    ### END SOLUTION''',
    ),
    (
        "code",
        "shout-test",
        f"""### BEGIN HIDDEN TESTS
for secret in ["{HIDDEN}", "pear"]:
    assert shout(secret) == secret.upper() + "!", "scale this: a word"
### END HIDDEN TESTS
assert shout("a") == "A!", "scale this: a\"""",
    ),
    (
        "markdown",
        "why-task",
        f"### Exercise 4 · Why\n\n### BEGIN MARK SCHEME\n{SCHEME}\n### END MARK SCHEME",
    ),
    ("markdown", "why-answer", f"Because of {SOLUTION}."),
]
TESTS = [name for kind, name, _ in CELLS if kind == "code" and "-test" in name]
WRONG = {
    "scale-answer": "def scale(X):\n    return X",
    "weights-answer": "n_weights = 7",
    "shout-answer": "def shout(text):\n    return text",
    "why-answer": "Because I say so.",
}
RIGHT = {
    "scale-answer": f"def scale(X):\n    return X + X + 1  # {STUDENT}",
    "weights-answer": "n_weights = 40 + 2",
    "shout-answer": "def shout(text):\n    return f'{text.upper()}!'",
    "why-answer": STUDENT,
}
HALF = WRONG | {key: RIGHT[key] for key in ("scale-answer",)}
# The first, the middle and the last in the order of grading.
HONEST = {
    "a-right": (RIGHT, TESTS),
    "m-half": (HALF, TESTS[:2]),
    "t-untouched": ({}, []),
    "z-right": (RIGHT, TESTS),
}


@dataclass(frozen=True)
class Attack:
    """A file of `tests/attacks/`: what is in its sections, and what must come of it."""

    name: str
    says: str
    earns: list[str]
    sections: dict[str, str]


def read_attack(path: Path, words: dict[str, str]) -> Attack:
    """Read an attack; `words` replace what is between two @ in it."""
    text = path.read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    head, *parts = SECTION.split(text)
    doc = ast.literal_eval(head.strip())
    keys = dict(re.findall(r"^(says|earns): (.+)$", doc, re.MULTILINE))
    earns = [name.strip() for name in keys.get("earns", "").split(",") if name]
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    return Attack(path.stem, keys["says"], earns, sections)


def code(source: str) -> dict:
    """A code cell that a student adds."""
    made = {"cell_type": "code", "id": f"own{secrets.token_hex(4)}", "source": source}
    return made | {"metadata": {}, "outputs": [], "execution_count": None}


def hand_in(course: Course, attack: Attack) -> None:
    """Put the attack into submitted/."""
    folder = course.root / "submitted" / f"x-{attack.name}" / NAME
    folder.mkdir(parents=True)
    answers = WRONG | {
        name: text.rstrip("\n")
        for name, text in attack.sections.items()
        if name != "make" and not name.startswith("file ")
    }
    nb = filled(course, {} if is_about_the_notebook(attack) else answers)
    for name, text in attack.sections.items():
        if name.startswith("file "):
            path = folder / name.removeprefix("file ")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if make := attack.sections.get("make"):
        space = {"nb": nb, "folder": folder, "root": course.root, "code": code}
        exec(make, space | {"json": json, "copy": copy}, space)
        nb = space["nb"]
    if nb is not None:
        (folder / f"{NAME}.ipynb").write_text(json.dumps(nb))


def is_about_the_notebook(attack: Attack) -> bool:
    return set(attack.sections) == {"make"}


def filled(course: Course, answers: dict[str, str]) -> dict:
    """The released notebook with answers."""
    nb = json.loads(course.released(NAME).read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    return nb


@dataclass
class Batch:
    """What the batch left behind."""

    course: Course
    home: Path
    attacks: dict[str, Attack]
    printed: str = ""
    returned: int = 0
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    contacts: list = field(default_factory=list)
    left_over: list = field(default_factory=list)
    canary_lives: bool = False
    feedback: dict[str, str] = field(default_factory=dict)

    def notebook(self, student: str) -> dict:
        path = self.course.root / "autograded" / student / NAME / f"{NAME}.ipynb"
        return json.loads(path.read_text(encoding="utf-8"))


class Listeners:
    """Servers on this machine that must hear nothing."""

    def __init__(self, folder: Path) -> None:
        self.heard = []
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.path = str(folder / "unix")
        self.local = socket.socket(socket.AF_UNIX)
        self.local.bind(self.path)
        self.hidden = socket.socket(socket.AF_UNIX)
        self.hidden.bind(f"\0course-canary-{self.udp.getsockname()[1]}")
        for one in (self.tcp, self.local, self.hidden):
            one.listen()
            threading.Thread(target=self._accept, args=[one], daemon=True).start()
        threading.Thread(target=self._receive, daemon=True).start()

    def _accept(self, one: socket.socket) -> None:
        while True:
            self.heard.append(one.accept()[1])

    def _receive(self) -> None:
        while True:
            self.heard.append(self.udp.recvfrom(100))


@pytest.fixture(scope="module")
def batch(tmp_path_factory) -> Batch:
    """One real batch with all attacks, graded by `course grade`."""
    root = tmp_path_factory.mktemp("attacked")
    home = tmp_path_factory.mktemp("home")
    (home / "canary.txt").write_text(HOME)
    (home / ".ipython").mkdir()  # Jupyter makes it, to look for kernels there
    course = make_course(root)
    listeners = Listeners(tmp_path_factory.mktemp("sockets"))
    sleeper = subprocess.Popen(["sleep", "10000"])
    words = {
        "ROOT": str(root),
        "HOME": str(home),
        "TCP": str(listeners.tcp.getsockname()[1]),
        "UDP": str(listeners.udp.getsockname()[1]),
        "UNIX": listeners.path,
        "PID": str(os.getpid()),
        "CANARY": str(sleeper.pid),
    }
    for student, (answers, _) in HONEST.items():
        path = root / "submitted" / student / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(filled(course, answers)))
        (path.parent / "notes.txt").write_text(STUDENT)
    attacks = {path.stem: read_attack(path, words) for path in ATTACKS}
    for attack in attacks.values():
        hand_in(course, attack)
    close_to_others(course, read_settings(course))  # which grading would do
    made = Batch(course, home, attacks, before=outside(root, home))
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)  # what is left over comes to us
    ours = children()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "course", "grade", NAME, "--workers", "2"],
            cwd=root,
            env=os.environ
            | {"HOME": str(home), "COURSE_CANARY": ENVIRONMENT}
            | {"PYTHONPATH": str(ROOT), "COLUMNS": "300", "OMP_NUM_THREADS": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=BATCH_SECONDS,
        )
        made.printed, made.returned = done.stdout + done.stderr, done.returncode
        made.left_over = left_over(ours)
        made.canary_lives = sleeper.poll() is None
    finally:
        ctypes.CDLL(None).prctl(SUBREAPER, 0, 0, 0, 0)
        sleeper.kill()
        sleeper.wait()
    made.after, made.contacts = outside(root, home), listeners.heard
    assert made.returned == LOOK, made.printed
    nbgrader(root, "generate_feedback", NAME)
    for path in (root / "feedback").glob(f"*/{NAME}/{NAME}.html"):
        made.feedback[path.parts[-3]] = path.read_text(encoding="utf-8")
    return made


def make_course(root: Path) -> Course:
    course = Course(root)
    notebook = course.notebook(NAME)
    notebook.parent.mkdir()
    cells = [raw(*cell) for cell in CELLS]
    for cell in cells:
        cell["metadata"]["points"] = 1
    nb = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    notebook.write_bytes(to_bytes(nb))
    notebook.write_bytes(canonical_bytes(notebook))
    link_to(course.link(NAME), notebook)
    shutil.copy(ROOT / CONFIG, root)
    with (root / CONFIG).open("a") as file:
        file.write(f"\nc.Execute.timeout = {SECONDS}\n")
    nbgrader(root, "generate_assignment", NAME)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "pytorch") as book:
        for student in HONEST:
            book.add_student(student, first_name=BOOK)
    return course


def outside(root: Path, home: Path) -> dict:
    """What no submission may change, by path: a hash, or a link's target."""
    found = {}
    for folder in (root, home):
        for path in folder.rglob("*"):
            name = path.relative_to(folder).as_posix()
            if not name.startswith(WRITTEN):
                found[path] = path.lstat().st_mode, mark(path)
    python = Path(os.__file__)  # where a kernel may read, and no more
    return found | {python: (python.stat().st_mode, python.stat().st_mtime)}


def mark(path: Path) -> str | bytes:
    """A link's target, or a hash of a file; nothing else has content."""
    if path.is_symlink():
        return str(path.readlink())
    return sha256(path.read_bytes()).digest() if path.is_file() else ""


def left_over(ours: set[int]) -> list[int]:
    """Processes that have not ended a few seconds after the one that started them."""
    for _ in range(50):
        for pid in children() - ours:
            os.waitpid(pid, os.WNOHANG)
        if not children() - ours:
            return []
        time.sleep(0.1)
    found = sorted(children() - ours)
    for pid in found:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return found


def children() -> set[int]:
    found = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(pid) for path in found for pid in path.read_text().split()}


def words_of(nb: dict) -> str:
    """All that the student, or the student's code, has put into the notebook."""
    parts = []
    for cell in nb["cells"]:
        outputs = json.dumps(cell.get("outputs", ""), ensure_ascii=False)
        parts.append(outputs.replace("\\n", "\n"))
    return "\n".join(parts)


def plain(page: str) -> str:
    """A page's text, from its body on."""
    return unescape(re.sub(r"<[^>]+>", "", page.partition("<body")[2]))


# ---- What must have come of it ----

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are confined on Linux"),
]
each = pytest.mark.parametrize("name", [path.stem for path in ATTACKS])
HIDDEN_LINES = [
    line.strip()
    for _, _, source in CELLS
    if "BEGIN HIDDEN TESTS" in source
    for line in source.partition("BEGIN HIDDEN TESTS\n")[2]
    .partition("### END")[0]
    .splitlines()
]


def test_the_batch_ends_and_asks_for_a_person(batch):
    assert batch.returned == LOOK
    assert "Needs your review:" in batch.printed
    assert "Landlock" in batch.printed


@pytest.mark.parametrize("student", HONEST)
def test_honest_students_get_exactly_their_scores(batch, student):
    answers, passed = HONEST[student]
    grades = Graded(batch.course.root).grades(NAME, student)
    earned = {name: (float(name in passed), False) for name in TESTS}
    assert grades == earned | {"why-answer": (None, True) if answers else (0, False)}
    assert "changes how tests judge" not in json.dumps(batch.notebook(student))


@each
def test_nothing_is_paid_that_was_not_solved(batch, name):
    grades = Graded(batch.course.root).grades(NAME, f"x-{name}")
    assert set(grades) == {*TESTS, "why-answer"}
    expected = {test: float(test in batch.attacks[name].earns) for test in TESTS}
    assert {test: grades[test][0] for test in TESTS} == expected
    assert grades["why-answer"][0] in (None, 0)


@each
def test_the_reason_is_said_in_words(batch, name):
    cells = batch.notebook(f"x-{name}")["cells"]
    said = ["".join(cell["source"]) for cell in cells if cell["id"] == "grading-notes"]
    for cell in cells:
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error":
                said.append(f"{output['ename']}: {output['evalue']}")
    assert re.search(batch.attacks[name].says, "\n".join(said)), said


@each
def test_nothing_leaks_into_the_notebook(batch, name):
    text = words_of(batch.notebook(f"x-{name}"))
    for word in (SOLUTION, SCHEME, STUDENT, BOOK, ENVIRONMENT, HOME, "root:x:0"):
        assert word not in text
    for word in ("WROTE", "CHANGED ", "CONNECTED (", "SHADOWED"):
        assert word not in text


@each
def test_nothing_leaks_into_the_feedback(batch, name):
    page = plain(batch.feedback[f"x-{name}"])
    lines = [line for line in HIDDEN_LINES if line in page]
    assert not lines
    for word in (HIDDEN, SOLUTION, SCHEME, STUDENT, BOOK, ENVIRONMENT, HOME):
        assert word not in page
    assert "root:x:0" not in page


@each
def test_nothing_runs_in_the_browser_of_whoever_reads(batch, name):
    page = batch.feedback[f"x-{name}"].partition("<body")[2]
    assert not re.search(r"<(script|iframe|img|svg|a)\b[^>]*evil", page)
    assert not re.search(r"<script[^>]*>\s*evil", page)


def test_nothing_outside_was_changed(batch):
    assert batch.after == batch.before


def test_nothing_was_heard_on_this_machine(batch):
    assert batch.contacts == []


def test_no_process_is_left_over(batch):
    assert batch.left_over == []
    assert batch.canary_lives


LANDLOCK = [
    *("connection_files", "daemon", "inherited_descriptors", "reads_files"),
    *("reads_processes", "tcp", "udp", "writes", "magics", "startup_files"),
]


@pytest.mark.parametrize("name", LANDLOCK)
def test_landlock_alone_holds(batch, name):
    """Where namespaces are not permitted, the layer below them is all there is."""
    nb = nbformat.v4.new_notebook()
    nb.cells = [nbformat.v4.new_code_cell(batch.attacks[name].sections["setup"])]
    text = nbformat.writes(nb).encode()
    result = execute(Task(name, text, namespaces=False, modules=("torch",)))
    assert not any("namespaces" in layer for layer in result.layers)
    said = words_of(json.loads(result.notebook))
    for word in (SOLUTION, SCHEME, STUDENT, BOOK, ENVIRONMENT, HOME, "root:x:0"):
        assert word not in said
    for word in ("WROTE", "CHANGED ", "CONNECTED ("):
        assert word not in said
    assert outside(batch.course.root, batch.home) == batch.before
    assert batch.contacts == []


COURSE = Course(ROOT)


@pytest.mark.parametrize("kind", ["solution", "first", "second", "last"])
@pytest.mark.parametrize("lesson", COURSE.names)
def test_no_right_answer_is_taken_for_an_attack(lesson, kind):
    """The lesson's solutions, and unusual right answers from its banks."""
    answers = {}
    for exercise, bank in read_bank(COURSE.bank(lesson)).items():
        place = {"first": 0, "second": 1, "last": -1}.get(kind)
        if place is not None and bank.right:
            right = bank.right[min(place, len(bank.right) - 1)]
            answers[f"{exercise}-answer"] = right.source
    nb = nbformat.v4.new_notebook()
    for cell in COURSE.lesson(lesson).cells:
        make = getattr(nbformat.v4, f"new_{cell.kind}_cell")
        new = make(answers.get(cell.id, cell.source), id=cell.id)
        if cell.nbgrader:
            new.metadata.nbgrader = nbformat.from_dict(dict(cell.nbgrader))
        nb.cells.append(new)
    beside = COURSE.link(lesson).parent
    files = {
        path.relative_to(beside).as_posix(): path.read_bytes()
        for path in beside.rglob("*")
        if path.is_file() and path.suffix != ".ipynb"
    }
    modules = ("torch", "torchvision", "numpy", "sklearn", "matplotlib")
    text = nbformat.writes(nb).encode()
    known = names_imported(
        cell.source for cell in COURSE.lesson(lesson).cells if cell.is_code
    )
    result = execute(Task(lesson, text, files, modules=modules, imports=known))
    assert result.tampering == []
    assert [name for name, passed in result.passed.items() if not passed] == []


def test_attacks_are_files_of_ours(batch):
    """No attack is there without its two lines of what must come of it."""
    assert len(batch.attacks) >= 60
    assert all(attack.says != "None" for attack in batch.attacks.values())
