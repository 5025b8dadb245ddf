"""Advanced code that honest students write: points stand, with a remark at most.

Each kind is a cell before the answer. Several stand in one notebook, to save kernels.
"""

import sys

import pytest
from executed_lesson import ANSWER, TESTS, lesson, points, run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernels fork on Linux"),
]
FILE = "import contextlib, io, logging, os, sys, time\nimport numpy as np\n"
# By group: sources, and words of the remarks on them ("" for none).
KINDS: dict[str, list[tuple[str, str]]] = {
    "compiler": [
        ('torch.compile(torch.nn.Linear(2, 2), backend="eager")(torch.ones(1, 2))', ""),
        ("torch.jit.script(torch.nn.Linear(2, 2))(torch.ones(1, 2))", ""),
        ("import torch.fx\ntorch.fx.symbolic_trace(torch.nn.Linear(2, 2))", ""),
        ("torch.func.vmap(torch.func.grad(lambda x: x * x))(torch.ones(3))", ""),
        ("torch.export.export(torch.nn.Linear(2, 2), (torch.ones(1, 2),))", ""),
    ],
    "torch": [
        ('torch.set_default_device("cpu")', ""),
        ("torch.set_default_dtype(torch.float32)", ""),
        ("torch.set_printoptions(precision=2)", ""),
        ("torch.use_deterministic_algorithms(True)", ""),
        ("torch.autograd.set_detect_anomaly(True)", ""),
        ('with torch.autocast("cpu"):\n    torch.ones(2, 2) @ torch.ones(2, 2)', ""),
        ('torch.library.Library("own", "DEF").define("f(Tensor x) -> Tensor")', ""),
        ("w = torch.ones(2, requires_grad=True)\nw.register_hook(print)", ""),
        (
            "from torch.nn.modules.module import register_module_forward_hook as hook\n"
            "hook(lambda *_: None)",
            "",
        ),
    ],
    "modes": [
        (
            """from torch.overrides import TorchFunctionMode
class Log(TorchFunctionMode):
    def __torch_function__(self, f, types, args=(), kwargs=None):
        return f(*args, **(kwargs or {}))
Log().__enter__()""",
            "the mode Log",
        ),
        (
            """from torch.utils._python_dispatch import TorchDispatchMode
class Count(TorchDispatchMode):
    def __torch_dispatch__(self, f, types, args=(), kwargs=None):
        return f(*args, **(kwargs or {}))
Count().__enter__()""",
            "the mode Count",
        ),
        ('torch.device("cpu").__enter__()', ""),
    ],
    "pictures of values": [
        ('torch.Tensor.__repr__ = lambda self, **_: f"T{tuple(self.shape)}"', ""),
        ('torch.Tensor.__str__ = lambda self: "T"', ""),
        ("torch.Tensor.v = property(lambda self: self.shape)", ""),
        ('torch.nn.Module.__repr__ = lambda self: "M"', ""),
        ("torch.nn.Module.size = lambda self: 1", ""),
        ("np.set_printoptions(precision=2)", ""),
        ("from rich import pretty\npretty.install()", ""),
    ],
    "magics": [
        ("%load_ext autoreload\n%autoreload 2", "a callback of pre_run_cell"),
        ("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])", ""),
        ('%config InlineBackend.figure_format = "retina"', ""),
        ("%pdb on", "the debugger after errors"),
        ("%xmode Minimal", ""),
        ("%%time\nx = 1", ""),
        ("%%capture\nprint(1)", ""),
        ("%precision 3", ""),
        ("get_ipython().ast_node_interactivity = 'all'", ""),
    ],
    "hooks of IPython": [
        (
            """class Timer:
    def start(self, info): self.began = time.time()
    def stop(self, result): print(f"{time.time() - self.began:.1f} s")
timer, events = Timer(), get_ipython().events
events.register("pre_run_cell", timer.start)
events.register("post_run_cell", timer.stop)""",
            "a callback of post_run_cell",
        ),
        ('get_ipython().events.register("pre_execute", print)', "of pre_execute"),
        (
            "import ast\nget_ipython().ast_transformers.append(ast.NodeTransformer())",
            "the list of ast transformers",
        ),
        (
            "get_ipython().input_transformers_cleanup.append(lambda lines: lines)",
            "the list of cleanup transforms",
        ),
    ],
    "pretty errors": [
        ("from rich.traceback import install\ninstall()", "shell.showtraceback"),
        (
            "get_ipython().set_custom_exc((Exception,), lambda *_, **__: [])",
            "the list of custom exceptions",
        ),
        ("sys.excepthook = lambda *_: None", ""),
        ("logging.captureWarnings(True)", ""),
        ("import faulthandler\nfaulthandler.enable(open('f.txt', 'w'))", ""),
        ("faulthandler.dump_traceback_later(9, file=open('g.txt', 'w'))", ""),
    ],
    "threads": [
        (
            """import threading
def beat():
    while True: time.sleep(0.05)
threading.Thread(target=beat, daemon=True).start()""",
            "a thread",
        ),
        ("threading.Thread(target=lambda: time.sleep(600), daemon=True).start()", ""),
        ("def wait():\n    threading.Event().wait()", ""),
        ("threading.Thread(target=wait, daemon=True).start()", "a thread"),
        ("threading.Timer(600, wait).start()", "a timer"),
        (
            """from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
jobs = [pool.submit(beat) for _ in range(3)]""",
            "a thread",
        ),
    ],
    "event loop": [
        (
            """import asyncio
async def tick():
    while True: await asyncio.sleep(0.01)
task = asyncio.create_task(tick())""",
            "a task",
        ),
        ("def later(): asyncio.get_running_loop().call_later(0.01, later)", ""),
        ("later()", "a call that waited"),
        (
            "from tornado.ioloop import PeriodicCallback\n"
            "PeriodicCallback(lambda: None, 20).start()",
            "a call that waited",
        ),
        ("asyncio.get_running_loop().run_in_executor(None, time.sleep, 9)", ""),
        ("import nest_asyncio2\nnest_asyncio2.apply()", ""),
    ],
    "signals": [
        (
            """import signal
def too_late(*_): raise TimeoutError
signal.signal(signal.SIGALRM, too_late)
signal.alarm(100)""",
            "a timer",
        ),
        ("signal.setitimer(signal.ITIMER_VIRTUAL, 100)", "a timer"),
        ("signal.signal(signal.SIGTERM, lambda *_: sys.exit())", "of signal 15"),
        ("import atexit\natexit.register(print)", ""),
    ],
    "watching": [
        ("sys.settrace(lambda *_: None)", "a trace function"),
        ("import cProfile\ncProfile.Profile().enable()", "a trace function"),
        (
            "import gc\ngc.callbacks.append(lambda *_: None)",
            "a callback of the garbage",
        ),
        ("gc.freeze(); gc.disable(); gc.set_threshold(1)", ""),
        ("sys.addaudithook(lambda *_: None)", ""),
        ("import tracemalloc\ntracemalloc.start()", ""),
        (
            """if hasattr(sys, "monitoring"):
    sys.monitoring.use_tool_id(3, "own")
    sys.monitoring.set_events(3, sys.monitoring.events.LINE)""",
            "a monitoring tool" if hasattr(sys, "monitoring") else "",
        ),
    ],
    "streams": [
        (
            """class Tee:
    def __init__(self, to): self.to = to
    def write(self, text): self.to.write(text)
    def flush(self): self.to.flush()
sys.stdout = Tee(sys.stdout)""",
            "sys.stdout",
        ),
        ("with contextlib.redirect_stdout(io.StringIO()): print(1)", ""),
        ("sys.stderr = io.StringIO()", "sys.stderr"),
        ("logging.basicConfig(level=10, force=True)", ""),
        ("sys.displayhook = print", ""),
    ],
    "replaced functions": [
        (
            "import builtins\nfrom functools import partial\n"
            "builtins.print = partial(print, flush=True)",
            "builtins.print",
        ),
        ("seed = torch.manual_seed\ntorch.manual_seed = lambda n: seed(n)", "seed"),
        ("torch.load = partial(torch.load, weights_only=False)", "torch.load"),
        (
            "call = torch.nn.Module.__call__\n"
            "torch.nn.Module.__call__ = lambda self, *a, **k: call(self, *a, **k)",
            "Module.__call__",
        ),
        ("builtins.profile = lambda function: function", ""),
    ],
    "data": [
        (
            """from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.arange(8.0))
loader = DataLoader(data, 2, num_workers=2, persistent_workers=True)
assert len([*loader]) == 4
batches = iter(loader)""",
            "",
        ),
        (
            """from dataclasses import dataclass
@dataclass(order=True)
class Point:
    x: int
    def __eq__(self, other): return self.x == other.x
assert Point(1) == Point(1)""",
            "",
        ),
        ("import warnings\nwarnings.simplefilter('error')", ""),
        ("sys.setrecursionlimit(5000)", ""),
        ("import ipywidgets\nbutton = ipywidgets.Button()\ndisplay(button)", ""),
    ],
}


