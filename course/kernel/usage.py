"""Use of processor, memory and files by a kernel and all that it started.

All of it is read from /proc, as an ordinary user can. A look is cheap as long as little
is used; only then is it counted exactly.
"""

import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
DESCRIPTORS = 64  # of a process, that are not counted
BUFFER = 2 * 212_992  # bytes that a socket may keep in the system
DELETED = " (deleted)"
DEPTH = 100  # of folders in folders


@dataclass(frozen=True)
class Process:
    """One line of /proc/PID/stat and of statm; seconds and bytes.

    `thread`: the one of which /proc tells what the process holds. Of the first one it
    tells nothing once that has ended, though others go on.
    """

    pid: int
    thread: int
    state: str
    start: str
    cpu: float
    children_cpu: float
    resident: int
    shareable: int  # what is mapped and is not its own alone

    @classmethod
    def look(cls, pid: int) -> "Process | None":
        """The use of a process; None where it is gone."""
        try:
            fields = _status(f"/proc/{pid}")
            state, thread = fields[0], pid
            if state == "Z":
                state, thread = next(_living(pid), (state, pid))
            size, resident, _, _, _, data, _ = (
                int(pages) * PAGE for pages in _words(f"/proc/{thread}/statm")
            )
        except (OSError, ValueError):
            return None
        user, system, children, systems = (int(each) / TICKS for each in fields[11:15])
        return cls(
            pid,
            thread,
            state,
            fields[19],
            user + system,
            children + systems,
            resident,
            size - data,
        )


def _status(place: str) -> list[str]:
    """The words of a stat file, from the state on."""
    return Path(place, "stat").read_text().rpartition(")")[2].split()


def threads(pid: int) -> list[int]:
    """The threads of a process; none where it is gone."""
    with suppress(OSError):
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    return []


def _living(pid: int) -> Iterator[tuple[str, int]]:
    """State and number of threads that have not ended."""
    for thread in threads(pid):
        with suppress(OSError, IndexError):
            state = _status(f"/proc/{pid}/task/{thread}")[0]
            if state not in "ZX":
                yield state, thread


def family(pid: int, enough: int = 1000) -> list[int]:
    """The process and its descendants: all, or more than `enough` of them."""
    found = [pid]
    for parent in found:
        if len(found) > enough:
            break
        for thread in threads(parent):
            with suppress(OSError):
                found += map(int, _words(f"/proc/{parent}/task/{thread}/children"))
    return found


def _words(path: str) -> list[str]:
    return Path(path).read_text().split()


def waited(pids: list[int]) -> float:
    """Seconds that these processes were ready to compute, and had to wait for a core.

    0 where the system does not say.
    """
    total = 0
    for pid in pids:
        for thread in threads(pid):
            with suppress(OSError, IndexError, ValueError):
                total += int(_words(f"/proc/{pid}/task/{thread}/schedstat")[1])
    return total / 1e9


class Clock:
    """Counts the processor time of a family, of those that have ended too.

    A process that lives for less than a look is seen only in what its parent has waited
    for.
    """

    def __init__(self) -> None:
        self._last: dict[tuple[int, str], Process] = {}
        self._used = 0.0

    def seconds(self, processes: list[Process]) -> float:
        """All that these processes and their predecessors have used until now."""
        last, now = self._last, {(each.pid, each.start): each for each in processes}
        own = waited = 0.0
        for who, each in now.items():
            before = last.get(who)
            own += each.cpu - (before.cpu if before else 0)
            waited += each.children_cpu - (before.children_cpu if before else 0)
        gone = [each for who, each in last.items() if who not in now]
        # What a parent has waited for includes what was seen of the child before.
        seen = sum(each.cpu + each.children_cpu for each in gone)
        self._used += own + max(0.0, waited - seen)
        self._last = now
        return self._used


# ---- Memory ----


def sharing_device() -> int:
    """The device number that files without a name have, which are memory alone."""
    with mmap.mmap(-1, PAGE) as _:
        for each in mappings(os.getpid()):
            if each.name == f"/dev/zero{DELETED}":
                return each.device
    return -1


@dataclass(frozen=True)
class Mapping:
    """A file, or what has no name, in the memory of a process."""

    device: int
    inode: int
    end: int  # in the file
    name: str


