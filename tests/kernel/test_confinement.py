"""What confines a kernel: system calls, files, sockets, neighbours."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest
from confined_cells import confined
from jupyter_client.manager import start_new_kernel
from traitlets.config import Config

from course.kernel import namespaces as spaces
from course.kernel import provisioner, seccomp
from course.kernel.landlock import around
from course.kernel.scratch_dir import Scratch, remove_tree

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="kernels are confined on Linux"
)
PLACES = pytest.mark.parametrize("namespaces", [True, False])
filtered = pytest.mark.skipif(
    platform.machine() not in ("x86_64", "aarch64"), reason="no filter for it"
)
COLUMN = 0 if platform.machine() == "x86_64" else 1

# ---- System calls ----

CALLS = """import ctypes, errno, json, os
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def call(number, *arguments):
    ctypes.set_errno(0)
    done = libc.syscall(number, *arguments)
    return 'done' if done >= 0 else errno.errorcode[ctypes.get_errno()]
"""


@filtered
@PLACES
def test_every_call_of_the_list_is_answered(namespaces):
    """All of them with arguments that do no harm where they go through."""
    wanted, lines = {}, []
    for calls, answer in (
        (seccomp._REFUSED, "EPERM"),
        (seccomp._ABSENT, "ENOSYS"),
        (seccomp._PRETENDED, "done"),
    ):
        for name, numbers in calls.items():
            if (number := numbers[COLUMN]) is not None:
                wanted[name] = answer
                lines.append(f"print({name!r}, call({number}, -1, -1, -1, -1, -1))")
    told = confined(CALLS + "\n".join(lines), namespaces=namespaces)
    assert dict(line.split() for line in told.cells[0].splitlines()) == wanted


ARGUMENTS = {
    "clone": ("call({clone}, 0x10000000 | 17, 0, 0, 0, 0)", "EPERM"),
    "prlimit": ("call({prlimit}, os.getppid() or 2, 7, 0, 0)", "EPERM"),
    "own prlimit": ("call({prlimit}, 0, 7, 0, 0)", "done"),
    "kill": ("call({kill}, -1, 0)", "EPERM"),
    "own kill": ("call({kill}, os.getpid(), 0)", "done"),
    "type": ("call({ioctl}, 0, 0x5412, b'x')", "EPERM"),
    "setown": ("call({fcntl}, 1, 8, 1)", "EPERM"),
    "inet": ("call({socket}, 2, 1, 0)", "EPERM"),
    "netlink": ("call({socket}, 16, 3, 0)", "EPERM"),
    "local": ("call({socket}, 1, 1, 0)", "done"),
    "hide": ("call({prctl}, 4, 0, 0, 0, 0)", "done"),
}


@filtered
@PLACES
def test_arguments_decide_where_a_call_has_honest_uses(namespaces):
    numbers = {
        name: getattr(seccomp, f"_{name.upper()}")[COLUMN]
        for name in ("clone", "prlimit", "kill", "ioctl", "fcntl", "socket", "prctl")
    }
    lines = [
        f"print({name!r}, ':', {source.format(**numbers)})"
        for name, (source, _) in ARGUMENTS.items()
    ]
    # To be dumpable is to be seen by the supervisor; pretending must not change it.
    lines.append(f"print('dumpable', libc.syscall({numbers['prctl']}, 3, 0, 0, 0, 0))")
    *said, seen = (
        confined(CALLS + "\n".join(lines), namespaces=namespaces)
        .cells[0]
        .strip()
        .splitlines()
    )
    assert dict(line.split(" : ") for line in said) == {
        name: answer for name, (_, answer) in ARGUMENTS.items()
    }
    assert seen == "dumpable 1"


@filtered
def test_a_call_by_its_number_for_x32_is_refused():
    if platform.machine() == "x86_64":
        told = confined(CALLS + "print(call(39 | 0x40000000))")
        assert told.cells == ["EPERM\n"]


@PLACES
def test_the_keyring_of_the_session_is_out_of_reach(namespaces):
    """A secret that whoever grades has in it, a ticket of Kerberos, say."""
    secret = f"course-canary-{os.getpid()}"
    add, control = (seccomp._REFUSED[name][COLUMN] for name in ("add_key", "keyctl"))
    libc = seccomp.LIBC
    session = -3
    key = libc.syscall(add, b"user", secret.encode(), b"kiwi", 4, session)
    if key < 0:
        pytest.skip("this system has no keyrings")
    source = f"""import ctypes
