"""The forkserver: a process that has imported what cells import, and forks kernels.

It only imports and forks, and never computes: a thread pool or an event loop that is
there before a fork makes children hang. A request is one JSON object that names
modules. With the end of a socket pair it asks for a kernel as well, whose supervisor
then talks on it, see supervisor.py; kernel_process.py says what the process becomes.
What is in the forkserver's memory is in every later kernel's as well: it never learns a
kernel's key, or where its sockets are.
"""

import gc
import importlib
import io
import json
import linecache
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress

from course.kernel.confinement import namespaces_work
from course.kernel.supervisor import REQUEST_BYTES, Supervisor

# What every kernel needs: imported at once. What the cells import comes with a request.
KERNEL_MODULES = (
    *("ipykernel.kernelapp", "ipykernel.zmqshell"),
    *("IPython.core.completer", "IPython.core.completerlib", "IPython.core.logger"),
    *("IPython.core.magics", "IPython.core.magics.ast_mod", "IPython.core.oinspect"),
    *("IPython.core.magics.execution", "IPython.extensions.storemagic"),
    *("IPython.core.debugger", "ipykernel.debugger"),
    *("pygments.formatters.terminal256", "traitlets.config.argcomplete_config"),
    *("argcomplete", "importlib.readers", "pdb", "sqlite3", "tornado.platform.asyncio"),
)
# What an import brings along later, for seconds, in every kernel anew.
LATER_IMPORTS = {
    "torch": (
        "torch.testing",
        "torch.utils.data",
        "torch.utils.serialization",
        "torch.nested._internal.nested_tensor",
        "torch.fx.experimental._constant_symnode",
        "torch._subclasses.schema_check_mode",
    ),
    "torch.optim": ("torch._dynamo",),
    "torch.testing": ("torch.distributed.tensor",),  # by its first assert_close
    "sklearn": ("sklearn.datasets.data", "sklearn.datasets.descr"),
    "matplotlib": (
        "matplotlib.pyplot",
        "matplotlib.font_manager",
        "matplotlib_inline.backend_inline",
        "contourpy",
    ),
}


def main(control: socket.socket) -> None:
    """Import, say so, and serve requests until the line closes.

    Each one names modules to import; with a line for a supervisor, it asks for a
    kernel.
    """
    namespaces = namespaces_work()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # supervisors need no burial
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us
    # pydevd, which IPython and torch bring along, complains about frozen modules.
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    sys.modules["debugpy"] = None  # each kernel would make a debugger
    gc.disable()  # imports leave no garbage, and kernels have it enabled again
    warm_up(KERNEL_MODULES)
    run_kernel = _kernel_side()
    control.send(b"warm")
    while True:
        data, fds, _, _ = socket.recv_fds(control, REQUEST_BYTES, 1)
        if not data:
            return
        request = json.loads(data)
        warm_up(request["modules"])
        if not fds:
            continue
        # Nothing of what is there will be garbage: collecting it would copy it.
        gc.freeze()
        if os.fork() == 0:
            control.close()
            _supervise(socket.socket(fileno=fds[0]), namespaces, run_kernel)
        for fd in fds:
            os.close(fd)
        if "matplotlib" in sys.modules and not _drawn and not _is_waiting(control):
            _draw()  # not before the first kernels, which can begin without it


def _kernel_side() -> Callable[[dict, list[str], int], None]:
    """Patch ipykernel; returns the function that makes a kernel of a process.

    Both are imported here, and not earlier: ipykernel comes with them.
    """
    from course.kernel import ipykernel_patches, kernel_process

    ipykernel_patches.patch_forkserver()
    return kernel_process.run_kernel


def _supervise(
    line: socket.socket,
    namespaces: bool,
    run_kernel: Callable[[dict, list[str], int], None],
) -> None:
    """Be the supervisor of one kernel; never returns."""
    try:
        Supervisor(line, namespaces, run_kernel).run()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def warm_up(modules: Iterable[str]) -> None:
    """Import them, if they are there, and what each of them brings along later."""
    for name in modules:
        top = name.partition(".")[0]
        for each in (name, *LATER_IMPORTS.get(top, ()), *LATER_IMPORTS.get(name, ())):
            with suppress(Exception):
                importlib.import_module(each)
    linecache.clearcache()  # each traceback would look whether its files have changed
    if len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("the forkserver has threads: its children would hang")


def _is_waiting(line: socket.socket) -> bool:
    """Whether another request is there already."""
    return bool(select.select([line], [], [], 0)[0])


_drawn: list[bool] = []


def _draw() -> None:
    """Draw once, outside pyplot: fonts and image writers are then there for all.

    Unlike a tensor's product this starts no thread.
    """
    _drawn.append(True)
    figure = importlib.import_module("matplotlib.figure").Figure((3, 2), dpi=30)
    axes = figure.subplots()
    axes.plot([0, 1], [1, 0], "o--", label="$x_1^2$")
    axes.set(title="A title", xlabel="x", ylabel="y")
    axes.legend()
    axes.imshow([[0.0, 1.0]])
    axes.text(0, 0, "text", family="monospace", weight="bold")
    figure.savefig(io.BytesIO(), format="png")


if __name__ == "__main__":
    # Under its own name, so that nothing of it lies in a kernel's `__main__`.
    from course.kernel import forkserver

    forkserver.main(socket.socket(fileno=int(sys.argv[1])))
    os._exit(0)  # without the farewells of what was imported
