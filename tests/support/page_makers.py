"""Pages of notebooks that no gradebook knows, as feedback and Formgrader make them."""

import base64
import io
import re
from functools import cache
from html.parser import HTMLParser

from course_copies import ROOT
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader.handlers import template_path
from PIL import Image

from course.lesson.release import nbgrader_config
from course.nbgrader_hooks.feedback_page import (
    FeedbackExporter,
    FormgraderExporter,
    PageExporter,
)
from course.nbgrader_hooks.page_preprocessors import ForStudents

FEEDBACK, FORMGRADER = "feedback", "formgrader"
ACTIVE = {"script", "iframe", "object", "embed", "form", "base", "link", "style"}
GRADES = {"student": "ann", "assignment": "01_words", "notebook": "01_words"}
GRADES |= {"score": 1, "max_score": 2, "late_penalty": 0}


@cache
def exporter(kind: str) -> PageExporter:
    """The exporter of one kind of page, set up by the course's configuration."""
    config = nbgrader_config(ROOT)
    if kind == FORMGRADER:
        config.HTMLExporter.template_name = "formgrade"
        assert template_path in config.HTMLExporter.extra_template_basedirs
        return FormgraderExporter(config=config)
    converter = GenerateFeedback(
        coursedir=CourseDirectory(config=config), config=config
    )
    made = FeedbackExporter(parent=converter, config=converter.config)
    for preprocessor in (ForStudents, CSSHTMLHeaderPreprocessor):
        made.register_preprocessor(preprocessor)
    return made


def page(nb: object, kind: str = FEEDBACK) -> str:
    """The page for a notebook, or for whatever was read from a file."""
    names = dict.fromkeys(("assignment_id", "notebook_id", "submission_id"), "x")
    resources = {"nbgrader": dict(GRADES), "index": 0, "total": 1, **names}
    return exporter(kind).from_notebook_node(nb, resources)[0]


def body(text: str) -> str:
    """The part of a page that shows the notebook."""
    return text.partition('id="notebook"')[2]


def notebook(*cells: dict) -> dict:
    """A notebook of these cells."""
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def text_cell(source: str, attachments: object = None) -> dict:
    """A student's explanation, with the pictures that belong to it."""
    cell = {"cell_type": "markdown", "id": "why", "metadata": {}, "source": source}
    return cell if attachments is None else cell | {"attachments": attachments}


def code_cell(*outputs: object, source: str = "show()") -> dict:
    """A cell that has run."""
    cell = {"cell_type": "code", "id": "run", "metadata": {}, "source": source}
    return cell | {"execution_count": 1, "outputs": list(outputs)}


def shows(data: object, kind: str = "display_data", **more: object) -> dict:
    """An output that displays this."""
    return {"output_type": kind, "data": data, "metadata": {}} | more


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6)) -> str:
    """A picture of that format in base64."""
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


class Tags(HTMLParser):
    """Every tag of a page with its attributes, in `found`, and the text in `text`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def pictures(self) -> list[dict]:
        return [attributes for tag, attributes in self.found if tag == "img"]


def acts(page: str) -> list[str]:
    """What could act in a reader's browser, or be loaded, in what shows a notebook."""
    found = []
    for tag, attributes in Tags(body(page)).found:
        if tag in ACTIVE:
            found.append(tag)
        for name, value in attributes.items():
            plain = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if (
                name.startswith("on")
                or (name in ("src", "srcset", "data", "action", "formaction", "poster"))
                and not re.match(r"data:image/(png|jpeg|gif|webp);base64,", plain)
                or re.match(
                    "(java|vb)script:|data:(?!image/(png|jpeg|gif|webp))", plain
                )
                or name == "style"
                and not re.fullmatch(r"[\w\s:;.(),-]*", value or "")
            ):
                found.append(f"{tag} {name}={value}"[:200])
    return found
