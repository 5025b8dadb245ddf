"""Inside a kernel, before a test: put right what honest code leaves behind.

A timer of cells, a thread that goes on, a prettier traceback: each of them could step
into a test. Here they are taken away, so that a test runs as if they had never been
there: honest code keeps its points, and what was meant to help earns nothing. What
cannot be put right is found by `watched_names.changes`, which looks after this.
"""

import gc
import sys
from _signal import getsignal, signal
from collections.abc import Iterator
from functools import partial
from operator import is_
from sys import getprofile, gettrace, setprofile, settrace
from types import FunctionType, SimpleNamespace
from typing import Any

from course.integrity import background

__builtins__ = background.__builtins__  # what functions below find by name
# Modules of which names are put back. What runs cells and speaks of them is not among
# them: whoever replaced that could undo the repair.
RESTORED_MODULES = ("builtins", "math", "time", "random", "logging", "numpy", "torch")
DISPLAY_METHODS = {"__repr__", "__str__", "__format__", "_repr_html_", "extra_repr"}
EVENTS = ("pre_run_cell", "post_run_cell", "pre_execute", "post_execute")
TRACEBACKS = ("showtraceback", "_showtraceback", "showsyntaxerror")


def remember(owners: tuple, shell: Any, signals: list[int]) -> SimpleNamespace:
    """The state of a kernel before any code of the notebook has run."""
    return SimpleNamespace(
        owners=owners,
        shell=shell,
        space=shell and shell.user_ns,
        handlers=tuple((number, getsignal(number)) for number in signals),
        callbacks=tuple(gc.callbacks),
        streams=tuple((name, getattr(sys, name)) for name in ("stdout", "stderr")),
        lists=tuple((o, n, tuple(getattr(o, n))) for o, n in _lists(shell)),
        tracebacks={n: vars(shell).get(n) for n in TRACEBACKS if shell},
        events={n: tuple(shell.events.callbacks[n]) for n in EVENTS if shell},
    )


def put_right(before: SimpleNamespace) -> Iterator[str]:
    """Put everything back; yields what that was."""
    if gettrace() or getprofile():
        settrace(None)
        setprofile(None)
        yield "a trace function was removed"
    yield from _monitors()
    if tuple(gc.callbacks) != before.callbacks:
        gc.callbacks[:] = before.callbacks
        yield "a callback of the garbage collector was removed"
    yield from _signals(before)
    yield from _modes()
    if before.shell is not None:
        yield from _hooks(before)
    yield from background.end(before.space)
    yield from _names(before.owners)  # after what could replace them again


def _signals(before: SimpleNamespace) -> Iterator[str]:
    for number, handler in before.handlers:
        if handler is not None and getsignal(number) is not handler:
            signal(number, handler)
            yield f"the handler of signal {number} was restored"
    if "faulthandler" in sys.modules:
        sys.modules["faulthandler"].cancel_dump_traceback_later()


def _hooks(before: SimpleNamespace) -> Iterator[str]:
    shell = before.shell
    for owner, name, old in before.lists:
        now = getattr(owner, name)
        if len(now) != len(old) or not all(map(is_, now, old)):
            setattr(owner, name, type(now)(old))
            yield f"the list of {name.replace('_', ' ')} was restored"
    for name, old in before.events.items():
        now = shell.events.callbacks[name]
        known = {id(f) for f in old}
        kept = [f for f in now if id(f) in known or is_matplotlib(f)]
        if len(kept) != len(now):
            now[:] = kept
            yield f"a callback of {name} was removed"
    if shell.call_pdb:
        shell.call_pdb = False
        yield "the debugger after errors was switched off"
    for name, old in before.tracebacks.items():
        if vars(shell).get(name) is not old:
            vars(shell).pop(name, None)
            if old is not None:
                vars(shell)[name] = old
            yield f"shell.{name} was restored"
    for name, old in before.streams:
        if getattr(sys, name) is not old:
            setattr(sys, name, old)
            yield f"sys.{name} was restored"


