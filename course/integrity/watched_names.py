"""Inside a kernel: whether what tests rely on is still what it was at the start.

`remember` runs before any student code. The worker keeps a fingerprint of what it
noted, and of the functions here: negated checks compare them before they call them.
"""

import builtins
import gc
import importlib
import signal
import sys
from _signal import getsignal, valid_signals
from gc import get_referents
from itertools import compress, islice
from operator import attrgetter, is_
from os import urandom
from sys import getprofile, gettrace, intern
from types import MethodType

from jupyter_client.adapter import adapters as ADAPTERS

from course.integrity import background, endings, restore

MODULES = (
    *("builtins", "ast", "codeop", "inspect", "math", "json", "sys", "gc", "time"),
    *("bdb", "hmac", "logging", "signal", "threading", "traceback", "linecache"),
    *("numpy", "numpy.testing", "numpy.testing._private.utils"),
    *("numpy._core.numeric", "numpy._core.fromnumeric"),
    *("torch", "torch.functional", "torch.linalg", "torch.nn.functional"),
    *("torch._C._nn", "torch._C._linalg", "torch._tensor", "torch.overrides"),
    *("torch.testing", "torch.testing._comparison", "torch.utils._device"),
    # What lies between a cell and the messages about it.
    *("ipykernel.ipkernel", "ipykernel.kernelbase", "ipykernel.zmqshell"),
    *("ipykernel.iostream", "ipykernel.jsonutil", "ipykernel.displayhook"),
    *("jupyter_client.session", "jupyter_client.jsonutil", "jupyter_client.adapter"),
    *("IPython.core.interactiveshell", "IPython.core.async_helpers"),
    *("IPython.core.compilerop", "IPython.core.displayhook", "IPython.core.ultratb"),
    *("zmq.sugar.socket", "zmq.eventloop.zmqstream"),
)
CLASSES = (
    ("torch", "Tensor"),
    ("torch.nn", "Parameter"),
    ("torch.nn", "Module"),
    ("torch.utils._device", "DeviceContext"),
    ("IPython.core.interactiveshell", "InteractiveShell"),
    ("IPython.core.interactiveshell", "ExecutionResult"),
    ("IPython.core.interactiveshell", "ExecutionInfo"),
    ("IPython.core.builtin_trap", "BuiltinTrap"),
    ("IPython.core.display_trap", "DisplayTrap"),
    ("IPython.core.history", "HistoryManager"),
    ("IPython.core.payload", "PayloadManager"),
    ("logging", "Logger"),
    ("hmac", "HMAC"),
    ("ipykernel.iostream", "OutStream"),
    ("IPython.core.compilerop", "CachingCompiler"),
    ("IPython.core.displayhook", "DisplayHook"),
    ("IPython.core.events", "EventManager"),
    ("IPython.core.inputtransformer2", "TransformerManager"),
    ("ipykernel.zmqshell", "ZMQInteractiveShell"),
    ("ipykernel.ipkernel", "IPythonKernel"),
    ("ipykernel.kernelbase", "Kernel"),
    ("ipykernel.iostream", "IOPubThread"),
    ("ipykernel.iostream", "BackgroundSocket"),
    ("jupyter_client.session", "Session"),
    ("zmq", "Socket"),
    ("zmq.eventloop.zmqstream", "ZMQStream"),
    ("json", "JSONEncoder"),
    ("asyncio.events", "Handle"),
    ("asyncio.events", "TimerHandle"),
)


# All their classes: what tests build their own models and batches from.
class _Anything:
    def __contains__(self, _: object) -> bool:
        return True


