"""Forged, broken and very large messages: what is recorded is valid."""

import json
import subprocess
import sys

import nbformat
import pytest
from course_copies import ROOT
from executed_lesson import TESTS, lesson, points, run
from jupyter_client.session import Session

from course.base.errors import CourseError
from course.base.limits import Limits
from course.kernel import kernel_client, messages
from course.kernel.kernelspec import check_kernelspec
from course.kernel.messages import Message, Outputs, Unreadable, output, read

linux = pytest.mark.skipif(sys.platform != "linux", reason="kernels fork on Linux")
MIB = 2**20
MOST_MEMORY = 400 * MIB


# ---- Reading ----


def frames(kind: object = "stream", content: object = None, **parent: object) -> list:
    """The parts of a signed message as a kernel sends them, with what it says."""
    parts = [
        json.dumps({"msg_type": kind, "msg_id": "m"}).encode(),
        json.dumps({"msg_id": "r", "msg_type": "execute_request"} | parent).encode(),
        b"{}",
        content if isinstance(content, bytes) else json.dumps(content or {}).encode(),
    ]
    return [b"topic", b"<IDS|MSG>", SESSION.sign(parts), *parts]


SESSION = Session(key=b"key")


def test_a_message_is_read():
    message = read(SESSION, frames("stream", {"name": "stdout", "text": "é"}), 1000)
    assert (message.kind, message.about, message.about_kind) == (
        *("stream", "r", "execute_request"),
    )
    assert message.content == {"name": "stdout", "text": "é"}


BROKEN = {
    "no parts": [b"<IDS|MSG>"],
    "no delimiter": [b"a", b"b"],
    "wrong signature": [*frames()[:2], b"0" * 64, *frames()[3:]],
    "not JSON": frames(content=b"{"),
    "not UTF-8 and not JSON": frames(content=b"\xff\xfe"),
    "a list": frames(content=b"[1]"),
    "NaN": frames(content=b'{"a": NaN}'),
    "endless digits": frames(content=b'{"a": ' + b"9" * 5000 + b"}"),
    "very deep": frames(content=b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_message_is_none(kind):
    assert read(SESSION, BROKEN[kind], MIB) is None


def test_odd_types_are_text():
    message = read(SESSION, frames(["x"], {}, msg_id={"a": []}), 1000)
    assert message.kind == "['x']" and isinstance(message.about, str)


@pytest.mark.parametrize(
    "content",
    [b'{"text": "' + b"x" * 2000 + b'"}', b'{"a": [' + b"{}," * 300 + b"{}]}"],
)
def test_what_is_large_is_not_parsed(content, monkeypatch):
    """Long, or short and long once parsed; who sent it is known all the same."""
    seen, decode = [], messages._decode
    monkeypatch.setattr(messages, "_decode", lambda s: seen.append(s) or decode(s))
    message = read(SESSION, frames("display_data", content), 1000)
    assert message.content is None and message.about == "r"
    assert message.size == len(content)
    assert content.decode() not in seen


def test_halves_of_surrogate_pairs_are_replaced():
    content = rb'{"a": ["\ud83d\ude00", "\ud83d", {"\udc00": 1}]}'
    message = read(SESSION, frames(content=content), 1000)
    assert message.content == {"a": ["😀", "?", {"?": 1}]}


# ---- What is recorded ----

PNG = {"data": {"image/png": "aGVsbG8="}}
ODD_OUTPUTS = {
    "stream, name": ("stream", {"name": "other", "text": "a"}),
    "stream, number": ("stream", {"name": "stdout", "text": 1}),
    "stream, lines": ("stream", {"name": "stdout", "text": ["a", 1]}),
    "error, lines": ("error", {"ename": "E", "evalue": "", "traceback": [1]}),
    "error, no lines": ("error", {"ename": "E", "evalue": ""}),
    "error, number": ("error", {"ename": 1, "evalue": "", "traceback": []}),
    "no data": ("display_data", {"metadata": {}}),
    "data, list": ("display_data", {"data": [1]}),
    "data, null": ("execute_result", {"data": None, "execution_count": 1}),
    "text, number": ("display_data", {"data": {"text/plain": 1}}),
    "picture, object": ("display_data", {"data": {"image/png": {"a": 1}}}),
    "lines, numbers": ("display_data", {"data": {"text/html": [1, 2]}}),
    "json, text": ("display_data", {"data": {"application/json": "x"}}),
    "plot, deep": (
        "display_data",
        {"data": {"application/vnd.plotly.v1+json": json.loads("[" * 200 + "]" * 200)}},
    ),
    "update, text": ("update_display_data", {"data": {"text/plain": None}}),
}


def noted(*said: tuple[str, dict]) -> nbformat.NotebookNode:
    """A cell whose messages were recorded; it is valid in a notebook."""
    cell, outputs = nbformat.v4.new_code_cell("1"), Outputs()
    for kind, content in said:
        outputs.note(Message(kind, "r", "execute_request", 1, content), cell)
    nb = nbformat.v4.new_notebook(cells=[cell])
    nbformat.validate(nb)
    json.dumps(nb, allow_nan=False).encode()
    return cell


@pytest.mark.parametrize("kind", ODD_OUTPUTS)
def test_an_odd_output_becomes_words(kind):
    with pytest.raises(Unreadable):
        output(*ODD_OUTPUTS[kind])
    [words] = noted(ODD_OUTPUTS[kind]).outputs
    assert words.output_type == "error" and words.ename == "UnreadableOutput"


ODD_METADATA = {
    "text": "x",
    "text by type": {"image/png": "x"},
    "list of sizes": {"width": [1], "image/png": {"width": [1], "height": {}}},
    "null": None,
    "deep": json.loads('{"a":' * 200 + "1" + "}" * 200),
}


@pytest.mark.parametrize("kind", ODD_METADATA)
def test_odd_metadata_is_left_out(kind):
    from nbconvert.exporters import HTMLExporter

    cell = noted(("display_data", PNG | {"metadata": ODD_METADATA[kind]}))
    HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))


