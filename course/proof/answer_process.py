"""The answer process: runs a lesson's setup, an answer and its tests.

answer_runner.py starts this file as a script and sends requests, one JSON line each;
messages come back the same way. With the argument `fork` the process itself only
imports, and forks a warm child for each request, unless that asks for imports alone.
With `once` it serves a single request itself: for systems where forking after Metal or
Accelerate is unsafe.
"""

import ast
import contextlib
import faulthandler
import gc
import importlib
import json
import linecache
import os
import random
import signal
import sys
import tempfile
import types
import warnings
from collections.abc import Callable

import numpy as np
import torch

Send = Callable[[dict], None]
ABSENT = object()


def main(mode: str) -> None:
    """Serve requests from standard input until it closes, or just one."""
    # Answers may print, read and crash as they like: the real standard streams
    # are put away, and the watchdog shares the stream of the messages.
    out = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    silence()

    def send(message: dict) -> None:
        out.write(json.dumps(message) + "\n")

    for line in requests:
        request = json.loads(line)
        preload(request)
        if request.get("only_imports"):
            continue
        if mode == "fork":
            send({"ended": run_in_child(request, send, out)})
        else:
            run_and_exit(request, send, out)


def silence() -> None:
    """Point standard input, output and error at nothing."""
    sink = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(sink, stream)


