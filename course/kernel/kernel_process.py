"""The forked process: how it becomes an IPython kernel, and serves until its end."""

import gc
import json
import os
import random
import sys
import tempfile
from types import ModuleType

from ipykernel.kernelapp import IPKernelApp
from tornado.ioloop import IOLoop

from course.integrity import endings, watched_names
from course.kernel import ipykernel_patches
from course.kernel.landlock import keep_sockets
from course.kernel.task import SKIP_FIGURES

APP_ARGUMENTS = ("--HistoryManager.enabled=False", "--InteractiveShellApp.ignore_cwd=1")


def run_kernel(request: dict, layers: list[str], ready: int) -> None:
    """Be an IPython kernel; returns when it is shut down.

    `layers`: those of confinement that are on. `ready`: the pipe on which to say so
    once the kernel's sockets are there.
    """
    _leave_standard_streams()
    _take_surroundings(request)
    _seed(request["seed"])
    ipykernel_patches.patch_kernel(request["sockets"], request["limits"]["output"])
    app = CourseKernelApp.instance()
    app.request, app.layers, app.ready = request, layers, ready
    app.initialize([*APP_ARGUMENTS, *request["arguments"]])
    app.log.setLevel(app.log_level)  # it would note every message, for nobody
    if "matplotlib" in sys.modules:
        # Its inline backend looks for the shell when it is imported, too early here.
        app.shell.enable_matplotlib("inline")
        _skip_figures_on_request(app)
    ipykernel_patches.patch_initialized(app)
    loop = IOLoop.current()
    # Once the kernel listens, and before it hears anything.
    loop.add_callback(watched_names.remember)
    gc.freeze()
    gc.enable()
    with endings.no_end_by_itself():
        endings.serve(app, loop)


class CourseKernelApp(IPKernelApp):
    """The application of a kernel whose connection is chosen by whoever starts it."""

    request: dict
    layers: list[str]
    ready: int

    def init_connection_file(self) -> None:
        """Take the connection from the request."""
        self.load_connection_info(self.request["connection"])

    def write_connection_file(self, **_: object) -> None:
        """Write nothing: the file exists already, out of the kernel's reach."""

    def init_control(self, context: object) -> None:
        """Make the control channel, and no thread for subshells."""
        super().init_control(context)
        self.shell_channel_thread = ipykernel_patches.NoSubshellThread()

    def init_io(self) -> None:
        """Take over the streams; all sockets are there then, and stay."""
        super().init_io()
        if self.layers:  # nobody puts other sockets in their place
            keep_sockets(os.environ["HOME"], "/dev/shm")
        os.write(self.ready, json.dumps({"layers": self.layers}).encode())
        os.close(self.ready)


def _leave_standard_streams() -> None:
    sink = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(sink, stream)


def _take_surroundings(request: dict) -> None:
    """Take environment, import path and main module of a process of its own."""
    home = os.getcwd()
    os.environ.clear()
    os.environ.update(request["env"], HOME=home, TMPDIR=home, PWD=home)
    os.environ["IPYTHONDIR"] = os.path.join(home, ".ipython")
    tempfile.tempdir = None  # the forkserver may have asked for one
    # A file beside the notebook never stands in for a module of the same name.
    sys.path[:] = [p for p in sys.path if p not in ("", request["root"])] + [home]
    sys.modules["__main__"] = ModuleType("__main__")


def _seed(seed: int) -> None:
    """Give this kernel its own random state; all children have the forkserver's."""
    random.seed(seed)
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy:
        numpy.random.seed(seed % 2**32)
    if torch:
        torch.manual_seed(seed)
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


def _skip_figures_on_request(app: IPKernelApp) -> None:
    """Draw no figures where the request says that nobody will look at them."""
    from matplotlib.figure import Figure

    formatter = app.shell.display_formatter.formatters["image/png"]
    draw = formatter.lookup_by_type(Figure)

    def print_figure(figure: Figure) -> object:
        asked = app.kernel.get_parent("shell").get("metadata", {})
        return None if asked.get(SKIP_FIGURES) else draw(figure)

    formatter.for_type(Figure, print_figure)
