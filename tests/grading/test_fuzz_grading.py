"""Three hundred damaged submissions in one batch, with honest students between them."""

import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from course_copies import ROOT
from damaged_submissions import submission
from student_classes import (
    HALF,
    RIGHT,
    configure,
    earned_by_tests,
    expected,
    invoke,
    make_class,
    scores,
    submit,
    url,
)
from submission_desk import Desk, make_desk
from word_lesson import NAME

from course.base.course_folder import Course
from course.grading.find_submissions import student_id
from course.instructor.export import read_table

pytest_plugins = ["graded_courses"]
pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(sys.platform != "linux", reason="kernels fork on Linux"),
]

COUNT = 300
HONEST = {f"{letter}-honest": RIGHT if letter < "m" else HALF for letter in "adhmtz"}
CELLS = [  # what a student's cell may do, besides what the answer is
    *("exit()", "quit()", "raise SystemExit", "get_ipython().ask_exit()"),
    "get_ipython().kernel.do_shutdown(True)",
    *("import os; os._exit(3)", "import os; os.abort()", "import os; os.kill(0, 9)"),
    *("import ctypes; ctypes.string_at(0)", "def f(): f()\nf()", "1 / 0", "x = ("),
    *("print('x' * 10**7)", "while True: print('line' * 100)", "%reset -f", "!sleep 1"),
    *("while True: pass", "import time; time.sleep(9)", "held = bytearray(2**33)"),
    "import threading, time\n"
    "threading.Thread(target=time.sleep, args=[60], daemon=True).start()",
    "get_ipython().kernel.session.send(get_ipython().kernel.iopub_socket, "
    "'execute_input', {'code': 1, 'execution_count': 'x'}, "
    "parent=get_ipython().parent_header)",
    "get_ipython().kernel.session.send(get_ipython().kernel.iopub_socket, "
    "'display_data', {'data': {'image/png': [1], 'text/html': {}}, 'metadata': 3}, "
    "parent=get_ipython().parent_header)",
    "from IPython.display import display, HTML\n"
    "display(HTML('<script>evil()</script>'))",
    "class A(Exception):\n    pass\nA.__name__ = 'a\\n- b\\x1b[2J'\n"
    "raise A('\\x00\\ud800')",
    "import os\nos.makedirs('d/' * 300)\nopen('x' * 255, 'w').close()",
    "%load_ext autoreload\n%autoreload 2",
    "import torch; torch.set_default_device('cpu')",
]
FOLDERS = ["\x1b[2J", "a\nb", "é", "e\u0301", "\udcff", "x" * 200, "[b]", "-rf"]
MEASURE = """
from pathlib import Path
from rich.console import Console
from course.grading.coordinator import Options, grade
from course.base.course_folder import Course

tallies = grade(Course.here(), [], [], Options(workers=2))
[tally] = tallies.values()
[peak] = [l for l in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in l]
print(tally.graded, peak.split()[1])
"""
MOST_KIB = 400 * 1024


@dataclass(frozen=True)
class Active(Desk):
    """Notebooks of students whose cells do all sorts of things."""

    chance: random.Random

    def solved(self, answers: dict[str, str]) -> dict:
        nb = super().solved(answers)
        for cell in nb["cells"]:
            if cell["cell_type"] == "code" and self.chance.random() < 0.1:
                what = self.chance.choice(CELLS)
                order = ["{0}\n{1}", "{1}\n{0}", "{1}"][self.chance.randrange(3)]
                cell["source"] = order.format(cell["source"], what)
        return nb


def submit_damaged(course: Course, desk: Desk, seed: str) -> str:
    """One damaged submission; the id of its student."""
    chance = random.Random(seed)
    name = f"{chance.choice('bcefgxy')}{seed.partition(' ')[2]}"
    if chance.random() < 0.2:
        name += chance.choice(FOLDERS)
    folder = course.root / "submitted" / name / NAME
    folder.mkdir(parents=True)
    submission(Active(desk.source, desk.released, folder, chance), chance)
    return student_id(name)


@pytest.fixture(scope="module")
def course(released: Path, tmp_path_factory) -> Course:
    made = make_class(released, tmp_path_factory.mktemp("fuzz") / "class", {})
    configure(
        made,
        "c.Execute.timeout = 4",
        'c.CourseProvisioner.limits = {"seconds": 40}',
    )
    return made


def test_a_batch_of_damaged_submissions(course, released, tmp_path, monkeypatch):
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    for student, answers in HONEST.items():
        submit(course, student, answers)
    desk = make_desk(released, tmp_path)
    damaged = {submit_damaged(course, desk, f"{seed} {k}") for k in range(COUNT)}
    assert len(damaged) == COUNT
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        cwd=course.root,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr and "Grading itself failed" not in done.stderr
    assert "\x1b" not in done.stderr
    graded, kib = map(int, done.stdout.split())
    assert graded == COUNT + len(HONEST)
    assert kib < MOST_KIB
    found = scores(url(course))
    assert set(found) == damaged | set(HONEST)
    cells = set(found["a-honest"])
    assert all(set(those) == cells for those in found.values())
    earned = earned_by_tests(course)
    assert {student: earned[student] for student in HONEST} == expected(HONEST)
    for student in found:
        path = course.root / "autograded" / student / NAME / f"{NAME}.ipynb"
        assert json.loads(path.read_text(encoding="utf-8"))["cells"]
    pages(course, monkeypatch, len(found))


def pages(course: Course, monkeypatch, students: int) -> None:
    """Feedback, report and export of such a class."""
    code, out, said = invoke(course, monkeypatch, "feedback")
    assert code in (0, 3) and "Traceback" not in said
    written = int(out.split()[0])
    assert written + said.count("no page for") == students
    assert written >= students - 5
    for student in HONEST:
        page = course.root / "feedback" / student / NAME / f"{NAME}.html"
        assert page.is_file()
    code, _, said = invoke(course, monkeypatch, "report")
    assert code in (0, 3) and "Traceback" not in said
    for kind in ("csv", "moodle", "canvas"):
        code, _, said = invoke(course, monkeypatch, "export", "--format", kind)
        assert code == 0, said
    assert len(read_table(course, []).people) == students
