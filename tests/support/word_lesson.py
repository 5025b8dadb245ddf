"""A made-up lesson without torch, and four students who try the configuration."""

import json
import shutil
from pathlib import Path

from course_copies import ROOT
from nbgrader.api import Gradebook
from nbgrader_helpers import nbgrader
from small_lesson import raw

from course.base.course_folder import CONFIG, Course
from course.lesson.normalize import canonical_bytes, to_bytes

NAME = "01_words"

CELLS = [
    ("markdown", "title", "# 1 · Words\n\nDouble, guess, count, explain."),
    ("code", "setup", "import warnings"),
    ("markdown", "double-task", "### Exercise 1 · Double"),
    (
        "code",
        "double-answer",
        '''def double(x):
    """Return x twice."""
    ### BEGIN SOLUTION
    return x + x  # the solution
    ### END SOLUTION''',
    ),
    ("code", "double-try", "# double(3)"),
    (
        "code",
        "double-test-number",
        'assert double(3) == 6, f"twice 3 is 6, not {double(3)}"',
    ),
    (
        "code",
        "double-test-text",
        """assert double("ab") == "abab", "text counts as well"
### BEGIN HIDDEN TESTS
for secret in ["kiwi", "pear"]:
    assert double(secret) == 2 * secret, "wrong for another word"
### END HIDDEN TESTS""",
    ),
    ("markdown", "guess-task", "### Exercise 2 · Guess"),
    (
        "code",
        "guess-answer",
        """is_true = {
    ### BEGIN SOLUTION
    "empty list": False,
    "text 0": True,
    ### END SOLUTION
    ### BEGIN STUB
    # "empty list": None,  # write True or False
    # "text 0": None,
    ### END STUB
}""",
    ),
    (
        "code",
        "guess-test-list",
        'assert is_true["empty list"] is bool([]), "an empty list?"',
    ),
    ("code", "guess-test-text", 'assert is_true["text 0"] is bool("0"), "the text 0?"'),
    ("markdown", "count-task", "### Exercise 3 · Count"),
    (
        "code",
        "count-answer",
        '''def count(words):
    """Return how many words there are."""
    ### BEGIN SOLUTION
    return len(words.split())
    ### END SOLUTION
    ### BEGIN STUB
    # return len(words.split(" ")) - 1
    ### END STUB''',
    ),
    ("code", "count-test", 'assert count("a b") == 2, "two words"'),
    (
        "markdown",
        "why-task",
        """### Exercise 4 · Why

### BEGIN MARK SCHEME
Two points for the scheme.
### END MARK SCHEME""",
    ),
    ("markdown", "why-answer", "Because of the model answer."),
]
POINTS = {"why-answer": 2}
STUB = "Write your answer in place of this line."

NOISY = {
    # The kernel is silent for 6 s once the cell is done, as after a first import.
    "setup": """import sys, time, warnings

kernel = get_ipython().kernel
publish = kernel._publish_status

def late(*arguments, **options):
    kernel._publish_status = publish
    time.sleep(6)
    publish(*arguments, **options)

kernel._publish_status = late""",
    "double-answer": """def double(x):
    warnings.warn("careful", stacklevel=2)
    print("to stderr", file=sys.stderr)
    sys.displayhook(0.0)
    return x + x""",
    "double-test-text": "pass",
    "guess-answer": 'is_true = {"empty list": False, "text 0": True}',
    "count-answer": "def count(words):\n    return 1 + words.count(' ')",
}
NOISY_LACKS = ("guess-test-list", "why-answer")  # each follows another kind of cell
WRONG = {
    "double-answer": """def double(x):
    return fruit(x) if x == "kiwi" else x + x""",
    "double-try": """def fruit(x):
    print("found a fruit")
    raise LookupError("no fruit, please")""",
    "guess-answer": 'is_true = {"empty list": False, "text 0": None}',
    "count-answer": "def count(words)\n    return 2",
    "why-answer": "Because I say so.",
}
ENDLESS = {
    "double-answer": "def double(x):\n    return double(x)",
    "guess-answer": "is_true = dict.fromkeys(['empty list', 'text 0'], 1.0)",
    "count-answer": """def count(words):
    print("line\\n" * 5000)
    raise ExceptionGroup("several", [ValueError("one"), ValueError("two")])""",
}
STUDENTS = {"untouched": {}, "noisy": NOISY, "wrong": WRONG, "endless": ENDLESS}
SCORE_BY_HAND = 1.5
# As where the course's own engine cannot run: nbgrader grades by itself.
NBGRADERS_OWN = """
from course.nbgrader_hooks.autograde import use_nbgraders_own

use_nbgraders_own()
"""


def write_submission(course: Course, path: Path, answers: dict, lacks=()) -> None:
    """The released notebook with other cells in it, or without some."""
    nb = json.loads(course.released(NAME).read_text(encoding="utf-8"))
    nb["cells"] = [cell for cell in nb["cells"] if cell["id"] not in lacks]
    for cell in nb["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(nb), encoding="utf-8")


def grade_words(root: Path) -> None:
    """Make the course in `root`: released, submitted, graded, with feedback."""
    course = Course(root)
    link = course.link(NAME)
    link.parent.mkdir(parents=True)
    cells = [raw(*cell) for cell in CELLS]
    for cell in cells:
        cell["metadata"]["points"] = POINTS.get(cell["id"], 1)
    nb = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    link.write_bytes(to_bytes(nb))
    link.write_bytes(canonical_bytes(link))
    shutil.copy(ROOT / CONFIG, root)
    with (root / CONFIG).open("a", encoding="utf-8") as file:
        file.write(NBGRADERS_OWN)
    nbgrader(root, "generate_assignment", NAME)
    for student, answers in STUDENTS.items():
        path = root / "submitted" / student / NAME / f"{NAME}.ipynb"
        lacks = NOISY_LACKS if answers is NOISY else ()
        write_submission(course, path, answers, lacks)
    nbgrader(root, "autograde", NAME)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "pytorch") as gradebook:
        grade = gradebook.find_grade("why-answer", NAME, NAME, "wrong")
        grade.manual_score = SCORE_BY_HAND
        gradebook.db.commit()
    nbgrader(root, "generate_feedback", NAME)
