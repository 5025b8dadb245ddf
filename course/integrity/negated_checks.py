"""Evidence that a test cell which passed could have failed.

After a test cell has passed, the same cell runs again with every check in it turned
into one that must fail. Whatever passes then shows that the kernel, or an object that
it holds, has been tampered with. With it goes a look at everything that tests rely on,
see `watched_names.py`; the same look comes before a test, if other code ran since the
last one.
Whoever controls a process can fake this too: it makes cheating evident, not impossible.
"""

import ast
import builtins
import secrets
from dataclasses import dataclass
from functools import lru_cache

from course.base.cell_imports import Imports, parse

COMPARING_CALLS = ("equal", "allclose", "isclose")
TYPE_CHECKS = ("isinstance", "issubclass")
NUMERIC_CALLS = (
    "abs",
    "round",
    "float",
    "int",
    "sum",
    "min",
    "max",
    "all",
    "any",
    "sorted",
)
NEGATIVE = (ast.NotEq, ast.IsNot, ast.NotIn)
BELOW, ABOVE = (ast.Lt, ast.LtE), (ast.Gt, ast.GtE)
LEAST_COMPARED = 2  # arguments of a call that compares
LONGEST_REPORTED = 80  # characters of a name that the kernel reports
LONGEST_REPLY = 2**16  # of all that it reports
MOST_REPORTED = 3  # of each kind

# Names of a notebook may hide built-in ones: none is used here but by an import.
PROLOGUE = """
from sys import modules as {tag}w
{tag}w, {tag}s, {tag}o = {tag}w[{watch!r}].__dict__, [0, []], []
"""
# `assert` finds its error class without looking up a name, and an f-string makes text
# without calling a function by name.
INSPECTION = """
from builtins import getattr as {tag}g, hash as {tag}h, id as {tag}i, tuple as {tag}t
from builtins import __dict__ as {tag}b
{tag}r = [] if {after!r} else {tag}w["put_right"]({tag}w["_start"])
{tag}f = {tag}h({tag}t([
    ({tag}k, {tag}i({tag}v), {tag}i({tag}g({tag}v, "__code__", {tag}v)))
    for {tag}m in [{tag}w, *(
        {tag}w[{tag}n].__dict__ for {tag}n in ("restore", "background", "endings")
    )]
    for {tag}k, {tag}v in {tag}m.items()
]))
{tag}f ^= {tag}w["fingerprint"]({tag}w["_start"])
{tag}x = {tag}w["asked_to_exit"]()
{tag}c = {tag}w["changes"]({tag}w["_start"])
{tag}c += {tag}w["shadowed_builtins"]({names!r}, {after!r})
{tag}c += {tag}w["waiting"]({tag}w["_start"]) if {after!r} else []
{tag}c += {tag}w["rebound_imports"]({imports!r})
if not {tag}w["__builtins__"].items() <= {tag}b.items():
    {tag}c += ["a built-in function was replaced"]
"""
CONCLUSION = """
assert (), f"{{[{left} * {right}, *{tag}s, {tag}o, {tag}c, {tag}r, {tag}x, {tag}f]!r}}"
"""
KERNEL_SIDE = "course.integrity.watched_names"
TAG = f"_{secrets.token_hex(16)}"  # until a cell has its own


@dataclass(frozen=True)
class NegatedChecks:
    """Code that must raise an AssertionError with a message only it can know."""

    source: str
    answer: int
    checks: int

    def verdict(self, reply: dict, reference: int | None = None) -> list[str]:
        """Faults that the reply to the code reveals, in words; none if all is well.

        `reference`: the fingerprint of the kernel before any student code ran.
        """
        if reply.get("status") != "error":
            return ["an assertion that must fail did not fail"]
        try:
            answer, failed, passed, odd, changed, *_, print_ = self._said(reply)
            found = [f"line {int(n)} passes whatever it is given" for n in passed]
            odd = dict.fromkeys(str(kind) for _, kind in odd)
            found += [f"{k[:LONGEST_REPORTED]} decides what it equals" for k in odd][
                :MOST_REPORTED
            ]
            found += [str(name)[:LONGEST_REPORTED] for name in changed][:MOST_REPORTED]
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return ["a failing assertion was reported as something else"]
        if reply.get("ename") != "AssertionError" or answer != self.answer:
            return ["a failing assertion was reported as something else"]
        if reference is not None and print_ != reference:
            found.append("the note of what to watch was replaced")
        if self.checks and not failed and not passed:
            found.append("its checks were not reached a second time")
        return found

    def fingerprint(self, reply: dict) -> int:
        """The fingerprint of the kernel, in the reply to its first checks."""
        return int(self._said(reply)[-1])

    def put_right(self, reply: dict) -> tuple[list[str], list[str]]:
        """Repairs in the kernel, and the requests that asked it to end."""
        try:
            *_, right, exits, _ = self._said(reply)
            return [str(each)[:LONGEST_REPORTED] for each in right], list(
                map(str, exits)
            )
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return [], []

    @staticmethod
    def _said(reply: dict) -> list:
        said = str(reply.get("evalue", ""))
        if len(said) > LONGEST_REPLY:
            raise ValueError
        return ast.literal_eval(said)


