"""Moodle: the names in its archives of submissions, and its grade import."""

from course.lms.interface import Grades, Row, System

# FULL NAME_NUMBER_assignsubmission_file, then / or _ and the file's name. The number is
# another one in each assignment.
SUBMISSION = r"_\d+_assignsubmission_(?:file|onlinetext)"


def rows(grades: Grades) -> list[Row]:
    """The columns that Moodle's grade import maps to its users, and one a lesson."""
    head = ["Username", "First name", "Last name", "ID number", "Email address"]
    lines: list[Row] = [[*head, *grades.lessons]]
    for student in grades.students:
        who = (student.id, student.first_name, student.last_name)
        lines.append([*who, student.lms_user_id, student.email, *student.scores])
    return lines


SYSTEM = System(
    name="moodle",
    before=rf"(?=[^\\/_]+{SUBMISSION})",
    after=rf"{SUBMISSION}_?",
    rows=rows,
    number=r"_(\d+)_assignsubmission_",
    anonymous="Participant",  # with blind marking
)
