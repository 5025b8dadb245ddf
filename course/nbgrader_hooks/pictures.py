"""Pictures as pages show them: what the bytes say they are, and nothing else."""

import base64
import binascii
import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from urllib.parse import quote, unquote

PICTURE_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
LARGEST_PICTURE = 20 * 2**20  # bytes
MOST_PIXELS = 50_000_000  # a browser takes 4 bytes for each
TOO_MANY = "it has too many pixels"
SPACE = re.compile(r"\s+")
ATTACHMENT_PREFIX = "attachment:"
# Where a text refers to a picture: ](…), [name]: …, <img src=…>
PLACES = r"""(\]\(\s*<?|\]:\s*<?|\bsrc\s*=\s*["']?)"""


@dataclass(frozen=True)
class Picture:
    """A picture by its kind, such as image/png, and its bytes in base64."""

    kind: str
    data: str

    @property
    def address(self) -> str:
        return f"data:{self.kind};base64,{self.data}"


def read_picture(data: object) -> Picture | str:
    """The picture in this base64, or why it cannot be shown."""
    if isinstance(data, list) and all(isinstance(line, str) for line in data):
        data = "".join(data)
    if not isinstance(data, str):
        return "its data is missing"
    if len(data) > 2 * LARGEST_PICTURE:
        return "it is too large"
    try:
        raw = base64.b64decode(SPACE.sub("", data).encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return "its data is damaged"
    if len(raw) > LARGEST_PICTURE:
        return "it is too large"
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its size, which is looked at below
            with Image.open(io.BytesIO(raw), formats=PICTURE_FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    return TOO_MANY
                kind = image.get_format_mimetype()
                image.verify()
    except Image.DecompressionBombError:
        return TOO_MANY
    except Exception:  # the library meets what nobody thought of
        return "it is damaged, or no PNG, JPEG, GIF or WebP"
    return Picture(kind, base64.b64encode(raw).decode())


def normal(name: str) -> str:
    """A name as texts and attachments have it in common."""
    return unicodedata.normalize("NFC", unquote(name)).strip()


def with_safe_names(source: str, names: list[str], new: list[str]) -> str:
    """The Markdown, where it refers to attachments, with their new names.

    A name may hold what Markdown reads as its own: spaces, brackets, quotes.
    """
    spelt: dict[str, str] = {}
    for name, safe in zip(names, new, strict=True):
        for form in ("NFC", "NFD"):
            plain = unicodedata.normalize(form, name)
            spelt.setdefault(plain, safe)
            for kept in ("", "!'()*", "!#$&'()*+,/:;=?@"):  # as JavaScript does it
                spelt.setdefault(quote(plain, safe=kept), safe)
        spelt[name] = safe
    spelt.pop("", None)
    if not spelt:
        return source
    longest = sorted(spelt, key=len, reverse=True)
    any_name = "|".join(map(re.escape, longest))
    found = re.compile(rf"""{PLACES}{ATTACHMENT_PREFIX}({any_name})(?=[\s)>"']|$)""")
    return found.sub(lambda m: f"{m[1]}{ATTACHMENT_PREFIX}{spelt[m[2]]}", source)
