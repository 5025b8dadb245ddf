"""The settings of a course: what its nbgrader_config.py says, checked and in one place.

Reading it costs what nbgrader's own modules cost to import, and none of the lint rules.
"""

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.base.course_folder import CONFIG, Course
from course.base.errors import CourseError
from course.base.limits import BYTES, SECONDS, Limits

if TYPE_CHECKING:
    from traitlets.config import Config

DEFAULT_COURSE = "default_course"
DIRECTORIES = ("source", "release", "submitted", "autograded", "feedback", "solution")
KERNEL_SETTINGS = {"limits", "namespaces", "sandbox", "seed", "modules"}


@dataclass(frozen=True)
class Settings:
    """Settings of the course's configuration, with defaults where it has none."""

    config: "Config"
    course_id: str
    limits: Limits
    namespaces: bool
    sandbox: bool
    groupshared: bool
    submitted: Path
    autograded: Path
    feedback: Path


def read_settings(course: Course, config: "Config | None" = None) -> Settings:
    """The settings of the course in this folder, or those of `config` instead.

    Raises CourseError, with the setting's name, where one cannot be meant.
    """
    config = config or nbgrader_config(course.root)
    given, kernels = config.CourseDirectory, config.CourseProvisioner
    _check_root(course, given)
    _known("c.CourseProvisioner", set(kernels), KERNEL_SETTINGS)
    folders = {name: _folder(course, given, name) for name in DIRECTORIES}
    return Settings(
        config,
        text(given, "course_id") or DEFAULT_COURSE,
        _limits(config),
        _flag(kernels, "CourseProvisioner.namespaces", True),
        _flag(kernels, "CourseProvisioner.sandbox", True),
        _flag(given, "CourseDirectory.groupshared", False),
        folders["submitted"],
        folders["autograded"],
        folders["feedback"],
    )


def nbgrader_config(root: Path) -> "Config":
    """Settings in the folder's nbgrader_config.py."""
    from traitlets.config.loader import PyFileConfigLoader

    try:
        return PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    except Exception as error:  # it is a program: anything can go wrong in it
        raise CourseError(
            f"{root / CONFIG}: cannot be read ({type(error).__name__}: {error}). "
            "Fix it, or restore it from version control."
        ) from None


def limits_of(given: object) -> Limits:
    """The limits that `c.CourseProvisioner.limits` names, in their right ranges.

    Raises CourseError for a name that no limit has, and for a value it cannot have.
    """
    setting = "c.CourseProvisioner.limits"
    if not isinstance(given, Mapping):
        raise _wrong(setting, given, 'names and numbers, as {"seconds": 1800} has them')
    _known(setting, set(given), {field.name for field in fields(Limits)})
    return Limits(**{k: _number(f"{setting}[{k!r}]", k, v) for k, v in given.items()})


def text(section: Mapping, name: str) -> str:
    """A setting of `c.CourseDirectory` that is text; "" where it is not set."""
    value = section.get(name, "")
    if not isinstance(value, str):
        setting = f"c.CourseDirectory.{name}"
        raise _wrong(setting, value, 'text in quotes, as "submitted" is')
    return value.strip()


def _limits(config: "Config") -> Limits:
    """The limits, of which nbgrader has its own name for the seconds of a cell."""
    given = plain(config.CourseProvisioner.get("limits", {}), {})
    limits = limits_of(given)
    if "timeout" not in config.Execute or "cell_seconds" in given:
        return limits
    seconds = config.Execute["timeout"]
    seconds = _number("c.Execute.timeout", "cell_seconds", seconds)
    return limits_of({**given, "cell_seconds": seconds})


def plain(value: Any, default: Any) -> Any:
    """The value itself, where it was given by `update`, `append` and the like."""
    from traitlets.config import LazyConfigValue

    return value.get_value(default) if isinstance(value, LazyConfigValue) else value


def _number(setting: str, name: str, value: object) -> float:
    (limit,) = (each for each in fields(Limits) if each.name == name)
    unit, (least, most) = limit.metadata["unit"], limit.metadata["range"]
    whole = unit != SECONDS
    kinds = int if whole else (int, float)
    odd = isinstance(value, bool) or not isinstance(value, kinds)
    if odd or not math.isfinite(value):
        raise _wrong(setting, value, f"a {'whole ' * whole}number of {unit}")
    if least <= value <= most:
        return value
    hint = "; 6 * 2**30 are 6 GiB" if unit == BYTES else ""
    raise _wrong(setting, value, f"{least:,} to {most:,} {unit}{hint}")


def _flag(section: Mapping, setting: str, default: bool) -> bool:
    value = section.get(setting.partition(".")[2], default)
    if not isinstance(value, bool):
        raise _wrong(f"c.{setting}", value, "True or False")
    return value


def _folder(course: Course, section: Mapping, name: str) -> Path:
    said = text(section, f"{name}_directory")
    if "\0" in said:
        raise _wrong(f"c.CourseDirectory.{name}_directory", said, "a folder's name")
    return course.root / (said or name)


def _check_root(course: Course, section: Mapping) -> None:
    """nbgrader and this command must act on the same folder."""
    said = text(section, "root")
    if said and Path(said).resolve() != course.root.resolve():
        raise CourseError(
            f"{course.root / CONFIG}: c.CourseDirectory.root is {said}, so nbgrader "
            "would act there, and this command here. Take that line out, or change to "
            "that folder."
        )


def _known(setting: str, given: set, known: set[str]) -> None:
    """Raise CourseError for the first name that is not known, with the nearest one."""
    if odd := sorted(map(str, given - known)):
        near = difflib.get_close_matches(odd[0], known, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise CourseError(
            f"{CONFIG}: {setting} has no {odd[0]!r}. {hint}"
            f"It knows: {', '.join(sorted(known))}."
        )


def _wrong(setting: str, value: object, wanted: str) -> CourseError:
    return CourseError(f"{CONFIG}: {setting} is {value!r}, but must be {wanted}.")
