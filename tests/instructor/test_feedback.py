"""`course feedback`: a page for each submission that shows all and runs nothing."""

import html
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader_helpers import nbgrader
from page_makers import picture
from student_classes import CRASHES, HALF, RIGHT, invoke, make_class, submit, url
from word_lesson import NAME

from course.base.course_folder import Course
from course.base.privacy import close_to_others
from course.base.settings import read_settings
from course.grading.coordinator import Options, grade
from course.instructor.feedback import feedback
from course.nbgrader_hooks.markdown import mathml

pytest_plugins = ["graded_courses"]
pytestmark = pytest.mark.slow

ACTIVE = {"script", "iframe", "object", "embed", "form", "base", "link"}
HOSTILE = RIGHT | {
    "why-answer": """<script>steal()</script> <img src=x onerror="steal()">
[click](javascript:steal()) $\\text{<script>steal()</script>}$

<div onclick="steal()">

<details open ontoggle="steal()"><summary onclick="steal()">x</summary></details>

```mermaid
graph LR
a["<img src=x onerror=steal()>"]
```

```python"><script>steal()</script>
x = 1
```

| <form action=//x> | ![y](data:text/html;base64,xx "z\" onerror=steal()") |
|-|-|
| <java&#115;cript:steal()> | [r] |

[r]: vbscript:steal()
# x {#<b>}
\\begin{align}</annotation><script>steal()</script>\\end{align}""",
    "double-try": f"PICTURE = {picture()!r}\n"
    """from IPython.display import HTML, SVG, Javascript, display
display(HTML("<script>steal()</script><b onclick='steal()'>x</b>"))
display(Javascript("steal()"))
display({"text/markdown": "<script>steal()</script>", "text/plain": "<i>shown</i>"},
        raw=True)
display({"image/png": PICTURE, "text/plain": "<Figure>"}, raw=True,
        metadata={"image/png": {"width": "1 onerror=steal()", "alt": '"><script>'}})
print("<script>steal()</script>")""",
}
FORMULAS = RIGHT | {
    "why-answer": r"""It is $\frac{a}{b} < c$, and not $x^2^2$: `a<b` is a && b.

```
if a<b: pass
```

\begin{align}
u &= v
\end{align}

<details><summary>More</summary>

*of* that <kind>

</details>"""
}


@pytest.fixture(scope="module")
def course(released: Path, tmp_path_factory) -> Course:
    """Graded: right, half right, crashed, hostile, no notebook, formulas."""
    answers = {"ann": RIGHT, "bob": HALF, "cy": CRASHES, "dan": HOSTILE, "eve": {}}
    answers["fay"] = FORMULAS
    course = make_class(released, tmp_path_factory.mktemp("feedback") / "c", answers)
    (course.root / "submitted" / "eve" / NAME / f"{NAME}.ipynb").write_text("{")
    own = course.root / "submitted" / "ann" / NAME / "own.html"
    own.write_text("<script>steal()</script>")
    grade(course, [], [], Options())
    with Gradebook(url(course), "pytorch") as gradebook:
        found = gradebook.find_grade("why-answer", NAME, NAME, "ann")
        found.manual_score, found.needs_manual_grade = 1.5, False
        comment = gradebook.find_comment("why-answer", NAME, NAME, "ann")
        comment.manual_comment = "Well said."
        gradebook.db.commit()
    return course


@pytest.fixture(scope="module")
def pages(course) -> dict[str, str]:
    """Every page, by student."""
    written = feedback(course, [], [], workers=2).written
    assert len(written) == 6
    return {path.parents[1].name: path.read_text() for path in written}


def run(course: Course, monkeypatch, *arguments: str) -> tuple[int, str, str]:
    return invoke(course, monkeypatch, "feedback", *arguments)


