"""Processes share compiled modules where Python is told to keep none."""

import subprocess
import sys

from course.base.bytecode import with_bytecode

UNWANTED = "PYTHONDONTWRITEBYTECODE"


def test_bytecode_lands_in_the_folder_alone(tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "module.py").touch()
    environment = with_bytecode({UNWANTED: "1", "PYTHONSAFEPATH": ""}, tmp_path / "pyc")
    subprocess.run(
        [sys.executable, "-c", "import module"],
        cwd=tmp_path / "code",
        env=environment,
        check=True,
    )
    assert [p.name for p in (tmp_path / "code").iterdir()] == ["module.py"]
    assert list((tmp_path / "pyc").rglob("module.*.pyc"))


def test_elsewhere_nothing_changes(tmp_path):
    for environment in ({"A": "1"}, {UNWANTED: "", "A": "1"}):
        assert with_bytecode(environment, tmp_path) == environment
