"""Notebooks as no honest tool writes them: a page is made, and nothing acts in it."""

import base64
import html
import json
import unicodedata
import zlib
from urllib.parse import quote

import pytest
from nbformat import from_dict, validate
from page_makers import (
    FEEDBACK,
    FORMGRADER,
    Tags,
    acts,
    body,
    code_cell,
    exporter,
    notebook,
    page,
    picture,
    shows,
    text_cell,
)

from course.base.errors import CourseError
from course.nbgrader_hooks.feedback_page import read_graded
from course.nbgrader_hooks.page_notebook import ALL_TEXT, LONGEST_TEXT, page_notebook
from course.nbgrader_hooks.page_preprocessors import NothingActive
from course.nbgrader_hooks.pictures import read_picture

KINDS = pytest.mark.parametrize("kind", [FEEDBACK, FORMGRADER])
NAMES = [
    *("Größe.png", "截图.png", "a+b[1].png", "my picture (2).png", "50%20off.png"),
    *(
        'a"b.png',
        "it's.png",
        "a<b>&c.png",
        "x" * 300 + ".png",
        "Zoë ünd.png",
        "a#b?.png",
    ),
    *(
        "(((.png",
        ")).png",
        "a\\b.png",
        "*_x_*.png",
        "$x$.png",
        "100%.png",
        ".png",
        "😀",
    ),
]
WIDGETS = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def seen(text: str) -> str:
    return " ".join(Tags(body(text)).text.split())


def addresses(text: str) -> list[str]:
    return [attributes["src"] for attributes in Tags(body(text)).pictures]


# ---- Pictures in explanations ----


@KINDS
@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_shown_whatever_its_name(name, kind):
    """Written as JupyterLab does, as browsers do, and as people do by hand."""
    data = picture()
    spelt = {
        quote(name, safe="!'()*"),
        quote(name, safe="!#$&'()*+,/:;=?@"),
        quote(name, safe=""),
        name,
    }
    for spelling in sorted(spelt):
        for text in (f"![a](attachment:{spelling})", f"![a](<attachment:{spelling}>)"):
            cell = text_cell(f"Look: {text} there.", {name: {"image/png": data}})
            made = page(notebook(cell), kind)
            assert addresses(made) == [f"data:image/png;base64,{data}"], text
            assert acts(made) == []


@KINDS
def test_names_are_alike_however_accents_are_written(kind):
    for here, there in (("NFC", "NFD"), ("NFD", "NFC")):
        name = unicodedata.normalize(here, "Überschätzt é.png")
        text = quote(unicodedata.normalize(there, name))
        cell = text_cell(f"![](attachment:{text})", {name: {"image/png": picture()}})
        assert len(addresses(page(notebook(cell), kind))) == 1


@KINDS
@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_every_format_that_browsers_draw_is_shown(form, kind):
    """In a text and as an output, whatever kind it is said to be."""
    data = picture(form)
    own = f"image/{form.lower()}"
    for said in (own, "image/png"):
        cells = [
            text_cell("![a](attachment:a)", {"a": {said: data}}),
            code_cell(shows({said: data, "text/plain": "<Figure>"})),
        ]
        made = page(notebook(*cells), kind)
        shown = addresses(made)
        assert shown[0] == f"data:{own};base64,{data}"
        assert len(shown) == 2 and shown[1].endswith(data)
        assert all(each["alt"] for each in Tags(body(made)).pictures)


@KINDS
@pytest.mark.parametrize(
    ("bundle", "words"),
    [
        ({"image/svg+xml": "<svg onload='steal()'/>"}, "it is image/svg+xml"),
        ({"image/png": "AAAA"}, "it is damaged, or no PNG"),
        ({"image/png": picture()[:-21]}, "its data is damaged"),
        ({"image/png": picture()[:40]}, "it is damaged"),
        ({"image/png": "%%%"}, "its data is damaged"),
        ({"image/png": "é"}, "its data is damaged"),
        ({"image/png": 7}, "its data is missing"),
        ({"image/png": {"a": 1}}, "its data is missing"),
        ({"text/html": "<script>steal()</script>"}, "it is text/html"),
        ({}, "it is empty"),
        ("image", "it is empty"),
        (None, "it is empty"),
    ],
)
def test_what_is_no_picture_is_words(bundle, words, kind):
    cells = [text_cell("a ![b](attachment:c.png) d", {"c.png": bundle})]
    if isinstance(bundle, dict) and "image/png" in bundle:
        cells.append(code_cell(shows(bundle)))
    made = page(notebook(*cells), kind)
    assert addresses(made) == [] and acts(made) == []
    assert f"“c.png” isn't shown: {words}" in seen(made)
    assert "harmful" not in made and seen(made).count(words) == len(cells)


