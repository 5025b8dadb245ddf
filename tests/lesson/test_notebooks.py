"""Every lesson runs from top to bottom, and its checked outputs are as stored."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from course_copies import ROOT

from course.base.course_folder import Course
from course.base.notebook import CHECKED_OUTPUT
from course.lesson.normalize import to_bytes

COURSE = Course(ROOT)
STRICT = "error:::__main__"  # what the cells of a lesson are, in their kernel


def nbval(
    path: Path, folder: Path, device: str = "auto"
) -> subprocess.CompletedProcess:
    """Run nbval on a notebook, as `pytest --nbval-lax` would on the command line.

    With the device `cpu`, lessons find no NVIDIA GPU. A cell that causes a warning
    fails, unless it catches it.
    """
    hidden = {"CUDA_VISIBLE_DEVICES": ""} if device == "cpu" else {}
    options = ["-p", "no:xdist", "-p", "no:cacheprovider", "--rootdir", folder]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval-lax", *options, path],
        cwd=folder,  # nothing that a lesson writes ends up in the course
        env=os.environ | hidden | {"PYTHONWARNINGS": STRICT},
        capture_output=True,
        encoding="utf-8",
    )


def passed(done: subprocess.CompletedProcess) -> int:
    found = re.search(r"(\d+) passed", done.stdout)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("name", COURSE.names)
def test_a_lesson_runs_and_says_what_it_promises(name, tmp_path, device):
    done = nbval(on_device(COURSE.notebook(name), tmp_path, device), tmp_path, device)
    assert done.returncode == 0, done.stdout
    code = [cell for cell in COURSE.lesson(name).cells if cell.is_code]
    assert passed(done) == len(code) + 1 >= 2


def on_device(path: Path, folder: Path, device: str) -> Path:
    """A copy of the lesson, with a last cell that asks which device it has used."""
    known = ("cuda", "mps") if device == "auto" else (device,)
    known += ("mps",) * (sys.platform == "darwin")  # it cannot be hidden
    nb = json.loads(path.read_text(encoding="utf-8"))
    source = f"assert device.type in {known}, device"
    last = {"cell_type": "code", "id": "device-used", "source": source}
    nb["cells"].append(last | {"metadata": {}, "outputs": [], "execution_count": None})
    copy = folder / path.name
    copy.write_bytes(to_bytes(nb))
    return copy


def test_a_changed_output_is_noticed(tmp_path):
    """The first cells of a lesson, up to one with a checked output, which we change."""
    nb = json.loads(COURSE.notebook(COURSE.names[0]).read_text(encoding="utf-8"))
    checked = [CHECKED_OUTPUT in c["metadata"].get("tags", ()) for c in nb["cells"]]
    setup = next(c for c in nb["cells"] if c["id"] == "setup")
    demo = nb["cells"][checked.index(True, checked.index(True) + 1)]
    nb["cells"] = [setup, demo]
    path = tmp_path / "changed.ipynb"
    path.write_bytes(to_bytes(nb))
    assert nbval(path, tmp_path).returncode == 0
    demo["outputs"][0]["text"] = ["something else\n"]
    path.write_bytes(to_bytes(nb))
    done = nbval(path, tmp_path)
    assert done.returncode == 1
    assert "something else" in done.stdout and passed(done) == 1


@pytest.mark.parametrize("kind", ["DeprecationWarning", "FutureWarning", "UserWarning"])
def test_a_warning_of_a_cell_is_noticed(kind, tmp_path):
    warn = f"import warnings\nwarnings.warn('too old', {kind})"
    caught = "import warnings\nwith warnings.catch_warnings(record=True):\n"
    caught += f"    warnings.simplefilter('always')\n    warnings.warn('no', {kind})"
    nb = json.loads(COURSE.notebook(COURSE.names[0]).read_text(encoding="utf-8"))
    blank = {"cell_type": "code", "metadata": {}, "outputs": []}
    nb["cells"] = [
        blank | {"id": name, "source": source, "execution_count": None}
        for name, source in {"warns": warn, "catches": caught}.items()
    ]
    path = tmp_path / "warns.ipynb"
    path.write_bytes(to_bytes(nb))
    done = nbval(path, tmp_path)
    assert done.returncode == 1
    assert kind in done.stdout and "too old" in done.stdout
    assert passed(done) == 1
