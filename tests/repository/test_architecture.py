"""Packages import downwards, modules stay short, and the map shows what is there."""

import ast
import re
import tomllib
from contextlib import chdir

import pytest
from course_copies import ROOT
from importlinter.cli import lint_imports

MAP = "docs/architecture.svg"
MODULE_LINES, FUNCTION_LINES = 300, 50
# A list of names, and how each is watched, which reads best in one place.
LONG = {"course/integrity/watched_names.py"}
MODULES = sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("course/**/*.py"))
PACKAGES = sorted(path.parent.name for path in ROOT.glob("course/*/__init__.py"))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def layers() -> list[str]:
    """Of the contract, top to bottom, each as its line says it."""
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]
    (found,) = [c["layers"] for c in contracts["contracts"] if c["id"] == "layers"]
    return found


def test_imports_keep_the_contracts(capsys):
    with chdir(ROOT):
        failed = lint_imports(no_cache=True, no_logo=True)
    assert not failed, capsys.readouterr().out


def test_every_package_has_its_layer():
    named = {name for layer in layers() for name in re.split(r" [|:] ", layer)}
    assert named == {*PACKAGES, "__main__", "cli"}


@pytest.mark.parametrize("name", [name for name in MODULES if name not in LONG])
def test_a_module_is_short(name):
    lines = len(read(name).splitlines())
    assert lines <= MODULE_LINES, f"{name} has {lines} lines: split it"


@pytest.mark.parametrize("name", MODULES)
def test_a_function_is_short(name):
    long = [
        f"{name}:{node.lineno}: {node.name} has {lines} lines"
        for node in ast.walk(ast.parse(read(name)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := node.end_lineno - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not long, "\n".join(long)


def test_exceptions_are_needed():
    short = [n for n in LONG if len(read(n).splitlines()) <= MODULE_LINES]
    assert not short, f"{short} need no exception any more"


def test_the_map_shows_the_layers():
    """The picture holds the contract's layers, and the text a sentence a package."""
    drawn = re.findall(r'<text class="package"[^>]*>(\w+)</text>', read(MAP))
    # `__main__` starts the template and then `cli`: the picture shows them as one
    wanted = [name for layer in layers()[1:] for name in re.split(r" [|:] ", layer)]
    assert drawn == wanted
    text = read("CONTRIBUTING.md")
    missing = [n for n in PACKAGES if f"`course/{n}/`" not in text]
    assert not missing, f"the map of CONTRIBUTING.md lacks {missing}"