ANYTHING = _Anything()  # nobody adds any name to these classes
FAMILIES = ("torch.nn", "torch.optim", "torch.utils.data", "torch.testing._comparison")
BUILTIN = frozenset(vars(builtins))
__builtins__ = restore.__builtins__  # what functions below find by name
SHELL = (
    *("compile", "events", "input_transformer_manager", "display_pub", "displayhook"),
    *("display_formatter", "builtin_trap", "display_trap", "history_manager"),
    *("payload_manager", "prefilter_manager", "logger", "InteractiveTB", "SyntaxTB"),
)
KERNEL = (
    *("session", "iopub_socket", "iopub_thread", "comm_manager", "log"),
    *("shell_stream", "control_stream", "control_thread", "io_loop"),
)
# Those of interrupts are set by IPython, those of children by loaders of data.
SIGNALS = sorted(
    valid_signals() - {int(signal.SIGINT), int(getattr(signal, "SIGCHLD", 0))}
)
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
OPERATORS = (
    *("equal", "allclose", "isclose", "all", "item", "any", "isfinite", "abs", "sum"),
    *(f"{name}.{kind}" for name in COMPARISONS for kind in ("Tensor", "Scalar")),
    "sub.Tensor",
)
COMPARING = {
    f"__{name}__"
    for name in (
        *("eq", "ne", "lt", "le", "gt", "ge", "bool", "contains"),
        *("getattribute", "getattr", "torch_function", "torch_dispatch", "array"),
        *("array_ufunc", "array_function", "array_interface", "array_struct"),
        *("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv"),
        *("abs", "round", "float", "int", "index", "class", "instancecheck"),
    )
}
DECIDES = COMPARING | {f"__{name}__" for name in ("setattr", "delattr", "call", "new")}
NONE = type(None)
FUNCTION, CODE = type(lambda: None), type((lambda: None).__code__)
MODULE = type(sys)
PLAIN = (bool, int, float, complex, str, bytes, type(None))
DEEP, LONG = 3, 100  # how far to look into containers
# What functions that compare go by if nobody says otherwise.
DEFAULTS = (
    *("torch.testing", "torch.testing._comparison", "numpy._core.numeric"),
    "numpy.testing._private.utils",
)
_start = {}


def remember() -> None:
    """Note what modules, classes and hooks are, and let nobody listen unseen."""
    if "torch" in sys.modules:  # as a default device does
        importlib.import_module("torch.utils._device")
    owners = tuple(
        (name, owner, live, tuple(what), tuple(what.values()), frozenset(live), tells)
        for name, owner, tells in _owners()
        for live in [vars(owner)]
        for what in [_what_counts(live)]
    )
    inner = {
        function: f"{name}.{key}"
        for name, _, _, keys, values, *_ in owners
        for key, value in zip(keys, values, strict=True)
        if type(function := _inner(value)) is FUNCTION
    }
    codes = tuple(function.__code__ for function in inner)
    are_codes = tuple(type(each) is CODE for each in get_referents(*inner))
    modules = (sys.modules[__name__], restore, background, endings)
    for module in modules:  # else the first warning there would put it in
        vars(module).setdefault("__warningregistry__", {})
    here = tuple(each for module in modules for each in vars(module).values())
    # What is in it lives on: nothing new can get the number of something old.
    alive = (here, tuple(getattr(each, "__code__", None) for each in here))
    functions = (tuple(inner.values()), tuple(inner), codes, are_codes)
    scene = _scene()
    before = restore.remember(owners, scene[1], SIGNALS)
    noted = (
        *(owners, functions, _defaults(), scene, tuple(_hooks(*scene)), alive),
        before,
    )
    _start["noted"] = noted
    sys.addaudithook(MethodType(_alone, noted))


def _alone(_: tuple, event: str, __: tuple) -> None:
    if event == "sys.addaudithook":
        raise RuntimeError  # which keeps the other hook out, silently


def changes(start: dict) -> list[str]:
    """Names of what is not any more what it was."""
    owners, functions, defaults, scene, old_hooks, *_ = start["noted"]
    found = []
    for name, _, live, keys, values, members, tells in owners:
        if not all(map(is_, map(live.get, keys), values)):
            pairs = zip(keys, values, strict=True)
            other_ = [(k, live.get(k), v) for k, v in pairs if live.get(k) is not v]
            other_ = [(k, new) for k, new, v in other_ if not restore.wraps(new, v)]
            found += [f"{name}.{k}" for k, new in other_ if not restore.is_kept(k, new)]
        if len(live) != len(members):
            found += [f"{name}.{k}" for k in live if k in tells and k not in members]
    found += _other_codes(*functions)
    found += [f"what {name} goes by" for name in _other_defaults(*defaults)]
    hooks = dict(_hooks(*scene))
    for name, old in old_hooks:
        new = hooks.get(name, ())
        if len(new) != len(old) or not all(map(is_, new, old)):
            found.append(name)
    _, shell, result, _ = scene
    if shell is not None and type(shell.last_execution_result) not in (NONE, result):
        found.append("the result of a cell")
    return [f"{name} was replaced" for name in found]


def put_right(start: dict) -> list[str]:
    """Take away what could step into the test that comes next; says what that was."""
    *_, before = start["noted"]
    return list(dict.fromkeys(restore.put_right(before)))