def preload(request: dict) -> None:
    """Import what the cells import, so that no answer pays for it or is blamed for it.

    A first import may take seconds, add warnings filters and set variables.
    """
    for name in request["modules"]:
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def run_in_child(request: dict, send: Send, out: object) -> int:
    """Run the cells in a child with its own folder; its exit code, -N for signal N."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        gc.freeze()  # a collection in the child would copy every page it looks at
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.chdir(folder)
            run_and_exit(request, send, out)
        _, status = os.waitpid(pid, 0)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # what the answer may have left running
    return os.waitstatus_to_exitcode(status)


def run_and_exit(request: dict, send: Send, out: object) -> None:
    """Run the cells under their time limit, and end the process."""
    try:
        # A thread outside the interpreter: it ends loops that ignore everything.
        faulthandler.dump_traceback_later(request["limit"], exit=True, file=out)
        send({"started": True})
        run_cells(request, send)
        send({"done": True})
    except BaseException as error:
        send({"broken": f"the answer process itself failed: {describe(error)}"})
    finally:
        os._exit(0)


def run_cells(request: dict, send: Send) -> None:
    """Run setup, answers and tests in the order of the notebook."""
    torch.set_num_threads(1)
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    # A module, and not a bare dict, so that an answer's classes can be pickled.
    sys.modules["__main__"] = types.ModuleType("__main__")
    namespace = sys.modules["__main__"].__dict__

    fault, _ = execute("setup", request["setup"], namespace)
    if fault:
        return send({"broken": f"the setup cell fails: {fault}"})
    try:
        namespace["device"] = choose_device(request["device"])
    except Exception as error:
        return send({"broken": f"device {request['device']}: {describe(error)}"})

    kept = {name: value for name, value in namespace.items() if _is_from_cells(name)}
    runs = 1 if request["until_failure"] else 2
    for cell in request["cells"]:
        if cell["is_test"]:
            seen = observe(cell["id"], cell["source"], namespace, kept, runs)
            send(seen)
            if request["until_failure"] and seen["outcome"]:
                return
            continue
        before = dict(namespace)
        fault, _ = execute(cell["id"], cell["source"], namespace)
        for name in filter(_is_from_cells, before.keys() | namespace.keys()):
            value = namespace.get(name, ABSENT)
            if value is ABSENT:
                kept.pop(name, None)
            elif before.get(name, ABSENT) is not value:
                kept[name] = value
        send({"answer": cell["id"], "raised": fault})


def _is_from_cells(name: str) -> bool:
    """Whether cells bind the name; Python binds `__doc__` by itself."""
    return not name.startswith("__")


def choose_device(wanted: str) -> torch.device:
    """The device asked for, once it has held a tensor; `auto`: the fastest here."""
    if wanted == "auto":
        there = torch.accelerator.is_available()
        wanted = torch.accelerator.current_accelerator().type if there else "cpu"
    return torch.zeros(1, device=wanted).device


def execute(
    cell_id: str, source: str, namespace: dict
) -> tuple[str | None, object | None]:
    """Run a cell as IPython does: (what it raised, value of a last expression)."""
    filename = f"<{cell_id}>"
    lines = source.splitlines(keepends=True)
    linecache.cache[filename] = (len(source), None, lines, filename)
    try:
        tree = ast.parse(source, filename)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = ast.Expression(tree.body.pop().value)
        exec(compile(tree, filename, "exec", dont_inherit=True), namespace)
        if last is None:
            return None, None
        code = compile(last, filename, "eval", dont_inherit=True)
        return None, eval(code, namespace)
    except BaseException as error:  # SystemExit from an answer ends nothing here
        return describe(error), None


def describe(error: BaseException) -> str:
    """`ErrorType: message`, as the last lines of a traceback say it."""
    try:
        message = str(error)
    except Exception:
        message = "(its message cannot be shown)"
    kind = type(error).__name__
    return f"{kind}: {message}" if message else kind


def observe(cell_id: str, source: str, namespace: dict, kept: dict, runs: int) -> dict:
    """Run a test, as a rule twice: its outcome, and what is wrong with the test itself.

    `kept` maps each global of setup and answers to the object that it must stay.
    """
    outcomes, complaints = [], []
    for _ in range(runs):
        # One draw each: else seeding with the seed in use would go unseen.
        torch.rand(1), np.random.rand(), random.random()
        before, modules = settings(), len(sys.modules)
        fault, value = execute(cell_id, source, namespace)
        outcomes.append(fault)
        if len(sys.modules) > modules:  # the second run tells who set these
            warnings.filters[:] = before["the warnings filters"]
            os.environ.clear()
            os.environ.update(before["the environment variables"])
        after = settings()
        if value is not None:
            complaints.append(
                f"ends in a value ({value!r:.40}), which nbgrader may take as the grade"
            )
        changed = [what for what in before if before[what] != after[what]]
        for name, owned in kept.items():
            if namespace.get(name, ABSENT) is not owned:
                changed.append(f"the global {name!r}")
        namespace.update(kept)
        complaints += [f"changes {what}" for what in changed]
    kinds = [fault.partition(":")[0] if fault else "passes" for fault in outcomes]
    if kinds[0] != kinds[-1]:
        complaints.append(f"first {kinds[0]}, and then {outcomes[-1] or 'passes'}")
    return {
        "test": cell_id,
        "outcome": outcomes[0],
        "complaints": [f"{cell_id}: {c}" for c in dict.fromkeys(complaints)],
    }


def settings() -> dict[str, object]:
    """Everything beside its own names that a test must leave as it was."""
    kind, keys, *rest = np.random.get_state()
    found = {
        "torch's random state": torch.get_rng_state().numpy().tobytes(),
        "NumPy's random state": (kind, keys.tobytes(), *rest),
        "Python's random state": random.getstate(),
        "the default dtype": torch.get_default_dtype(),
        "the default device": torch.get_default_device(),
        "the gradient mode": torch.is_grad_enabled(),
        "the inference mode": torch.is_inference_mode_enabled(),
        "the deterministic flags": (
            torch.get_deterministic_debug_mode(),
            torch.backends.cudnn.deterministic,
            torch.backends.cudnn.benchmark,
        ),
        "the matmul precision": torch.get_float32_matmul_precision(),
        "the number of threads": torch.get_num_threads(),
        "the print options": (vars(torch._tensor_str.PRINT_OPTS).copy(),),
        "NumPy's print options": np.get_printoptions(),
        "the warnings filters": list(warnings.filters),
        "the working directory": os.getcwd(),
        "the environment variables": dict(os.environ),
    }
    if torch.cuda.is_initialized():
        states = torch.cuda.get_rng_state_all()
        found["CUDA's random state"] = [state.numpy().tobytes() for state in states]
    if torch.backends.mps.is_available():
        found["MPS's random state"] = torch.mps.get_rng_state().numpy().tobytes()
    return found


if __name__ == "__main__":
    main(sys.argv[1])
