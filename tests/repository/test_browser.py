"""JupyterLab and Formgrader as people see them: real servers, a real browser."""

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import (
    PATIENCE,
    SCREEN,
    Notebook,
    chromium,
    menu,
    offline,
    serving,
    shot,
)
from course_copies import ROOT, copy_course
from nbgrader.api import Gradebook
from nbgrader_helpers import SCRIPTS, free_port, nbgrader
from page_makers import picture, shows
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect
from student_classes import scores, url

from course.base.course_folder import Course
from course.base.notebook import Cell, Lesson, read_json, read_lesson, text_of
from course.grading.coordinator import Options, grade
from course.instructor.demo import Student, sample_students, submit
from course.proof.answer_bank import read_bank

pytestmark = pytest.mark.slow

COURSE = Course.here(ROOT)
LESSON = "01_tensors"
HINTS = [c.id for c in COURSE.lesson(LESSON).cells if c.id.endswith("-hint")]
EXPLAIN = "tensor-or-array"
ANSWER = r"""Both are grids $\mathbb{R}^{m \times n}$ of one dtype; `a<b` works in both.

<script>document.body.remove()</script>"""
PICTURED = """![a](attachment:Gr%C3%B6%C3%9Fe.png) ![b](attachment:a%20b(1).gif)
![none](attachment:lost.png) ![far](http://127.0.0.1:9/x.png)"""
COMMENT = r"Say **who computes where**: $O(n)$ copies cost."
UNTOUCHED = "Write your answer in place of this line."
SETTINGS = re.compile("/api/settings/.+notification")
A_WHILE = 5  # seconds
SMALLEST = 100  # pixels that a picture of a plot has at least
# What one sees of a cell. Formulas have boxes of their own; a picture that is too wide
# is made smaller, until nobody can read its words.
SEEN = """cell => {
    const all = selector => [...cell.querySelectorAll(selector)];
    const text = cell.querySelector(".jp-RenderedMarkdown")?.cloneNode(true);
    text?.querySelectorAll("code, mjx-container").forEach(part => part.remove());
    return {
        wide: all(
            ".jp-RenderedMarkdown, .jp-OutputArea-output, .jp-OutputArea-output *"
        ).filter(
            box => !box.closest("mjx-container")
                && box.clientWidth && box.scrollWidth > box.clientWidth + 1
        ).map(box => `${box.tagName}: ${box.scrollWidth} in ${box.clientWidth}`),
        pictures: all(".jp-OutputArea-output img").map(
            image => image.complete && image.clientWidth >= 0.75 * image.naturalWidth
                ? image.clientWidth : -1),
        formulas: all("mjx-container").some(
            box => box.getBoundingClientRect().width),
        errors: all("mjx-merror, mjx-container [style*=red]").length
            + all(".jp-RenderedMermaid.jp-mod-warning").length,
        raw: Boolean(text?.textContent.includes("$")),
        diagrams: all(".jp-RenderedMermaid img").map(image => image.clientWidth),
        folded: all("details:not([open])").length,
        unfolded: all("details[open]").length,
    };
}"""
# Red, green, blue and opacity of a picture's first pixel.
CORNER = """image => {
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return [...context.getImageData(0, 0, 1, 1).data];
}"""
WHITE = [255, 255, 255, 255]
READABLE = 4.5  # as WCAG has it, level AA
# Contrast of each piece of text with the first background behind it.
CONTRASTS = """cell => {
    const parts = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => {
        const [r, g, b] = parts(colour).map(
            v => v <= 10.3 ? v / 3294 : ((v / 255 + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = part => {
        for (let box = part; box; box = box.parentElement) {
            const colour = getComputedStyle(box).backgroundColor;
            if ((parts(colour)[3] ?? 1) > 0.5) return colour;
        }
        return "rgb(255, 255, 255)";
    };
    return [...cell.querySelectorAll(".jp-RenderedMarkdown *")].filter(
        part => [...part.childNodes].some(n => n.nodeType === 3 && n.data.trim())
    ).map(part => {
        const both = [light(getComputedStyle(part).color), light(behind(part))];
        return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
    });
}"""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address and token, the course, its own folder."""

    server: str
    token: str
    course: Course

    @property
    def work(self) -> Path:
        return self.course.root / "work"

    def copy(self, name: str, new: str, answers: dict[str, str] | None = None) -> Path:
        """A copy of a lesson that one test has for itself, with these answers."""
        nb = read_json(self.course.released(name))
        for cell in nb["cells"]:
            exercise = cell["id"].removesuffix("-answer")
            if cell["id"].endswith("-answer") and exercise in (answers or {}):
                cell["source"] = answers[exercise]
        path = self.work / name / f"{new}.ipynb"
        path.write_text(json.dumps(nb), encoding="utf-8")
        return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory) -> Iterator[Lab]:
    """JupyterLab as a student has it, from `course start`."""
    folder = tmp_path_factory.mktemp("student")
    course = copy_course(folder / "my course")
    command = [sys.executable, "-m", "course", "start", "--no-browser"]
    command += ["--port", str(free_port())]
    with serving(command, course.root, folder / "own") as (server, token):
        yield Lab(server, token, course)


@pytest.fixture
def page(browser: Browser, lab: Lab) -> Iterator[Page]:
    """A fresh window of the student's, which may ask nobody but the server."""
    with window(browser, lab) as (page, asked):
        yield page
    assert asked == []  # the course works offline