@KINDS
def test_every_way_to_refer_to_a_picture(kind):
    data = picture("GIF")
    source = """![by name][shot] and ![shot] and <img src="attachment:a b.gif" width=3>

<img alt='x' src='attachment:a%20b.gif' onerror="steal()"/>

[a link](attachment:a%20b.gif) and ![twice](attachment:a%20b.gif "a title")

[shot]: attachment:a%20b.gif 'title'"""
    cell = text_cell(source, {"a b.gif": {"image/gif": data}})
    made = page(notebook(cell), kind)
    assert addresses(made) == [f"data:image/gif;base64,{data}"] * 6
    assert acts(made) == [] and "harmful" not in made


@KINDS
def test_a_picture_that_is_missing_is_words(kind):
    source = """![mine](attachment:lost.png) <img src="attachment:gone.png">

![r][r] and ![far](https://example.org/x.png) and ![near](/hub/logout)

[r]: attachment:ref.png"""
    for attachments in (None, {}, {"other.png": {"image/png": picture()}}, [1], "x"):
        made = page(notebook(text_cell(source, attachments)), kind)
        for name in ("lost.png", "gone.png", "ref.png"):
            assert f"“{name}” is missing from the notebook" in seen(made)
        assert addresses(made) == []  # nothing is loaded from elsewhere
        assert "at https://example.org/x.png, which pages don't load" in seen(made)


def test_the_same_name_in_two_cells_and_in_two_forms():
    one, two = picture(size=(3, 3)), picture(size=(4, 4))
    composed, decomposed = "é.png", unicodedata.normalize("NFD", "é.png")
    both = {composed: {"image/png": one}, decomposed: {"image/png": two}}
    cells = [
        text_cell("![](attachment:x.png)", {"x.png": {"image/png": one}}),
        text_cell("![](attachment:x.png)", {"x.png": {"image/png": two}}),
        text_cell(f"![](attachment:{composed}) ![](attachment:{decomposed})", both),
    ]
    shown = [each.partition(",")[2] for each in addresses(page(notebook(*cells)))]
    assert shown == [one, two, one, two]


def test_a_picture_that_would_fill_the_readers_memory_is_words():
    for size in (8_000, 60_000):
        data = bytearray(base64.b64decode(picture()))
        data[16:24] = size.to_bytes(4) * 2  # its width and height
        data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4)
        said = read_picture(base64.b64encode(bytes(data)).decode())
        assert said == "it has too many pixels"


# ---- Outputs ----

