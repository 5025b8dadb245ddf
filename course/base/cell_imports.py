"""The imports of cells, and reading their code."""

import ast
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress

OPTIMIZES = re.compile(r"\boptim\b|\bcompile\b")
Imports = dict[str, list[tuple[str, str]]]  # by name, modules and what of each
_parsing = threading.Lock()


def parse(source: str, mode: str = "exec") -> ast.AST:
    """`ast.parse`, in one thread at a time.

    Python 3.11 counts the depth of a tree for all threads together: where two of them
    parse, one may end in a SystemError.
    """
    with _parsing:
        return ast.parse(source, mode=mode)


def names_imported(sources: Iterable[str]) -> Imports:
    """Imports of these cells: by name, modules, and what of each ("" for itself)."""
    found: Imports = {}
    for source in sources:
        for module, each in import_statements(source):
            if module:
                name, what = each.asname or each.name, (module, each.name)
            else:  # `import a.b` gives the name a
                whole = each.name if each.asname else each.name.partition(".")[0]
                name, what = each.asname or whole, (whole, "")
            found.setdefault(name, []).append(what)
    return found


def import_statements(source: str) -> Iterator[tuple[str, ast.alias]]:
    """Imports of a cell, one by one, each with its module; "" for `import …`."""
    with suppress(SyntaxError):
        for node in ast.walk(parse(source)):
            if isinstance(node, ast.Import):
                yield from (("", each) for each in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield from ((node.module, each) for each in node.names)


def modules_named(source: str) -> Iterator[str]:
    """Names of the modules that a cell may import, some of which may not exist."""
    for module, each in import_statements(source):
        if module:
            yield module
        yield f"{module}.{each.name}" if module else each.name


def modules_imported(sources: Iterable[str]) -> tuple[str, ...]:
    """Modules that these cells import, and what else they will need, sorted."""
    found = set()
    for source in sources:
        found |= {module or each.name for module, each in import_statements(source)}
        if "torch" in found and OPTIMIZES.search(source):
            found.add("torch.optim")
        if "torch" in found and "assert_close" in source:
            found.add("torch.testing")
    return tuple(sorted(found))
