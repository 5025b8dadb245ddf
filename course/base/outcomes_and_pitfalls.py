"""Outcomes of the course, and beliefs that mislead students, as docs/ has them.

Only the standard library is used, so that it can be read where answers are proven.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.notebook import Lesson

OUTCOMES = "docs/outcomes.toml"
PITFALLS = "docs/pitfalls.toml"
NOUNS = {str: "text", int: "a whole number", list: "a list of names"}


@dataclass(frozen=True)
class Outcome:
    """An ability at the end of the course, and the exercises that prove it."""

    can: str
    exercises: tuple[str, ...]


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of the course, and by lesson what one can do after it."""

    course: tuple[Outcome, ...] = ()
    lessons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pitfall:
    """A wrong belief, what is so instead, and the exercises whose tests reject it."""

    number: int
    belief: str
    truth: str
    exercises: tuple[str, ...]


def read_outcomes(course: Course, lessons: Iterable[Lesson] | None = None) -> Outcomes:
    """Outcomes in docs/outcomes.toml; none where the course has no such file.

    `lessons`: those of the course, where they have been read already. Raises
    CourseError where the file is malformed, or names what no lesson has.
    """
    path = course.root / OUTCOMES
    if not path.is_file():
        return Outcomes()
    lessons = _lessons(course) if lessons is None else list(lessons)
    held = _read(path, {"lesson": dict, "outcome": list})
    after = held.get("lesson", {})
    for name, said in after.items():
        _check_type(path, f"lesson.{name}", said, str)
        if name not in {lesson.name for lesson in lessons}:
            raise CourseError(
                f"{path}: lesson.{name} is no lesson of this course. "
                "Mend the name, or remove the line."
            )
    entries = _entries(path, held, "outcome", {"can": str, "exercises": list})
    outcomes = [Outcome(e["can"], _exercises(path, e, lessons)) for e in entries]
    return Outcomes(tuple(outcomes), after)


def read_pitfalls(
    course: Course, lessons: Iterable[Lesson] | None = None
) -> tuple[Pitfall, ...]:
    """Pitfalls in docs/pitfalls.toml; none where the course has no such file.

    `lessons` and errors as of `read_outcomes`; no number may stand twice.
    """
    path = course.root / PITFALLS
    if not path.is_file():
        return ()
    lessons = _lessons(course) if lessons is None else list(lessons)
    types = {"number": int, "belief": str, "truth": str, "exercises": list}
    entries = _entries(path, _read(path, {"pitfall": list}), "pitfall", types)
    numbers = set()
    for entry in entries:
        if entry["number"] in numbers:
            raise CourseError(
                f"{path}: two pitfalls have the number {entry['number']}. "
                "Give one of them another, which banks do not name yet."
            )
        numbers.add(entry["number"])
    return tuple(
        Pitfall(e["number"], e["belief"], e["truth"], _exercises(path, e, lessons))
        for e in entries
    )


def _lessons(course: Course) -> list[Lesson]:
    return [course.lesson(name) for name in course.names]


def _read(path: Path, types: dict[str, type]) -> dict:
    """The tables of a file: these and no others."""
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CourseError(f"{path}: is no TOML ({error}). Mend it there.") from None
    for name, value in held.items():
        if not isinstance(value, types.get(name, ())):
            right = [f"[[{n}]]" if t is list else f"[{n}]" for n, t in types.items()]
            raise CourseError(
                f"{path}: {name!r} is none of its tables: {' and '.join(right)}."
            )
    return held


def _entries(path: Path, held: dict, noun: str, types: dict[str, type]) -> list[dict]:
    """The entries `[[noun]]`, each of which has these keys and no others."""
    entries = held.get(noun, [])
    for place, entry in enumerate(entries, 1):
        where = f"{noun} {place}"
        if not isinstance(entry, dict) or set(entry) != set(types):
            raise CourseError(
                f"{path}: {where} needs the keys {', '.join(types)}, and no others."
            )
        for key, type_ in types.items():
            _check_type(path, f"{key} of {where}", entry[key], type_)
        for name in entry["exercises"]:
            _check_type(path, f"exercises of {where}", name, str)
    return entries


def _check_type(path: Path, what: str, value: object, type_: type) -> None:
    if type(value) is not type_ or value in ("", []):
        raise CourseError(f"{path}: {what} must be {NOUNS[type_]}, not {value!r}.")


def _exercises(path: Path, entry: dict, lessons: list[Lesson]) -> tuple[str, ...]:
    known = {exercise.id for lesson in lessons for exercise in lesson.exercises}
    for name in entry["exercises"]:
        if name not in known:
            raise CourseError(
                f"{path}: there is no exercise {name!r}. "
                "Mend its name, or take it out of this file."
            )
    return tuple(entry["exercises"])