@contextmanager
def window(browser: Browser, lab: Lab) -> Iterator[tuple[Page, list[str]]]:
    """JupyterLab, opened for the first time; what it asks of others than the server."""
    context = browser.new_context(viewport=SCREEN)
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    asked = offline(page, lab.server)
    page.goto(f"{lab.server}/lab?token={lab.token}&reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    yield page, asked
    end_kernels(page, lab)
    context.close()


def end_kernels(page: Page, lab: Lab) -> None:
    """Each holds torch in memory."""
    sessions = f"{lab.server}/api/sessions"
    headers = {"Authorization": f"token {lab.token}"}
    for session in page.request.get(sessions, headers=headers).json():
        page.request.delete(f"{sessions}/{session['id']}", headers=headers)


def failed(cells: dict[str, dict]) -> dict[str, str]:
    """By id of the cell: the message of its error."""
    return {
        name: f"{output['ename']}: {output['evalue']}"
        for name, cell in cells.items()
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    }


def drawn(cells: dict[str, dict]) -> list[str]:
    """Ids of the cells with pictures, once for each."""
    return [
        name
        for name, cell in cells.items()
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]


def flaws(seen: dict, held: Cell, pictures: int) -> list[str]:
    """What is not as it should be, in a cell that one sees so."""
    text = held.source if held.kind == "markdown" else ""
    formulas = "$" in re.sub(r"```.*?```|`[^`]+`", "", text, flags=re.DOTALL)
    wanted = {
        "wide": seen["wide"] == [],
        "pictures": len(seen["pictures"]) == pictures,
        "size of pictures": all(width > SMALLEST for width in seen["pictures"]),
        "formulas": seen["formulas"] == formulas or "<details>" in text,
        "errors": seen["errors"] == 0,
        "raw": not seen["raw"],
        "diagrams": len(seen["diagrams"]) == text.count("```mermaid"),
        "size of diagrams": all(width > SMALLEST for width in seen["diagrams"]),
        "folded": seen["folded"] == text.count("<details>"),
        "unfolded": seen["unfolded"] == 0,
    }
    return [f"{held.id}: {what} in {seen}" for what, well in wanted.items() if not well]


def check_sight(notebook: Notebook, lesson: Lesson, cells: dict[str, dict]) -> None:
    """Look at each cell, and wait a little for what is drawn later."""
    pictures = drawn(cells)
    found = []
    for held in lesson.cells:
        end = time.monotonic() + A_WHILE
        while True:
            seen = notebook.look(held.id, SEEN)
            wrong = flaws(seen, held, pictures.count(held.id))
            if not wrong or time.monotonic() > end:
                break
            notebook.page.wait_for_timeout(200)
        found += wrong
    assert not found, "\n".join(found)


def test_a_lesson_from_the_first_cell_to_the_last(lab: Lab, page, tmp_path):
    run_untouched(lab, page, LESSON, tmp_path)


@pytest.mark.proof
@pytest.mark.parametrize("name", [n for n in COURSE.names if n != LESSON])
def test_every_lesson_from_the_first_cell_to_the_last(lab: Lab, page, name, tmp_path):
    run_untouched(lab, page, name, tmp_path)


def run_untouched(lab: Lab, page: Page, name: str, folder: Path) -> None:
    """Run a lesson as it is released: nothing fails but the checks."""
    notebook = Notebook(page, lab.server, lab.copy(name, "untouched"), lab.work)
    notebook.run_all()
    cells = notebook.save()
    lesson = read_lesson(lab.course.released(name))
    wanted = [c.id for c in lesson.cells if c.is_code and c.source.strip()]
    assert [i for i in wanted if not cells[i]["execution_count"]] == []
    assert list(failed(cells)) == [c.id for c in lesson.cells if c.is_test]
    check_sight(notebook, lesson, cells)
    picture = notebook.cell(drawn(cells)[0]).locator("img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_in_viewport(ratio=0.9)
    shot(page, f"lesson-{name}", folder)


def test_an_answer_is_typed_until_it_is_right(lab: Lab, page, tmp_path):
    [wrong] = [
        a
        for a in read_bank(COURSE.bank(LESSON))["one-hot"].wrong
        if a.name == "returns_int64"
    ]
    right = read_bank(COURSE.bank(LESSON))["one-hot"].right[0]
    tests = ["one-hot-test-table", "one-hot-test-ones"]
    notebook = Notebook(page, lab.server, lab.copy(LESSON, "typed"), lab.work)
    notebook.write("one-hot-answer", wrong.source)
    notebook.run("setup", "one-hot-answer", *tests)
    said = notebook.cell(tests[0]).locator(".jp-OutputArea-output").inner_text()
    assert wrong.fails[tests[0]] in said
    shot(page, "wrong-answer", tmp_path)
    cells = notebook.save()
    assert text_of(cells["one-hot-answer"]["source"]) == wrong.source
    assert list(failed(cells)) == list(wrong.fails)
    notebook.write("one-hot-answer", right.source)
    notebook.run("one-hot-answer", *tests)
    for test in tests:
        assert notebook.cell(test).locator(".jp-OutputArea-output").count() == 0
    shot(page, "right-answer", tmp_path)
    cells = notebook.save()
    assert text_of(cells["one-hot-answer"]["source"]) == right.source
    assert failed(cells) == {}


def test_validate_shows_what_fails(lab: Lab, page, tmp_path):
    Notebook(page, lab.server, lab.copy(LESSON, "validated"), lab.work)
    said = validate(page)
    shot(page, "validate-untouched", tmp_path)
    graded = [c for c in read_lesson(COURSE.released(LESSON)).cells if c.is_graded]
    assert said.count("The following cell failed:") == len(graded)
    assert [c.id for c in graded if c.source not in said] == []
    assert f"NotImplementedError: {UNTOUCHED}" in said
    assert "You did not provide a response." in said  # to the Explain exercise
    assert "site-packages" not in said


def test_validate_says_that_all_is_well(lab: Lab, page, tmp_path):
    [student, *_] = sample_students(COURSE.lesson(LESSON), {})
    Notebook(page, lab.server, lab.copy(LESSON, "solved", student.answers), lab.work)
    said = validate(page)
    shot(page, "validate-solved", tmp_path)
    assert "Success! Your notebook passes all the tests." in said


def validate(page: Page) -> str:
    """Press Validate, as students do, and read what it says."""
    page.get_by_role("button", name="Validate").click()
    dialog = page.locator(".jp-Dialog")
    dialog.get_by_text("Validation Results").wait_for()
    return dialog.inner_text()


def test_hints_unfold(lab: Lab, page, tmp_path):
    notebook = Notebook(page, lab.server, lab.copy(LESSON, "hints"), lab.work)
    assert len(HINTS) > 5
    for name in HINTS:
        cell = notebook.cell(name)
        summary = cell.locator("summary")
        body = cell.locator("details > :not(summary)").first
        assert summary.is_visible() and not body.is_visible()
        summary.click()
        body.wait_for()
    shot(page, "hint", tmp_path)


def test_both_themes_can_be_read(lab: Lab, page, tmp_path):
    notebook = Notebook(page, lab.server, lab.copy(LESSON, "themes"), lab.work)
    notebook.run_all()
    pictures = drawn(notebook.save())
    for theme, light in (("Dark", "false"), ("Light", "true")):
        menu(page, "Settings", "Theme", f"JupyterLab {theme}")
        body = page.locator(f"body[data-jp-theme-light={light}]")
        body.wait_for(state="attached")
        page.locator("#jupyterlab-splash").wait_for(state="detached")
        for name in ("title", "why-answer", "standardise-task", "breaks-table"):
            contrasts = notebook.look(name, CONTRASTS)
            assert min(contrasts) >= READABLE, (theme, name, contrasts)
        shot(notebook.cell("standardise-task"), f"formula-{theme.lower()}", tmp_path)
        for name in pictures:
            image = notebook.cell(name).locator(".jp-OutputArea-output img")
            image.scroll_into_view_if_needed()
            expect(image).to_be_in_viewport(ratio=0.9)
            assert image.evaluate(CORNER) == WHITE, (theme, name)
        shot(page, f"picture-{theme.lower()}", tmp_path)


@pytest.fixture(scope="module")
def office(browser, tmp_path_factory) -> Iterator[Lab]:
    """JupyterLab as an instructor has it, in a course with three submissions.

    Started by its path, as in an environment that is not activated.
    """
    folder = tmp_path_factory.mktemp("instructor")
    course = copy_course(folder / "my course")
    nbgrader(course.root, "generate_assignment", LESSON, "--force")
    bank = read_bank(COURSE.bank(LESSON))
    [half] = [
        student
        for student in sample_students(COURSE.lesson(LESSON), bank)
        if student.name == "half-right"
    ]
    submit(course, LESSON, Student("ann", half.answers | {EXPLAIN: ANSWER}))
    submit(course, LESSON, Student("bob"))
    submit(course, LESSON, Student("zoe", {EXPLAIN: PICTURED}))
    command = [shutil.which("jupyter", path=SCRIPTS), "lab", "--no-browser"]
    command += ["--allow-root", f"--ServerApp.port={free_port()}"]
    command += ["--ServerApp.port_retries=0"]
    paths = os.environ["PATH"].split(os.pathsep)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join(p for p in paths if p != SCRIPTS))
        with serving(command, course.root, folder / "own") as (server, token):
            lab = Lab(server, token, course)
            with window(browser, lab) as (page, _), page.expect_response(SETTINGS):
                page.get_by_role("button", name="No", exact=True).click()  # to news
            yield lab


@pytest.fixture
def desk(browser: Browser, office: Lab) -> Iterator[Page]:
    """A fresh window of the instructor's: nothing from the net, and no errors."""
    errors: list[str] = []
    with window(browser, office) as (page, asked):
        page.on("pageerror", lambda error: errors.append(error.message))
        yield page
    assert asked == []
    assert errors == []


def test_create_assignment_knows_the_points(office: Lab, desk, tmp_path):
    """Points of each graded cell and their sum, in the panel of nbgrader."""
    file = office.course.link(LESSON)
    notebook = Notebook(desk, office.server, file, office.course.root)
    desk.get_by_role("tab", name="Create Assignment").click()
    panel = desk.locator(".nbgrader-CreateAssignmentWidget")
    total = panel.locator(".nbgrader-TotalPointsInput")
    expect(total).to_have_value(f"{COURSE.lesson(LESSON).points:g}")
    cells = COURSE.lesson(LESSON).cells
    boxes = panel.locator(".nbgrader-CellWidget")
    expect(boxes).to_have_count(len(cells))
    for box, cell in zip(boxes.all(), cells, strict=True):
        points = box.locator(".nbgrader-CellPoints")
        if cell.is_graded:
            expect(points.locator("input")).to_have_value(f"{cell.points:g}")
            expect(box.locator(".nbgrader-CellId input")).to_have_value(cell.id)
        else:
            expect(points).to_have_class(re.compile("uneditable"))
    boxes.nth([c.id for c in cells].index("one-hot-test-table")).click()
    notebook.cell("one-hot-test-table")
    shot(desk, "create-assignment", tmp_path)


def test_a_submission_from_autograding_to_feedback(
    office: Lab, desk, browser, tmp_path
):
    menu(desk, "Nbgrader", "Formgrader")
    frame = desk.frame_locator("iframe[src*=formgrader]")
    lesson = see_lessons(frame)
    shot(desk, "formgrader-lessons", tmp_path)
    lesson.locator(".num-submissions a").click()
    points = autograde(office, frame, tmp_path / "copy")
    shot(desk, "formgrader-autograded", tmp_path)

    box = mark(desk, frame)
    box.scroll_into_view_if_needed()
    shot(desk, "formgrader-marked", tmp_path)

    for link in ("Manual Grading", "Manage Assignments"):
        frame.get_by_role("link", name=link).click()
    lesson.locator(".num-submissions a").click()
    ann = frame.get_by_role("row", name="ann")
    expect(ann.locator(".status")).to_have_text("graded")
    expect(ann.locator(".score")).to_have_text(f"{points + 1.5:g} / 20")
    press(frame, ann.locator(".generate-feedback a"), "Successfully generated feedback")
    path = office.course.root / "feedback" / "ann" / LESSON / f"{LESSON}.html"
    page = browser.new_page(viewport=SCREEN)
    asked = offline(page, path.parent.as_uri())
    page.goto(path.as_uri())
    panel = see_feedback(page, points + 1.5)
    panel.scroll_into_view_if_needed()
    shot(page, "feedback", tmp_path)
    page.close()
    assert asked == []


def see_lessons(frame: FrameLocator) -> Locator:
    """The lesson's row among all lessons, with three submissions."""
    lessons = frame.locator("#main-table tr")
    expect(lessons).to_have_count(len(COURSE.names))
    expect(lessons.locator(".name")).to_have_text(COURSE.names)
    row = lessons.filter(has_text=LESSON)
    expect(row.locator(".num-submissions")).to_have_text("3")
    return row


def autograde(office: Lab, frame: FrameLocator, folder: Path) -> float:
    """Press the button for Ann: her points, those that `course grade` gives as well."""
    ann, bob = (frame.get_by_role("row", name=name) for name in ("ann", "bob"))
    expect(ann.locator(".status")).to_have_text("needs autograding")
    other = Course.here(shutil.copytree(office.course.root, folder, symlinks=True))
    grade(other, [LESSON], ["ann"], Options())
    points = sum(auto or 0 for auto, *_ in scores(url(other))["ann"].values())
    assert 0 < points < 18
    press(frame, ann.locator(".autograde a"), "Successfully autograded")
    assert scores(url(office.course)) == scores(url(other))
    expect(ann.locator(".status")).to_have_text("needs manual grading")
    expect(ann.locator(".score")).to_have_text(f"{points:g} / 20")
    expect(bob.locator(".status")).to_have_text("needs autograding")
    return points


def mark(desk: Page, frame: FrameLocator) -> Locator:
    """Give 1.5 points to the explanation, with a comment; the box of the points."""
    frame.get_by_role("link", name="Manual Grading").click()
    for link in (LESSON, LESSON, "Submission #1"):
        frame.locator("#main-table").get_by_role("link", name=link).click()
    expect(frame.locator(".tabbable:focus")).to_have_count(1)  # keys find their way
    box = frame.locator(f"input.score[id={EXPLAIN}-answer]")
    check_answer(frame.locator(".nbgrader_cell", has=box))
    hints = frame.locator("details")
    expect(hints).to_have_count(len(HINTS))
    expect(hints.locator("p").first).to_be_hidden()
    expect(frame.get_by_text(scheme())).to_be_visible()
    with desk.expect_response(lambda r: "/api/grade/" in r.url and r.ok):
        box.fill("1.5")
        box.press("Tab")
    comment = frame.locator(f"textarea[id={EXPLAIN}-answer-comment]")
    with desk.expect_response(lambda r: "/api/comment/" in r.url and r.ok):
        comment.fill(COMMENT)
        comment.press("Tab")
    return box


def scheme() -> str:
    """The first line of the marking scheme, which students don't see."""
    task = text_of(COURSE.lesson(LESSON).exercise(EXPLAIN).task.source)
    return re.search("BEGIN MARK SCHEME\n([^\n]+)", task)[1]


def see_feedback(page: Page, points: float) -> Locator:
    """Look at Ann's page; the panel with the explanation that was marked."""
    expect(page.locator("h1")).to_have_text(
        [f"{LESSON} (Score: {points:.1f} / 20.0)", re.compile(".+")]
    )
    panel = page.locator(".nbgrader_cell", has_text="Score: 1.5 / 2.0")
    check_answer(panel)
    said = panel.locator(".panel-footer")
    expect(said.locator("strong")).to_have_text("who computes where")
    expect(said.locator("math")).to_be_visible()
    expect(page.get_by_text(scheme())).to_have_count(0)
    assert page.locator("details").count() == len(HINTS)
    return panel


def test_formgrader_shows_a_submission_whatever_it_holds(office: Lab, desk, tmp_path):
    """Odd names of pictures, Colab's widgets, forged outputs; then half a file."""
    course = office.course
    grade(course, [LESSON], ["zoe"], Options())
    path = course.root / "autograded" / "zoe" / LESSON / f"{LESSON}.ipynb"
    nb = json.loads(path.read_text(encoding="utf-8"))
    [answer] = [c for c in nb["cells"] if c["id"] == f"{EXPLAIN}-answer"]
    answer["attachments"] = {
        "Größe.png": {"image/png": picture(size=(3000, 40))},
        "a b(1).gif": {"image/gif": picture("GIF", (30, 20))},
    }
    [code, *_] = [c for c in nb["cells"] if c["cell_type"] == "code"]
    view = {"application/vnd.jupyter.widget-view+json": {}}
    webp = {"image/webp": picture("WEBP"), "text/plain": "<Figure>"}
    code |= {"execution_count": "x", "outputs": [shows(view), 7, shows(webp)]}
    nb["metadata"]["widgets"] = {}
    path.write_text(json.dumps(nb), encoding="utf-8")
    with Gradebook(url(course), "pytorch") as gradebook:
        found = gradebook.find_submission_notebook(LESSON, LESSON, "zoe").id
    desk.goto(f"{office.server}/formgrader/submissions/{found}/")
    images = desk.locator("#notebook img")
    expect(images).to_have_count(3)
    assert images.evaluate_all("all => all.map(i => i.naturalWidth)") == [8, 3000, 30]
    assert all(box["x"] + box["width"] <= SCREEN["width"] for box in boxes(images))
    notebook = desk.locator("#notebook").first
    expect(notebook).to_contain_text("“lost.png” is missing from the notebook")
    expect(notebook).to_contain_text("[not shown here: application/vnd.jupyter")
    expect(desk.locator(f"input.score[id={EXPLAIN}-answer]")).to_be_visible()
    images.nth(1).scroll_into_view_if_needed()
    shot(desk, "formgrader-odd", tmp_path)
    path.write_text(json.dumps(nb)[:20_000], encoding="utf-8")
    answer = desk.goto(f"{office.server}/formgrader/submissions/{found}/")
    assert answer.ok
    expect(notebook).to_contain_text("This submission can't be shown")
    expect(desk.get_by_role("link", name="Manual Grading")).to_be_visible()
    shot(desk, "formgrader-half-a-file", tmp_path)


def boxes(found: Locator) -> list[dict]:
    """Where each of them lies on the page."""
    return [each.bounding_box() for each in found.all()]


def check_answer(panel: Locator) -> None:
    """The formula is drawn, code stands as it was written, and markup is text."""
    body = panel.locator(".panel-body")
    expect(body.locator("math")).to_be_visible()
    expect(body.locator("code")).to_have_text("a<b")
    expect(body).to_contain_text("<script>document.body.remove()</script>")


def press(frame: FrameLocator, button: Locator, said: str) -> None:
    """Press a button of Formgrader, and read what it says in the end."""
    button.click()
    dialog = frame.locator(".modal-dialog")
    expect(dialog).to_contain_text(said)
    dialog.get_by_role("button", name="OK").click()
    expect(dialog).to_have_count(0)


def test_the_first_page_says_where_to_begin(lab: Lab, page, tmp_path):
    """`course start` without a lesson opens on it, and its links open lessons."""
    path = lab.work / "welcome.ipynb"
    assert path.is_file()
    page.goto(f"{lab.server}/?token={lab.token}")  # as the printed address leads
    shown = page.locator(".jp-NotebookPanel:visible")  # other tests left theirs open
    text = shown.locator(".jp-RenderedMarkdown")
    expect(text.first).to_contain_text("Begin here:")
    expect(text.filter(has_text="uv run course check")).to_be_visible()
    shot(page, "welcome", tmp_path)
    shown.get_by_role("link", name=LESSON).first.click()
    page.locator(".lm-TabBar-tab", has_text=f"{LESSON}.ipynb").wait_for()