libc = ctypes.CDLL(None)
text = ctypes.create_string_buffer(100)
print(libc.syscall({control}, 11, {key}, text, 100), text.value)
print(libc.syscall({control}, 7, {session}))"""
    try:
        told = confined(source, namespaces=namespaces)
    finally:
        libc.syscall(control, 9, key, session)
    assert told.cells == ["-1 b''\n-1\n"]


# ---- What honest work needs ----

HONEST = {
    "loaders": """import torch, torch.multiprocessing as mp
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.arange(40.0))
for strategy in ("file_system", "file_descriptor"):
    mp.set_sharing_strategy(strategy)
    loader = DataLoader(data, batch_size=10, num_workers=2)
    print(sum(float(batch.sum()) for (batch,) in loader))""",
    "shared": "print(float(torch.ones(1000).share_memory_().sum()))",
    "pools": """import math, multiprocessing
for kind in ("fork", "spawn", "forkserver"):
    with multiprocessing.get_context(kind).Pool(2) as pool:
        print(pool.map(math.factorial, [3, 4]))""",
    "joblib": """import joblib
print(joblib.Parallel(n_jobs=2)(joblib.delayed(math.sqrt)(n) for n in (4, 9)))""",
    "manager": """with multiprocessing.Manager() as manager:
    print(dict(manager.dict(a=1)))""",
    "block": """from multiprocessing import shared_memory
block = shared_memory.SharedMemory(create=True, size=100)
block.close()
block.unlink()
print("unlinked")""",
    "session": """import subprocess, sys
words = [sys.executable, "-c", "print(6 * 7)"]
done = subprocess.run(words, capture_output=True, text=True, start_new_session=True)
print(done.stdout, done.stderr)""",
    "shell": "!echo out; echo err >&2; exit 3",
    "code": "print(_exit_code)",
    "listed": "!pip --version",
    "captured": "lines = !echo one\nprint(lines)",
    "bash": "%%bash\necho inside",
    "asyncio": """import asyncio
process = await asyncio.create_subprocess_shell("echo later", stdout=-1)
print(await process.communicate())""",
    "plot": """import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.savefig("x.png")
print("drawn")""",
    "priority": "import os; os.nice(1); os.setsid(); print('goes on')",
    "own limits": """import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (500, 1024))
print(resource.getrlimit(resource.RLIMIT_NOFILE))""",
    "compiled": """f = torch.compile(lambda x: 2 * x, backend="eager")
print(f(torch.ones(1)))""",
}
SAID = {
    "loaders": "780.0\n780.0\n",
    "shared": "1000.0\n",
    "pools": "[6, 24]\n" * 3,
    "joblib": "[2.0, 3.0]\n",
    "manager": "{'a': 1}\n",
    "block": "unlinked\n",
    "session": "42\n \n",
    "shell": "out\nerr\n",
    "code": "3\n",
    "captured": "['one']\n",
    "bash": "inside\n",
    "asyncio": "(b'later\\n', None)\n",
    "priority": "goes on\n",
    "own limits": "(500, 1024)\n",
    "compiled": "tensor([2.])\n",
}


@pytest.mark.slow
@PLACES
def test_honest_work_goes_on(namespaces):
    modules = ("torch", "numpy", "sklearn", "matplotlib")
    told = confined(*HONEST.values(), namespaces=namespaces, modules=modules)
    said = dict(zip(HONEST, told.cells, strict=True))
    assert said | SAID == said
    assert "drawn" in said["plot"] and "not found" not in said["listed"]
    assert told.result.notes == []


# ---- Neighbours ----

SEARCH = r"""import re
found = set()
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
    for line in maps:
        low, high = (int(each, 16) for each in line.split()[0].split("-"))
        if "rw-p" in line:
            memory.seek(low)
            try:
                held = memory.read(high - low)
            except OSError:
                continue
            for each in re.finditer(rb"-[0-9a-f]{24}", held):
                found.add(held[max(0, each.start() - 8) : each.end()])
            found |= set(re.findall(rb"course-run-[a-z0-9_]{8}", held))
            del held
