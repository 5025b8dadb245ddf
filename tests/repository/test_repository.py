"""README, tree, pins and CI say what is there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from uv_command import uv_cached_first

from course.base.cell_imports import import_statements
from course.base.outcomes_and_pitfalls import OUTCOMES, read_outcomes

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("README.md", "CONTRIBUTING.md")
PAGES = [*GUIDES, "tests/attacks/README.md"]
PAGES += [f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))]
# Folders of which a page names files.
NAMED = r"course|notebooks|source|release|answers|tests|docs|benchmarks|\.ci|\.github"
OTHER_PROGRAMS = {"cd", "conda", "git", "pip"}
TREE = [
    "notebooks",
    "source",
    "release",
    "autograded",
    "nbgrader_config.py",
    "environment.yml",
    "README.md",
    "course",
    "tests",
    "answers",
    "pyproject.toml",
    "requirements.txt",
    ".ci/run",
    ".github/workflows/ci.yml",
    ".pre-commit-config.yaml",
    ".gitignore",
    ".gitattributes",
    "LICENSE",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
]
NEVER_IN_GIT = {
    *("submitted/", "downloaded/", "feedback/", "autograded/*/", "work/"),
    *("gradebook.db*", "uv.lock", ".ipynb_checkpoints/", ".nbgrader.log"),
}
# Written so that they do not find themselves.
FORBIDDEN = {
    "a package registry": r"py[p]i\.org|py[t]honhosted|://\S*/simp[l]e\b|ind[e]x-url",
    "a path of one machine": r"(?<![\w.~/-])/(ho[m]e|ro[o]t|Us[e]rs)/\w|:\\Us[e]rs",
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


PYPROJECT = tomllib.loads(read("pyproject.toml"))
REQUIRED = {
    requirement.name: requirement.specifier
    for requirement in map(Requirement, PYPROJECT["project"]["dependencies"])
}
OPTIONAL = {
    Requirement(each).name
    for group in PYPROJECT["project"]["optional-dependencies"].values()
    for each in group
}
PYTHONS = SpecifierSet(PYPROJECT["project"]["requires-python"])
# Libraries that patches replace parts of: a new major version may have others.
PATCHED = ("ipykernel", "ipython", "jupyter-client", "nbgrader")


def pins(text: str) -> dict[str, set[str]]:
    """Requirement → hashes, of a file in pip's format."""
    lines = re.sub(r"\s*#.*|\\\n", "", text).splitlines()
    split = [line.split("--hash=") for line in lines if line.strip()]
    return {pin.strip(): {h.strip() for h in hashes} for pin, *hashes in split}


def pinned(name: str) -> list[Version]:
    """Versions of a package, oldest first: Pythons may differ in theirs."""
    found = [Requirement(pin) for pin in pins(read("requirements.txt"))]
    return sorted(
        Version(specifier.version)
        for requirement in found
        if requirement.name == name
        for specifier in requirement.specifier
    )


def minor(version: Version) -> str:
    return f"{version.major}.{version.minor}"