def waiting(start: dict) -> list[str]:
    """Code of the notebook that may have run by itself while a test ran."""
    *_, before = start["noted"]
    found = []
    if background.awake(before.space):
        found.append("a thread of the notebook is running")
    if background.timers():
        found.append("a timer of the notebook is running")
    if any(background.foreign_tasks()):
        found.append("a task of the notebook is waiting")
    if any(background.foreign_handles()):
        found.append("a call of the notebook is waiting")
    return found


def asked_to_exit() -> list[str]:
    """Ids of requests whose code asked the kernel to end, since the last question."""
    return endings.taken()


def _other_codes(names: tuple, functions: tuple, codes: tuple, are_codes: tuple):
    """Names of functions whose code is not what it was."""
    # Not by their __code__: each look at one would be an event for the audit hook.
    hanging = get_referents(*functions)
    if len(hanging) == len(are_codes):
        here = list(compress(hanging, are_codes))
    else:  # something else hangs on one of them now
        here = [each for each in hanging if type(each) is CODE]
    if len(here) != len(codes) or not all(map(is_, here, codes)):
        all_ = zip(names, functions, codes, strict=True)
        return [name for name, f, code in all_ if f.__code__ is not code]
    return []


def fingerprint(start: dict) -> int:
    """A number that changes with what was noted, which is a tuple that never dies."""
    return hash((id(start["noted"]), *start))


def _owners():
    """A name, what is known by it, and names that none but a hook would add to that."""
    for name in MODULES:
        if module := sys.modules.get(name):
            yield name, module, BUILTIN
    for kind in _kinds():
        inherited = set().union(*map(vars, kind.__mro__[1:-1]))
        yield kind.__name__, kind, DECIDES | inherited
    for name in FAMILIES:
        if module := sys.modules.get(name):
            yield f"a class of {name}", module, frozenset()
            kinds = [v for v in vars(module).values() if isinstance(v, type)]
            yield from ((f"{name}.{k.__name__}", k, DECIDES) for k in kinds)
    nodes = [v for v in vars(sys.modules["ast"]).values() if isinstance(v, type)]
    yield from ((f"ast.{k.__name__}", k, ANYTHING) for k in nodes)


def _kinds() -> list[type]:
    """The classes to watch, and those that they come from, but for `object`."""
    owners = [getattr(sys.modules.get(name), kind, None) for name, kind in CLASSES]
    kinds = [owner for owner in owners if isinstance(owner, type)]
    shell = sys.modules["IPython"].get_ipython()
    if shell is not None:  # theirs are often further derived
        kinds += [type(one) for _, one in _objects(shell, shell.kernel)]
    return list(dict.fromkeys(base for kind in kinds for base in kind.__mro__[:-1]))


def _what_counts(members: dict) -> dict:
    return {
        key: value
        for key, value in members.items()
        if key not in background.ITS_OWN
        and (callable(value) or _inner(value) is not value or isinstance(value, MODULE))
    }


def _inner(value):
    """The function in a method, a property or a function of NumPy."""
    if type(value) in (staticmethod, classmethod):
        return value.__func__
    if type(value) is property:
        return value.fget
    return getattr(value, "_implementation", value) if callable(value) else value


def _defaults() -> tuple:
    """Functions that compare, what hangs on them, and the tables that they go by."""
    functions, tables = {}, []
    for module in filter(None, map(sys.modules.get, DEFAULTS)):
        for key, value in vars(module).items():
            if type(one := _inner(value)) is FUNCTION:
                functions[one] = (key, one.__defaults__, one.__kwdefaults__)
                tables += [(key, one.__kwdefaults__)] if one.__kwdefaults__ else []
            elif type(one) is dict and not key.startswith("__"):
                tables.append((key, one))
    tables = tuple((key, table, dict(table)) for key, table in tables)
    return functions, get_referents(*functions), tables


def _other_defaults(functions: dict, hanging: list, tables: tuple):
    """Names of functions whose defaults are not what they were."""
    yield from (key for key, table, items in tables if table != items)
    now = get_referents(*functions)
    if len(now) != len(hanging) or not all(map(is_, now, hanging)):
        for function, (key, *old) in functions.items():
            new = function.__defaults__, function.__kwdefaults__
            if not all(map(is_, new, old)):
                yield key


