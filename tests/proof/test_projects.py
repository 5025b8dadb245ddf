"""Whole projects, in designs that differ: the sound ones pass every test of lesson 08.

A file in `tests/projects/` is the work of one student: a docstring, perhaps with a line
`base: right_name` (the project whose other answers it shares), then a cell per answer,
`# %% exercise`. The name of a wrong one begins with `wrong_`; it lists the tests that
it fails, as in the banks, by `# fails: cell` and `# says: part of the message`. The
locked cells of the notebook run too, on the real data.
"""

import ast
import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import pytest
from bank_cases import expect_none
from course_copies import ROOT

from course.base.course_folder import Course
from course.proof.answer_bank import disagreements, fails_of
from course.proof.answer_runner import gradable, run_lesson

FOLDER = ROOT / "tests" / "projects"
LESSON = Course(ROOT).lesson("08_project")
SETTING = 'SEED = "digits", [], '
SEEDS = range(1, 21)
LEAST_RIGHT = 8
LEAST_WRONG = 15


@dataclass(frozen=True)
class Project:
    """The answers of a project by exercise, and the tests that it must fail."""

    name: str
    answers: dict[str, str]
    fails: dict[str, str | None] = field(default_factory=dict)


def read_project(path: Path) -> Project:
    """Read one file, and the answers of the project that it builds on."""
    source = path.read_text(encoding="utf-8")
    base = re.search(r"^base: (\w+)$", ast.get_docstring(ast.parse(source)) or "", re.M)
    answers = read_project(FOLDER / f"{base[1]}.py").answers if base else {}
    starts = [*re.finditer(r"^# %% ([a-z-]+)$", source, re.M)]
    ends = [found.start() for found in starts] + [len(source)]
    for found, (_, end) in zip(starts, pairwise(ends), strict=True):
        answers = answers | {found[1]: source[found.end() : end].strip("\n")}
    named = re.findall(r"^# (fails|says): (.+)$", source, re.M)
    return Project(path.stem, answers, fails_of(named, str(path)) if named else {})


PROJECTS = [read_project(path) for path in sorted(FOLDER.glob("*.py"))]


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_project_gets_its_verdict(project, device):
    exercises = {exercise.id for exercise in gradable(LESSON)}
    assert project.answers.keys() == exercises, "a project answers every step"
    assert bool(project.fails) is project.name.startswith("wrong_")
    report = run_lesson(LESSON, project.answers, device)
    expect_none(project.name, disagreements(report, project.fails))


def test_there_are_enough_of_them():
    wrong = [project for project in PROJECTS if project.fails]
    assert len(wrong) >= LEAST_WRONG
    assert len(PROJECTS) - len(wrong) >= LEAST_RIGHT
    designs = "".join(
        project.answers["classifier"] + project.answers["train-with-validation"]
        for project in PROJECTS
        if not project.fails
    )
    for part in ("Conv2d", "BatchNorm", "lr_scheduler"):
        assert part in designs, f"no right project has a {part}"


@pytest.mark.proof
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("project", PROJECTS[:LEAST_RIGHT], ids=lambda p: p.name)
def test_a_sound_project_passes_with_other_seeds(project, seed):
    assert not project.fails
    setup = LESSON.setup.source.replace(f"{SETTING}0", f"{SETTING}{seed}")
    assert setup != LESSON.setup.source
    cells = tuple(
        replace(cell, source=setup) if cell.id == "setup" else cell
        for cell in LESSON.cells
    )
    report = run_lesson(replace(LESSON, cells=cells), project.answers)
    expect_none(f"{project.name}, seed {seed}", disagreements(report, {}))
