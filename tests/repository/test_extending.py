"""docs/extending.md names files, symbols and commands that exist."""

import ast
import re
import shlex
from pathlib import Path

import pytest
from course_copies import ROOT

PAGE = ROOT / "docs" / "extending.md"
CHANGES = 10
SUFFIXES = "py|md|toml|ipynb|txt|yml|j2"
FILE = re.compile(rf"`((?:[\w.-]+/)*[\w.-]+\.(?:{SUFFIXES}))`")
ROW = re.compile(r"^\| \d+ \| `([^`]+)` \| (.*?) \| .+ \|$", re.MULTILINE)
PLACEHOLDER = re.compile(r"[A-Z][A-Z_]+")


def sections(text: str) -> dict[str, str]:
    """Each change, by its heading."""
    parts = re.split(r"^## (\d+\. .+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def missing(text: str) -> list[str]:
    """What the text names and the course does not have."""
    files = dict.fromkeys(FILE.findall(text))
    found = [f"{name} does not exist" for name in files if not exists(name)]
    for name, cell in ROW.findall(text):
        symbols = re.findall(r"`([^`]+)`", cell)
        if exists(name) and symbols:
            known = names_in(ROOT / name)
            found += [f"{name} has no {s}" for s in symbols if s not in known]
        elif not exists(name):
            found.append(f"{name} does not exist")
    return found + [f"{p} does not exist" for p in paths_run(text) if not exists(p)]


def exists(name: str) -> bool:
    """Whether a file is there; of one with a placeholder, whether its folder is."""
    known: list[str] = []
    for part in Path(name).parts:
        if PLACEHOLDER.fullmatch(Path(part).stem) and part != "README.md":
            return (ROOT / Path(*known)).is_dir()
        known.append(part)
    return (ROOT / name).is_file()


def names_in(path: Path) -> set[str]:
    """What a module defines, methods as `Class.method`; the words of another file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py" or path.is_relative_to(ROOT / "answers"):
        return set(re.findall(r"[\w-]+", text))
    return set(_defined(ast.parse(text), "")) | set(
        re.findall(r"c\.\w+\.(\w+) =", text)
    )


def _defined(node: ast.AST, prefix: str) -> list[str]:
    names = []
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(prefix + each.name)
        if isinstance(each, ast.ClassDef):
            names += _defined(each, f"{each.name}.")
        targets = getattr(each, "targets", None) or [getattr(each, "target", None)]
        names += [prefix + t.id for t in targets if isinstance(t, ast.Name)]
    return names


def commands(text: str) -> list[list[str]]:
    """Words of each command in ```bash blocks."""
    blocks = re.findall(r"^```bash\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(part) for line in lines for part in line.split("&&")]


def paths_run(text: str) -> list[str]:
    return [w for words in commands(text) for w in words if w.startswith("tests/")]


TEXT = PAGE.read_text(encoding="utf-8")


def test_there_are_ten_changes():
    assert len(sections(TEXT)) == CHANGES


@pytest.mark.parametrize("heading", sections(TEXT))
def test_a_change_names_what_exists(heading):
    section = sections(TEXT)[heading]
    assert not missing(section)
    assert ROW.findall(section), "say which files to touch"
    assert commands(section), "say what to run"
    assert "**You see**" in section, "say how one sees that it works"


def test_files_outside_the_sections_exist():
    assert not missing(TEXT.partition("\n## ")[0])


def test_commands_of_the_course_exist():
    import typer

    from course.cli import app

    known = typer.main.get_command(app).commands
    inline = re.findall(r"`uv run (course [^`]+)`", TEXT)
    lines = [shlex.join(words[2:]) for words in commands(TEXT) if words[0] == "uv"]
    for line in [*inline, *lines]:
        words = shlex.split(line)
        if words and words[0] == "course":
            assert words[1] in known, line


@pytest.mark.parametrize(
    "wrong",
    [
        "`course/instructor/exports.py`",
        "| 1 | `course/instructor/export.py` | `FORMATTERS` | Add one |",
        "| 1 | `course/kernel/overuse.py` | `Watch.excesses` | Add one |",
        "| 1 | `nowhere/LESSON.py` | | Add one |",
        "```bash\nuv run pytest tests/nowhere/test_nothing.py\n```",
    ],
)
def test_a_wrong_name_is_found(wrong):
    assert missing(f"{wrong}\n")
