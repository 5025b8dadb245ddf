"""Mutation operators: each makes a small mistake in one place of a syntax tree."""

import ast
import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

OTHER_OPERATORS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult],
    ast.FloorDiv: [ast.Div],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd],
    ast.BitXor: [ast.BitAnd],
    ast.LShift: [ast.RShift],
    ast.RShift: [ast.LShift],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}
DTYPES = {
    "float16": "float32",
    "bfloat16": "float32",
    "float32": "float64",
    "float64": "float32",
    "uint8": "int64",
    "int32": "int64",
    "int64": "int32",
    "long": "int32",
    "bool": "uint8",
}
CASTS = {"half": "float", "float": "double", "double": "float"}
CASTS |= {"int": "long", "long": "int", "bool": "int"}
TRANSPOSED = ("T", "mT", "H", "mH")
SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Delete, ast.Assert)
FLOW = (ast.Raise, ast.Break, ast.Continue, ast.If, ast.For, ast.While, ast.Try)
DROPPED = (*SIMPLE, *FLOW, ast.With)
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
NOT_CHANGED = ("annotation", "returns", "type_params", "msg")


def headline(statement: ast.stmt) -> str:
    """The statement in one line, without the blocks below it."""
    shown = copy.copy(statement)
    blocks = [block for block in BLOCKS if getattr(statement, block, None)]
    for block in blocks:
        setattr(shown, block, [])
    line = " ".join(ast.unparse(shown).split())
    return line.removesuffix(":") if blocks else line


@dataclass(frozen=True)
class Mutation:
    """Another value for one field of one node, inside `statement`."""

    statement: ast.stmt
    node: ast.AST
    field: str
    value: object
    after: str = ""

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Change the tree for a while."""
        old = getattr(self.node, self.field)
        setattr(self.node, self.field, self.value)
        yield
        setattr(self.node, self.field, old)


def mutations(tree: ast.Module, lines: set[int]) -> Iterator[Mutation]:
    """Every mutation of the code on those lines, outermost first.

    Docstrings, annotations, imports and messages stay.
    """
    # Names that hold values: x.sum() may lose its call, torch.sum(x) its function.
    values = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            values.add(node.id)
    yield from _below(tree, tree, lines, values)


def _below(
    node: ast.AST, statement: ast.AST, lines: set[int], values: set[str]
) -> Iterator[Mutation]:
    for field, old in ast.iter_fields(node):
        if field in NOT_CHANGED:
            continue
        for index, child in enumerate(old if isinstance(old, list) else [old]):
            if not isinstance(child, ast.AST) or _is_text(child):
                continue
            inner = child if isinstance(child, ast.stmt) else statement
            if getattr(child, "lineno", None) in lines:
                for new, after in _replacements(child, node, values):
                    value = new
                    if isinstance(old, list):
                        nodes = new if isinstance(new, list) else [new]
                        value = [*old[:index], *nodes, *old[index + 1 :]]
                    yield Mutation(inner, node, field, value, after)
                for owner, name, value in _changes(child, values):
                    yield Mutation(inner, owner, name, value)
            if _negative(child) is None and not isinstance(child, ast.Raise):
                yield from _below(child, inner, lines, values)


def _is_text(node: ast.AST) -> bool:
    """Whether the node is a docstring or another text for people."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    return isinstance(node, ast.JoinedStr)


def _negative(node: ast.AST) -> int | float | None:
    """The value of a literal such as -1, which Python reads as minus and 1."""
    match node:
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as number)):
            return -number
    return None


