"""A student in JupyterLab: real server, real browser, the released notebooks."""

import re
import shutil
import sys
from collections.abc import Iterator

import pytest
from browser import SCREEN, chromium, free_port, offline, serving, shot
from copies import ROOT
from playwright.sync_api import Locator, Page, expect

from course.bank import read_bank
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
        context.set_default_timeout(30_000)
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
    page.evaluate(
        """async () => {
            const context = window.jupyterapp.shell.currentWidget.sessionContext;
            await context.ready;
            await context.session.kernel.info;
        }"""
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
    page.wait_for_function(done, timeout=5 * MINUTES)


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


ONE_HOT = ("one-hot-answer", "one-hot-test-table", "one-hot-test-ones")


def go_to(page: Page, name: str) -> Locator:
    """Scroll to a cell and make it the active one."""
    page.evaluate(
        """async name => {
            const content = window.jupyterapp.shell.currentWidget.content;
            const cells = [...content.model.cells];
            const index = cells.findIndex(c => c.id === name);
            content.activeCellIndex = index;
            await content.scrollToItem(index, "start");
        }""",
        name,
    )
    cell = page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
    cell.wait_for()
    return cell


def write(page: Page, name: str, text: str) -> None:
    """Click into a cell, and type over what it holds."""
    go_to(page, name).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def run(page: Page, name: str) -> Locator:
    """Click into a cell and press Shift + Enter; its outputs."""
    cell = go_to(page, name)
    before = results(page)[name]["execution_count"]
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(
        """([name, before]) => {
            const model = window.jupyterapp.shell.currentWidget.content.model;
            const cell = [...model.cells].find(c => c.id === name);
            return cell.executionCount && cell.executionCount !== before
                && cell.executionState === "idle";
        }""",
        arg=[name, before],
    )
    return go_to(page, name).locator(".jp-OutputArea")


def test_an_exercise_solved_by_typing(lab, tab, tmp_path):
    open_notebook(tab, lab, f"{LESSON}/{LESSON}.ipynb")
    answer, *tests = ONE_HOT
    bank = read_bank(COURSE.bank(LESSON))["one-hot"]
    wrong = next(a for a in bank.wrong if a.fails.get("one-hot-test-table"))
    run(tab, "setup")
    write(tab, answer, wrong.source)
    run(tab, answer)
    outputs = run(tab, "one-hot-test-table")
    assert wrong.fails["one-hot-test-table"] in outputs.inner_text()
    shot(tab, "wrong-answer", tmp_path)
    write(tab, answer, bank.right[0].source)
    run(tab, answer)
    for name in tests:
        run(tab, name)
    assert not set(errors(tab)) & set(ONE_HOT)
    shot(tab, "right-answer", tmp_path)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            f"{LESSON}.ipynb",
            ["The following cell failed:", "NotImplementedError", UNTOUCHED],
        ),
        (SOLVED, ["Success"]),
    ],
)
def test_the_validate_button(lab, tab, tmp_path, file, expected):
    panel = open_notebook(tab, lab, f"{LESSON}/{file}")
    panel.get_by_role("button", name="Validate").click()
    dialog = tab.locator(".jp-Dialog")
    dialog.wait_for()
    shot(tab, f"validate-{file.removesuffix('.ipynb')}", tmp_path)
    for said in expected:
        assert said in dialog.inner_text()


def test_hints_formulas_pictures_and_themes(lab, tab, tmp_path):
    open_notebook(tab, lab, "02_autograd/02_autograd.ipynb")
    hint = go_to(tab, "fit-line-hint")
    inside = hint.locator("details > :not(summary)").first
    expect(inside).to_be_hidden()
    hint.locator("summary").click()
    expect(inside).to_be_visible()
    formula = go_to(tab, "gradient-question")
    expect(formula.locator("mjx-container").first).to_be_visible()
    assert "$" not in formula.inner_text()
    shot(tab, "light", tmp_path)
    light = background(tab)
    theme = {"theme": "JupyterLab Dark"}
    tab.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', theme)",
        theme,
    )
    tab.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    tab.wait_for_timeout(500)
    assert background(tab) != light
    assert contrast(formula) > 4.5
    shot(tab, "dark", tmp_path)
    theme["theme"] = "JupyterLab Light"
    tab.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', theme)",
        theme,
    )
    open_notebook(tab, lab, "06_devices/06_devices.ipynb")
    drawn = go_to(tab, "where-question").locator(".jp-RenderedMermaid img, svg").first
    expect(drawn).to_be_visible()
    assert drawn.bounding_box()["width"] > 100
    shot(tab, "mermaid", tmp_path)


def background(page: Page) -> str:
    return page.locator(".jp-Notebook").evaluate(
        "node => getComputedStyle(node).backgroundColor"
    )


def contrast(cell: Locator) -> float:
    """Of the text to what is behind it, as WCAG defines it: 1 to 21."""
    text, behind = (
        [int(n) for n in re.findall(r"\d+", colour)[:3]]
        for colour in (
            cell.locator("p").first.evaluate("node => getComputedStyle(node).color"),
            background(cell.page),
        )
    )
    light, dark = sorted(map(luminance, (text, behind)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: list[int]) -> float:
    shares = [value / 255 for value in colour]
    linear = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in shares
    ]
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


TOO_WIDE = """async () => {
    const content = window.jupyterapp.shell.currentWidget.content;
    const wide = [];
    for (let k = 0; k < content.model.cells.length; k++) {
        await content.scrollToItem(k, "start");
        await new Promise(done => setTimeout(done, 15));
        const node = content.widgets[k].node;
        for (const part of node.querySelectorAll(
                ".jp-RenderedMarkdown, .jp-RenderedImage img, .jp-RenderedMermaid")) {
            const box = part.getBoundingClientRect();
            const right = content.node.getBoundingClientRect().right;
            if (part.scrollWidth > part.clientWidth + 1 || box.right > right)
                wide.push(content.model.cells.get(k).id);
        }
    }
    return wide;
}"""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == LESSON else [pytest.mark.proof])
        for name in COURSE.names
    ],
)
def test_every_lesson_runs_and_fits_on_a_small_screen(lab, tab, name, tmp_path):
    panel = open_notebook(tab, lab, f"{name}/{name}.ipynb")
    run_all(tab, panel)
    lesson = read_lesson(COURSE.released(name))
    failed = errors(tab)
    assert set(failed) <= may_fail(lesson), {
        k: v for k, v in failed.items() if k not in may_fail(lesson)
    }
    assert failed and any(UNTOUCHED in said for said in failed.values())
    pictures = [
        key
        for key, cell in results(tab).items()
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    assert {c.id for c in lesson.cells if c.id.endswith("-picture")} <= set(pictures)
    assert tab.evaluate(TOO_WIDE) == []
    shot(tab, f"lesson-{name[:2]}", tmp_path)


def test_the_welcome_page(lab, tab, tmp_path):
    server, token, _ = lab
    tab.goto(f"{server}/lab?token={token}", wait_until="domcontentloaded")
    panel = open_notebook(tab, lab, "welcome.ipynb")
    expect(panel.get_by_text("Begin here:")).to_be_visible()
    shot(tab, "welcome", tmp_path)
    panel.get_by_role("link", name="01_tensors").first.click()
    tab.locator(".lm-TabBar-tab", has_text="01_tensors.ipynb").wait_for()
