"""Reports and feedback in a browser: nothing acts, nothing is loaded, all can read."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import chromium, shot
from student_classes import CRASHES, HALF, RIGHT, a_class, make_class

from course.grading.coordinator import Options, grade
from course.instructor.feedback import feedback
from course.instructor.report import report

pytest_plugins = ["graded_courses"]
pytestmark = pytest.mark.slow

ACTS = """<script>document.title = "stolen"</script>
<img src="x" onerror="document.title = 'stolen'">
[a link](javascript:document.title='stolen') """
HOSTILE = RIGHT | {
    "why-answer": ACTS,
    "double-try": f"""from IPython.display import HTML, display
display(HTML({ACTS!r}))
display(HTML("<img src='http://127.0.0.1:9/x.png'>"))""",
}


@pytest.fixture(scope="module")
def pages(released: Path, tmp_path_factory) -> dict[str, Path]:
    """The report, and feedback on a crash, on a hostile notebook and on a mistake."""
    answers = {**a_class(6), "crash": CRASHES, "hostile": HOSTILE, "half": HALF}
    answers["formula"] = RIGHT | {"why-answer": r"It is $\frac{1}{2}$."}
    course = make_class(released, tmp_path_factory.mktemp("pages") / "class", answers)
    grade(course, [], [], Options())
    wanted = ["crash", "hostile", "half", "formula"]
    written = feedback(course, [], wanted, 1).written
    return {path.parents[1].name: path for path in written} | {
        "report": report(course, []).path
    }


@pytest.mark.parametrize("name", ["report", "crash", "hostile", "half"])
def test_a_page_is_accessible_quiet_and_self_contained(pages, name, tmp_path):
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(pages[name].as_uri(), wait_until="load")
        shot(page, f"page-{name}", tmp_path)
        assert [url for url in asked if not url.startswith("data:")] == [
            pages[name].as_uri()
        ]
        assert page.title() != "stolen" and said == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 1366  # nothing hangs out at the side
        found = Axe().run(page).response["violations"]
        # the small lesson has no heading of level 2, as lessons have
        found = [each for each in found if each["id"] != "heading-order"]
        assert found == [], [
            (each["id"], each["nodes"][0]["html"][:200]) for each in found
        ]


def test_a_formula_is_drawn_in_the_page(pages):
    with chromium() as browser:
        page = browser.new_page()
        page.goto(pages["formula"].as_uri())
        box = page.locator("math").first.bounding_box()
        assert box["width"] > 5 and box["height"] > 15  # a fraction is higher than text