def mappings(thread: int) -> Iterator[Mapping]:
    """Files of any kind that the process of a thread has mapped."""
    with suppress(OSError), open(f"/proc/{thread}/maps", errors="replace") as lines:
        for line in lines:
            where, _, offset, device, inode, *name = line.split(maxsplit=5)
            if inode != "0":
                low, high = (int(each, 16) for each in where.split("-"))
                major, minor = (int(each, 16) for each in device.split(":"))
                yield Mapping(
                    os.makedev(major, minor),
                    int(inode),
                    int(offset, 16) + high - low,
                    name[0].rstrip("\n") if name else "",
                )


def held(threads: list[int], devices: set[int]) -> tuple[int, int, set[str]]:
    """Bytes of files that are open or mapped, each once; a thread of each process.

    Returns those of memory (on `devices`), then those of files without a name
    elsewhere, which no walk through folders finds; and the names of the former.
    """
    memory: dict[tuple[int, int], int] = {}
    nameless: dict[tuple[int, int], int] = {}
    names = set()
    for thread in threads:
        for each in mappings(thread):
            key = each.device, each.inode
            if each.device in devices:
                memory[key] = max(memory.get(key, 0), each.end)
                names.add(each.name)
            elif each.name.endswith(DELETED):
                nameless[key] = max(nameless.get(key, 0), each.end)
        for status, name in _open_files(thread):
            key = status.st_dev, status.st_ino
            if status.st_dev in devices:
                memory[key] = max(memory.get(key, 0), status.st_blocks * 512)
                names.add(name)
            elif not status.st_nlink:
                nameless[key] = status.st_blocks * 512
    return sum(memory.values()), sum(nameless.values()), names


def _open_files(thread: int) -> Iterator[tuple[os.stat_result, str]]:
    with suppress(OSError):
        for fd in os.listdir(f"/proc/{thread}/fd"):
            with suppress(OSError):
                path = f"/proc/{thread}/fd/{fd}"
                status = os.stat(path)
                if stat.S_ISREG(status.st_mode):
                    yield status, os.readlink(path)


def size(path: str) -> int:
    """Bytes that a file takes; 0 where there is none."""
    with suppress(OSError):
        return os.lstat(path).st_blocks * 512
    return 0


def proportional(thread: int) -> int:
    """Bytes of the process of a thread; what it shares with others counts in part.

    Without memory files, which `held` counts. 0 where that cannot be read.
    """
    try:
        lines = Path(f"/proc/{thread}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    sizes = {name: int(words.split()[0]) for name, words in map(_pair, lines[1:])}
    return (sizes.get("Pss_Anon", 0) + sizes.get("Pss_File", 0)) * 1024


def _pair(line: str) -> tuple[str, str]:
    name, _, words = line.partition(":")
    return name, words


def buffers(threads: list[int]) -> int:
    """Bytes that the system may keep for sockets and pipes, of which there are many."""
    return BUFFER * sum(max(0, _descriptors(each) - DESCRIPTORS) for each in threads)


def _descriptors(thread: int) -> int:
    path = f"/proc/{thread}/fd"
    with suppress(OSError):
        return os.stat(path).st_size or len(os.listdir(path))  # from Linux 6.2 on
    return 0


def used(place: int | str) -> int:
    """Bytes in use on a file system."""
    status = os.statvfs(place)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


# ---- Disk ----


def disk(folder: str, most_files: int) -> tuple[int, int]:
    """Bytes and number of files in a folder; counting ends with too many of them.

    A folder that is too deep, or cannot be listed as its mode is 0, say, counts as too
    many: what lies in it would not be seen.
    """
    size = files = 0
    waiting = [(folder, 0)]
    while waiting and files <= most_files:
        place, depth = waiting.pop()
        if depth > DEPTH:
            return size, most_files + 1
        try:
            for entry in _entries(place, most_files):
                files += 1
                with suppress(FileNotFoundError):  # it was just removed
                    status = entry.stat(follow_symlinks=False)
                    size += status.st_blocks * 512
                    if stat.S_ISDIR(status.st_mode):
                        waiting.append((entry.path, depth + 1))
        except FileNotFoundError:
            continue
        except OSError:
            return size, most_files + 1
    return size, files


def _entries(folder: str, most: int) -> Iterator[os.DirEntry]:
    with os.scandir(folder) as found:
        for number, entry in enumerate(found):
            if number > most:
                return
            yield entry
