"""Texts as feedback pages and Formgrader show them: formulas without a script.

`nbgrader_config.py` gives these filters to all exporters of pages, instead of
nbconvert's own. What a student wrote is shown, none of it acts in the reader's browser,
and what would take too long or is nested too deeply stands there as it was written.
"""

import html
import re
from collections.abc import Callable
from textwrap import indent
from xml.etree import ElementTree

from jinja2 import pass_context
from latex2mathml.converter import convert_to_element
from nbconvert.filters import Highlight2HTML, ansi2html, strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from course.base.printable import printable
from course.nbgrader_hooks.page_time_limit import Budget, OutOfTime
from course.nbgrader_hooks.pictures import (
    ATTACHMENT_PREFIX,
    Picture,
    normal,
    read_picture,
)

PAGE_SECONDS, STEP_SECONDS = 20.0, 4.0  # of processor time
# What folds a hint stays markup; a tag with attributes may do more than that.
FOLDS = re.compile(r"(</?(?:details|summary)>)")
IMAGE = re.compile(r"<img\s[^<>]*>", re.IGNORECASE)
SOURCE = re.compile(
    rf"""\ssrc\s*=\s*(["']?){ATTACHMENT_PREFIX}(.+?)\1[\s/>]""", re.IGNORECASE
)
NOT_IN_LINK = re.compile(r"[\x00-\x20\\\\]")
ACTIVE_LINK = re.compile("(java|vb)script:|data:(text|image/svg|application)", re.I)
LONGEST_FORMULA = 5000  # characters
LONGEST_CODE = 50_000  # characters that get colours
# Of a formula; others would style the page, or lead out of it.
ATTRIBUTES = {
    *("accent", "accentunder", "columnalign", "columnlines", "columnspacing", "depth"),
    *("columnspan", "display", "displaystyle", "fence", "form", "height", "lspace"),
    *(
        "linebreak",
        "linethickness",
        "mathbackground",
        "mathcolor",
        "mathsize",
        "mathvariant",
        "maxsize",
        "minsize",
    ),
    *("movablelimits", "notation", "rowlines", "rowspacing", "rspace", "scriptlevel"),
    *("separator", "stretchy", "symmetric", "voffset", "width", "xmlns"),
}


@pass_context
def markdown2html(context: dict, source: str) -> str:
    """A Markdown cell as HTML, formulas in it as MathML."""
    cell = context.get("cell") or {}
    page = cell.get("metadata", {}).get("page", {})
    renderer = _Renderer(cell.get("attachments", {}), page)

    def render() -> str:
        if ACTIVE_LINK.search(NOT_IN_LINK.sub("", html.unescape(source))):
            return MarkdownWithMath(renderer=renderer).render(
                indent(source, "    ", lambda _: True)
            )
        return MarkdownWithMath(renderer=renderer).render(source)

    return _or_as_written(context, render, source)


@pass_context
def highlight_code(context: dict, source: str, metadata: object = None) -> str:
    """A code cell in colours."""
    if len(source) > LONGEST_CODE:
        return _plain(source)
    return _or_as_written(context, lambda: Highlight2HTML()(source), source)


@pass_context
def coloured_text(context: dict, text: str) -> str:
    """The text of an output, in the colours that a terminal would give it."""
    try:
        with _budget(context).step():
            return ansi2html(text)
    except (Exception, OutOfTime):  # programs print what no terminal knows
        return html.escape(strip_ansi(text))


def with_its_links(page: str) -> str:
    """The text, with its links as they are.

    nbconvert's `strip_files_prefix` changes those that began with `files/` ten years
    ago, and takes minutes to look for them among many brackets.
    """
    return page


def _or_as_written(context: dict, make: Callable[[], str], source: str) -> str:
    """The result of `make`, or the source if that fails or takes too long."""
    try:
        with _budget(context).step():
            return make()
    except (Exception, OutOfTime):
        said = "Shown as it was written, because it can't be laid out:"
        return f"<p><em>{said}</em></p>\n{_plain(source)}"