def _scene() -> tuple:
    """What to ask later, as it is now: torch, the shell, the class of its results."""
    from IPython import get_ipython

    torch = sys.modules.get("torch")
    asked = torch and torch._C._dispatch_dump
    shell = sys.modules["IPython.core.interactiveshell"]
    names = dict.fromkeys((*MODULES, *FAMILIES))
    modules = tuple((n, sys.modules[n]) for n in names if n in sys.modules)
    return asked, get_ipython(), shell.ExecutionResult, (modules, tuple(_kinds()))


def _hooks(torch, shell, _, known):
    """Where code can step between a cell and its outcome."""
    modules, kinds = known
    for name, old in modules:
        yield f"the module {name}", (sys.modules.get(name), type(old))
    yield "the family of a class", tuple(kind.__mro__ for kind in kinds)
    yield "sys.settrace", (gettrace(), getprofile())
    yield "gc.callbacks", tuple(gc.callbacks)
    yield "a handler of signals", tuple(map(getsignal, SIGNALS))
    if torch:
        yield "torch's modes", (len(restore.foreign_modes()),)
        for name in OPERATORS:
            yield f"the operator {name}", (intern(torch(f"aten::{name}")),)
    if shell is None:
        return
    space, kernel = shell.user_ns, shell.kernel
    own = (space, shell.user_module, type(shell.user_module))
    yield "the notebook's namespace", (*own, space.get("__builtins__"))
    for name in ("pre_run_cell", "post_run_cell", "pre_execute", "post_execute"):
        # matplotlib's own come and go
        callbacks = shell.events.callbacks[name]
        foreign = (f for f in callbacks if not restore.is_matplotlib(f))
        yield f"the event {name}", tuple(foreign)
    manager = shell.input_transformer_manager
    transformers = (manager.cleanup_transforms, manager.line_transforms)
    transformers += (manager.token_transformers, shell.input_transformers_post)
    yield "the list of input transformers", tuple(f for t in transformers for f in t)
    yield "the list of AST transformers", tuple(shell.ast_transformers)
    yield "the list of exception handlers", tuple(shell.custom_exceptions)
    yield from _messages(shell, kernel)
    for name, one in _objects(shell, kernel):
        kind = type(one)
        own = {k: v for k, v in vars(one).items() if callable(getattr(kind, k, None))}
        own.pop("write", None)  # of a stream: IPython has its own there while cells run
        yield name, (one, kind, *map(intern, own), *own.values())


def _objects(shell, kernel):
    """What has a part in running a cell, and in telling what came of it."""
    yield from (("shell", shell), ("kernel", kernel))
    yield from (("sys.stdout", sys.stdout), ("sys.stderr", sys.stderr))
    for owner, names in ((shell, SHELL), (kernel, KERNEL)):
        for name in names:
            one = getattr(owner, name, None)
            if hasattr(one, "__dict__"):
                yield name, one


def _messages(shell, kernel):
    """What messages go through."""
    session = kernel.session
    packing = (session.pack, session.unpack, session.auth, session.check_pid)
    yield "how messages are packed", (*packing, session.adapt_version)
    yield "how messages are adapted", tuple(ADAPTERS.values())
    hook, display = shell.displayhook, shell.display_pub
    yield "where results go", (hook.session, hook.pub_socket)
    yield "where displays go", (display.session, display.pub_socket)
    yield "a kernel's sleep", (kernel._execute_sleep,)
    for name in ("shell_stream", "control_stream"):
        stream = getattr(kernel, name)
        yield f"what the {name} does", (stream.socket, stream._recv_callback)
    for name in ("shell_handlers", "control_handlers"):
        handlers = getattr(kernel, name).values()
        inner = (getattr(f, "__func__", f) for f in handlers)
        yield f"kernel.{name}", tuple(inner)
    for one in (shell, kernel, session, hook):
        known = one._trait_notifiers.values()
        yield (
            f"observers of {type(one).__name__}",
            (sum(len(each) for kinds in known for each in kinds.values()),),
        )


_last = [None, ""]  # a cell, and what became of it


def transform_cell(self, raw):
    """Be the shell's method of that name; IPython calls it twice for each cell.

    The same string object it is only within one request: none can be prepared.
    """
    if _last[0] is not raw:
        _last[:] = None, ""
        _last[:] = raw, super(type(self), self).transform_cell(raw)
    return _last[1]


# ---- What checks compare ----


class Never:
    """Equal to nothing."""

    __hash__ = None

    def __eq__(self, other):
        return False

    def __ne__(self, other):
        return True