ODD = [
    None,
    7,
    "x",
    [],
    {},
    {"output_type": "nothing"},
    {"output_type": ["stream"]},
    {"output_type": "stream"},
    {"output_type": "stream", "name": ["stdout"], "text": ["a", 1, None]},
    {"output_type": "stream", "name": "stdin", "text": {"a": 1}},
    {"output_type": "display_data"},
    {"output_type": "execute_result", "data": [], "metadata": []},
    {"output_type": "execute_result", "data": {}, "execution_count": "x"},
    {"output_type": "error"},
    {"output_type": "error", "ename": 1, "evalue": [], "traceback": "x"},
    {"output_type": "error", "ename": None, "evalue": None, "traceback": [1, {}]},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[38m"]},
    shows({"text/plain": None}),
    shows({"text/plain": {"a": 1}, "text/html": 1}),
    shows({"text/plain": ["a\n", "b", 3], "a": 1}),
    shows({"application/json": {"a": [1, {"b": None}]}}),
    shows({"application/json": "x" * 10}, metadata={"application/json": 3}),
    shows({"application/geo+json": []}, metadata="x"),
    shows({"application/vnd.plotly.v1+json": {"data": []}}),
    shows({"application/vnd.vega.v5+json": {}, "text/plain": "<Vega>"}),
    shows({WIDGETS: {"version_major": 2}, "text/plain": "IntSlider(value=0)"}),
    shows({WIDGETS: 7}),
    shows({"text/latex": r"\href{javascript:steal()}{x}"}),
    shows({"text/markdown": "<script>steal()</script>"}),
    shows({"image/svg+xml": "<svg><script>steal()</script></svg>"}),
    shows({"text/html": ["<script>", "steal()</script>"]}),
    shows({"application/javascript": "steal()", "text/plain": "<x object>"}),
    shows({"image/png": [1, 2]}),
    shows({"text/plain": "a\0b\ud800c\x1b[1;38;2;300;1;1mX\x1b[9999999999mY\x08"}),
    shows({"text/plain": "\x1b[" + "1;" * 5000 + "m" + "9" * 5000}),
]


@KINDS
@pytest.mark.parametrize("output", ODD, ids=lambda o: str(o)[:50])
def test_an_odd_output_ends_no_page(output, kind):
    cells = [code_cell(output), code_cell(shows({"text/plain": "the next"}))]
    made = page(notebook(*cells), kind)
    assert "the next" in seen(made) and acts(made) == []
    made.encode()


@KINDS
@pytest.mark.parametrize(
    "widgets",
    [
        *({}, [], "x", None, 3, {"application/x": 1}, {STATE: {}}, {STATE: []}),
        *({STATE: None}, {STATE: {"state": []}}, {STATE: {"state": {"a": {}}}}),
    ],
)
def test_widgets_of_any_kind(widgets, kind):
    """Colab leaves them without their state, which nbconvert does not expect."""
    view = {WIDGETS: {"model_id": "a"}, "text/plain": "HBox(children=())"}
    nb = notebook(code_cell(shows(view)), code_cell(shows({WIDGETS: {}})))
    nb["metadata"] = {"widgets": widgets, "language_info": {"name": ["x"]}}
    made = page(nb, kind)
    assert "HBox(children=())" in seen(made) and acts(made) == []
    assert seen(made).count(f"[not shown here: {WIDGETS}]") == 2
    assert "unpkg" not in body(made)


@pytest.mark.parametrize(
    "data",
    [
        {"text/html": "<b>x</b>"},
        {"text/html": "<b>x</b>", "text/plain": "<IPython.core.display.HTML object>"},
        {"image/svg+xml": "<svg/>"},
        {"application/vnd.plotly.v1+json": {}, "text/plain": "Figure()"},
    ],
)
def test_what_is_not_shown_says_so(data):
    kind = next(iter(data))
    assert f"[not shown here: {kind}]" in seen(page(notebook(code_cell(shows(data)))))


def test_a_table_has_its_text_and_nothing_more():
    data = {"text/html": "<table></table>", "text/plain": "   a\n0  1"}
    assert "not shown" not in seen(page(notebook(code_cell(shows(data)))))


@KINDS
def test_large_outputs_are_cut_and_say_so(kind):
    long = {"output_type": "stream", "name": "stdout", "text": "y" * 8 * 2**20}
    frames = ["z" * 10**5] * 100
    error = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": frames}
    made = page(notebook(code_cell(*[long] * 20, error, source="show()")), kind)
    said = f"[{8 * 2**20:,} characters; only the first {LONGEST_TEXT:,} are shown]"
    assert said in seen(made) and len(made) < 4 * ALL_TEXT
    many = page(notebook(code_cell(*[shows({"text/plain": "x"})] * 5000)), kind)
    assert "more outputs aren't shown" in seen(many)
    last = notebook(*[code_cell(long)] * 15, text_cell("My explanation."))
    assert "My explanation." in seen(page(last, kind))


def test_the_message_of_an_error_is_shown_whatever_came_before():
    long = {"output_type": "stream", "name": "stdout", "text": "y" * 10**6}
    error = {"output_type": "error", "ename": "ValueError", "evalue": "two words"}
    made = page(notebook(code_cell(*[long] * 12), code_cell(error)))
    assert "ValueError: two words" in seen(made)


# ---- Cells, metadata, whole files ----


def test_whatever_is_given_becomes_a_valid_notebook():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    odd = [None, 1, "x", [], {}, True, 10**400, float("nan"), deep, {"a": deep}]
    for value in odd:
        cell = dict.fromkeys(
            ("cell_type", "id", "metadata", "source", "outputs", "attachments"), value
        )
        for kind in ("code", "markdown", "raw", value):
            made = page_notebook({"cells": [value, cell | {"cell_type": kind}]})
            validate(made)
        named = {"nbgrader": {"grade_id": "x", "points": value, "grade": value}}
        validate(page_notebook(notebook(text_cell("") | {"metadata": named})))
        validate(page_notebook(notebook(text_cell("") | {"metadata": {"tags": value}})))
        validate(page_notebook({"cells": value, "metadata": value}))
        validate(page_notebook(value))
    validate(page_notebook(notebook(*[text_cell("x")] * 3000)))


@pytest.mark.parametrize("count", ["x", [], -1, 10**5000, True, 1.5, None], ids=type)
def test_a_forged_execution_count_ends_no_page(count):
    cell = code_cell(
        shows({"text/plain": "1"}, "execute_result", execution_count=count)
    )
    made = page(notebook(cell | {"execution_count": count}))
    assert "In\u00a0[1]" not in seen(made) and "show()" in seen(made)


def test_metadata_do_not_reach_the_page():
    metadata = {"nbgrader": {"grade_id": '"><script>'}, "tags": ['"><script>']}
    metadata |= {"magics_language": "html", "transient": {"remove_source": True}}
    cell = text_cell("text") | {"metadata": metadata, "id": '"><b>'}
    for kind in (FEEDBACK, FORMGRADER):
        made = page(notebook(cell), kind)
        assert acts(made) == [] and "<b>" not in body(made)
    nb, _ = NothingActive().preprocess(from_dict(notebook(cell)), {})
    assert nb.cells[0].metadata == {} and nb.cells[0].id == "cell-0"


def test_no_cell_is_trusted():
    """Not even one that says that it is the lesson's."""
    given = {"grade_id": "x", "locked": True, "grade": False, "schema_version": 3}
    cell = text_cell("<script>steal()</script><b onclick=steal()>x</b>")
    made = page(notebook(cell | {"metadata": {"nbgrader": given}}))
    assert acts(made) == [] and "<script>steal()" in seen(made)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "isn't a notebook"),
        (b'{"cells": [', "only a part of one"),
        (b"[1]", "isn't a notebook"),
        (b'{"cells": 1}', "holds no cells"),
        (b'{"nbformat": 2, "worksheets": [{"cells": 3}]}', "can't be converted"),
        (b"[" * 10**6, "isn't a notebook"),
        (b'{"cells": ' + b"9" * 10**5 + b"}", "isn't a notebook"),
    ],
)
def test_a_file_that_is_no_notebook_has_a_reason(content, reason, tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)
    with pytest.raises(CourseError, match=reason):
        read_graded(path)
    made, _ = exporter(FORMGRADER).from_filename(str(path), {"index": 0, "total": 1})
    assert "This submission can't be shown" in seen(made) and reason in seen(made)
    with pytest.raises(CourseError, match="can't be read"):
        read_graded(tmp_path / "none")


