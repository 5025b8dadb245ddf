"""Feedback pages: what a student handed in, with points, comments and messages.

nbgrader makes them, with an exporter of this course: nothing in a page can act in the
reader's browser, formulas need no script, and nothing is loaded from elsewhere.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from course.engine.submission import is_folder
from course.errors import CourseError
from course.files import replace_all
from course.folder import Course
from course.gradebook import gradebook_location
from course.settings import read_settings

HEAD = """<head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">"""
STYLE = """<style>
a { color: #0b4f8a; text-decoration: underline; }
summary { display: list-item; cursor: pointer; }
h1.score { font-size: 1.3em; }
div.input_area, pre { background: #fff !important; }
pre { white-space: pre-wrap !important; overflow-wrap: anywhere; }
pre { overflow: visible !important; }
.rendered_html td, .rendered_html th { padding: 0.2em 0.6em; text-align: left; }
div.nbgrader_cell .panel-heading { background: #1f5a8c; height: auto; }
div.nbgrader_cell .panel-heading, div.nbgrader_cell .panel-heading a,
div.nbgrader_cell .panel-heading code { color: #fff; background-color: #1f5a8c; }
</style>
</head>"""
# What nbgrader's page has, and what it becomes: nothing that acts or is fetched, and
# what a screen reader needs.
CHANGES = (
    (r"<script\b.*?</script>", ""),
    (r"@font-face\s*\{.*?\}", ""),
    (r"<html>", '<html lang="en">'),
    (r"<head>", HEAD),
    (r"</head>", STYLE),
    (r"<(/?)main\b", r"<\1div"),
    (r'<div class="container">', '<div class="container" role="main">'),
    (r"<h4>(.*?)</h4>", r'<h1 class="score">\1</h1>'),
)
FEW = 4  # pages that one process makes before a second one would have started


class PageExporter(HTMLExporter):
    """nbgrader's feedback page, made safe to open and readable without a network."""

    def from_notebook_node(self, nb, resources=None, **options) -> tuple[str, Any]:
        """nbgrader's page for the notebook, with CHANGES before the notebook begins."""
        page, resources = super().from_notebook_node(nb, resources, **options)
        head, mark, body = page.partition('id="notebook"')
        for old, new in CHANGES:
            head = re.sub(old, new, head, flags=re.DOTALL | re.IGNORECASE)
        if HEAD not in head:
            raise CourseError("nbgrader's page is another than this course knows.")
        body = re.sub(r"<(/?)main\b", r"<\1div", body)
        return head + mark + body, resources


@dataclass(frozen=True)
class Pages:
    """The pages that were written, and submissions that nobody has graded yet."""

    written: list[Path]
    ungraded: list[str]


def feedback(
    course: Course, lessons: list[str], students: list[str], workers: int
) -> Pages:
    """Write the feedback page of every graded submission of these lessons and students.

    Without names: of all. Pages that are there already are written anew. Raises
    CourseError where there is nothing graded, or a page cannot be made.
    """
    names = list(dict.fromkeys(map(course.name, lessons))) or course.names
    given = _converter(str(course.root)).coursedir
    submitted = course.root / given.submitted_directory
    autograded = course.root / given.autograded_directory
    graded = [
        (student, lesson)
        for student in _folders(autograded)
        for lesson in names
        if (autograded / student / lesson / f"{lesson}.ipynb").is_file()
    ]
    ungraded = [
        f"{lesson} {student}"
        for student in _folders(submitted)
        for lesson in names
        if is_folder(submitted / student / lesson)
        and not (autograded / student / lesson).is_dir()
        and (not students or student in students)
    ]
    if students:
        known = {student for student, _ in graded}
        if unknown := [s for s in students if s not in known]:
            raise CourseError(
                f"{', '.join(unknown)}: nothing graded by that name. "
                "Run `course grade`, or see autograded/ for the names there are."
            )
        graded = [(s, lesson) for s, lesson in graded if s in students]
    if not graded:
        raise CourseError(
            f"nothing is graded of {', '.join(lessons) or 'any lesson'}. "
            "Run `course grade` first."
        )
    jobs = [(str(course.root), *each) for each in graded]
    return Pages(list(_made(jobs, workers)), ungraded)


def _made(jobs: list[tuple[str, str, str]], workers: int) -> Iterator[Path]:
    if len(jobs) <= FEW or workers == 1:
        yield from map(_page, jobs)
        return
    # Not forked: nbconvert has threads, and they would not be there.
    context = get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=context) as pool:
        yield from pool.map(_page, jobs, chunksize=max(1, len(jobs) // workers // 8))


def _folders(path: Path) -> list[str]:
    with suppress(OSError):
        return sorted(p.name for p in path.iterdir() if is_folder(p))
    return []


@cache
def _converter(root: str) -> GenerateFeedback:
    """nbgrader's converter as the course's configuration sets it up, once a process."""
    course = Course(Path(root))
    config = read_settings(course).config
    config.CourseDirectory.root = root
    config.CourseDirectory.db_url, _ = gradebook_location(course, config)
    converter = GenerateFeedback(
        coursedir=CourseDirectory(config=config), config=config
    )
    converter.log.setLevel("ERROR")
    converter.exporter = PageExporter(parent=converter, config=converter.config)
    for preprocessor in converter.preprocessors:
        converter.exporter.register_preprocessor(preprocessor)
    return converter


def _page(job: tuple[str, str, str]) -> Path:
    """Write one page: the root, the student and the lesson; returns its path."""
    root, student, lesson = job
    converter = _converter(root)
    given = converter.coursedir
    here = str(
        Path(root, given.autograded_directory, student, lesson, f"{lesson}.ipynb")
    )
    resources = converter.init_single_notebook_resources(here)
    try:
        page, _ = converter.exporter.from_filename(here, resources)
    except Exception as error:  # a notebook that somebody edited by hand, say
        raise CourseError(
            f"{here}: no feedback can be made ({type(error).__name__}: {error}). "
            f"Grade it again: `course grade {lesson} --student {student} --force`."
        ) from None
    path = Path(root, given.feedback_directory, student, lesson, f"{lesson}.html")
    replace_all({path: page.encode()})
    return path
