"""Tasks for workers, and their results."""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import version

from course.base.cell_imports import Imports
from course.base.errors import CourseError
from course.base.limits import Limits

SKIP_FIGURES = "skip_figures"  # in the metadata of a request to run a cell
VERSIONS = ("pytorch-course", "torch", "torchvision", "nbgrader")


@dataclass(frozen=True)
class Task:
    """A notebook to execute, tests in place, and the files beside it.

    `modules`: what the forkserver shall have imported before the kernel starts.
    `skip_figures`: ids of cells whose figures nobody will look at. `imports`: what
    names in tests stand for, see negated_checks.py.
    """

    name: str
    notebook: bytes
    files: dict[str, bytes] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    sandbox: bool = True
    namespaces: bool = True
    modules: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    skip_figures: frozenset[str] = frozenset()
    imports: Imports = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """Made from the notebook: run twice, it draws the same numbers."""
        return int.from_bytes(sha256(self.notebook).digest()[:4], "big")


@dataclass
class Result:
    """The executed notebook and what was learned while it ran.

    `passed`: by test cell. `notes`: for the student, in words. `tampering`: what gives
    reason not to believe any test. `remarks`: what was put right before a test, so that
    points stand; for the instructor. `starved`: whether a cell was stopped whose kernel
    had to wait for a core. `seconds`: what the cells took by themselves.
    """

    notebook: bytes = b""
    passed: dict[str, bool] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    tampering: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    starved: bool = False
    layers: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def causes(self) -> str:
        """The reasons in `tampering`, each once."""
        return "; ".join(dict.fromkeys(self.tampering))


@cache
def versions() -> dict[str, str]:
    """The versions that make grades comparable between workers; not to be changed."""
    found = {}
    for name in VERSIONS:
        with suppress(ImportError):
            found[name] = version(name)
    return found


def check_versions(wanted: dict[str, str]) -> None:
    """Raise CourseError where this worker has other ones than whoever asks."""
    here = versions()
    for name, asked in wanted.items():
        if here.get(name) != asked:
            raise CourseError(
                f"a worker has {name} {here.get(name, '(none)')}, and the one who "
                f"asks has {asked}. Install the same course on every machine."
            )
