"""The estimate of what JSON takes once it is parsed."""

import json
import tracemalloc

import pytest

from course.base.json_size import parsed_bytes

SIZE = 2**20
TEXTS = {
    "empty objects": "[" + ",".join(["{}"] * (SIZE // 3)) + "]",
    "empty lists": "[" + ",".join(["[]"] * (SIZE // 3)) + "]",
    "lists of one": "[" + ",".join(["[0]"] * (SIZE // 4)) + "]",
    "objects of one": "[" + ",".join(['{"a":0}'] * (SIZE // 8)) + "]",
    "different keys": json.dumps({f"{k:x}": k for k in range(SIZE // 12)}),
    "floats": "[" + ",".join(["1.5"] * (SIZE // 4)) + "]",
    "large numbers": "[" + ",".join(map(str, range(10**6, 10**6 + SIZE // 8))) + "]",
    "short texts": json.dumps([f"{k:03}" for k in range(SIZE // 7)]),
    "one long text": json.dumps(["x" * SIZE]),
    "one character beyond the others": json.dumps(["x" * SIZE + "\U0001f600"]),
    "the same, not escaped": json.dumps(
        ["x" * SIZE + "\U0001f600"], ensure_ascii=False
    ),
    "deep": "[" * 900 + "]" * 900,
}


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_takes_more_than_estimated(name):
    data = TEXTS[name].encode()
    tracemalloc.start()
    try:
        json.loads(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= parsed_bytes(data)


def test_an_ordinary_notebook_is_not_taken_for_a_large_one(course):
    data = course.released(course.names[-1]).read_bytes()
    assert parsed_bytes(data) < 8 * 2**20
