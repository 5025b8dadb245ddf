"""Foreign text, such as a file's name, made fit for a line on a terminal or a page."""

import re

LONGEST = 300  # characters
UNSHOWN = "\N{REPLACEMENT CHARACTER}"
# What Markdown or MathJax would take for more than a character.
MARKUP = re.compile(
    r"[\\`*\[\]{}<>|~$&#^]|(?<![^\W_])_|_(?![^\W_])|^[-+=]|^\d+(?=[.)])"
)


def printable(text: object, longest: int = LONGEST) -> str:
    """The text in one line of at most `longest` characters, all of them visible.

    Line breaks become spaces; control characters, marks that change the direction of
    writing, and bytes that aren't text become �. What is too long loses its middle.
    """
    spaced = " ".join(str(text).split())
    shown = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in spaced
    )
    if len(shown) > longest:
        half = longest // 2
        shown = f"{shown[: longest - half - 1]}…{shown[-half:]}"
    return shown


def markdown_text(text: object, longest: int = LONGEST) -> str:
    """The text in one line of Markdown that looks like the text, whatever it holds."""
    return MARKUP.sub(_escaped, printable(text, longest))


def _escaped(match: re.Match) -> str:
    found = match[0]
    return f"{found}\\" if found.isdigit() else f"\\{found}"


def listed(names: list[str], shown: int = 3) -> str:
    """The names as part of a sentence: a few of them, and how many there are more."""
    first = ", ".join(printable(name, 80) for name in names[:shown])
    more = len(names) - shown
    return first if more <= 0 else f"{first} and {more:,} more"
