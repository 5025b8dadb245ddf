"""Text that others wrote, made fit for one line: of the terminal, a table, a list."""

import re
import unicodedata

LONGEST = 1000  # characters of a line
# Marks that turn the direction of the text around them, which then reads as another.
TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def one_line(value: object, longest: int = LONGEST) -> str:
    """The text in one line: no control characters, none that are invisible."""
    text = TURNS.sub("", str(value)[: 4 * longest])
    kept = "".join(c if _is_shown(c) else " " for c in text)
    line = " ".join(kept.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def why(error: BaseException) -> str:
    """What an exception says, as a reason in a line."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for it"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    said = one_line(error, 200)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _is_shown(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind[0] != "C" or character == "\u200d"  # that one joins emoji