def test_sizes_of_pictures_stay():
    sizes = {"image/png": {"width": 10, "height": 20}, "isolated": True}
    [shown] = noted(("display_data", PNG | {"metadata": sizes})).outputs
    assert shown.metadata == sizes


@pytest.mark.parametrize("count", ["x", 1.5, -1, 10**30, True, None, [], {"a": 1}])
def test_a_count_is_a_number_or_nothing(count):
    result = {"data": {"text/plain": "1"}, "execution_count": count}
    cell = noted(
        ("execute_input", {"execution_count": count}), ("execute_result", result)
    )
    assert cell.execution_count is None
    assert cell.outputs[0].execution_count is None


def test_honest_messages_are_recorded():
    shown = {"data": {"text/plain": "a"}, "transient": {"display_id": "d"}}
    plot = {"application/vnd.plotly.v1+json": {"data": [{"x": [1, 2]}]}}
    cell = noted(
        ("execute_input", {"execution_count": 3, "code": "1"}),
        ("stream", {"name": "stdout", "text": "gone"}),
        ("clear_output", {"wait": True}),
        ("display_data", shown),
        ("update_display_data", shown | {"data": {"text/plain": ["b", "c"]}}),
        ("display_data", {"data": plot, "metadata": {}}),
        ("execute_result", {"data": {"text/plain": "4"}, "execution_count": 3}),
        ("error", {"ename": "E", "evalue": "e", "traceback": ["t"]}),
        *(("comm_open", {"comm_id": []}), ("nonsense", {}), ("status", {})),
    )
    assert cell.execution_count == 3
    first, second, third, fourth = cell.outputs
    assert first.data == {"text/plain": ["b", "c"]}
    assert second.data == plot
    assert (third.execution_count, fourth.ename) == (3, "E")


def test_odd_display_ids_do_no_harm():
    for odd in ([], {"display_id": []}, "x", None, 1):
        [made] = noted(("display_data", PNG | {"transient": odd})).outputs
        assert made.data == PNG["data"]


# ---- From real kernels ----

FORGE = """kernel = get_ipython().kernel
def forge(kind, content):
    kernel.session.send(kernel.iopub_socket, kind, content, kernel.get_parent("shell"))
"""
FORGED = f"""{FORGE}
forge("execute_input", {{"code": "", "execution_count": "x"}})
forge("execute_result", {{"data": {{"text/plain": "1"}}, "execution_count": {{}}}})
forge("display_data", {{"data": [1]}})
forge("status", {{"execution_state": ["idle"]}})
forge("stream", {{"name": "stdout", "text": "\\ud83d"}})
forge([1], {{}})
import os
for parts in ([b""], [b"<IDS|MSG>"], [os.urandom(100)] * 7):
    kernel.iopub_socket.send_multipart(parts)
"""


@linux
def test_forged_messages_end_in_a_valid_notebook():
    result = run(lesson(after=FORGED))
    assert points(result) == len(TESTS), result
    nb = nbformat.reads(result.notebook.decode(), 4)
    nbformat.validate(nb)
    assert "UnreadableOutput" in str(nb.cells[3].outputs)


LARGE = {
    "html": "from IPython.display import HTML\ndisplay(HTML('x' * (5 * 2**20)))",
    "twice": """from IPython.display import HTML
for _ in range(2):
    display(HTML('y' * (10 * 2**20)))""",
    "result": "'z' * 12 * 2**20",
}


@linux
@pytest.mark.slow
@pytest.mark.parametrize("kind", LARGE)
def test_a_large_figure_costs_no_more_than_itself(kind):
    result = run(lesson(before=LARGE[kind], last=LARGE["html"]))
    assert points(result) == len(TESTS), result
    assert result.notes == []
    cells = json.loads(result.notebook)["cells"]
    said = json.dumps(cells[1]["outputs"])
    assert ("was left out" in said) == (kind != "html")
    assert "error" not in {o["output_type"] for o in cells[1]["outputs"]}


