"""Canvas: the names in its archives of submissions, and its gradebook import."""

from course.lms.interface import Grades, Row, System

# Canvas knows its own line by the spaces before it.
INDENT = "    "


def rows(grades: Grades) -> list[Row]:
    """The columns of Canvas' gradebook import, with its line of possible points."""
    who = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    lines: list[Row] = [
        [*who, *grades.lessons],
        [f"{INDENT}Points Possible", "", "", "", "", *grades.most],
    ]
    for student in grades.students:
        name = ", ".join(filter(None, (student.last_name, student.first_name)))
        who = [name or student.id, student.lms_user_id, "", student.id, ""]
        lines.append([*who, *student.scores])
    return lines


SYSTEM = System(
    name="canvas",
    # lastfirst_USER_NUMBER_FILE or lastfirst_LATE_USER_NUMBER_FILE; where grading is
    # anonymous, anon_KEY_NUMBER_FILE
    before=r"(?:anon_(?:LATE_)?(?=[A-Za-z0-9]{4,8}_\d+_)"
    r"|[^\\/]+?_(?:LATE_)?(?=\d+_\d+_))",
    after=r"_\d+_",
    rows=rows,
)
