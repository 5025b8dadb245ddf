"""How much memory a JSON text takes once it is parsed, estimated before parsing it.

Two bytes of JSON, `{}`, become an object of 64 bytes, so a small file can fill a large
memory. The estimate is an upper bound for CPython's `json`, a loose one.
"""

CONTAINER = 256  # bytes of a list or dict with its first few entries
ENTRY = 120  # bytes of each further entry, with a short key and value
WIDE = 4  # bytes a character, where a text holds one beyond Latin-1
FIXED = 4096  # bytes of the parser itself


def parsed_bytes(data: bytes) -> int:
    """An upper bound of the bytes that `json.loads(data)` needs at a time.

    The text itself, decoded, is included. The time taken is linear, about 1 ms a MB.
    """
    containers = data.count(b"{") + data.count(b"[")
    entries = data.count(b",") + data.count(b":")
    width = 1 if data.isascii() and b"\\u" not in data else WIDE
    text = 2 * width * len(data)  # as one, and once more in pieces
    return FIXED + containers * CONTAINER + entries * ENTRY + text
