"""The pins of requirements.txt, which conda users get, install and run a lesson."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
import yaml
from uv_command import uv, uv_cached_first

from course.base.notebook import read_json

ROOT = Path(__file__).resolve().parents[2]
LESSON = ROOT / "notebooks" / "01_tensors.ipynb"


@pytest.fixture
def environment() -> Iterator[Path]:
    """An empty folder for gigabytes, removed at the end.

    It lies in the project, where uv links to its cache as it does for `.venv`; pytest
    would keep its own folders, in memory on some systems.
    """
    with tempfile.TemporaryDirectory(
        prefix=".venv-test-", dir=ROOT, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder) / "env"


def programs(environment: Path) -> Path:
    return environment / ("Scripts" if os.name == "nt" else "bin")


def installed(environment: Path) -> dict[str, Distribution]:
    (packages,) = environment.glob("[lL]ib/**/site-packages")
    return {d.metadata["Name"].lower(): d for d in distributions(path=[str(packages)])}


@pytest.mark.slow
def test_pins_install_and_run_a_lesson(environment, tmp_path):
    spec = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (flags,) = [part["pip"] for part in spec["dependencies"] if isinstance(part, dict)]
    made = uv("venv", str(environment), cwd=ROOT)
    assert made.returncode == 0, made.stderr

    python = programs(environment) / "python"
    install = ["pip", "install", "--require-hashes", "--python", str(python)]
    done = uv_cached_first(*install, *" ".join(flags).split(), cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert {"torch", "nbgrader", "jupyterlab"} <= set(installed(environment))
    assert "pytorch-course" not in installed(environment)

    command = [python, "-m", "nbconvert", "--to", "notebook", "--execute"]
    command += ["--output-dir", tmp_path, "--ExecutePreprocessor.iopub_timeout=120"]
    clean = {
        k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "PYTHON"))
    }
    clean["PATH"] = f"{programs(environment)}{os.pathsep}{os.environ['PATH']}"
    clean["JUPYTER_DATA_DIR"] = str(tmp_path)  # no kernel but the environment's own
    ran = subprocess.run(
        [*command, LESSON], cwd=tmp_path, env=clean, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    cells = read_json(tmp_path / LESSON.name)["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code" and cell["source"]]
    assert code
    assert all(cell["execution_count"] for cell in code)
