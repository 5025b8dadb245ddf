"""A report on a class: one HTML file that needs nothing else, and a CSV beside it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import jinja2

from course.base.atomic_files import replace_all
from course.base.course_folder import Course
from course.base.outcomes_and_pitfalls import read_pitfalls
from course.base.printable import printable
from course.base.settings import read_settings
from course.instructor.charts import STANDINGS
from course.instructor.export import FOLDER, csv_bytes, read_table
from course.instructor.lesson_statistics import LessonStatistics, lesson_statistics
from course.proof.answer_bank import read_bank


@dataclass(frozen=True)
class Report:
    """The path of the page; `unread`: lesson and student of messages it lacks."""

    path: Path
    unread: list[str]


def report(
    course: Course,
    lessons: list[str],
    anonymous: bool = False,
    output: Path | None = None,
) -> Report:
    """Write `report.html` and `report.csv` on these lessons, or all that have grades.

    They lie in `output`, by default in `reports/`. With `anonymous` no student is
    named. Raises CourseError where there are no grades.
    """
    table = read_table(course, lessons)
    autograded = read_settings(course).autograded
    pitfalls = {p.number: p.belief.replace("`", "") for p in read_pitfalls(course)}
    parts = [
        lesson_statistics(
            course.lesson(name), table.submissions[name], autograded, pitfalls, banks
        )
        for name in table.lessons
        for banks in [read_bank(course.bank(name))]
    ]
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("course"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["printable"] = printable
    page = environment.get_template("report.html.j2").render(
        parts=parts,
        anonymous=anonymous,
        when=f"{datetime.now():%d %B %Y, %H:%M}",
        outcomes=STANDINGS,
        students=len(
            {s for submissions in table.submissions.values() for s in submissions}
        ),
    )
    folder = output or course.root / FOLDER
    path = folder / "report.html"
    replace_all(
        {
            path: page.encode(errors="replace"),
            folder / "report.csv": csv_bytes(list(_rows(parts))),
        }
    )
    unread = [f"{part.lesson.name} {s}" for part in parts for s in part.unread]
    return Report(path, unread)


def _rows(parts: Iterable[LessonStatistics]) -> Iterator[list]:
    head = ["lesson", "exercise", "kind", "points", "submissions", *STANDINGS]
    yield [*head, "difficulty", "discrimination"]
    for part in parts:
        for item in part.items:
            known = (item.difficulty, item.discrimination)
            yield [
                *(part.lesson.name, item.exercise.id, item.exercise.kind),
                *(item.exercise.points, item.total),
                *(item.counts[outcome] for outcome in STANDINGS),
                *("" if value is None else round(value, 3) for value in known),
            ]
