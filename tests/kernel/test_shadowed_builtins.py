"""A notebook that redefines Python's built-in names fails no test by that."""

import sys

import pytest
from executed_lesson import lesson, points, run

from course.kernel.shadowed_builtins import (
    answered,
    builtins_read,
    question,
    with_pythons_own,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels fork on Linux")

SHADOWS = [
    *("list = [1, 2]", "sum = 0", "isinstance = 3", "float = 'x'", "type = 'x'"),
    "str = int = bool = abs = len = range = all = None",
    "from torch import *",
    "from numpy import *",
    "class AssertionError(Exception):\n    pass",
    "def print(*args):\n    raise ValueError",
]


@pytest.mark.slow
@pytest.mark.parametrize("source", SHADOWS)
def test_points_stand(source):
    plain, result = run(lesson()), run(lesson(before=source))
    assert points(result) == points(plain) > 0
    assert result.tampering == []


def test_what_a_test_reads():
    source = "sum = 3\nassert isinstance(x, list), f'{len(x)} {sum}'"
    assert builtins_read(source) == ("isinstance", "len", "list")
    assert builtins_read("x = (") == ()


def test_pythons_own_names_are_used():
    space = {"list": 3, "len": None, "x": [1, 2]}
    source = "assert isinstance(x, list), 'no list'\nn = f'{len(x)}'"
    with pytest.raises(TypeError):
        exec(source, dict(space))
    with pytest.raises(AssertionError) as caught:
        exec(question(builtins_read(source)), dict(space))
    names = answered({"evalue": str(caught.value)}, builtins_read(source))
    assert names == ["len", "list"]
    exec(with_pythons_own(source, names), space)
    assert space["n"] == "2" and space["list"] == 3


@pytest.mark.parametrize("said", ["", "3", "{'list'", "['x']", "[" * 10000])
def test_a_reply_that_says_nothing(said):
    assert answered({"evalue": said}, ("list",)) == []