print(sorted(found))
"""
SOCKETS = """found = [line.split()[7] for line in open("/proc/net/unix") if "/" in line]
print(found)
"""


def test_a_kernel_finds_nothing_of_its_neighbour():
    """Neither the key that its messages are signed with, nor where its sockets are."""
    settings = {"CourseProvisioner": {"modules": [], "namespaces": False}}
    km, kc = start_new_kernel(kernel_name="course", config=Config(settings))
    try:
        told = confined(SEARCH, SOCKETS, namespaces=False)
        folder = Path(km.ip).parents[1].name
        key = km.session.key.decode()
    finally:
        kc.stop_channels()
        km.shutdown_kernel(now=True)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{24}", key), "what SEARCH looks for"
    found, named = told.cells
    assert found.count("course-run-") >= 1, "it finds its own"
    assert "/proc/self/fd/" in named, "the sockets of both, by no folder's name"
    for secret in (key, folder):
        assert secret not in found + named


def test_names_in_shared_memory_are_not_listed():
    """Without namespaces /dev/shm is that of all kernels."""
    told = confined("import os; os.listdir('/dev/shm')", namespaces=False)
    assert told.cells[0].startswith("PermissionError")


# ---- Files ----


def test_an_environment_that_is_the_course_folder(tmp_path):
    """Python's own folders are read; what lies beside them is not."""
    course, plain = tmp_path / "course", tmp_path / "usr" / "share"
    for name in ("lib", "source", "submitted"):
        (course / name).mkdir(parents=True)
    secret = {str(course)}
    assert around(str(course), secret) == []
    assert around(str(course / "lib"), secret) == [str(course / "lib")]
    # A course in a folder of Python's: all that lies beside it.
    inside, beside = plain / "course", plain / "fonts"
    for folder in (inside, beside):
        folder.mkdir(parents=True)
    (plain / "link").symlink_to(inside)
    assert around(str(tmp_path / "usr"), {str(inside)}) == [str(beside)]


CONFINED = """
import os, sys
from pathlib import Path
from course.kernel import confinement

course, place = map(Path, sys.argv[1:])
sys.prefix = str(course)
namespaced = confinement.enter_namespaces() if {namespaces} else False
if (child := os.fork()) == 0:
    folders = str(place / "sockets"), str(place / "files")
    confinement.confine(namespaced, *folders, confinement.Limits(), [str(course)])
    for name in ("lib/module.py", "gradebook.db", "source/tests", "pyvenv.cfg"):
        try:
            print(name, (course / name).read_text(), flush=True)
        except OSError:
            pass
    os._exit(0)
os.waitpid(child, 0)
"""


@PLACES
def test_the_gradebook_in_an_environment_is_not_read(tmp_path, namespaces):
    course = tmp_path / "course"
    for name in ("lib/module.py", "gradebook.db", "source/tests", "pyvenv.cfg"):
        path = course / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("here")
    with Scratch() as place:
        for name in ("sockets", "files"):
            (place / name).mkdir()
        words = [sys.executable, "-c", CONFINED.format(namespaces=namespaces)]
        done = subprocess.run(
            [*words, course, place], capture_output=True, encoding="utf-8"
        )
    assert done.stdout == "lib/module.py here\npyvenv.cfg here\n", done.stderr


def test_the_course_folder_of_a_command_is_known(tmp_path, monkeypatch):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "nbgrader_config.py").write_text("")
    monkeypatch.chdir(inner)
    assert str(tmp_path) in provisioner._course_folders()
    assert str(inner) not in provisioner._course_folders()