def bash_lines(text: str) -> list[str]:
    """The command lines of all ```bash blocks."""
    blocks = re.findall(r"^ *```bash\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return [line.strip() for block in blocks for line in block.splitlines() if line]


def commands(text: str) -> list[list[str]]:
    """Words of each command, in blocks and in inline code that begins as one does."""
    inline = re.findall(r"`((?:uv run|course|nbgrader) [^`…\n]+)`", text)
    lines = [*bash_lines(text), *inline]
    return [shlex.split(part) for line in lines for part in line.split("&&")]


ALL_COMMANDS = [
    pytest.param(words, id=f"{guide}: {shlex.join(words)}")
    for guide in GUIDES
    for words in dict.fromkeys(map(tuple, commands(read(guide))))
]


@cache
def options(script: str, subcommand: str) -> tuple[set[str], set[str]]:
    """Subcommands of a console script, and the options of one of them."""
    if script == "course":
        import typer

        from course.cli import app

        group = typer.main.get_command(app)
        known = group.commands.get(subcommand)
        return set(group.commands), {
            o for p in known.params for o in [*p.opts, *p.secondary_opts]
        }
    if script == "nbgrader":
        from nbgrader.apps.nbgraderapp import NbGraderApp

        return set(NbGraderApp.subcommands), set()
    prefix = f"{script}-"
    return {s.removeprefix(prefix) for s in scripts() if s.startswith(prefix)}, set()


@cache
def scripts() -> set[str]:
    return {entry.name for entry in entry_points(group="console_scripts")} | {
        "ruff",  # a binary, not an entry point
        "uv",
    }


@pytest.mark.parametrize("words", ALL_COMMANDS)
def test_documented_command_exists(words, course):
    words = list(words)
    if words[:2] == ["uv", "run"]:
        words = words[2:]
        while words[0].startswith("-"):
            words.pop(0)
        assert words[0] in scripts()
    assert words[0] in scripts() | OTHER_PROGRAMS
    if words[0] in ("course", "nbgrader", "jupyter"):
        subcommands, known = options(words[0], words[1])
        assert words[1] in subcommands
        if words[0] == "course":
            assert {w for w in words if w.startswith("--")} <= known
    for word in words[1:]:
        path = ROOT / re.sub(r"^notebooks/(.*)\.py$", r"notebooks/\1.ipynb", word)
        if "/" in word or path.suffix in (".txt", ".yml", ".py", ".ipynb"):
            assert path.exists(), f"{word} does not exist"
        if re.fullmatch(r"\d\d_\w+", word):
            assert word in course.names


def test_ci_runs_what_readme_says():
    (line,) = [each for each in bash_lines(read("README.md")) if "pytest" in each]
    install, test = line.split(" && ")
    assert install == "pip install uv"
    assert test in read(".ci/run").splitlines()
    assert os.access(ROOT / ".ci/run", os.X_OK), "chmod +x .ci/run"
    steps = yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"]["test"]["steps"]
    runs = [step.get("run") for step in steps]
    assert install in runs
    assert ".ci/run" in runs


@pytest.mark.parametrize("entry", TREE)
def test_tree_has(entry):
    assert (ROOT / entry).exists()


def test_readme_shows_the_tree():
    (block,) = re.findall(r"```text\n(.*?)```", read("README.md"), re.DOTALL)
    shown = [line.split()[0] for line in block.splitlines()]
    assert shown
    assert not [entry for entry in shown if not (ROOT / entry).exists()]


PLACEHOLDERS = {"LESSON", "EXERCISE", "LMS", "ATTACK"}


@pytest.mark.parametrize("page", PAGES)
def test_every_path_on_a_page_exists(page):
    """In prose, in commands and in links: a file that moved takes its name along."""
    named = re.findall(rf"(?<![\w./-])(?:{NAMED})/[\w./-]*", read(page))
    paths = {re.sub(r"^(notebooks/.*)\.py$", r"\1.ipynb", name) for name in named}
    gone = [name for name in sorted(paths) if not (ROOT / name.rstrip(".")).exists()]
    assert not [name for name in gone if Path(name).stem not in PLACEHOLDERS]


def test_student_work_stays_out_of_git():
    assert set(read(".gitignore").splitlines()) >= NEVER_IN_GIT


def test_each_lesson_has_its_parts(course):
    for name in course.names:
        assert course.link(name).resolve() == course.notebook(name).resolve()
        assert course.released(name).is_file(), "run `course build`"
        assert course.bank(name).is_dir()


def test_each_objective_is_in_the_map_of_lessons(course):
    after = read_outcomes(course).lessons
    for name in course.names:
        title = course.lesson(name).cells[0].source
        objectives = re.findall(r"^- \*\*(\w+)\*\*", title, re.M)
        assert objectives
        missing = [verb for verb in objectives if verb not in after[name]]
        assert not missing, f"{OUTCOMES}: {name} promises other things: {missing}"


def test_the_course_has_ten_outcomes(course):
    assert len(read_outcomes(course).course) == 10


def test_course_totals_are_stated(course):
    lessons = [course.lesson(name) for name in course.names]
    hours = sum(lesson.minutes for lesson in lessons) / 60
    points = sum(lesson.points for lesson in lessons)
    stated = f"take about {hours:.0f} hours and give {points:g} points"
    assert stated in " ".join(read("README.md").split())


def test_points_add_up(course):
    for name in course.names:
        lesson = course.lesson(name)
        assert sum(e.points for e in lesson.exercises) == lesson.points
        assert [e.promised_points for e in lesson.exercises] == [
            e.points for e in lesson.exercises
        ]
        assert f"Points: {lesson.points:g}." in lesson.cells[0].source


def test_pins_are_those_of_pyproject(tmp_path):
    # The pins lie there as well: those that still fit stay, whatever is newer now.
    for name in ("pyproject.toml", "README.md", "LICENSE", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    header = read("requirements.txt").splitlines()[1]
    program, *arguments = shlex.split(header.removeprefix("#"))
    assert [program, *arguments[:2]] == ["uv", "pip", "compile"]
    assert {"--universal", "--generate-hashes"} <= set(arguments)
    done = uv_cached_first(*arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    fresh = pins((tmp_path / "requirements.txt").read_text(encoding="utf-8"))
    assert pins(read("requirements.txt")) == fresh, f"run `uv {shlex.join(arguments)}`"


def test_every_pin_is_hashed():
    assert all(pins(read("requirements.txt")).values())


def test_pyproject_allows_its_pins():
    for name, allowed in REQUIRED.items():
        versions = pinned(name)
        assert versions
        assert all(version in allowed for version in versions), name


def test_dependencies_have_bounds():
    for name, allowed in REQUIRED.items():
        assert any(s.operator == ">=" for s in allowed), name
    for name in PATCHED:
        assert any(s.operator == "<" for s in REQUIRED[name]), name


def undeclared(sources: dict[str, str]) -> set[str]:
    """Imports of other packages that no dependency brings, with the file's name."""
    declared = {canonicalize_name(name) for name in REQUIRED.keys() | OPTIONAL}
    packages = packages_distributions()
    return {
        f"{name}: {top}"
        for name, source in sources.items()
        for module, each in import_statements(source)
        for top in [(module or each.name).partition(".")[0]]
        if top not in (*sys.stdlib_module_names, "course")
        and declared.isdisjoint(map(canonicalize_name, packages.get(top, ())))
    }


def test_imported_packages_are_declared():
    paths = [*ROOT.glob("course/**/*.py"), ROOT / "nbgrader_config.py"]
    sources = {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in paths}
    assert len(sources) > 50
    assert not undeclared(sources)


def test_an_import_that_is_not_declared_is_found():
    late = "def f():\n    from packaging.version import Version\n    import numpy, os"
    assert undeclared({"a.py": late}) == {"a.py: packaging"}


def test_conda_uses_the_pins():
    python, pip, rest = yaml.safe_load(read("environment.yml"))["dependencies"]
    assert python.removeprefix("python=") + ".0" in PYTHONS
    assert pip == "pip"
    assert rest == {"pip": ["-r requirements.txt"]}


def test_ci_tests_the_ends_of_the_range():
    strategy = yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"]["test"]
    matrix = strategy["strategy"]["matrix"]
    ends = {s.operator: Version(s.version) for s in REQUIRED["torch"]}
    oldest, newest = (Version(version) for version in matrix["torch"])
    assert oldest == ends[">="]
    assert minor(newest) == minor(pinned("torch")[-1])
    assert Version(f"{newest.major}.{newest.minor + 1}") == ends["<"]
    pythons = [Version(version) for version in classified_pythons()]
    tested = [Version(row["python"]) for row in matrix["include"]]
    assert (min(tested), max(tested)) == (min(pythons), max(pythons))
    assert len({system.split("-")[0] for system in matrix["os"]}) == 3


def classified_pythons() -> list[str]:
    """Versions of Python that the package says it supports."""
    prefix = "Programming Language :: Python :: 3."
    classifiers = PYPROJECT["project"]["classifiers"]
    return [c.split()[-1] for c in classifiers if c.startswith(prefix)]


def test_supported_versions_are_stated():
    ends = {s.operator: Version(s.version) for s in REQUIRED["torch"]}
    newest = pinned("torch")[-1]
    assert f"torch {minor(ends['>='])} to {minor(newest)}" in read("README.md")
    stated = classified_pythons()
    assert ", ".join(stated[:-1]) + f" or {stated[-1]}" in read("README.md")
    (oldest,) = PYTHONS  # newer ones may work: only what was tested is stated
    assert (oldest.operator, oldest.version) == (">=", stated[0])


def test_changelog_has_this_version():
    assert f"\n## [{PYPROJECT['project']['version']}]" in read("CHANGELOG.md")


def project_files() -> list[Path]:
    """What git has or would take; all of the tree where there is no git."""
    command = ["git", "ls-files", "-coz", "--exclude-standard"]
    if (ROOT / ".git").exists() and shutil.which("git"):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode == 0:
            return [
                p
                for name in done.stdout.split("\0")[:-1]
                if (p := ROOT / name).is_file()
            ]
    inside = [p for entry in TREE for p in [ROOT / entry, *(ROOT / entry).rglob("*")]]
    return [p for p in inside if p.is_file() and "__pycache__" not in p.parts]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what):
    files = project_files()
    assert ROOT / "pyproject.toml" in files
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in files
        for number, line in enumerate(
            path.read_bytes().decode(errors="replace").splitlines(), 1
        )
        if re.search(FORBIDDEN[what], line)
    ]
    assert not found


def test_links_in_markdown_resolve():
    broken = []
    for path in project_files():
        text = path.read_text(encoding="utf-8") if path.suffix == ".md" else ""
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            file = target.partition("#")[0]
            if "://" not in target and not (path.parent / file).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert not broken
