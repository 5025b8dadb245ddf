"""A cell as a student left it, and its properties that need no run.

Texts are looked at with regular expressions: they need not be Python, and nothing that
is written in them may stop the grading of others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property

from course.grading.cell_json import normalized

MOST_LINES = 500  # of a cell that is compared line by line
DEFINED = re.compile(
    r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]+)?=(?!=)",
    re.MULTILINE,
)
DEFINITION = re.compile(r"^(?:async )?(?:def|class) ", re.MULTILINE)
COMMENTED_ASSIGNMENT = re.compile(r"^# (?=\w+ *=(?!=))", re.MULTILINE)
# A line that is Python beyond doubt; prose has no such lines.
STATEMENT = re.compile(
    r"^[ \t]*(?:(?:async )?(?:def|class) +\w+ *[(:]|(?:from [\w.]+ )?import \w|return\b"
    r"|@\w|[\w.\[\]]+ *[-+*/]?=(?!=)|[\w.]+\(.*\) *$|(?:for|while|if|with)\b.*: *$"
    r"|assert |[%!]\w)",
    re.MULTILINE,
)
DAMAGED = re.compile(r"[^\x21-\x3e\x40-\x7e]+|\?+")  # what encodings may have changed
COMMENT = re.compile(r"^# ?", re.MULTILINE)
FENCED_CODE = re.compile(r"\A\s*```[^\n]*\n(.*?)\n?```\s*\Z", re.DOTALL)


@dataclass(frozen=True)
class StudentCell:
    """A cell of a submission.

    `names`: ids that it may have in the lesson. `found_in`: the id of the locked cell
    that this text was written into, "" for a cell of its own.
    """

    kind: str
    source: str
    id: str = ""
    names: list[str] = field(default_factory=list)
    attachments: dict = field(default_factory=dict)
    as_released: bool = False
    found_in: str = ""

    @cached_property
    def normalized(self) -> str:
        """The text as it is compared."""
        return normalized(self.source)

    @cached_property
    def defines(self) -> set[str]:
        """Names that the cell defines, as far as its text tells."""
        return defined_names(self.source)

    @property
    def is_blank(self) -> bool:
        return not self.source.strip()

    @property
    def is_text(self) -> bool:
        """Whether it is something to read: prose, be it in a code cell."""
        return not self.is_blank and (self.kind != "code" or not is_code(self.source))

    @property
    def has_functions(self) -> bool:
        """Whether it defines functions or classes."""
        return bool(DEFINITION.search(self.source))

    @property
    def continues_previous(self) -> bool:
        """Whether it is code that goes on where the cell before it was split."""
        return self.kind == "code" and self.source.lstrip("\n")[:1] in (" ", "\t")

    def as_text(self) -> str:
        """The text of it, without the signs of comments in a code cell."""
        text = self.source.strip("\n")
        return COMMENT.sub("", text) if self.kind == "code" else text

    def unfenced(self) -> str:
        """The code in it, where a text cell shows code as Markdown does."""
        match = FENCED_CODE.match(self.source) if self.kind != "code" else None
        return match[1] if match else self.source

    def with_text(self, text: str, **changes: object) -> "StudentCell":
        """A cell with this part of the text, without the id."""
        kind = self.kind
        if kind != "code" and is_code(text):
            kind = "code"
        new = {
            "kind": kind,
            "source": text,
            "id": "",
            "names": [],
            "as_released": False,
        }
        return replace(self, **(new | changes))


def defined_names(text: str) -> set[str]:
    """Names that the text defines at its left margin."""
    return {a or b for a, b in DEFINED.findall(text)}


def required_names(stub: str) -> set[str]:
    """Names that an answer has to define, as its stub has them."""
    return defined_names(stub) or defined_names(COMMENTED_ASSIGNMENT.sub("", stub))


def is_code(text: str) -> bool:
    """Whether the text is Python rather than prose."""
    return bool(STATEMENT.search(text))


def text_around(text: str, inner: str) -> list[str] | None:
    """The texts before and after `inner` in the text; None where it isn't in there.

    Whole lines are compared, as `normalized` has them.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    whole = "\n".join(
        ["", *normalized("\n".join(["x", *lines, "x"])).split("\n")[1:-1], ""]
    )
    at = whole.find(f"\n{inner}\n") if inner else -1
    if at < 0:
        return None
    start = whole.count("\n", 0, at)
    end = start + inner.count("\n") + 1
    return ["\n".join(lines[:start]), "\n".join(lines[end:])]


def loosely_normalized(text: str) -> str:
    """The text without characters that other encodings and white space change."""
    return DAMAGED.sub(" ", text).strip() or text


def added_lines(text: str, original: str) -> str:
    """Lines that the text has beyond the original; the text where it is too long."""
    lines = normalized(text).split("\n")
    if len(lines) > MOST_LINES:
        return text
    ours = [loosely_normalized(line) for line in original.split("\n")]
    matcher = SequenceMatcher(
        None, ours, [loosely_normalized(line) for line in lines], False
    )
    added = [
        lines[start:end]
        for what, _, _, start, end in matcher.get_opcodes()
        if what in ("insert", "replace")
    ]
    return "\n".join(line for part in added for line in part).strip("\n")


def merged_attachments(cells: Iterator[StudentCell]) -> dict:
    """The pictures of all these cells."""
    return {name: data for cell in cells for name, data in cell.attachments.items()}