def different_value(value):
    """Something of the same kind, and not equal."""
    kind = type(value)
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if kind is bool:
        return not value
    if kind in (int, float):
        return _unless_same(_sign(value) * (2 * abs(value) + 1), value)
    if kind is complex:
        return _unless_same(-2 * value - 1, value)
    if kind is str:
        return value + "."
    if kind in (list, tuple) or (torch and kind is torch.Size):
        return kind(map(different_value, value)) if len(value) else kind([0])
    if kind is dict:
        return {key: different_value(v) for key, v in value.items()} or {0: 0}
    if torch and kind in (torch.Tensor, torch.nn.Parameter) and value.numel():
        if value.dtype == torch.bool:
            return ~value
        if not value.is_quantized and value.layout == torch.strided:
            value = torch.nan_to_num(value.detach())
            if value.dtype.is_signed and not value.dtype.is_complex:
                return (2 * value.abs() + 1) * _sign(1)
            return value * -2 - 1
    if numpy and kind is numpy.ndarray and value.size and value.dtype.kind in "biuf":
        return ~value if value.dtype.kind == "b" else numpy.nan_to_num(value) * -2 - 1
    return Never()


def _sign(value) -> int:
    """That of the value, or by chance the other: none shall equal all of one sign."""
    same = urandom(1)[0] % 4 > 0
    return 1 if (value >= 0) is same else -1


def _unless_same(new, old):
    return Never() if new == old else new


def out_of_range(value, below: bool):
    """What nothing of the kind of `value` is below, or above."""
    torch = sys.modules.get("torch")
    if type(value) in (int, float) or (torch and type(value) is torch.Tensor):
        return float("-inf") if below else float("inf")
    return Never()


def record_custom_equality(value, line: int, noted: list):
    """The value; noted where its class decides by itself what it is equal to."""
    if type(value) not in PLAIN and (name := _decides(value, DEEP)):
        noted.append((line, name))
    return value


def _decides(value, depth: int) -> str:
    kind = type(value)
    numpy = sys.modules.get("numpy")
    if numpy and kind is numpy.ndarray and value.dtype.hasobject:
        kind, value = list, list(value.flat[:LONG])
    if kind in (list, tuple, dict, set, frozenset):
        inner = (*value.values(), *value) if kind is dict else value
        first = islice(inner, LONG)
        some = [v for v in first if type(v) not in PLAIN]
        names = (_decides(v, depth - 1) for v in some if depth)
        return next(filter(None, names), "")
    for base in kind.__mro__:
        if not COMPARING.isdisjoint(vars(base)) and not _is_library(base):
            return kind.__name__
    return ""


def _is_library(kind: type) -> bool:
    module = sys.modules.get(kind.__module__)
    if module is None or kind.__module__ in ("__main__", "unittest.mock"):
        return False
    if kind.__module__ != "builtins" and not getattr(module, "__file__", None):
        return kind.__module__ in sys.builtin_module_names
    try:
        return attrgetter(kind.__qualname__)(module) is kind
    except AttributeError:
        # a C class may be filed under another name; one of Python has a __dict__ slot
        return not kind.__flags__ & 1 << 9


def shadowed_builtins(names: list[str], passed: bool) -> list[str]:
    """Built-in names that the notebook defined anew, and not by an import.

    `passed`: whether the cell before has passed, as the kernel said.
    """
    builtins = vars(sys.modules["builtins"])
    _, shell, *_ = _start["noted"][3]
    space = shell.user_ns if shell else {}
    anew = [
        name
        for name in names
        if name in builtins and space.get(name, builtins[name]) is not builtins[name]
    ]
    known = {
        id(value)
        for name in ("torch", "numpy", "math", "torch.nn.functional")
        for value in (vars(sys.modules.get(name, sys)).values() if anew else ())
    }
    found = [f"{name} was replaced" for name in anew if id(space[name]) not in known]
    if passed and shell and not shell.last_execution_succeeded:
        found.append("a cell that failed was said to have passed")
    return found


def rebound_imports(imported: dict) -> list[str]:
    """Names that the lesson imports, and that stand for something else now.

    `imported`: by name modules, and what of each, "" for the module itself.
    """
    _, shell, *_ = _start["noted"][3]
    space, missing = shell.user_ns if shell else {}, object()
    found = []
    for name in imported.keys() & space.keys():
        for module, inner in imported[name]:
            real = sys.modules.get(module, missing)
            if inner:
                below = sys.modules.get(f"{module}.{inner}", missing)
                real = getattr(real, inner, below)
            if space[name] is real:
                break
        else:
            found.append(f"what {name} stands for was replaced")
    return found
