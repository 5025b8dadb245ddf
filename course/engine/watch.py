"""Inside a kernel: whether what tests rely on is still what it was at the start.

`remember` runs before any student code. The worker keeps a fingerprint of what it
noted, and of the functions here: every probe compares them before it calls them.
"""

import sys
from gc import get_referents
from itertools import islice
from operator import attrgetter, is_
from types import MethodType

MODULES = (
    *("builtins", "ast", "codeop", "inspect", "math", "json"),
    *("numpy", "numpy.testing", "torch", "torch.testing", "torch.linalg"),
    *("torch.testing._comparison", "torch.nn.functional"),
    # What lies between a cell and the messages about it.
    *("ipykernel.ipkernel", "ipykernel.kernelbase", "ipykernel.zmqshell"),
    *("ipykernel.iostream", "ipykernel.jsonutil", "ipykernel.displayhook"),
    *("jupyter_client.session", "jupyter_client.jsonutil", "jupyter_client.adapter"),
    *("IPython.core.interactiveshell", "IPython.core.async_helpers"),
    *("IPython.core.compilerop", "IPython.core.displayhook", "IPython.core.ultratb"),
    *("zmq.sugar.socket", "zmq.eventloop.zmqstream", "traceback", "linecache"),
)
CLASSES = (
    ("torch", "Tensor"),
    ("torch.nn", "Parameter"),
    ("torch.nn", "Module"),
    ("IPython.core.interactiveshell", "InteractiveShell"),
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
)
# All their classes: what tests build their own models and batches from.
FAMILIES = ("torch.nn", "torch.optim", "torch.utils.data", "torch.testing._comparison")
# IPython puts its own in their place, some of them before each cell.
ITS_OWN = ("input", "exit", "quit", "display", "get_ipython", "_", "step")
SHELL = (
    "compile",
    "events",
    "input_transformer_manager",
    "display_pub",
    "displayhook",
    "display_formatter",
    "user_module",
    "user_ns",
)
KERNEL = ("shell", "session", "iopub_socket", "iopub_thread", "comm_manager")
SIGNALS = (10, 12, 14, 26, 27)  # USR1, USR2, ALRM, VTALRM, PROF
OPERATORS = ("equal", "allclose", "isclose", "eq.Tensor", "eq.Scalar", "all", "item")
COMPARING = {
    f"__{name}__"
    for name in (
        *("eq", "ne", "lt", "le", "gt", "ge", "bool", "contains"),
        *("getattribute", "getattr", "torch_function", "torch_dispatch", "array"),
        *("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv"),
        *("abs", "round", "float", "int", "index", "class", "instancecheck"),
    )
}
FUNCTION, CODE = type(lambda: None), type((lambda: None).__code__)
MODULE = type(sys)
PLAIN = (bool, int, float, complex, str, bytes, type(None))
DEEP, LONG = 3, 100  # how far to look into containers
_start = {}


def remember() -> None:
    """Note what modules, classes and hooks are, and let nobody listen unseen."""
    owners = tuple(
        (name, tuple(what), tuple(what.values()))
        for name, members in _owners()
        for what in [_what_counts(members)]
    )
    inner = {
        function: f"{name}.{key}"
        for name, keys, values in owners
        for key, value in zip(keys, values, strict=True)
        if type(function := _inner(value)) is FUNCTION
    }
    codes = tuple(function.__code__ for function in inner)
    here = tuple(sys.modules[__name__].__dict__.values())
    # What is in it lives on: nothing new can get the number of something old.
    alive = (here, tuple(getattr(each, "__code__", None) for each in here))
    functions = (tuple(inner.values()), tuple(inner), codes)
    _start["noted"] = noted = (owners, functions, tuple(_hooks()), alive)
    sys.addaudithook(MethodType(_alone, noted))


def _alone(_: tuple, event: str, __: tuple) -> None:
    if event == "sys.addaudithook":
        raise RuntimeError  # which keeps the other hook out, silently


