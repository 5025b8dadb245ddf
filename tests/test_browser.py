"""A student in JupyterLab: real server, real browser, the released notebooks."""

import re
import shutil
import sys
from collections.abc import Iterator

import pytest
from browser import PATIENCE, SCREEN, chromium, free_port, offline, serving, shot
from copies import ROOT
from playwright.sync_api import Locator, Page

from course.demo import Student, sample_students, submit
from course.folder import Course
from course.notebook import Lesson, read_lesson
from course.release import copy_for_nbgrader

pytestmark = pytest.mark.slow

LESSON = "01_tensors"
SOLVED = "solved.ipynb"
UNTOUCHED = "Write your answer in place of this line."
MINUTES = 60_000  # in the browser's unit, milliseconds
COURSE = Course.here(ROOT)


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[tuple[str, str, Course]]:
    """JupyterLab as `course start` opens it: its address, its token, the course."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "course").mkdir()
    course = copy_for_nbgrader(COURSE, folder / "course")
    shutil.copytree(ROOT / "release", course.root / "release")
    command = [sys.executable, "-m", "course", "start", "--no-browser"]
    command += ["--port", str(free_port()), "--LabApp.expose_app_in_browser=True"]
    with serving(command, course.root, folder / "log") as (server, token):
        [right, *_] = sample_students(course.lesson(LESSON), {})
        submit(course, LESSON, Student("me", right.answers))
        handed = course.root / "submitted" / "me" / LESSON / f"{LESSON}.ipynb"
        shutil.copy(handed, course.root / "work" / LESSON / SOLVED)
        yield server, token, course


@pytest.fixture
def tab(lab) -> Iterator[Page]:
    """A fresh browser window that may ask nobody but the server."""
    server, token, _ = lab
    with chromium() as browser:
        context = browser.new_context(viewport=SCREEN)
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        asked = offline(page, server)
        page.goto(f"{server}/lab?token={token}&reset", wait_until="domcontentloaded")
        page.locator("#jupyterlab-splash").wait_for(state="detached")
        yield page
        assert asked == []  # the course works offline
        context.close()


def open_notebook(page: Page, lab, file: str) -> Locator:
    """Open a notebook, and wait until its kernel is there; the notebook's panel."""
    server, _, _ = lab
    page.goto(f"{server}/lab/tree/{file}?reset", wait_until="domcontentloaded")
    panel = page.locator(".jp-NotebookPanel:visible")
    panel.locator(".jp-Notebook .jp-Cell").first.wait_for()
    panel.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(
        state="attached"
    )
    return panel


def run_all(page: Page, panel: Locator) -> None:
    """Run > Run All Cells, until the last code cell has a number."""
    menu(page, "Run", "Run All Cells")
    done = """() => {
        const app = window.jupyterapp;
        const model = app.shell.currentWidget.content.model;
        const cells = [...model.cells].filter(
            c => c.type === "code" && c.sharedModel.getSource().trim());
        return cells.length > 0 && cells.every(c => c.executionCount);
    }"""
    page.wait_for_timeout(12000); print({k: v.get("outputs") for k, v in list(results(page).items())[:8]})
    page.screenshot(path="/tmp/w/x.png")
    page.wait_for_function(done, timeout=5000)


def menu(page: Page, name: str, entry: str) -> None:
    page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{name}$")).click()
    page.locator(".lm-Menu-item", has_text=re.compile(f"^{entry}")).first.click()


def results(page: Page) -> dict[str, dict]:
    """By id of the cell: its outputs, as JupyterLab's model holds them."""
    held = page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.model.toJSON()"
    )
    return {cell["id"]: cell for cell in held["cells"]}


def errors(page: Page) -> dict[str, str]:
    """By id of the cell: the message of its error."""
    return {
        name: f"{output['ename']}: {output['evalue']}"
        for name, cell in results(page).items()
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    }


def may_fail(lesson: Lesson) -> set[str]:
    """Cells of exercises: their checks, and answers that nobody has written."""
    graded = {c.id for c in lesson.cells if c.is_test}
    return graded | {e.answer.id for e in lesson.exercises if e.answer}


def test_a_lesson_from_the_first_cell_to_the_last(lab, tab, tmp_path):
    panel = open_notebook(tab, lab, f"{LESSON}/{LESSON}.ipynb")
    run_all(tab, panel)
    lesson = read_lesson(COURSE.released(LESSON))
    failed = errors(tab)
    assert set(failed) <= may_fail(lesson)
    assert any(UNTOUCHED in said for said in failed.values())
    pictures = [
        name
        for name, cell in results(tab).items()
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    assert [c.id for c in lesson.cells if c.id.endswith("-picture")] == pictures
    tab.screenshot(path=tmp_path / "lesson.png")
    shot(tab, "lesson-01", tmp_path)