FLOOD = {
    "one": f"{FORGE}\nforge('stream', {{'name': 'stdout', 'text': 'x' * 60 * 2**20}})",
    "displays": f"""{FORGE}
for _ in range(30):
    forge('display_data', {{'data': {{'text/html': 'x' * 20 * 2**20}}}})""",
    "many": """import zmq
big = zmq.Frame(b"x" * 60 * 2**20)
for _ in range(100):
    get_ipython().kernel.iopub_socket.send_multipart([b"a", b"b", big], copy=False)
""",
    "many below the limit": """import zmq
big = zmq.Frame(b"x" * 30 * 2**20)
for _ in range(200):
    get_ipython().kernel.iopub_socket.send_multipart([b"a", b"b", big], copy=False)
""",
    "objects": f"""{FORGE}
kernel.session.pack = lambda what: (
    b'{{"data": [' + b"{{}}," * 2**21 + b"{{}}]}}" if "data" in what else real(what)
)""".replace("kernel.session.pack", "real = kernel.session.pack\nkernel.session.pack")
    + "\nforge('display_data', {'data': {}})\nkernel.session.pack = real",
}
MEASURED = """import pathlib, re, sys
sys.path.insert(0, {support!r})
from executed_lesson import lesson, points, run
from course.kernel.forkserver_client import Forkserver
result = run(lesson(after={source!r}))
Forkserver.stop()
print(points(result), *result.notes)
status = pathlib.Path("/proc/self/status").read_text()
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) * 1024)
"""


@linux
@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [
        k if k in ("one", "many") else pytest.param(k, marks=pytest.mark.proof)
        for k in FLOOD
    ],
)
def test_a_flood_costs_its_cell_and_little_memory(kind):
    code = MEASURED.format(
        support=str(ROOT / "tests" / "support"), source=FLOOD[kind] + "\nimport time"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    said, memory = done.stdout.splitlines()
    assert said == str(len(TESTS))  # and the kernel has not ended
    assert int(memory) < MOST_MEMORY


@linux
def test_a_cell_that_prints_too_much_is_stopped_and_the_next_is_heard():
    limits = Limits(output=MIB)
    result = run(lesson(before="while True: print('x' * 1000)", last="3 + 4"), limits)
    assert points(result) == len(TESTS)
    cells = json.loads(result.notebook)["cells"]
    assert "printed more than 1 MiB" in cells[1]["outputs"][-1]["evalue"]
    assert cells[-1]["outputs"][0]["data"] == {"text/plain": "7"}


# ---- The kernel that is installed ----


@pytest.fixture
def kernels(tmp_path, monkeypatch):
    """Jupyter finds kernels in this folder alone."""

    def path(*_: object, **__: object) -> list[str]:
        return [str(tmp_path)]

    monkeypatch.setattr("jupyter_client.kernelspec.jupyter_path", path)
    check_kernelspec.cache_clear()
    yield tmp_path
    check_kernelspec.cache_clear()


def test_no_kernel_is_refused_in_one_line(kernels):
    with pytest.raises(CourseError, match="no kernel `course` is installed") as refused:
        check_kernelspec()
    assert "Install the course again" in str(refused.value)
    assert "\n" not in str(refused.value)
    with pytest.raises(CourseError):  # before anything is executed
        run(lesson())


@pytest.mark.parametrize("metadata", [{}, {"kernel_provisioner": "x"}, None])
def test_another_kernel_of_that_name_is_refused(kernels, metadata):
    made = kernels / "course"
    made.mkdir()
    spec = {"argv": ["python"], "display_name": "mine", "metadata": metadata or {}}
    (made / "kernel.json").write_text(json.dumps(spec))
    with pytest.raises(CourseError, match="isn't the course's") as refused:
        check_kernelspec()
    assert str(made) in str(refused.value)


# ---- Cells that had to wait for a core ----


@linux
@pytest.mark.slow
@pytest.mark.parametrize(("waited", "starved"), [(0.5, False), (2.0, True)])
def test_a_cell_that_waited_for_a_core_is_told(monkeypatch, waited, starved):
    async def said(_: object) -> float:
        return waited

    monkeypatch.setattr(kernel_client.provisioner.CourseProvisioner, "waited", said)
    result = run(lesson(before="while True: pass"), Limits(cell_seconds=4))
    assert result.starved is starved
    assert result.passed["double-test-one"]


@linux
@pytest.mark.slow
def test_waiting_is_measured():
    """Processes that compute wait for each other."""
    busy = """import os, time
for _ in range(4 * os.cpu_count()):
    if not os.fork():
        while True: pass
while True: pass"""
    assert run(lesson(before=busy), Limits(cell_seconds=8)).starved