def changes(start: dict) -> list[str]:
    """Names of what is not any more what it was, and of what would change it later."""
    owners, (names, functions, codes), old_hooks, _ = start["noted"]
    found = []
    now = dict(_owners())
    for name, keys, values in owners:
        new = now.get(name, {})
        if not all(map(is_, map(new.get, keys), values)):
            pairs = zip(keys, values, strict=True)
            other_ = [(k, v) for k, v in pairs if new.get(k) is not v]
            found += [f"{name}.{k}" for k, v in other_ if not _wraps(new.get(k), v)]
    # Not by their __code__: each look at one would be an event for the audit hook.
    here = [each for each in get_referents(*functions) if type(each) is CODE]
    if len(here) != len(codes) or not all(map(is_, here, codes)):
        all_ = zip(names, functions, codes, strict=True)
        found += [name for name, f, code in all_ if f.__code__ is not code]
    hooks = dict(_hooks())
    for name, old in old_hooks:
        new = hooks.get(name, ())
        if len(new) != len(old) or not all(map(is_, new, old)):
            found.append(name)
    return [f"{name} was replaced" for name in found] + sorted(set(_waiting()))


def fingerprint(start: dict) -> int:
    """A number that changes with what was noted, which is a tuple that never dies."""
    return hash((id(start["noted"]), *start))


def _wraps(new, old) -> bool:
    """Whether torch itself has wrapped its function, as its compiler does when used."""
    code = getattr(new, "__code__", None)
    ours = sys.prefix, sys.base_prefix
    return (
        getattr(new, "__wrapped__", None) is old
        and str(new.__module__).startswith("torch.")
        and code is not None
        and "/torch/" in code.co_filename
        and code.co_filename.startswith(ours)
    )


def _owners():
    """Pairs of a name and what is known by it: members of a module or a class."""
    for name in MODULES:
        if module := sys.modules.get(name):
            yield name, vars(module)
    for name, kind in CLASSES:
        owner = getattr(sys.modules.get(name), kind, None)
        if isinstance(owner, type):
            inherited = {}
            for base in reversed(owner.__mro__[:-1]):
                inherited.update(vars(base))
            yield kind, inherited
    for name in FAMILIES:
        if module := sys.modules.get(name):
            members = dict(vars(module))
            kinds = {k: v for k, v in members.items() if isinstance(v, type)}
            yield f"a class of {name}", kinds
            yield from ((f"{name}.{k}", vars(kind)) for k, kind in kinds.items())


def _what_counts(members: dict) -> dict:
    return {
        key: value
        for key, value in members.items()
        if key not in ITS_OWN
        and (callable(value) or _inner(value) is not value or isinstance(value, MODULE))
    }


def _inner(value):
    """The function in a method or a property."""
    if type(value) in (staticmethod, classmethod):
        return value.__func__
    return value.fget if type(value) is property else value


def _hooks():
    """Where code can step between a cell and its outcome."""
    import gc
    import signal

    from IPython import get_ipython

    modules = [sys.modules.get(name) for name in MODULES]
    yield "a module", (*modules, *map(type, modules))
    yield "sys.settrace", (sys.gettrace(), sys.getprofile())
    yield "gc.callbacks", tuple(gc.callbacks)
    for number in SIGNALS:
        yield f"the handler of signal {number}", (signal.getsignal(number),)
    if torch := sys.modules.get("torch"):
        modes = torch._C._len_torch_function_stack()
        modes += torch._C._len_torch_dispatch_stack()
        yield "torch's modes", (modes,)
        for name in OPERATORS:
            text = torch._C._dispatch_dump(f"aten::{name}")
            yield f"the operator {name}", (sys.intern(text),)
    shell = get_ipython()
    if shell is None:
        return
    for name in ("pre_run_cell", "post_run_cell", "pre_execute", "post_execute"):
        # matplotlib's own come and go
        callbacks = shell.events.callbacks[name]
        foreign = (f for f in callbacks if "matplotlib" not in str(f.__module__))
        yield f"the event {name}", tuple(foreign)
    manager = shell.input_transformer_manager
    transformers = (manager.cleanup_transforms, manager.line_transforms)
    transformers += (manager.token_transformers, shell.input_transformers_post)
    yield "the list of input transformers", tuple(f for t in transformers for f in t)
    yield "the list of AST transformers", tuple(shell.ast_transformers)
    yield "the list of exception handlers", tuple(shell.custom_exceptions)
    kernel = shell.kernel
    yield "shell", (type(shell), *(getattr(shell, n, None) for n in SHELL))
    yield "kernel", (type(kernel), *(getattr(kernel, n, None) for n in KERNEL))
    yield "session", (type(kernel.session), kernel.session.pack, kernel.session.unpack)
    for name in ("shell_handlers", "control_handlers"):
        handlers = getattr(kernel, name).values()
        inner = (getattr(f, "__func__", f) for f in handlers)
        yield f"kernel.{name}", tuple(inner)
    for name, one in (
        ("shell", shell),
        ("kernel", kernel),
        ("session", kernel.session),
    ):
        own = vars(one)
        methods = [key for key in own if callable(getattr(type(one), key, None))]
        yield f"methods of the {name}", (sys.intern(" ".join(sorted(methods))),)


