"""Exporters of pages: feedback for students, and what Formgrader shows to graders.

Both take whatever stands in a graded notebook. `nbgrader_config.py` says where nbgrader
uses them.
"""

import html
import json
import re
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

from course.base.errors import CourseError
from course.base.printable import why
from course.nbgrader_hooks.markdown import PAGE_SECONDS, STEP_SECONDS
from course.nbgrader_hooks.page_notebook import page_notebook
from course.nbgrader_hooks.page_preprocessors import SHOWN_BY_EXPORTER
from course.nbgrader_hooks.page_time_limit import Budget

LARGEST_PAGE = 200 * 2**20  # bytes of a notebook
CURRENT = 4  # the notebook format's version
LEVELS = range(1, 7)  # of headings
PAGE_HEAD = """<head>
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
.rendered_html { overflow-wrap: anywhere; }
.rendered_html img, .output_subarea img { max-width: 100%; height: auto; }
.rendered_html td, .rendered_html th { padding: 0.2em 0.6em; text-align: left; }
.rendered_html table, .rendered_html math { max-width: 100%; overflow-x: auto; }
.rendered_html table { display: block; }
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
    (r"<head>", PAGE_HEAD),
    (r"</head>", STYLE),
    (r"<(/?)main\b", r"<\1div"),
    (r'<div class="container">', '<div class="container" role="main">'),
    (r"<h4>(.*?)</h4>", r'<h1 class="score">\1</h1>'),
)


class PageExporter(HTMLExporter):
    """nbconvert's pages, made safe for notebooks from strangers."""

    def from_filename(self, filename, resources=None, **options) -> tuple[str, Any]:
        """The page for a notebook; a CourseError says why it cannot be read."""
        path = Path(filename)
        metadata = {"name": path.stem, "path": str(path.parent)}
        resources = {**(resources or {}), "metadata": metadata}
        return self.from_notebook_node(read_graded(path), resources, **options)

    def from_notebook_node(self, nb, resources=None, **options) -> tuple[str, Any]:
        """The page for the notebook, or whatever was read from a file."""
        resources = {
            **(resources or {}),
            SHOWN_BY_EXPORTER: True,
            "budget": Budget(PAGE_SECONDS, STEP_SECONDS),
        }
        # Not HTMLExporter's own: it chooses another `highlight_code`, and then takes
        # half a second to look for pictures without a description. All have one here.
        return super(HTMLExporter, self).from_notebook_node(
            page_notebook(nb), resources, **options
        )


class FeedbackExporter(PageExporter):
    """nbgrader's feedback page, made safe to open and readable without a network."""

    def from_notebook_node(self, nb, resources=None, **options) -> tuple[str, Any]:
        """nbgrader's page for the notebook, with CHANGES before the notebook begins."""
        page, resources = super().from_notebook_node(nb, resources, **options)
        head, mark, body = page.partition('id="notebook"')
        for old, new in CHANGES:
            head = re.sub(old, new, head, flags=re.DOTALL | re.IGNORECASE)
        if PAGE_HEAD not in head:
            raise CourseError("nbgrader's page is another than this course knows.")
        body = re.sub(r"<(/?)main\b", r"<\1div", body)
        return head + mark + body, resources


class FormgraderExporter(PageExporter):
    """Formgrader's page, which says so where it cannot show a submission."""

    def from_filename(self, filename, resources=None, **options) -> tuple[str, Any]:
        """The page for a notebook; names in it are text, which Formgrader forgets."""
        resources = {
            name: html.escape(value) if isinstance(value, str) else value
            for name, value in (resources or {}).items()
        }
        try:
            return super().from_filename(filename, resources, **options)
        except Exception as error:
            self.log.error("%s: %s", filename, why(error))
            said = f"This submission can't be shown: {_reason(error)}."
            cell = {"cell_type": "raw", "source": said}
            name = Path(filename).stem
            resources["metadata"] = {"name": name, "path": ""}
            return self.from_notebook_node({"cells": [cell]}, resources, **options)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, CourseError) else why(error)


def read_graded(path: Path) -> dict | NotebookNode:
    """The graded notebook in this file, converted to the current format.

    Raises CourseError with the reason if it isn't a notebook at all.
    """
    try:
        if path.stat().st_size > LARGEST_PAGE:
            raise CourseError(f"the notebook has more than {LARGEST_PAGE // 2**20} MiB")
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise CourseError(f"the notebook can't be read: {error.strerror}") from None
    try:
        nb = json.loads(text)
    except (ValueError, RecursionError):
        raise CourseError("the file isn't a notebook, or only a part of one") from None
    if not isinstance(nb, dict):
        raise CourseError("the file isn't a notebook")
    if isinstance(nb.get("cells"), list):
        return nb
    if not isinstance(nb.get("worksheets"), list):
        raise CourseError("the file isn't a notebook: it holds no cells")
    try:
        _limit_headings(nb)
        return nbformat.convert(nbformat.from_dict(nb), CURRENT)
    except Exception as error:  # an older format, in which anything may be wrong
        raise CourseError(
            f"the notebook is in an old format, and can't be converted ({why(error)})"
        ) from None


def _limit_headings(nb: dict) -> None:
    """Conversion writes as many # as a heading's level says, which can be millions."""
    for sheet in nb["worksheets"]:
        for cell in sheet.get("cells") or []:
            if cell.get("level") not in LEVELS:
                cell["level"] = LEVELS[-1]