def _plain(source: str) -> str:
    return f'<div class="highlight"><pre>{html.escape(source)}</pre></div>'


def _budget(context: dict) -> Budget:
    """The page's own, which its exporter has put there."""
    resources = context.get("resources") or {}
    return resources.get("budget") or Budget(STEP_SECONDS, STEP_SECONDS)


class _Renderer(IPythonRenderer):
    """`page`: names of attachments, and reasons why some aren't shown."""

    def __init__(self, attachments: dict, page: dict) -> None:
        super().__init__(
            escape=False,
            allow_harmful_protocols=False,
            attachments=attachments,
            exclude_anchor_links=True,
        )
        self.page = page

    def block_mermaidjs(self, code: str) -> str:
        return super().block_mermaidjs(html.escape(code))

    def block_math(self, body: str) -> str:
        return mathml(body, "block")

    def multiline_math(self, body: str) -> str:
        return mathml(body, "block")

    def inline_math(self, body: str) -> str:
        return mathml(body, "inline")

    def latex_environment(self, name: str, body: str) -> str:
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")

    def inline_html(self, markup: str) -> str:
        parts, end = [], 0
        for found in IMAGE.finditer(markup):
            if source := SOURCE.search(found[0]):
                parts += [_escaped(markup[end : found.start()])]
                parts += [self.image("", ATTACHMENT_PREFIX + html.unescape(source[2]))]
                end = found.end()
        return "".join([*parts, _escaped(markup[end:])])

    def block_html(self, markup: str) -> str:
        shown = self.inline_html(markup)
        return shown if "<" in shown else f"<p>{shown}</p>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith(ATTACHMENT_PREFIX):
            return f"{text} {self.image('', url)}"
        return super().link(text, url, title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """The picture, if the text brings it along; nothing is loaded for a page."""
        alt = printable(html.unescape(re.sub("<[^>]*>", "", text)), 300)
        found = self._found(url)
        if isinstance(found, Picture):
            return f'<img src="{found.address}" alt="{html.escape(alt or "Picture")}">'
        name = f" “{alt}”" if alt else ""
        return f"<em>[Picture{html.escape(name)}: {html.escape(found)}]</em>"

    def _found(self, url: str) -> Picture | str:
        """The picture that a text refers to, or why there is none."""
        if url.startswith("data:"):
            return read_picture(url.partition(",")[2])
        if not url.startswith(ATTACHMENT_PREFIX):
            return f"at {printable(url, 200)}, which pages don't load"
        wanted = html.unescape(url.removeprefix(ATTACHMENT_PREFIX))
        name = self.page.get("names", {}).get(normal(wanted), wanted)
        for kind, data in self.attachments.get(name, {}).items():
            return Picture(kind, data)
        missing = f"“{printable(normal(wanted), 60)}” is missing from the notebook"
        return self.page.get("reasons", {}).get(name, missing)


def _escaped(markup: str) -> str:
    """The markup as text, but for what folds."""
    parts = FOLDS.split(markup)
    parts[::2] = (p.replace("<", "&lt;").replace(">", "&gt;") for p in parts[::2])
    return "".join(parts)


def mathml(latex: str, display: str) -> str:
    """A formula as MathML, which browsers draw by themselves; else as it was written.

    `display` is "inline" or "block". The source stays as its `alttext`.
    """
    source = html.unescape(latex).strip()
    try:
        if len(source) > LONGEST_FORMULA:
            raise ValueError("no formula that a person has written")
        tree = convert_to_element(source, display=display)
        for element in tree.iter():  # it holds entities as text
            element.text = element.text and html.unescape(element.text)
            element.tail = element.tail and html.unescape(element.tail)
            for name in element.attrib.keys() - ATTRIBUTES:
                del element.attrib[name]
        tree.set("alttext", source)
        tree.set("aria-label", source)
        return ElementTree.tostring(tree, encoding="unicode")
    except Exception:  # students write what no converter reads
        return f"<code>{html.escape(source)}</code>"
