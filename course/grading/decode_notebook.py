"""From the bytes of a file that should be a notebook to its text.

Tools and people save notebooks in other encodings than UTF-8, cut them off, or leave a
merge conflict in them.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator

CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?: .*)?\r?$", re.MULTILINE)
BYTE_ORDER_MARKS = {
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
# Letters that are frequent where the text is in that encoding.
ENCODING_LETTERS = {
    "cp932": "[\u3041-\u30ff]",
    "gb18030": "[的是一不了在人有我这为之来以个中上们到说和地时要于就下得可为数值行列]",
}


def decode_text(data: bytes) -> tuple[str, list[str]]:
    """The text, and what had to be done for it, in words."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace"), []
    nulls = data[:400].count(0), data[0:400:2].count(0), data[1:400:2].count(0)
    if nulls[0] * 3 > len(data[:400]) and nulls[1] != nulls[2]:
        encoding = "utf-16-be" if nulls[1] > nulls[2] else "utf-16-le"
        return data.decode(encoding, "replace"), []
    data = data.removeprefix(BOM_UTF8)
    try:
        return data.decode(), []
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4:  # cut off within a character
            return data[: error.start].decode(), []
        return _not_utf8(data)


def _not_utf8(data: bytes) -> tuple[str, list[str]]:
    """The text of bytes that aren't UTF-8 throughout: damaged, or another encoding."""
    text = data.decode(errors="replace")
    broken = text.count("\ufffd")
    beyond = len(re.sub(r"[\x00-\x7f\ufffd]+", "", text))
    if beyond >= 4 * broken:
        return text, ["It holds bytes that aren't text; they became �."]
    for encoding, letters in ENCODING_LETTERS.items():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        foreign = re.sub(r"[\x00-\x7f]+", "", text)
        if 6 * len(re.findall(letters, foreign)) >= len(foreign):
            return text, [f"It isn't UTF-8; it was read as {encoding}."]
    text = data.decode("cp1252", "replace")
    return text, ["It isn't UTF-8; it was read as cp1252."]


def conflict_sides(text: str) -> Iterator[str]:
    """The text as either side of its merge conflicts has it."""
    if not CONFLICT.search(text):
        yield text
        return
    for wanted in ("<<<<<<<", ">>>>>>>"):
        kept, side = [], ""
        for line in text.splitlines(keepends=True):
            mark = CONFLICT.match(line.rstrip("\n"))
            if mark and mark[1] == "<<<<<<<":
                side = "<<<<<<<"
            elif mark and side and mark[1] == "|||||||":
                side = "|||||||"
            elif mark and side and mark[1] == "=======":
                side = ">>>>>>>"
            elif mark and side and mark[1] == ">>>>>>>":
                side = ""
            elif side in ("", wanted):
                kept.append(line)
        yield "".join(kept)
