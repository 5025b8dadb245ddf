"""Text of unknown origin, made fit for a terminal and for one line of a note."""

import unicodedata

LONGEST = 300  # characters that are shown of a name or a message


def printable(text: str, longest: int = LONGEST) -> str:
    """The text in one line, without control characters, at most `longest` long.

    What a terminal would obey, or what would turn the direction of the line, is shown
    as an escape such as `\\x1b`; what no encoding can hold is shown as `\\udcff`.
    """
    shown = "".join(_shown(character) for character in text[: longest + 1])
    return shown if len(text) <= longest else f"{shown[:longest]}…"


def _shown(character: str) -> str:
    if character in "\n\r\t":
        return " "
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character.encode("unicode_escape").decode()
    return character
