"""The one form in which a lesson is stored: same content, same bytes.

Ids equal nbgrader's grade ids; nbgrader's metadata follows from the id; code is
formatted by ruff; only cells tagged `nbval-check-output` keep their outputs.
"""

import json
import subprocess
import sys
from pathlib import Path

from course.base.errors import CourseError
from course.base.notebook import (
    CHECKED_OUTPUT,
    is_given_id,
    is_task_id,
    read_json,
    text_of,
)

LINE_LENGTH = 88
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def canonical_bytes(path: Path) -> bytes:
    """The canonical form of the notebook in `path`, which is left alone.

    Raises CourseError where it is no notebook or its code has a syntax error.
    """
    nb = _format_code(read_json(path), path)
    names = {_cell_name(raw) for raw in nb["cells"]}
    exercises = {name.removesuffix("-task") for name in names if is_task_id(name)}
    cells = [_canonical_cell(raw, exercises) for raw in nb["cells"]]
    result = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return to_bytes(result)


def to_bytes(nb: dict) -> bytes:
    """The notebook as nbformat writes it: sorted keys, indent 1, real characters."""
    text = json.dumps(nb, indent=1, sort_keys=True, ensure_ascii=False)
    return (text + "\n").encode()


def _format_code(nb: dict, path: Path) -> dict:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--quiet"]
    command += ["--line-length", str(LINE_LENGTH), "--stdin-filename", "lesson.ipynb"]
    done = subprocess.run([*command, "-"], input=to_bytes(nb), capture_output=True)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = said[0] if said else "no reason given"
        raise CourseError(
            f"{path}: ruff cannot format it: {reason}. Mend the code of that cell."
        )
    return json.loads(done.stdout)


def _cell_name(raw: dict) -> str:
    metadata = raw.get("metadata", {})
    grade_id = metadata.get("nbgrader", {}).get("grade_id")
    return metadata.get("name") or grade_id or raw.get("id", "")


def _canonical_cell(raw: dict, exercises: set[str]) -> dict:
    name = _cell_name(raw)
    metadata = dict(raw.get("metadata", {}))
    points = metadata.pop("points", metadata.get("nbgrader", {}).get("points", 0))
    tags = sorted(metadata.get("tags", ()))
    is_code = raw["cell_type"] == "code"

    kept = {"tags": tags} if tags else {}
    nbgrader = _nbgrader(name, is_code, points, exercises) or metadata.get("nbgrader")
    kept |= {"nbgrader": nbgrader} if nbgrader else {"name": name}
    lines = text_of(raw["source"]).strip("\n").splitlines(keepends=True)
    cell = {"cell_type": raw["cell_type"], "id": name, "metadata": kept}
    cell["source"] = lines
    if is_code:
        outputs = raw.get("outputs", []) if CHECKED_OUTPUT in tags else []
        # nbval takes a stored output without a count for a mistake.
        cell["execution_count"] = 1 if outputs else None
        cell["outputs"] = [_canonical_output(output) for output in outputs]
    return cell


def _canonical_output(output: dict) -> dict:
    output = dict(output)
    if "execution_count" in output:
        output["execution_count"] = None
    if "text" in output:
        output["text"] = text_of(output["text"]).splitlines(keepends=True)
    return output


def _nbgrader(name: str, is_code: bool, points: float, exercises: set) -> dict | None:
    """nbgrader's metadata for a cell of an exercise; None for any other cell."""
    owners = [e for e in exercises if name.startswith(f"{e}-")]
    if not owners:
        return None
    role = name.removeprefix(f"{max(owners, key=len)}-")
    is_test = is_code and (role == "test" or role.startswith("test-"))
    is_written = role == "answer" and not is_code
    is_given = is_code and is_given_id(name)
    if not (role in ("task", "answer") or is_test or is_given):
        return None
    nbgrader = {
        "grade": is_test or is_written,
        "grade_id": name,
        "locked": role != "answer",
        "schema_version": 3,
        "solution": role == "answer",
        "task": False,
    }
    if nbgrader["grade"]:
        nbgrader["points"] = points
    return nbgrader
