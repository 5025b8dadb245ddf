"""Foreign text, such as a file's name, made fit for a line of a terminal or a page."""

import re
import unicodedata

LONGEST_SHOWN = 300  # characters
UNSHOWN = "\N{REPLACEMENT CHARACTER}"
JOINERS = "\u200c\u200d"  # invisible, but Persian words and emoji need them
# What Markdown or MathJax would take for more than a character.
MARKUP = re.compile(
    r"[\\`*\[\]{}<>|~$&#^]|(?<![^\W_])_|_(?![^\W_])|^[-+=]|^\d+(?=[.)])"
)


def printable(value: object, longest: int = LONGEST_SHOWN) -> str:
    """The text in one line of at most `longest` characters, all of them visible.

    Line breaks become spaces; control characters and bytes that aren't text become �;
    marks that can't be seen, such as those that turn the direction of writing, go.
    What is too long loses its middle.
    """
    text = str(value)
    if len(text) > 4 * longest:  # the rest would take time, and not be seen
        text = text[: 2 * longest] + text[-2 * longest :]
    spaced = " ".join(text.split()).strip(JOINERS)
    shown = "".join(map(_shown, spaced))
    if len(shown) > longest:
        half = longest // 2
        shown = f"{shown[: longest - half - 1]}…{shown[-half:]}"
    return shown


def markdown_text(value: object, longest: int = LONGEST_SHOWN) -> str:
    """The text in one line of Markdown that looks like the text, whatever it holds."""
    return MARKUP.sub(_escaped, printable(value, longest))


def listed(names: list[str], shown: int = 3) -> str:
    """The names as part of a sentence: a few of them, and how many there are more."""
    first = ", ".join(printable(name, 80) for name in names[:shown])
    more = len(names) - shown
    return first if more <= 0 else f"{first} and {more:,} more"


def why(error: BaseException) -> str:
    """The message of an exception, as a reason in a line."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for it"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    said = printable(error, 200)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _shown(character: str) -> str:
    if character.isprintable() or character in JOINERS:
        return character
    return "" if unicodedata.category(character) == "Cf" else UNSHOWN


def _escaped(match: re.Match) -> str:
    found = match[0]
    return f"{found}\\" if found.isdigit() else f"\\{found}"
