"""`nbgrader autograde` and Formgrader's Autograde button, by the course's own engine.

nbgrader makes an `Autograde` in two places; `nbgrader_config.py` puts this one there.
So a submission earns the same whichever way it is graded.
"""

import fnmatch
import glob
import logging
import os
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.converters import Autograde as StockAutograde
from nbgrader.converters.base import NbGraderException
from rich.console import Console

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.nbgrader_hooks.nbgrader_patches import replace_autograde


class Autograde(StockAutograde):
    """Grades with `course grade` what nbgrader would grade by itself."""

    def start(self) -> None:
        """Grade the submissions that nbgrader has been asked for.

        As nbgrader does, it skips what is graded and has not changed, unless `force`.
        Raises NbGraderException where nothing can be graded.
        """
        from course.grading.coordinator import Grading, Options

        try:
            course = Course.here(Path(self.coursedir.root))
            options = Options(os.cpu_count() or 1, force=self.force)
            grading = Grading(course, options, self._console(), self.config)
            grading.run([self.coursedir.assignment_id], self._students(course))
        except (CourseError, OSError) as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from None

    def _students(self, course: Course) -> list[str]:
        """The students who are meant; none stands for all of them."""
        wanted = self.coursedir.student_id
        excluded = set(filter(None, self.coursedir.student_id_exclude.split(",")))
        if self.create_student and wanted == "*" and not excluded:
            return []
        folder = course.root / self.coursedir.submitted_directory
        lesson = self.coursedir.assignment_id
        names = (p.parent.name for p in folder.glob(f"*/{glob.escape(lesson)}"))
        names = {name for name in fnmatch.filter(names, wanted) if name not in excluded}
        if not self.create_student:
            names &= self._known()
        if not names:
            raise CourseError(
                f"{lesson}: no submission by {wanted} that may be graded. See "
                f"{folder}, and that the gradebook has the student."
            )
        return sorted(names)

    def _known(self) -> set[str]:
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            return {student.id for student in gradebook.students}

    def _console(self) -> Console:
        """The output of grading, as lines of nbgrader's log."""
        return Console(file=_Log(self.log), width=200, no_color=True)


class _Log:
    """A file whose lines go to a logger."""

    def __init__(self, log: logging.Logger) -> None:
        self.log = log
        self.rest = ""

    def write(self, text: str) -> int:
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            if line.strip():
                self.log.info("%s", line)
        return len(text)

    def flush(self) -> None:
        pass


def use_the_engine() -> None:
    """Have nbgrader make this Autograde in place of its own."""
    replace_autograde(Autograde)


def use_nbgraders_own() -> None:
    """Have nbgrader make its own Autograde again."""
    replace_autograde(StockAutograde)
