"""Evidence that a test cell which passed could have failed.

After a test cell has passed, the same cell runs again with every check in it turned
into one that must fail. Whatever passes then shows that the kernel, or an object that
it holds, has been tampered with. Whoever controls a process can fake this too: it makes
cheating evident, not impossible.
"""

import ast
import json
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

# ---- On the side of the worker: the altered cell, and what its reply means ----

COMPARED = ("equal", "allclose", "isinstance", "issubclass")
NEGATIVE = (ast.NotEq, ast.IsNot, ast.NotIn)
LEAST_COMPARED = 2  # arguments of a call that compares

HEAD = """
class {never}:
    def __eq__(self, other):
        return False
    def __ne__(self, other):
        return True
    __hash__ = None
{seen} = [0, []]
"""
TAIL = """
raise AssertionError(__import__("json").dumps([
    {left} * {right}, *{seen},
    __import__("course.engine.probe", fromlist=["changes"]).changes(),
]))
"""


@dataclass(frozen=True)
class Probe:
    """Code that must raise an AssertionError with a message only it can know."""

    source: str
    answer: int

    def verdict(self, reply: dict) -> list[str]:
        """What the reply to the code betrays, in words; empty if all is well."""
        if reply.get("status") != "error":
            return ["an assertion that must fail did not fail"]
        try:
            answer, _, passed, changed = json.loads(reply.get("evalue", ""))
            lines = [f"line {int(line)}" for line in passed]
            names = [str(name)[:80] for name in changed]
        except (ValueError, TypeError):
            return ["a failing assertion was reported as something else"]
        if reply.get("ename") != "AssertionError" or answer != self.answer:
            return ["a failing assertion was reported as something else"]
        found = [f"{what} passes whatever it is given" for what in lines[:3]]
        return found + [f"{name} was replaced" for name in names[:3]]


def probe(source: str) -> Probe:
    """The probe for a test cell; for "" one that only looks at the kernel."""
    tag = f"_{secrets.token_hex(8)}"
    left, right = (secrets.randbelow(10**6) + 10**6 for _ in range(2))
    names = {"never": f"{tag}n", "seen": f"{tag}s", "left": left, "right": right}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a magic, say: only the kernel is looked at
        tree = ast.parse("")
    body = _Turned(names["never"], names["seen"]).visit(tree).body or [ast.Pass()]
    ignored = ast.ExceptHandler(
        ast.Name("BaseException", ast.Load()), None, [ast.Pass()]
    )
    attempt = ast.Try(body, [ignored], [], [])
    tree = ast.fix_missing_locations(ast.Module([attempt], []))
    text = HEAD.format(**names) + ast.unparse(tree) + TAIL.format(**names)
    return Probe(text, left * right)


class _Turned(ast.NodeTransformer):
    """Turns every check into one that must fail, and notes those that do not."""

    def __init__(self, never: str, seen: str) -> None:
        self.never = ast.Call(ast.Name(never, ast.Load()), [], [])
        self.seen = seen

    def visit_Assert(self, node: ast.Assert) -> ast.Try:  # noqa: N802
        return self._noted(ast.Assert(self._false(node.test), None), node.lineno)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:  # noqa: N802
        call = node.value
        if not (isinstance(call, ast.Call) and _name(call.func).startswith("assert_")):
            return node
        if len(call.args) < LEAST_COMPARED:
            return node
        first, _, *more = call.args
        turned = ast.Call(call.func, [first, self.never, *more], call.keywords)
        return self._noted(ast.Expr(turned), node.lineno)

    def _noted(self, turned: ast.stmt, line: int) -> ast.Try:
        failed = ast.parse(f"{self.seen}[0] += 1").body
        passed = ast.parse(f"{self.seen}[1].append({line})").body
        handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, failed)
        return ast.Try([turned], [handler], passed, [])

    def _false(self, test: ast.expr) -> ast.expr:
        """An expression that is false, or raises, where `test` is honestly true."""
        match test:
            case ast.Compare(ops=ops) if not isinstance(ops[-1], NEGATIVE):
                return ast.Compare(test.left, ops, [*test.comparators[:-1], self.never])
            case ast.BoolOp(op=ast.And(), values=[first, *more]):
                return ast.BoolOp(ast.And(), [self._false(first), *more])
            case ast.Call(
                func=ast.Attribute(value=inner, attr="all" | "item"), args=[]
            ):
                turned = ast.Attribute(self._false(inner), test.func.attr, ast.Load())
                return ast.Call(turned, [], test.keywords)
            case ast.Call(func=func, args=[*first, _]) if _name(func) in COMPARED:
                return ast.Call(func, [*first, self.never], test.keywords)
        return ast.UnaryOp(ast.Not(), test)


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