DEEP = """import os
for name in ("x" * 200, "\\udcff"):
    os.chdir(os.path.expanduser("~"))
    for _ in range(1300):
        os.mkdir(name)
        os.chdir(name)
    open("end", "w").close()
os.chdir(os.path.expanduser("~"))
os.mkfifo("pipe")
os.mkdir("closed", 0)
os.symlink("/etc/passwd", "link")
print(os.environ["HOME"])
"""


@PLACES
def test_whatever_is_left_in_the_scratch_folder_goes(namespaces, monkeypatch):
    left, remove = {}, Scratch.remove

    def noted(scratch: Scratch) -> None:
        remove(scratch)
        left[scratch.path] = scratch.path.exists()

    monkeypatch.setattr(Scratch, "remove", noted)
    wait = f"import time; time.sleep({0 if namespaces else 60})"
    told = confined(DEEP + wait, namespaces=namespaces)
    assert len(left) >= 2 and not any(left.values())
    # Without namespaces no walk sees what lies so deep: it ends the kernel.
    assert ("or hid them" in told.why) != namespaces


def test_a_tree_of_any_kind_can_be_removed(tmp_path):
    """1,500 folders deep, with modes, names and files that no walk gets through."""
    root, here = tmp_path / "tree", os.getcwd()
    root.mkdir()
    try:
        os.chdir(root)
        os.makedirs("course-run-0/inner/course-run-1")
        Path("course-run-2").write_text("a file by a name that removing uses")
        os.mkfifo("pipe")
        os.symlink("/", "link")
        os.mkdir("closed")
        Path("closed/file").write_text("x")
        os.chmod("closed", 0)
        for number in range(1500):
            os.mkdir(b"\xff" * 150)
            Path(f"file{number % 7}").write_text("x")
            os.chdir(b"\xff" * 150)
    finally:
        os.chdir(here)
    remove_tree(root)
    assert not root.exists()
    remove_tree(root)  # nothing there: nothing happens


# ---- The system underneath ----


@pytest.mark.parametrize(
    ("release", "version"),
    [("5.15.0-91-generic", (5, 15)), ("6.14.1", (6, 14)), ("odd", (0, 0))],
)
def test_the_version_of_linux(monkeypatch, release, version):
    monkeypatch.setattr(platform, "release", lambda: release)
    assert spaces.linux_version() == version


PID_MAX = """
import os, platform, sys
from pathlib import Path
from course.kernel import confinement, namespaces

platform.release = lambda: {release!r}
written = []
write = Path.write_text
Path.write_text = lambda path, text: written.append(str(path)) or write(path, text)
place = Path(sys.argv[1])
if confinement.enter_namespaces() and (child := os.fork()) == 0:
    namespaces.private_folders(*(str(place / n) for n in "sf"), confinement.Limits())
    print([path for path in written if "pid_max" in path], flush=True)
    os._exit(0)
os.wait()
"""


@pytest.mark.parametrize("release", ["6.13.9", "5.15.0-91-generic", "6.14.0"])
def test_a_systems_own_number_of_processes_stays(release):
    """Before Linux 6.14 there is one for the whole system."""
    if not spaces.namespaces_work():
        pytest.skip("no namespaces here")
    if spaces.linux_version() < (6, 14) and release == "6.14.0":
        pytest.skip("it would be the system's own")
    with Scratch() as place:
        for name in "sf":
            (place / name).mkdir()
        words = [sys.executable, "-c", PID_MAX.format(release=release), str(place)]
        done = subprocess.run(words, capture_output=True, encoding="utf-8")
    expected = ["/proc/sys/kernel/pid_max"] if release == "6.14.0" else []
    assert done.stdout == f"{expected}\n", done.stderr


def test_where_nothing_can_be_mounted_kernels_run_without_namespaces(monkeypatch):
    """Some systems permit a namespace of users, and nothing in it."""
    assert spaces.namespaces_work() in (True, False)
    monkeypatch.setattr(spaces, "_mount", lambda *_: spaces.fail("mount"))
    assert spaces.namespaces_work() is False
