"""Tests read Python's built-in names, whatever the notebook has made of them.

`list = [1, 2]` or `from torch import *` would fail every test that calls `list` or
`sum`. Where a test failed and the notebook has redefined names that it reads, the test
runs again with Python's own; answers keep what they have defined.
"""

import ast
import builtins
from functools import lru_cache

from course.base.cell_imports import parse

OURS = "_builtins_of_this_test"
# What IPython puts into a notebook under a built-in name.
IPYTHON_NAMES = {"exit", "quit", "open", "input", "display", "get_ipython", "_"}


@lru_cache(1000)  # all students have the same tests
def builtins_read(source: str) -> tuple[str, ...]:
    """The built-in names that a test cell reads and does not define itself."""
    try:
        names = [n for n in ast.walk(parse(source)) if isinstance(n, ast.Name)]
    except (SyntaxError, ValueError):
        return ()
    stored = {n.id for n in names if not isinstance(n.ctx, ast.Load)}
    read = {n.id for n in names} - stored - IPYTHON_NAMES
    return tuple(sorted(name for name in read if hasattr(builtins, name)))


def question(names: tuple[str, ...]) -> str:
    """Code that raises an AssertionError: a list of those the notebook has redefined.

    It uses no built-in name itself.
    """
    found = f"[n for n in {list(names)!r} if n in (lambda: 0).__globals__]"
    return f'assert (), f"{{{found}!r}}"'


def answered(reply: dict, names: tuple[str, ...]) -> list[str]:
    """The redefined names, in the kernel's reply to the question."""
    try:
        said = ast.literal_eval(str(reply.get("evalue", "")))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return []
    return [name for name in names if name in said] if isinstance(said, list) else []


def with_pythons_own(source: str, names: list[str]) -> str:
    """The test cell, in which these names are those of Python."""
    tree = _Renamed(set(names)).visit(parse(source))
    return f"import builtins as {OURS}\n{ast.unparse(tree)}"


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:  # noqa: N802
        if node.id not in self.names:
            return node
        return ast.Attribute(ast.Name(OURS, ast.Load()), node.id, ast.Load())