# ---- On the side of the kernel: what it was when it started ----

WATCHED = ("builtins", "math", "torch", "torch.testing", "torch.nn.functional", "numpy")
WATCHED_CLASSES = (
    ("torch", "Tensor"),
    ("torch.nn", "Module"),
    ("IPython.core.interactiveshell", "InteractiveShell"),
    ("IPython.core.displayhook", "DisplayHook"),
    ("ipykernel.zmqshell", "ZMQInteractiveShell"),
    ("ipykernel.ipkernel", "IPythonKernel"),
    ("ipykernel.kernelbase", "Kernel"),
    ("jupyter_client.session", "Session"),
    ("json", "JSONEncoder"),
)
# IPython puts its own in their place, some of them before each cell.
ITS_OWN = ("input", "exit", "quit", "display", "get_ipython", "_")
_start: dict[tuple[str, str], Any] = {}


def remember() -> None:
    """Note what modules, classes and hooks are before any student code runs."""
    _start.update(_watched())


def changes() -> list[str]:
    """Names of what is not any more what it was."""
    now = dict(_watched())
    same = object()
    return [
        ".".join(key)
        for key, value in _start.items()
        if (found := now.get(key, same)) is not value and not _alike(found, value)
    ]


def _alike(one: object, other: object) -> bool:
    return type(one) is type(other) is tuple and one == other


def _watched() -> Iterator[tuple[tuple[str, str], Any]]:
    for name in WATCHED:
        if module := sys.modules.get(name):
            yield from _callables(name, module)
    for name, kind in WATCHED_CLASSES:
        if module := sys.modules.get(name):
            yield from _callables(kind, getattr(module, kind))
    yield from _hooks()


def _callables(name: str, owner: ModuleType | type) -> Iterator[tuple]:
    for key, value in list(vars(owner).items()):
        if callable(value) and not isinstance(value, ModuleType) and key not in ITS_OWN:
            yield (name, key), value


def _hooks() -> Iterator[tuple]:
    """Where IPython lets code step between a cell and its outcome."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    events = shell.events.callbacks
    for name in ("pre_run_cell", "post_run_cell", "pre_execute", "post_execute"):
        # matplotlib's own come and go
        foreign = [f for f in events[name] if "matplotlib" not in str(f.__module__)]
        yield ("event", name), tuple(map(id, foreign))
    manager = shell.input_transformer_manager
    transformers = (manager.cleanup_transforms, manager.line_transforms)
    transformers += (manager.token_transformers, shell.input_transformers_post)
    yield (
        ("shell", "input_transformers"),
        tuple(tuple(map(id, t)) for t in transformers),
    )
    yield ("shell", "ast_transformers"), tuple(map(id, shell.ast_transformers))
    yield ("shell", "custom_exceptions"), tuple(map(id, shell.custom_exceptions))
    yield ("sys", "trace"), (id(sys.gettrace()), id(sys.getprofile()))
    kernel = shell.kernel
    for name, one in (
        ("shell", shell),
        ("kernel", kernel),
        ("session", kernel.session),
    ):
        own = vars(one)
        methods = [key for key in own if callable(getattr(type(one), key, None))]
        yield (name, "methods"), tuple(sorted(methods))
