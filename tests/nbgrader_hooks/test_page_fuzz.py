"""Pages of notebooks that a program has damaged: each is made, and nothing acts."""

import random
import warnings
from collections.abc import Callable

import pytest
from page_makers import (
    FEEDBACK,
    FORMGRADER,
    acts,
    code_cell,
    notebook,
    page,
    picture,
    shows,
    text_cell,
)

ATTACK = """<script>steal()</script><img src=x onerror="steal()">
[l](javascript:steal()) ![p](attachment:a%20b.png) <img src="attachment:a b.png">
$\\href{javascript:steal()}{x}$ <details><summary onclick="steal()">s</summary>"""
WORDS = [
    *(
        ATTACK,
        "x",
        "",
        "\0\ud800\u202e",
        "\x1b[38m\x1b[1;31mred",
        '"><script>steal()//',
    ),
    *("[" * 40, "> " * 40, "```html\n<b>", "$$\\frac{", "data:text/html,x", "A" * 5000),
    *(
        "| a | b |\n|-|-|\n| <form action=//x> | c |",
        "[r]: vbscript:x\n[r]",
        "image/png",
    ),
    *("text/html", "stream", "error", "display_data", "code", "markdown", picture()),
]
ODD = [None, True, -1, 10**30, 1.5, float("inf"), [], {}, [[]], [None], {"": {"": []}}]


def seeds() -> dict:
    """A notebook with something of everything, which mutations begin with."""
    both = {"image/png": picture(), "text/plain": "<Figure>", "text/html": ATTACK}
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}}
    error = {"output_type": "error", "ename": "E", "evalue": ATTACK}
    stream = {"output_type": "stream", "name": "stdout", "text": [ATTACK, "x\n"]}
    graded = {"grade_id": "a-test", "grade": True, "solution": False, "locked": True}
    graded |= {"points": 1, "schema_version": 3}
    answer = graded | {"grade_id": "a-answer", "solution": True, "locked": False}
    cells = [
        text_cell(ATTACK, {"a b.png": {"image/png": picture()}}),
        text_cell("# Title\n\n- a\n- b\n\n`c` **d** $e$\n\n```python\nx = 1\n```"),
        code_cell(stream, shows(both), shows(both, "execute_result"), shows(widget)),
        code_cell(error | {"traceback": ["\x1b[31mE\x1b[0m", "Cell In[1], line 1"]}),
        text_cell(ATTACK) | {"metadata": {"nbgrader": dict(answer), "tags": ["a"]}},
        code_cell(stream) | {"metadata": {"nbgrader": dict(graded)}},
        {"cell_type": "raw", "id": "raw", "metadata": {}, "source": ATTACK},
    ]
    state = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    nb = notebook(*cells)
    nb["metadata"] = {"widgets": state, "language_info": {"name": "python"}}
    return nb


def mutated(rng: random.Random) -> object:
    """The notebook with one to eight changes anywhere in it."""
    nb = seeds()
    for _ in range(rng.randint(1, 8)):
        places = list(_places(nb))
        holder, key = rng.choice(places)
        rng.choice(CHANGES)(rng, holder, key)
    return nb


def _places(value: object):
    if isinstance(value, dict | list):
        for key in value.keys() if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])


def _replace(rng: random.Random, holder, key) -> None:
    holder[key] = rng.choice([*WORDS, *ODD])


def _remove(rng: random.Random, holder, key) -> None:
    del holder[key]


def _wrap(rng: random.Random, holder, key) -> None:
    holder[key] = rng.choice([[holder[key]], {"a": holder[key]}, {key: holder[key]}])


def _swap(rng: random.Random, holder, key) -> None:
    other = rng.choice(list(holder.keys() if isinstance(holder, dict) else [0]))
    holder[key], holder[other] = holder[other], holder[key]


def _splice(rng: random.Random, holder, key) -> None:
    if isinstance(holder[key], str):
        place = rng.randint(0, len(holder[key]))
        word = rng.choice(WORDS) * rng.choice([1, 1, 3])
        holder[key] = holder[key][:place] + word + holder[key][place:]
    else:
        _replace(rng, holder, key)


def _rename(rng: random.Random, holder, key) -> None:
    if isinstance(holder, dict):
        holder[rng.choice(WORDS)] = holder.pop(key)
    else:
        holder.append(holder[key])


CHANGES: list[Callable] = [_replace, _remove, _wrap, _swap, _splice, _splice, _rename]


def damage(start: int, count: int) -> None:
    for number in range(start, start + count):
        nb = mutated(random.Random(number))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            made = page(nb, FORMGRADER if number % 5 == 0 else FEEDBACK)
        made.encode()
        assert acts(made) == [], number


@pytest.mark.parametrize(
    "markup",
    [
        "<script>x</script>",
        "<b onclick='x'>",
        "<img src=x>",
        "<a href=' java&#115;cript:x'>",
        "<a href='data:text/html,x'>",
        "<p style='background:url(\"x\")'>",
    ],
)
def test_what_acts_is_found(markup):
    assert acts(f'<div id="notebook">{markup}</div>')
    assert not acts('<div id="notebook"><a href="https://example.org">x</a></div>')


def test_a_damaged_notebook_has_a_page():
    damage(0, 500)


@pytest.mark.proof
def test_3000_damaged_notebooks_have_pages():
    damage(1000, 3000)
