"""Lint rules for the exercises of a lesson, and for the lesson as a whole.

A rule takes a lesson and yields faults: the id of a cell and what to do about it.
"""

import ast
import re
from itertools import zip_longest

from course.base.notebook import TASK_LINE, Cell, Exercise, Lesson, without_region
from course.lesson.cell_rules import FENCE, Faults, is_project, parse

LESSON_POINTS = 20
PROJECT_POINTS = 60
TEST_POINTS = (1, 2)
PROJECT_TEST_POINTS = (1, 2, 3, 4)
LAST_HEADINGS = ["When it breaks", "Summary", "Go further"]

TASK_HEADING = re.compile(r"### Exercise (\d+) · \S.*")
TEST_ID = re.compile(r"-test(-|$)")
# where the cells of an exercise stand, in this order; other cells are free
ORDER = ("task", "answer", "try", "test", "hint")


def is_automatic(exercise: Exercise) -> bool:
    """Whether tests judge the exercise; a person reads the answers to others."""
    answer = exercise.answer
    return answer.is_code if answer else exercise.kind != "Explain"


def role_of(exercise: Exercise, cell: Cell) -> str:
    """One of ORDER, or "" for a free cell."""
    rest = cell.id.removeprefix(f"{exercise.id}-")
    role = "test" if rest.startswith("test-") else rest
    return role if role in ORDER else ""


def cell_order(lesson: Lesson) -> Faults:
    """An exercise reads: task, answer, try, tests, hint, in one piece."""
    places = {cell.id: place for place, cell in enumerate(lesson.cells)}
    for exercise in lesson.exercises:
        roles = [role_of(exercise, cell) for cell in exercise.cells]
        for needed in ("answer", "try") if exercise.kind == "Write" else ("answer",):
            if needed not in roles:
                yield exercise.task.id, f"add the cell {exercise.id}-{needed}"
        rank, previous = -1, None
        for cell, role in zip(exercise.cells, roles, strict=True):
            if previous and places[cell.id] != places[previous.id] + 1:
                stranger = lesson.cells[places[previous.id] + 1]
                yield (
                    stranger.id,
                    f"stands inside the exercise {exercise.id}: move it out, "
                    f"or name it {exercise.id}-…",
                )
            if role and ORDER.index(role) < rank:
                yield cell.id, f"move it up: the order is {', '.join(ORDER)}"
            rank = max(rank, ORDER.index(role)) if role else rank
            previous = cell
        yield from _free_cells_astray(exercise, roles)


def _free_cells_astray(exercise: Exercise, roles: list[str]) -> Faults:
    tests = [place for place, role in enumerate(roles) if role == "test"]
    for place, (cell, role) in enumerate(zip(exercise.cells, roles, strict=True)):
        among_tests = tests and tests[0] < place < tests[-1]
        if not role and (among_tests or "task" not in roles[:place]):
            yield cell.id, "move it between the task and the tests, or after them"


def picture_in_words(lesson: Lesson) -> Faults:
    """After a picture, before the next heading, a text says what it shows."""
    for place, cell in enumerate(lesson.cells):
        if not (cell.is_code and cell.id.endswith("-picture")):
            continue
        following = (c for c in lesson.cells[place + 1 :] if not c.is_code)
        text = next(following, None)
        if text is None or text.source.startswith("#"):
            yield cell.id, "say in a text below it what the picture shows"


def test_missing(lesson: Lesson) -> Faults:
    """An exercise that a program grades has a test."""
    for exercise in lesson.exercises:
        if is_automatic(exercise) and not exercise.tests:
            yield exercise.task.id, f"add a test cell {exercise.id}-test-…"


def graded_marked(lesson: Lesson) -> Faults:
    """nbgrader's marks agree with what the cell's id says it is."""
    owned = {}
    for exercise in lesson.exercises:
        owned |= {cell.id: role_of(exercise, cell) for cell in exercise.cells}
    allowed = PROJECT_TEST_POINTS if is_project(lesson) else TEST_POINTS
    for cell in lesson.cells:
        role = owned.get(cell.id, "")
        if role in ("task", "answer", "test"):
            fault = _mark_fault(cell, role, allowed)
        elif TEST_ID.search(cell.id) and cell.id not in owned:
            fault = "belongs to no exercise: add its …-task cell, or rename it"
        elif cell.is_graded or cell.is_solution:
            fault = "nbgrader grades it: name it …-test-… or …-answer, or unmark it"
        else:
            fault = None
        if fault:
            yield cell.id, fault


def _mark_fault(cell: Cell, role: str, allowed: tuple[int, ...]) -> str | None:
    marks = [bool(cell.nbgrader.get(m)) for m in ("grade", "solution", "locked")]
    if cell.nbgrader.get("task"):
        return "unmark it as an nbgrader task: tasks here are locked Markdown"
    if role == "test":
        if not cell.is_code:
            return "make it a code cell"
        if marks != [True, False, True]:
            return "mark it as graded and locked, and not as a solution"
        if cell.points not in allowed:
            points = " or ".join(map(str, allowed))
            return f"give it {points} points, not {cell.points:g}"
    elif role == "task":
        if cell.is_code or marks != [False, False, True]:
            return "make it a locked Markdown cell without points"
    elif cell.is_code and marks != [False, True, False]:
        return "mark it as a solution, neither graded nor locked"
    elif not cell.is_code and (marks != [True, True, False] or not cell.points):
        return "mark it as a graded solution with points: a person grades it"
    return None