def is_matplotlib(callback: Any) -> bool:
    """Whether it is one that matplotlib's own comes and goes with."""
    return "matplotlib" in str(getattr(callback, "__module__", ""))


def _lists(shell: Any) -> Iterator[tuple[Any, str]]:
    """Lists of what looks at a cell before it runs, or at its error, by owner."""
    if shell is not None:
        manager = shell.input_transformer_manager
        yield shell, "ast_transformers"
        yield shell, "input_transformers_post"
        yield shell, "custom_exceptions"
        for name in ("cleanup_transforms", "line_transforms", "token_transformers"):
            yield manager, name


def is_kept(key: str, new: Any) -> bool:
    """Whether a replaced function may stay: it only says what a value looks like."""
    return key in DISPLAY_METHODS and type(new) in (FunctionType, partial)


def wraps(new, old) -> bool:
    """Whether torch itself has wrapped its function, as its compiler does when used."""
    code = getattr(new, "__code__", None)
    if code is None:
        return False
    guard = sys.modules.get("torch._dynamo.mutation_guard")
    maker = getattr(guard, "install_generation_tagging_init", None)
    if any(code is each for each in getattr(maker, "__code__", code).co_consts):
        return any(cell.cell_contents is old for cell in new.__closure__)
    ours = sys.prefix, sys.base_prefix
    return (
        getattr(new, "__wrapped__", None) is old
        and str(new.__module__).startswith("torch.")
        and "/torch/" in code.co_filename
        and code.co_filename.startswith(ours)
    )


def is_restored(owner: Any) -> bool:
    """Whether names of this module, or of this class, are put back."""
    home = owner.__module__ if isinstance(owner, type) else owner.__name__
    return home.partition(".")[0] in RESTORED_MODULES


def _names(owners: tuple) -> Iterator[str]:
    """Put back what modules and classes have other things for."""
    for name, owner, live, keys, values, members, tells in owners:
        same = all(map(is_, map(live.get, keys), values))
        if (same and len(live) == len(members)) or not is_restored(owner):
            continue
        for key, old in zip(keys, values, strict=True):
            new = live.get(key)
            if new is not old and not wraps(new, old) and not is_kept(key, new):
                setattr(owner, key, old)
                yield f"{name}.{key} was restored"
        if len(live) != len(members):
            for key in [k for k in live if k in tells and k not in members]:
                delattr(owner, key)
                yield f"{name}.{key} was restored"


def _monitors() -> Iterator[str]:
    monitoring = getattr(sys, "monitoring", None)  # from Python 3.12
    for tool in range(6 if monitoring else 0):
        if monitoring.get_tool(tool) and monitoring.get_events(tool):
            monitoring.set_events(tool, 0)
            yield "a monitoring tool was removed"


def foreign_modes() -> list:
    """Modes of torch that no default device has put there."""
    torch = sys.modules.get("torch")
    if torch is None:
        return []
    here = torch._C
    functions = map(
        here._get_function_stack_at, range(here._len_torch_function_stack())
    )
    dispatches = map(
        here._get_dispatch_stack_at, range(here._len_torch_dispatch_stack())
    )
    return [m for m in functions if not _is_default_device(m)] + list(dispatches)


def _is_default_device(mode: Any) -> bool:
    kind = getattr(sys.modules.get("torch.utils._device"), "DeviceContext", None)
    return type(mode) is kind and not any(map(callable, vars(mode).values()))


def _modes() -> Iterator[str]:
    found = foreign_modes()
    if not found:
        return
    here = sys.modules["torch"]._C
    while here._len_torch_dispatch_stack():
        here._pop_torch_dispatch_stack(None)
    functions = [
        here._pop_torch_function_stack()
        for _ in range(here._len_torch_function_stack())
    ]
    for mode in filter(_is_default_device, reversed(functions)):
        here._push_on_torch_function_stack(mode)
    yield from (f"the mode {type(mode).__name__} was removed" for mode in found)