class Tags(HTMLParser):
    """Every tag of a page with its attributes, in `found`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list]] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.found.append((tag, attrs))


def seen(page: str) -> str:
    """The text of a page."""
    return html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", "", page, flags=re.S))


def test_points_comments_and_messages(pages):
    assert f"{NAME} (Score: 6.5 / 7.0)" in seen(pages["ann"])
    assert "Well said." in pages["ann"]
    assert f"{NAME} (Score: 3.0 / 7.0)" in seen(pages["bob"])
    assert "AssertionError: two words" in seen(pages["bob"])


def test_hidden_tests_and_mark_schemes_stay_hidden(pages):
    for page in pages.values():
        assert "for secret in" not in page and "HIDDEN TESTS" not in page
        assert "Two points for the scheme" not in page
    assert "wrong for another word" in seen(pages["bob"])  # the message may be seen


def test_what_was_not_normal_is_said_in_words(pages):
    assert "Notes from grading" in pages["cy"]
    assert "asked the kernel to exit; grading went on" in seen(pages["cy"])
    assert "counts as not answered" in seen(pages["eve"])
    assert "Notes from grading" not in pages["ann"]


def test_nothing_acts_and_nothing_is_loaded(pages):
    for page in pages.values():
        assert page.index("Content-Security-Policy") < page.index("<style")
        assert "default-src 'none'" in page
        assert not re.search(r"""\b(src|href)=["']?(https?:)?//""", page)
    tags = Tags()
    tags.feed(pages["dan"])
    assert not ACTIVE & {tag for tag, _ in tags.found}
    attributes = [pair for _, pairs in tags.found for pair in pairs]
    assert not [name for name, _ in attributes if name.startswith("on")]
    assert not [v for _, v in attributes if v and v.strip().startswith("javascript")]
    assert "<script>steal()</script>" in seen(pages["dan"])  # shown as it stands


def test_pictures_say_what_they_are(pages):
    tags = Tags()
    tags.feed(pages["dan"])
    found = [dict(attributes) for tag, attributes in tags.found if tag == "img"]
    [picture] = [image for image in found if image["src"].startswith("data:")]
    assert picture["alt"] == "Picture that the code above made: Figure"
    assert set(picture) == {"src", "alt"}


def test_formulas_are_drawn_without_a_script(pages):
    assert "http://www.w3.org/1998/Math/MathML" in pages["fay"]
    assert "<mfrac>" in pages["fay"] and "<code>x^2^2</code>" in pages["fay"]


def test_hints_fold_and_code_is_escaped_once(pages):
    page = pages["fay"]
    assert page.count("<details>") == page.count("</details>") == 1
    assert "<summary>More</summary>" in page and "<em>of</em> that &lt;kind&gt;" in page
    assert "<code>a&lt;b</code> is a &amp;&amp; b." in page
    assert "if a&lt;b: pass" in page
    assert r'alttext="\begin{align}' in page and "<mtable" in page


def test_a_formula_that_is_markup_stays_text():
    made = mathml(r"\text{<script>steal()</script>} &lt;b&gt; a < b", "inline")
    assert "<script" not in made and "<b" not in made and made.startswith("<math")
    assert "−" in mathml("a - b", "inline") and 'display="block"' in mathml(
        "a", "block"
    )
    assert mathml(r"x^2^2 <i>", "inline") == r"<code>x^2^2 &lt;i&gt;</code>"


def test_files_of_the_submission_stay_out(course, pages):
    here = sorted(p.name for p in (course.root / "feedback" / "ann" / NAME).iterdir())
    assert here == [f"{NAME}.html"]


def test_only_some_and_again(course, pages, monkeypatch):
    path = course.root / "feedback" / "bob" / NAME / f"{NAME}.html"
    other = course.root / "feedback" / "ann" / NAME / f"{NAME}.html"
    path.write_text("old")
    other.write_text("old")
    code, said, _ = run(course, monkeypatch, "words", "--student", "bob")
    assert (code, said) == (0, "1 page of feedback written\n")
    assert path.read_text() == pages["bob"] and other.read_text() == "old"


def test_one_process_or_several_write_the_same(course, pages, monkeypatch):
    run(course, monkeypatch, "--workers", "1")
    for student, page in pages.items():
        path = course.root / "feedback" / student / NAME / f"{NAME}.html"
        assert path.read_text() == page


