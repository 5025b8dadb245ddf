"""Markdown as feedback pages and Formgrader show it: formulas without a script.

`nbgrader_config.py` gives `markdown2html` to all exporters of pages, in place of
nbconvert's own. What a student wrote is shown, and none of it acts in the reader's
browser.
"""

import html
import re
from xml.etree import ElementTree

from jinja2 import pass_context
from latex2mathml.converter import convert_to_element
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader import utils

# Markup, but for what folds a hint; a tag with attributes may do more than that.
MARKUP = re.compile(r"<(?!/?(?:details|summary)>)(?=[a-zA-Z/!?])")


@pass_context
def markdown2html(context: dict, source: str) -> str:
    """A Markdown cell as HTML, formulas in it as MathML.

    Only the markup of locked cells, which are the course's own, remains markup.
    """
    cell = context.get("cell", {})
    kind = _Trusted if cell and utils.is_locked(cell) else _Renderer
    renderer = kind(
        escape=False,
        allow_harmful_protocols=False,
        attachments=cell.get("attachments", {}),
        exclude_anchor_links=True,
    )
    return MarkdownWithMath(renderer=renderer).render(source)


class _Trusted(IPythonRenderer):
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


class _Renderer(_Trusted):
    def inline_html(self, markup: str) -> str:
        return MARKUP.sub("&lt;", markup)

    def block_html(self, markup: str) -> str:
        shown = self.inline_html(markup)
        return shown if "<" in shown else f"<p>{shown}</p>\n"


def mathml(latex: str, display: str) -> str:
    """A formula as MathML, which browsers draw by themselves; else as it was written.

    `display` is "inline" or "block". The source stays as its `alttext`.
    """
    source = html.unescape(latex).strip()
    try:
        tree = convert_to_element(source, display=display)
    except Exception:  # students write what no converter reads
        return f"<code>{html.escape(source)}</code>"
    for element in tree.iter():  # it holds entities as text
        element.text = element.text and html.unescape(element.text)
        element.tail = element.tail and html.unescape(element.tail)
    tree.set("alttext", source)
    tree.set("aria-label", source)
    return ElementTree.tostring(tree, encoding="unicode")
