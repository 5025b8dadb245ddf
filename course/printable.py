"""Text that others wrote, made fit for one line: of the terminal, a table, a list."""

import unicodedata

LONGEST = 1000  # characters of a line
JOINERS = "\u200c\u200d"  # which Persian words and emoji need
CONTROL, SURROGATE, FORMAT = "Cc", "Cs", "Cf"  # Unicode's names of these kinds


def one_line(value: object, longest: int = LONGEST) -> str:
    """The text in one line: no control characters, and none that are invisible.

    Among the latter are those that turn the direction of the text around them.
    """
    text = str(value)[: 4 * longest]
    line = " ".join("".join(map(_shown, text)).split()).strip(JOINERS)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def why(error: BaseException) -> str:
    """What an exception says, as a reason in a line."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for it"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    said = one_line(error, 200)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _shown(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == FORMAT:
        return character if character in JOINERS else ""
    if kind == SURROGATE:
        return "\N{REPLACEMENT CHARACTER}"
    return " " if kind == CONTROL else character