def _replacements(
    node: ast.AST, parent: ast.AST, values: set[str]
) -> Iterator[tuple[ast.AST | list[ast.AST], str]]:
    """Nodes in place of a node, each with its name where that is not its code."""
    if isinstance(node, ast.With):
        yield node.body, "without it"
    if isinstance(node, DROPPED):
        yield ast.Pass(), "pass"
    negative = _negative(node)
    match node:
        case _ if negative is not None:
            yield from ((_literal(number), "") for number in _numbers_near(negative))
        case ast.Constant(bool() as flag):
            yield ast.Constant(not flag), ""
        case ast.Constant(int() | float() as number):
            yield from ((_literal(near), "") for near in _numbers_near(number))
        case ast.Constant(str() as text) if text:
            yield ast.Constant(""), ""
        case ast.UnaryOp(operand=operand):
            yield operand, ""
        case ast.Attribute(value=value, attr=attr) if attr in TRANSPOSED:
            yield value, ""
        case ast.Call(func=ast.Attribute(value=receiver)) if _holds(receiver, values):
            if not isinstance(parent, ast.Expr):
                yield receiver, ""
        case ast.Call(args=[first, *_]) if not isinstance(first, ast.Starred):
            if not isinstance(parent, ast.Expr):
                yield first, ""


def _holds(node: ast.expr, values: set[str]) -> bool:
    """Whether a method of `node` is one of a value, as `x.sum`, not `torch.sum`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return not isinstance(node, ast.Name) or node.id in values


def _literal(number: int | float) -> ast.expr:
    return ast.parse(repr(number), mode="eval").body


def _numbers_near(number: int | float) -> list[int | float]:
    """Off by one both ways; a float also becomes 0."""
    if isinstance(number, int):
        return [number + 1, number - 1]
    return [number + 1.0, 0.0] if number else [1.0]


def _changes(node: ast.AST, values: set[str]) -> Iterator[tuple[ast.AST, str, object]]:
    """Other values for fields of the node: (node, field, value)."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op):
            yield from (
                (node, "op", new()) for new in OTHER_OPERATORS.get(type(op), ())
            )
        case ast.Compare(ops=ops):
            for i, op in enumerate(ops):
                for new in OTHER_OPERATORS[type(op)]:
                    yield node, "ops", [*ops[:i], new(), *ops[i + 1 :]]
        case ast.Return(value=ast.expr() as value):
            if not (isinstance(value, ast.Constant) and value.value is None):
                yield node, "value", ast.Constant(None)
        case ast.Subscript(slice=index):
            yield from ((node, "slice", new) for new in _off_by_one(index))
        case ast.Attribute(value=ast.Name("torch" | "np"), attr=attr):
            if attr in DTYPES:
                yield node, "attr", DTYPES[attr]
        case ast.FunctionDef(decorator_list=[_, *_] as decorators):
            for i in range(len(decorators)):
                rest = [*decorators[:i], *decorators[i + 1 :]]
                yield node, "decorator_list", rest
        case ast.Call(func=func, args=args, keywords=keywords):
            for i in range(len(args) - 1):
                pair = args[i : i + 2]
                if not any(isinstance(arg, ast.Starred) for arg in pair):
                    yield node, "args", [*args[:i], *reversed(pair), *args[i + 2 :]]
            for i in range(len(keywords)):
                yield node, "keywords", [*keywords[:i], *keywords[i + 1 :]]
            is_method = isinstance(func, ast.Attribute) and _holds(func.value, values)
            if is_method and func.attr in CASTS:
                yield func, "attr", CASTS[func.attr]


def _off_by_one(index: ast.expr) -> Iterator[ast.expr]:
    """The index with 1 added to each plain name in it."""
    match index:
        case ast.Name():
            yield ast.BinOp(index, ast.Add(), ast.Constant(1))
        case ast.Tuple(elts=parts):
            for i, part in enumerate(parts):
                for new in _off_by_one(part):
                    yield ast.Tuple([*parts[:i], new, *parts[i + 1 :]], ast.Load())
        case ast.Slice(lower=lower, upper=upper, step=step):
            for new in _off_by_one(lower):
                yield ast.Slice(new, upper, step)
            for new in _off_by_one(upper):
                yield ast.Slice(lower, new, step)