def _waiting():
    """Code of the notebook that would run by itself while a test runs."""
    import asyncio
    import signal
    import threading

    me = threading.get_ident()
    for thread, frame in sys._current_frames().items():
        while thread != me and frame is not None:
            if _is_foreign(frame.f_code):
                yield "a thread of the notebook is running"
            frame = frame.f_back
    if any(signal.getitimer(kind)[0] for kind in range(3)):
        yield "a timer of the notebook is running"
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    for task in asyncio.all_tasks(loop):
        coroutine = task.get_coro()
        code = getattr(coroutine, "cr_code", getattr(coroutine, "gi_code", None))
        if code and code.co_name != "run_code" and _is_foreign(code):
            yield "a task of the notebook is waiting"
    for handle in (*loop._ready, *loop._scheduled):
        call = getattr(handle, "_callback", None)
        call = getattr(call, "func", call)
        code = getattr(getattr(call, "__func__", call), "__code__", None)
        if code and _is_foreign(code):
            yield "a call of the notebook is waiting"


def _is_foreign(code) -> bool:
    """Whether code came with neither Python nor its packages."""
    known = (sys.prefix, sys.base_prefix, "<frozen", "<string>")
    course = sys.modules["course"].__path__[0]
    return not code.co_filename.startswith((*known, course))


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


def other(value):
    """Something of the same kind, and not equal."""
    kind = type(value)
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if kind is bool:
        return not value
    if kind in (int, float, complex):
        return _unless_same(-2 * value - 1, value)
    if kind is str:
        return value + "."
    if kind in (list, tuple) or (torch and kind is torch.Size):
        return kind(map(other, value)) if len(value) else kind([0])
    if kind is dict:
        return {key: other(v) for key, v in value.items()} or {0: 0}
    if torch and kind in (torch.Tensor, torch.nn.Parameter) and value.numel():
        if value.dtype == torch.bool:
            return ~value
        if not value.is_quantized and value.layout == torch.strided:
            return torch.nan_to_num(value.detach()) * -2 - 1
    if numpy and kind is numpy.ndarray and value.size and value.dtype.kind in "biuf":
        return ~value if value.dtype.kind == "b" else numpy.nan_to_num(value) * -2 - 1
    return Never()


def _unless_same(new, old):
    return Never() if new == old else new


def beyond(value, below: bool):
    """What nothing of the kind of `value` is below, or above."""
    torch = sys.modules.get("torch")
    if type(value) in (int, float) or (torch and type(value) is torch.Tensor):
        return float("-inf") if below else float("inf")
    return Never()


def own(value, line: int, noted: list):
    """The value; noted where its class decides by itself what it is equal to."""
    if type(value) not in PLAIN and (name := _decides(value, DEEP)):
        noted.append((line, name))
    return value


def _decides(value, depth: int) -> str:
    kind = type(value)
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
    if module is None or kind.__module__ == "__main__":
        return False
    if kind.__module__ != "builtins" and not getattr(module, "__file__", None):
        return kind.__module__ in sys.builtin_module_names
    try:
        return attrgetter(kind.__qualname__)(module) is kind
    except AttributeError:
        # a C class may be filed under another name; one of Python has a __dict__ slot
        return not kind.__flags__ & 1 << 9


def shadows(names: list[str], space: dict) -> list[str]:
    """Built-in names that the notebook defined anew, and not by an import."""
    builtins = vars(sys.modules["builtins"])
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
    return [f"{name} was replaced" for name in anew if id(space[name]) not in known]