def test_who_is_not_graded_yet_is_named(course, pages, monkeypatch):
    late = "van Late"  # LMSs give full names
    submit(course, late)
    try:
        code, said, complaint = run(course, monkeypatch)
        assert code == 3 and said.startswith("6 pages")
        assert complaint == f"not graded yet, run `course grade`: {NAME} {late}\n"
        grade(course, [], [late], Options())
        code, said, complaint = run(course, monkeypatch, "--student", late)
        assert (code, said, complaint) == (0, "1 page of feedback written\n", "")
    finally:
        for folder in ("submitted", "autograded", "feedback"):
            shutil.rmtree(course.root / folder / late, ignore_errors=True)


def test_nbgraders_own_command_makes_the_same_page(course, pages):
    shutil.rmtree(course.root / "feedback")
    assert "WARNING" not in nbgrader(course.root, "generate_feedback", NAME)
    for student, page in pages.items():
        folder = course.root / "feedback" / student / NAME
        made = (folder / f"{NAME}.html").read_text()
        assert "Content-Security-Policy" in made
        assert seen(made).split() == seen(page).split()
        assert not (folder / ".graded.json").exists()


def test_mistakes(course, released, monkeypatch, tmp_path):
    code, _, said = run(course, monkeypatch, "--student", "nobody")
    assert code == 1 and "nobody: nothing graded by that name" in said
    empty = make_class(released, tmp_path / "empty", {})
    code, _, said = run(empty, monkeypatch)
    assert code == 1 and "Run `course grade` first" in said


def damage(course: Course, student: str, content: bytes) -> None:
    path = course.root / "autograded" / student / NAME / f"{NAME}.ipynb"
    path.write_bytes(content)


def test_a_page_that_cannot_be_made_stops_no_other(course, pages, monkeypatch):
    """Truncated, forged, unknown to the gradebook, or in the way of its own page."""
    close_to_others(course, read_settings(course))  # as an earlier command would
    kept = course.root.parent / "kept"
    shutil.copytree(course.root / "autograded", kept)
    stranger = "stranger \x1b[2J\n"
    try:
        good = (kept / "ann" / NAME / f"{NAME}.ipynb").read_bytes()
        damage(course, "bob", good[: len(good) // 2])
        damage(course, "cy", json.dumps({"cells": 1}).encode())
        shutil.copytree(kept / "ann", course.root / "autograded" / stranger)
        forged = json.loads(good)
        forged["cells"][0]["metadata"] = {"nbgrader": {"grade_id": "x", "grade": True}}
        forged["cells"][1]["outputs"] = [{"output_type": "stream"}, 7]
        forged["cells"][1]["execution_count"] = "x"
        forged["metadata"] = {"widgets": {}, "language_info": 3}
        damage(course, "dan", json.dumps(forged).encode())
        shutil.rmtree(course.root / "feedback" / "eve")
        (course.root / "feedback" / "eve").write_text("in the way")
        for workers in ("1", "3"):
            code, said, complaint = run(course, monkeypatch, "--workers", workers)
            assert (code, said) == (3, "3 pages of feedback written\n")
            told = complaint.splitlines()
            again = f"grade it again: `course grade {NAME} --student bob --force`"
            assert told[0].startswith(f"no page for {NAME} bob: the file isn't a ")
            assert told[0].endswith(again)
            assert "cy: the file isn't a notebook: it holds no cells" in told[1]
            assert f"{NAME} eve: " in told[2] and "cannot write it" in told[2]
            assert "stranger \ufffd[2J: the gradebook holds no grades of it" in told[3]
            assert len(told) == 4
            assert (course.root / "feedback" / "fay" / NAME).is_dir()
    finally:
        shutil.rmtree(course.root / "autograded")
        shutil.copytree(kept, course.root / "autograded")
        (course.root / "feedback" / "eve").unlink()
        shutil.rmtree(kept)
    code, said, _ = run(course, monkeypatch)
    assert (code, said) == (0, "6 pages of feedback written\n")
