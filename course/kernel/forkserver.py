"""The warm template: a process that has imported what cells import, and forks kernels.

It only imports and forks, and never computes: a thread pool or an event loop that is
there before a fork makes children hang. A request is one JSON object that names
modules. With the end of a socket pair it asks for a kernel as well, whose guard then
talks on it, see supervisor.py. What is in the template's memory is in every later
kernel's as well: it never learns a kernel's key, or where its sockets are.
"""

import gc
import importlib
import io
import json
import linecache
import os
import random
import select
import signal
import socket
import sys
import tempfile
import threading
import traceback
import zlib
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from types import ModuleType, SimpleNamespace

from course.integrity import endings, watched_names
from course.kernel import shell_commands
from course.kernel.confinement import namespaces_work
from course.kernel.landlock import keep_sockets
from course.kernel.supervisor import REQUEST_BYTES, Guard

# What every kernel needs: imported at once. What the cells import comes with a request.
KERNEL = (
    *("ipykernel.kernelapp", "ipykernel.zmqshell"),
    *("IPython.core.completer", "IPython.core.completerlib", "IPython.core.logger"),
    *("IPython.core.magics", "IPython.core.magics.ast_mod", "IPython.core.oinspect"),
    *("IPython.core.magics.execution", "IPython.extensions.storemagic"),
    *("IPython.core.debugger", "ipykernel.debugger"),
    *("pygments.formatters.terminal256", "traitlets.config.argcomplete_config"),
    *("argcomplete", "importlib.readers", "pdb", "sqlite3", "tornado.platform.asyncio"),
)
# What an import brings along later, for seconds, in every kernel anew.
BRINGS = {
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
UNDRAWN = "undrawn"  # in the metadata of a request: its figures need not be drawn


def main(control: socket.socket) -> None:
    """Import, say so, and serve requests until the line closes.

    Each one names modules to import; with a line for a guard, it asks for a kernel.
    """
    namespaces = namespaces_work()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # guards need no burial
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us
    # pydevd, which IPython and torch bring along, complains about frozen modules.
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    sys.modules["debugpy"] = None  # each kernel would make a debugger
    gc.disable()  # imports leave no garbage, and kernels have it enabled again
    warm_up(KERNEL)
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
            line = socket.socket(fileno=fds[0])
            try:
                Guard(line, namespaces, run_kernel).run()
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        for fd in fds:
            os.close(fd)
        if "matplotlib" in sys.modules and not _drawn and not _waits(control):
            _draw()  # not before the first kernels, which can begin without it


def warm_up(modules: Iterable[str]) -> None:
    """Import them, if they are there, and what each of them brings along later."""
    for name in modules:
        top = name.partition(".")[0]
        for each in (name, *BRINGS.get(top, ()), *BRINGS.get(name, ())):
            with suppress(Exception):
                importlib.import_module(each)
    linecache.clearcache()  # each traceback would look whether its files have changed
    if compiler := sys.modules.get("ipykernel.compiler"):
        compiler.murmur2_x86 = _checksum
    if len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("the template has threads: its children would hang")


def _checksum(text: str, seed: int) -> int:
    """What a cell's code is filed under, for tracebacks; ipykernel's own is slow."""
    return zlib.crc32(text.encode(), seed)


def _waits(line: socket.socket) -> bool:
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


def run_kernel(request: dict, layers: list[str], ready: int) -> None:
    """Be an IPython kernel; returns when it is shut down."""
    _leave_standard_streams()
    home = os.getcwd()
    os.environ.clear()
    os.environ.update(request["env"], HOME=home, TMPDIR=home, PWD=home)
    os.environ["IPYTHONDIR"] = os.path.join(home, ".ipython")
    tempfile.tempdir = None  # the template may have asked for one
    # A file beside the notebook never stands in for a module of the same name.
    sys.path[:] = [p for p in sys.path if p not in ("", request["root"])] + [home]
    own = ["--HistoryManager.enabled=False", "--InteractiveShellApp.ignore_cwd=1"]
    sys.modules["__main__"] = ModuleType("__main__")
    _seed(request["seed"])

    import zmq
    from ipykernel import iostream, kernelapp, zmqshell
    from tornado import ioloop

    _spare()
    pipe = f"ipc://{request['sockets']}/p"

    class LocalThread(iostream.IOPubThread):
        """Takes what forked processes print from a local socket: there is no TCP."""

        def _handle_event(self, msg: list) -> None:
            super()._handle_event(msg)
            # Who subscribes while it sends would not be seen: zmq tells it only once.
            if self.socket.getsockopt(zmq.EVENTS) & zmq.POLLIN:
                self._xpub_stream.flush(zmq.POLLIN)

        def _setup_pipe_in(self) -> None:
            self._pipe_uuid = os.urandom(16)
            incoming = self.socket.context.socket(zmq.PULL)
            incoming.linger = 0
            incoming.bind(pipe)
            self._pipe_in = iostream.ZMQStream(incoming, self.io_loop)
            self._pipe_in.on_recv(self._handle_pipe_msg)

        def _setup_pipe_out(self) -> tuple:
            context = zmq.Context()
            outgoing = context.socket(zmq.PUSH)
            outgoing.linger = 3000
            outgoing.connect(pipe)
            return context, outgoing

    class FrugalStream(iostream.OutStream):
        """Waits for its thread after a cell only where the cell has written.

        It takes no more at a time than the one who reads it will bear.
        """

        room = most = request["limits"]["output"] + 1

        def flush(self) -> None:
            if self._flush_pending or self._subprocess_flush_pending:
                super().flush()

        def write(self, string: str) -> int:
            taken = string
            if isinstance(string, str):
                taken = string[: self.room]
                self.room -= len(taken)
            super().write(taken)
            return len(string)

        def _flush(self) -> None:
            self.room = self.most
            super()._flush()

    kernelapp.IOPubThread = LocalThread
    iostream.OutStream = FrugalStream
    zmqshell.system = shell_commands.run

    class Kernel(kernelapp.IPKernelApp):
        def init_connection_file(self) -> None:
            self.load_connection_info(request["connection"])

        def write_connection_file(self, **_: object) -> None:
            """The file exists already, out of the kernel's reach."""

        def init_control(self, context: zmq.Context) -> None:
            super().init_control(context)
            self.shell_channel_thread = _NoThread()

        def init_io(self) -> None:
            super().init_io()
            if layers:  # its sockets are there: nobody puts others in their place
                keep_sockets(home, "/dev/shm")
            os.write(ready, json.dumps({"layers": layers}).encode())
            os.close(ready)

    endings.keep_kernels_alive()
    app = Kernel.instance()
    app.initialize([*own, *request["arguments"]])
    app.log.setLevel(app.log_level)  # it would note every message, for nobody
    app.kernel._execute_sleep = 0  # after each cell, for output that has no event loop
    if "matplotlib" in sys.modules:
        # Its inline backend looks for the shell when it is imported, too early here.
        app.shell.enable_matplotlib("inline")
        _draw_what_is_wanted(app)
    type(app.shell).transform_cell = watched_names.transform_cell
    loop = ioloop.IOLoop.current()
    # Once the kernel listens, and before it hears anything.
    loop.add_callback(watched_names.remember)
    gc.freeze()
    gc.enable()
    with endings.no_end_by_itself():
        endings.serve(app, loop)


class _NoThread:
    """In place of ipykernel's thread for subshells, which passes each message on."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


def _spare() -> None:
    """Leave out what ipykernel does for subshells and for a debugger.

    The debugger would get the files of all modules, and looking at each module makes
    this kernel copy the memory that it lies in.
    """
    from ipykernel import ipkernel
    from jupyter_client import session

    session.extract_dates = lambda header: header  # nobody asks when it was sent
    ipkernel.IPythonKernel._supports_kernel_subshells = False
    ipkernel.sys = SimpleNamespace(**vars(sys) | {"modules": {}})
    accepted = lru_cache(ipkernel._accepts_parameters)
    ipkernel._accepts_parameters = lambda method, names: accepted(method, tuple(names))


def _draw_what_is_wanted(app) -> None:
    """Leave figures undrawn where the request says that nobody will look at them."""
    from matplotlib.figure import Figure

    formatter = app.shell.display_formatter.formatters["image/png"]
    draw = formatter.lookup_by_type(Figure)

    def print_figure(figure: Figure) -> object:
        asked = app.kernel.get_parent("shell").get("metadata", {})
        return None if asked.get(UNDRAWN) else draw(figure)

    formatter.for_type(Figure, print_figure)


def _leave_standard_streams() -> None:
    sink = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(sink, stream)


def _seed(seed: int) -> None:
    """Give this kernel a random state of its own; all children have the template's."""
    random.seed(seed)
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy:
        numpy.random.seed(seed % 2**32)
    if torch:
        torch.manual_seed(seed)
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


if __name__ == "__main__":
    # Under its own name, so that nothing of it lies in a kernel's `__main__`.
    from course.kernel import forkserver

    forkserver.main(socket.socket(fileno=int(sys.argv[1])))
    os._exit(0)  # without the farewells of what was imported
