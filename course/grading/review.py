"""After grading: one exercise graded again, and withheld points accepted."""

import json
from contextlib import closing
from dataclasses import replace

from rich.console import Console

from course.base.atomic_files import replace_all
from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.gradebook_location import gradebook_location
from course.base.printable import printable
from course.base.settings import read_settings
from course.grading.autograded import Autograded
from course.grading.coordinator import Grading, Options
from course.grading.find_submissions import student_id
from course.grading.gradebook_writer import GradebookWriter
from course.grading.recording import ACCEPTED
from course.grading.student_names import Spelling
from course.grading.submission import NOTES_ID, notes_text
from course.grading.summary import Reporter, Tally


def regrade(
    course: Course,
    lesson: str,
    exercise: str,
    options: Options,
    console: Console | None = None,
) -> Tally:
    """Grade one exercise again in all submissions, after a test of it was fixed.

    Points of other exercises stay. Submissions that are not graded yet, or have changed
    since, are passed over. Raises CourseError for an unknown exercise.
    """
    name = course.name(lesson)
    known = [e.id for e in course.lesson(name).exercises]
    if exercise not in known:
        raise CourseError(
            f"There is no exercise {exercise!r} in {name}. "
            f"Its exercises are: {', '.join(known)}."
        )
    console = console or Console(stderr=True)
    options = replace(options, force=True, exercise=exercise)
    tally = Grading(course, options, console).run([name], [])[name]
    Reporter(console).changes(name, exercise, tally)
    return tally


def accept(course: Course, lesson: str, student: str) -> tuple[float, float]:
    """Give a submission the points that were withheld: those of its tests as they ran.

    They stay accepted until the student submits something else. Returns the points now
    and the most there are. Raises CourseError where nothing is withheld.
    """
    name, settings = course.name(lesson), read_settings(course)
    location = gradebook_location(course, settings.config)
    student = student_id(student, Spelling.for_names([student], location.url))
    autograded = Autograded(settings.autograded)
    stamp = autograded.stamp(student, name)
    if stamp is None:
        raise CourseError(
            f"{name} {printable(student)}: not graded yet. Run "
            f"`course grade {name}` first."
        )
    if stamp.get("accepted"):
        raise CourseError(f"{name} {printable(student)}: is accepted already.")
    withheld = stamp.get("withheld")
    if not withheld:
        raise CourseError(
            f"{name} {printable(student)}: none of its points are withheld. To change "
            "single marks, use Formgrader."
        )
    with closing(GradebookWriter(*location)) as gradebook:
        score = gradebook.accept(name, student, withheld)
    folder = autograded.folder(student, name)
    path = folder / f"{name}.ipynb"
    nb = json.loads(path.read_text(encoding="utf-8"))
    notes = [note for note in stamp["notes"] if "are withheld until" not in note]
    notes.append(ACCEPTED)
    for cell in nb["cells"]:
        if cell.get("id") == NOTES_ID:
            cell["source"] = notes_text(notes)
    replace_all({path: json.dumps(nb, ensure_ascii=False, indent=1).encode()})
    del stamp["withheld"]
    autograded.write_stamp(folder, stamp | {"accepted": True, "notes": notes})
    return score
