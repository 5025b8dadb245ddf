"""The formats of `course export`: each is an entry in FORMATS.

The command's help and its error message name what stands there.
"""

from collections.abc import Callable

from course.lms.interface import Grades, Row
from course.lms.systems import SYSTEMS


def rounded(value: float) -> float | int:
    """Without a fraction where there is none, else with two digits."""
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def csv_rows(grades: Grades) -> list[Row]:
    """One line a student: who, points by lesson, all points, and how many there are."""
    head = ["student", "last name", "first name", "email"]
    rows: list[Row] = [[*head, *grades.lessons, "total", "of"]]
    for who in grades.students:
        total = rounded(sum(score for score in who.scores if score != ""))
        names = (who.id, who.last_name, who.first_name, who.email)
        rows.append([*names, *who.scores, total, rounded(sum(grades.most))])
    return rows


# By name, what makes the rows, with their head. Those of an LMS are in its module.
FORMATS: dict[str, Callable[[Grades], list[Row]]] = {
    "csv": csv_rows,
    **{system.name: system.rows for system in reversed(SYSTEMS)},
}
