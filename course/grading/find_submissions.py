"""The folder `submitted/`: which students submitted which lessons."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.printable import printable
from course.grading.student_names import Spelling
from course.grading.submission import is_folder

LONGEST_ID = 128  # characters that the gradebook has for a student's id
LONGEST_NAME = 240  # bytes that a folder's name may have, with some to spare
SHOWN = 5


@dataclass(frozen=True)
class SubmittedFolder:
    """A student's folder with one lesson. `student`: the id in the gradebook."""

    student: str
    folder: Path
    notes: list[str] = field(default_factory=list)


def student_id(folder_name: str, spelling: Spelling | None = None) -> str:
    """The id under which the gradebook has whoever submitted a folder of this name.

    Nearly always the name itself. The same name in another Unicode form (a Mac writes
    `é` as two characters) is the same student, as the gradebook's `spelling` has it;
    bytes that are no text are escaped, and what the gradebook has no room for is
    shortened, with a hash that keeps it apart.
    """
    name = folder_name.encode(errors="backslashreplace").decode()
    name = (spelling or Spelling({})).id(name)
    if len(name) <= LONGEST_ID and len(name.encode()) <= LONGEST_NAME:
        return name
    ending = f"-{sha256(name.encode()).hexdigest()[:8]}"
    start = name[: LONGEST_ID - len(ending)].encode()[: LONGEST_NAME - len(ending)]
    return start.decode(errors="ignore") + ending


def find_submissions(
    submitted: Path,
    course: Course,
    lessons: list[str],
    students: list[str],
    url: str,
) -> dict[str, list[SubmittedFolder]]:
    """The submissions there are, by lesson; without names: every lesson and student.

    `url`: of the gradebook, which knows how students are spelt. Raises CourseError
    where there is nothing, or no student by a name.
    """
    if not submitted.is_dir():
        raise CourseError(
            f"{submitted}: there is no such folder. Collect the submissions "
            "first: `nbgrader collect` or `nbgrader zip_collect`."
        )
    paths = sorted(path for path in submitted.iterdir() if is_folder(path))
    names = [*(path.name for path in paths), *students]
    spelling = Spelling.for_names(names, url)
    folders: dict[str, list[Path]] = {}  # of each student, one as a rule
    for path in paths:
        folders.setdefault(student_id(path.name, spelling), []).append(path)
    folders = dict(sorted(folders.items()))
    asked = dict.fromkeys(student_id(name, spelling) for name in students)
    wanted = list(asked) or list(folders)
    if unknown := [name for name in wanted if name not in folders]:
        known = ", ".join(map(printable, list(folders)[:SHOWN]))
        raise CourseError(
            f"{', '.join(map(printable, unknown))}: nothing in submitted/ by that "
            f"name. There are {len(folders)} students, among them {known}."
        )
    names = [course.name(name) for name in lessons] or course.names
    found = {
        lesson: [
            _newest(student, there)
            for student in wanted
            if (there := _folders_of(lesson, folders[student]))
        ]
        for lesson in dict.fromkeys(names)
    }
    found = {lesson: folders for lesson, folders in found.items() if folders}
    if not found:
        raise CourseError(
            f"{submitted}: no submissions of "
            f"{', '.join(names) if lessons else 'any lesson'}"
            f"{' by ' + ', '.join(students) if students else ''}. They are "
            "expected as submitted/STUDENT/LESSON/LESSON.ipynb."
        )
    return found


def _may_be_there(folder: Path) -> bool:
    """Whether there is such a folder, or nobody can tell: then reading it says so."""
    try:
        folder.lstat()
    except PermissionError:
        return True
    except OSError:
        return False
    return is_folder(folder)


def _folders_of(lesson: str, folders: list[Path]) -> list[Path]:
    """Those of a student's folders of this lesson that are there."""
    return [folder / lesson for folder in folders if _may_be_there(folder / lesson)]


def _modified(folder: Path) -> int:
    """When the folder was changed last; 0 where nobody can tell."""
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def _newest(student: str, there: list[Path]) -> SubmittedFolder:
    """The folder to grade: of several, the newest, with a note."""
    if len(there) == 1:
        return SubmittedFolder(student, there[0])
    newest = max(there, key=_modified)
    return SubmittedFolder(
        student,
        newest,
        [
            f"submitted/ has {len(there)} folders of this student, whose names differ "
            "only in how their letters are encoded. The newest one was graded."
        ],
    )
