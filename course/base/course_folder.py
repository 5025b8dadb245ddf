"""The course folder: where lessons, their links and their banks of answers lie."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from course.base.errors import CourseError
from course.base.notebook import Lesson, read_lesson

CONFIG = "nbgrader_config.py"


@dataclass(frozen=True)
class Course:
    """A course folder, as nbgrader lays it out, with `notebooks/` beside it."""

    root: Path

    @classmethod
    def here(cls, root: Path | None = None) -> "Course":
        """The course in `root`, by default the folder that the command stands in.

        Raises CourseError where there is none.
        """
        root = (root or Path.cwd()).resolve()
        if not (root / CONFIG).is_file() or not (root / "notebooks").is_dir():
            raise CourseError(
                f"{root} is not a course folder (no {CONFIG} beside notebooks/). "
                "Change to the folder that holds the course, then run this again."
            )
        return cls(root)

    @property
    def names(self) -> list[str]:
        """Names of all lessons, in order; a lesson is a notebook in `notebooks/`."""
        found = sorted(p.stem for p in (self.root / "notebooks").glob("*.ipynb"))
        if not found:
            raise CourseError(
                f"{self.root / 'notebooks'} holds no lesson. "
                "Restore it from version control, or add 01_tensors.ipynb, say."
            )
        return found

    def name(self, wanted: str) -> str:
        """The lesson that `wanted` names: its whole name, its number or its noun.

        Raises CourseError with the nearest name where there is no such lesson.
        """
        names = self.names
        wanted = wanted.removesuffix(".ipynb")
        for name in names:
            number, _, noun = name.partition("_")
            if wanted in (name, number, number.lstrip("0"), noun):
                return name
        nouns = {name.partition("_")[2]: name for name in names}
        near = difflib.get_close_matches(wanted, [*names, *nouns], n=1, cutoff=0.4)
        hint = f"Did you mean {nouns.get(near[0], near[0])}? " if near else ""
        raise CourseError(
            f"There is no lesson {wanted!r}. {hint}The lessons are: {', '.join(names)}."
        )

    def notebook(self, name: str) -> Path:
        return self.root / "notebooks" / f"{name}.ipynb"

    def link(self, name: str) -> Path:
        return self.root / "source" / name / f"{name}.ipynb"

    def released(self, name: str) -> Path:
        return self.root / "release" / name / f"{name}.ipynb"

    def bank(self, name: str) -> Path:
        return self.root / "answers" / name

    def lesson(self, name: str) -> Lesson:
        return read_lesson(self.notebook(name))