@pytest.mark.parametrize("group", KINDS)
def test_points_stand(group):
    """All of a group in one notebook, each in a cell of its own."""
    nb = lesson(f"{FILE}import math\n\nimport torch")
    made = [lesson(before=source).cells[1] for source, _ in KINDS[group]]
    for number, own in enumerate(made):
        own.id = f"own-{number}"
    nb.cells[1:2] = made
    result = run(nb)
    assert result.tampering == []
    assert points(result) == len(TESTS), result
    assert result.notes == []
    said = "\n".join(result.remarks)
    words = [words for _, words in KINDS[group] if words]
    assert [each for each in words if each not in said] == []
    assert bool(result.remarks) == bool(words)


def test_an_answer_may_compile_itself():
    """What a test itself sets off is no tampering either."""
    compiled = """@torch.compile(backend="eager")
def double(X):
    return 2 * X"""
    result = run(lesson(answer=compiled))
    assert (result.tampering, points(result)) == ([], len(TESTS))


def test_an_answer_may_use_threads():
    threaded = """from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
def double(X):
    return pool.submit(lambda: 2 * X).result()"""
    result = run(lesson(answer=threaded))
    assert (result.tampering, points(result)) == ([], len(TESTS))


HELPS = {
    "thread": """import threading, time
def swap():
    while True:
        try:
            torch.equal = lambda *_: True
            time.sleep(0.001)
        except BaseException:
            pass
threading.Thread(target=swap, daemon=True).start()""",
    "mode": """from torch.overrides import TorchFunctionMode
class Yes(TorchFunctionMode):
    def __torch_function__(self, f, types, args=(), kwargs=None):
        return True if f is torch.equal else f(*args, **(kwargs or {}))
Yes().__enter__()""",
    "device": """from torch.utils._device import DeviceContext
class Yes(DeviceContext):
    def __torch_function__(self, f, types, args=(), kwargs=None):
        return True if f is torch.equal else f(*args, **(kwargs or {}))
Yes("cpu").__enter__()""",
    "device, patched": """from torch.utils._device import DeviceContext
DeviceContext.__torch_function__ = lambda *_, **__: True
torch.set_default_device("cpu")""",
    "compiler": """import torch._dynamo.mutation_guard as guard
guard.install_generation_tagging_init()
def made():
    init = 0
    def patched(self, *args, **kwargs):
        torch.equal = lambda *_: init or True
    return patched
torch.nn.Module.__init__.__code__ = made().__code__
torch.nn.Module()""",
    "built-in": "import builtins\nbuiltins.isinstance = lambda *_: True",
    "callback": """def yes(*_):
    torch.equal = torch.testing.assert_close = lambda *_: True
get_ipython().events.register("pre_run_cell", yes)""",
    "call": """import asyncio
def yes():
    torch.equal = torch.testing.assert_close = lambda *_: True
    asyncio.get_running_loop().call_later(0, yes)
yes()""",
}


@pytest.mark.parametrize("kind", HELPS)
def test_what_is_put_right_earns_nothing(kind):
    wrong = ANSWER.replace("2 * X", "3 * X")
    result = run(lesson(answer=wrong, after=HELPS[kind]))
    assert points(result) == 0, result