def test_older_formats_are_read(tmp_path):
    path = tmp_path / "x.ipynb"
    heads = [{"cell_type": "heading", "source": "x", "level": 10**30, "metadata": {}}]
    heads += [{"cell_type": "markdown", "source": "older", "metadata": {}}]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}}
    path.write_text(json.dumps(old | {"worksheets": [{"cells": heads}]}))
    assert "older" in seen(page(read_graded(path)))
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(notebook(text_cell("bom"))).encode())
    assert "bom" in seen(page(read_graded(path)))
    path.write_bytes(json.dumps(notebook(text_cell("Zo\xe9"))).encode() + b" \xff"[:1])
    assert "Zoé" in seen(page(read_graded(path)))


def test_names_in_formgrader_are_text(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(notebook(text_cell("x"))))
    names = dict.fromkeys(
        ("student", "last_name", "first_name"), "<img src=x onerror=1>"
    )
    resources = names | {"index": 0, "total": 1, "notebook_path": '"><script>'}
    made, _ = exporter(FORMGRADER).from_filename(str(path), resources)
    assert "<img src=x" not in made and '"><script>' not in made
    assert "&lt;img src=x onerror=1&gt;" in made


# ---- Texts that are made to take long ----

N = 10_000
BOMBS = {
    "brackets": "[" * N + "]" * N,
    "links": "[a](b" * N,
    "quotes": "> " * N + "x",
    "emphasis": "*a **b " * N,
    "comments": "<![CDATA[" * N,
    "tags": "<div " * N,
    "folds": "<details>" * N,
    "lists": "- " * N + "x",
    "table": "|".join("a" * 500)
    + "\n"
    + "|".join("-" * 500)
    + f"\n{'|'.join('b' * 500)}",
    "formulas": "$x$" * N,
    "braces": "$" + "{" * N + "}" * N + "$",
    "roots": "$" + r"\sqrt{" * 700 + "}" * 700 + "$",
    "environments": r"\begin{a}" * N,
    "displays": r"\\[" * N,
    "diagram": "```mermaid\n" + "a-->" * N + "\n```",
    "perl": "```perl\n" + "{<($\"'" * N + "\n```",
    "pictures": '<img src="attachment:' * N,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_text_that_would_take_long_is_shown_as_it_was_written(name):
    """Within seconds, and what comes after it as usual."""
    cells = [text_cell(BOMBS[name]), text_cell("**The next.**")]
    made = page(notebook(*cells))
    assert "<strong>The next.</strong>" in made and acts(made) == []


def test_a_page_full_of_them_ends_as_well(monkeypatch):
    monkeypatch.setattr("course.nbgrader_hooks.feedback_page.PAGE_SECONDS", 1.0)
    monkeypatch.setattr("course.nbgrader_hooks.feedback_page.STEP_SECONDS", 0.3)
    made = page(notebook(*[text_cell(BOMBS["displays"])] * 30))
    assert seen(made).count("Shown as it was written") == 30


def test_a_formula_leads_nowhere_and_styles_nothing():
    source = (
        r"$\href{javascript:steal()}{x}$ $\style{position:fixed}{y}$ $\class{a}{z}$"
    )
    for text in (source, source.replace("javascript:", "https://example.org/")):
        made = page(notebook(text_cell(text)))
        assert acts(made) == []
        for _, attributes in Tags(body(made)).found:
            assert not {"href", "style"} & attributes.keys() or "math" not in attributes
        assert 'href="https://example.org' not in html.unescape(body(made))