def points(lesson: Lesson) -> Faults:
    """Lessons weigh the same, and tasks keep their promises."""
    wanted = PROJECT_POINTS if is_project(lesson) else LESSON_POINTS
    if lesson.points != wanted:
        yield (
            lesson.cells[0].id,
            f"make its points {wanted}, not {lesson.points:g}",
        )
    for exercise in lesson.exercises:
        promised = exercise.promised_points
        if promised is not None and promised != exercise.points:
            yield (
                exercise.task.id,
                f"promises {promised} points, and its cells give {exercise.points:g}",
            )


def task_line(lesson: Lesson) -> Faults:
    """A task says its number, kind, stars, points and minutes."""
    for number, exercise in enumerate(lesson.exercises, 1):
        task = exercise.role("task")  # a stray cell may stand before it
        lines = [*task.source.splitlines(), "", ""]
        heading = TASK_HEADING.fullmatch(lines[0])
        if not heading or int(heading[1]) != number:
            yield task.id, f"begin with '### Exercise {number} · Its title'"
        elif not TASK_LINE.fullmatch(lines[1]):
            yield (
                task.id,
                "write line 2 as '**Write · ★ · 2 points · 5 minutes**'; other kinds "
                "are Predict, Find and fix, Test, Explain",
            )
        elif exercise.answer and (exercise.kind == "Explain") is is_automatic(exercise):
            kind = "Markdown" if exercise.kind == "Explain" else "code"
            yield (
                exercise.answer.id,
                f"make it a {kind} cell, as {exercise.kind} asks",
            )


def mark_scheme(lesson: Lesson) -> Faults:
    """An exercise that a person grades says what earns the points."""
    for exercise in lesson.exercises:
        if not is_automatic(exercise) and "MARK SCHEME" not in exercise.task.source:
            yield exercise.task.id, "add ### BEGIN MARK SCHEME … ### END MARK SCHEME"


def trailing_value(lesson: Lesson) -> Faults:
    """A test ends in a statement: nbgrader takes a last value for the grade."""
    for cell in lesson.cells:
        if not cell.is_test:
            continue
        for source in (cell.source, without_region(cell.source, "HIDDEN TESTS")):
            tree = parse(source)
            if tree and tree.body and _may_have_value(tree.body[-1]):
                yield cell.id, "end it in an assert, not in a value: put that in a name"
                break


def _may_have_value(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Expr):
        return False
    called = node.value.func if isinstance(node.value, ast.Call) else None
    name = getattr(called, "attr", None) or getattr(called, "id", "")
    return not (name.startswith("assert") or name == "print")


def test_idea(lesson: Lesson) -> Faults:
    """A test begins with its idea in a sentence."""
    for cell in lesson.cells:
        tree = parse(cell.source) if cell.is_test else None
        if tree and not (ast.get_docstring(tree) or "").strip():
            yield cell.id, 'begin it with its idea, as in """One mean per column."""'


def try_cell(lesson: Lesson) -> Faults:
    """An untouched notebook runs: what there is to try stands in comments."""
    for exercise in lesson.exercises:
        cell = exercise.role("try") if exercise.kind in ("Write", "Test") else None
        tree = parse(cell.source) if cell and cell.is_code else None
        if tree and tree.body:
            yield cell.id, "put a # before each line: it fails on an untouched answer"


def hint(lesson: Lesson) -> Faults:
    """An exercise has a folded hint for students who are stuck."""
    for exercise in lesson.exercises:
        cell = exercise.role("hint")
        if cell is None:
            if is_automatic(exercise):
                yield exercise.task.id, f"add the Markdown cell {exercise.id}-hint"
        elif cell.is_code or not re.search(r"<details>.*</details>", cell.source, re.S):
            yield cell.id, "fold the hint into <details> … </details>, in Markdown"


def anatomy(lesson: Lesson) -> Faults:
    """A lesson opens with its promise and closes with the same three sections."""
    first = lesson.cells[0]
    number = lesson.name.partition("_")[0].lstrip("0")
    if first.is_code or not re.match(rf"# {number} · \S", first.source):
        yield first.id, f"begin with '# {number} · Title' in Markdown"
    if "You will be able to" not in first.source:
        yield first.id, "say 'You will be able to …'"
    if not lesson.minutes:
        yield first.id, "say how many minutes the lesson takes"
    if not lesson.setup or not lesson.setup.is_code:
        yield first.id, "add a code cell with the id setup"
    headings = _headings(lesson)[-len(LAST_HEADINGS) :]
    for (found, where), wanted in zip_longest(
        headings, LAST_HEADINGS, fillvalue=("", lesson.cells[-1].id)
    ):
        if found != wanted:
            yield (
                where,
                f"write '## {wanted}' here: a lesson ends " + ", ".join(LAST_HEADINGS),
            )
            break


def _headings(lesson: Lesson) -> list[tuple[str, str]]:
    """The `## ` headings with the ids of their cells."""
    return [
        (heading, cell.id)
        for cell in lesson.cells
        if not cell.is_code
        for heading in re.findall(
            r"^## (.+?) *$", FENCE.sub("", cell.source), re.MULTILINE
        )
    ]