def negated_checks(source: str, imported: Imports | None = None) -> NegatedChecks:
    """The negated checks of a test cell; for "" only a look at the kernel.

    `imported`: what names of the notebook shall stand for, see `names_imported`.
    """
    tag = f"_{secrets.token_hex(8)}"
    left, right = (secrets.randbelow(10**6) + 10**6 for _ in range(2))
    body, checks, read = _negated(source)
    names = [name for name in read if hasattr(builtins, name)]
    known = {k: imported[k] for k in read if k in (imported or {}) and k[0] != "_"}
    head = PROLOGUE.format(tag=tag, watch=KERNEL_SIDE)
    inner = (
        head
        + body.replace(TAG, tag)
        + INSPECTION.format(tag=tag, names=names, after=bool(source), imports=known)
    )
    end = CONCLUSION.format(tag=tag, left=left, right=right)
    # Most of it as one string: IPython takes cells apart, several times over. But what
    # was hung in there to change assertions shall find one.
    first = f"from builtins import exec as {tag}e"
    return NegatedChecks(f"{first}\n{tag}e({inner!r})\n{end}", left * right, checks)


@lru_cache(1000)  # all students have the same tests
def _negated(source: str) -> tuple[str, int, list[str]]:
    """The cell with its checks turned, how many there are, and the names it reads."""
    try:
        tree = parse(source)
    except (SyntaxError, ValueError):  # a magic, say: only the kernel is looked at
        tree = parse("")
    names = sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name)})
    turned = _Negation(TAG)
    body = turned.visit(tree).body or [ast.Pass()]
    ignored = ast.ExceptHandler(
        ast.Name("BaseException", ast.Load()), None, [ast.Pass()]
    )
    attempt = ast.Try(body, [ignored], [], [])
    tree = ast.fix_missing_locations(ast.Module([attempt], []))
    return ast.unparse(tree), turned.checks, names


class _Negation(ast.NodeTransformer):
    """Turns every check into one that must fail, and notes those that do not."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.checks = 0

    def visit_Assert(self, node: ast.Assert) -> ast.Try:  # noqa: N802
        test = self.visit(node.test)
        return self._noted(ast.Assert(self._negate(test), None), node.lineno)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:  # noqa: N802
        node = self.generic_visit(node)
        call = node.value
        if not (isinstance(call, ast.Call) and _name(call.func).startswith("assert_")):
            return node
        if len(call.args) < LEAST_COMPARED:
            return node
        first, second, *more = (self._with_equality(arg) for arg in call.args)
        turned = [first, self._call("different_value", second), *more]
        call = ast.Call(call.func, turned, call.keywords)
        return self._noted(ast.Expr(call), node.lineno)

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:  # noqa: N802
        node = self.generic_visit(node)
        if all(isinstance(operation, ast.Is | ast.IsNot) for operation in node.ops):
            return node  # no class has a say in that
        left, *others = (
            self._with_equality(each) for each in [node.left, *node.comparators]
        )
        return ast.copy_location(ast.Compare(left, node.ops, others), node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:  # noqa: N802
        node = self.generic_visit(node)
        node.left, node.right = (
            self._with_equality(node.left),
            self._with_equality(node.right),
        )
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:  # noqa: N802
        node = self.generic_visit(node)
        if _name(node.func) in (*COMPARING_CALLS, *NUMERIC_CALLS):
            node.args = [self._with_equality(arg) for arg in node.args]
        return node

    def _noted(self, turned: ast.stmt, line: int) -> ast.Try:
        self.checks += 1
        failed = parse(f"{self.tag}s[0] += 1").body
        passed = parse(f"{self.tag}s[1].append({line})").body
        handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, failed)
        return ast.Try([turned], [handler], passed, [])

    def _call(self, name: str, *arguments: ast.expr) -> ast.Call:
        function = parse(f"{self.tag}w[{name!r}]", mode="eval").body
        return ast.Call(function, list(arguments), [])

    def _with_equality(self, value: ast.expr) -> ast.expr:
        if isinstance(value, ast.Constant | ast.Starred | ast.GeneratorExp):
            return value
        noted = ast.Name(f"{self.tag}o", ast.Load())
        return self._call(
            "record_custom_equality", value, ast.Constant(value.lineno), noted
        )

    def _negate(self, test: ast.expr) -> ast.expr:
        """An expression that is false, or raises, where `test` is honestly true."""
        match test:
            case ast.Compare(ops=ops) if not isinstance(ops[-1], NEGATIVE):
                *others, last = test.comparators
                return ast.Compare(
                    test.left, ops, [*others, self._unequal(ops[-1], last)]
                )
            case ast.BoolOp(op=ast.And(), values=[first, *more]):
                return ast.BoolOp(ast.And(), [self._negate(first), *more])
            case ast.Call(
                func=ast.Attribute(value=inner, attr="all" | "item"), args=[]
            ):
                turned = ast.Attribute(self._negate(inner), test.func.attr, ast.Load())
                return ast.Call(turned, [], test.keywords)
            case ast.Call(func=func, args=[first, second, *more]) if _name(func) in (
                *COMPARING_CALLS,
                *TYPE_CHECKS,
            ):
                turned = [first, self._call("different_value", second), *more]
                return ast.Call(func, turned, test.keywords)
            case ast.Call(func=func, args=[only]) if _name(func) in COMPARING_CALLS:
                turned = [self._call("different_value", only)]  # of a method
                return ast.Call(func, turned, test.keywords)
        return ast.UnaryOp(ast.Not(), self._with_equality(test))

    def _unequal(self, operation: ast.cmpop, value: ast.expr) -> ast.expr:
        if isinstance(operation, (*BELOW, *ABOVE)):
            below = ast.Constant(isinstance(operation, BELOW))
            return self._call("out_of_range", value, below)
        if isinstance(operation, ast.In):
            return self._call("Never")
        return self._call("different_value", value)


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))
