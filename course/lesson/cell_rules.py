"""Lint rules for single cells, whatever exercise they belong to.

A rule takes a lesson and yields faults: the id of a cell and what to do about it.
"""

import ast
import re
from collections.abc import Iterator

from course.base.cell_imports import import_statements
from course.base.notebook import (
    CHECKED_OUTPUT,
    REGIONS,
    Cell,
    Lesson,
    delimiter,
    region,
    stub_lines,
    without_region,
)

KNOWN_TAGS = (CHECKED_OUTPUT, "raises-exception", "hide-input")
CODE_LINES = 20
SOLUTION_LINES = 15
PROJECT_SOLUTION_LINES = 40
HIDDEN_LINES = 15
WORDS = 150
BANNED_WORDS = ("simply", "obviously", "just", "easy", "easily", "trivial", "trivially")

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
DELIMITER = re.compile(r"\b(BEGIN|END) ([A-Z]{4,}(?: [A-Z]+)*)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
INSTALLS = re.compile(r"^(!|%%?(pip|conda|mamba|uv|bash|sh|system|sx)\b)")

Faults = Iterator[tuple[str, str]]


def is_project(lesson: Lesson) -> bool:
    """Whether the lesson is a project, which weighs more."""
    return lesson.name.endswith("_project")


def parse(source: str) -> ast.Module | None:
    """The cell's syntax tree; None where ruff will report its syntax error.

    Lines that are IPython magics or shell commands count as comments.
    """
    try:
        return ast.parse(_without_magics(source))
    except SyntaxError:
        return None


def _without_magics(source: str) -> str:
    return re.sub(r"^(?=[%!])", "# ", source, flags=re.MULTILINE)


def prose(source: str) -> str:
    """Markdown without its code: fences and `inline` code."""
    return re.sub(r"`[^`\n]*`", " ", FENCE.sub(" ", source))


def words(source: str) -> int:
    """How many words a reader meets; bullets and table rules aren't words."""
    return sum(any(map(str.isalnum, word)) for word in source.split())


def cell_id(lesson: Lesson, names: list[str]) -> Faults:
    """Ids are nouns and equal the name that nbgrader or the metadata holds."""
    for number, (cell, name) in enumerate(zip(lesson.cells, names, strict=True), 1):
        if not cell.id or not name:
            where = cell.id or name or f"cell {number}"
            yield where, "give it an id, and the same name or grade_id in its metadata"
        elif cell.id != name:
            yield cell.id, f"its metadata calls it {name!r}: use one id for both"
        elif not SLUG.fullmatch(cell.id):
            yield cell.id, "write the id as small words joined by -, such as row-means"
        elif any(part.isdigit() for part in cell.id.split("-")):
            yield cell.id, "name it after what it shows, without a number"
        elif cell.id[-1].isdigit():
            yield cell.id, "let the id end in a word, not in a number"


def duplicate_id(lesson: Lesson) -> Faults:
    """No two cells share an id."""
    ids = [cell.id for cell in lesson.cells if cell.id]
    for name in dict.fromkeys(ids):
        if ids.count(name) > 1:
            yield name, f"{ids.count(name)} cells have this id: rename all but one"


def cell_size(lesson: Lesson) -> Faults:
    """Code, solutions, hidden tests and Markdown fit their limits."""
    solution = PROJECT_SOLUTION_LINES if is_project(lesson) else SOLUTION_LINES
    for cell in lesson.cells:
        scheme = "\n".join(region(cell.source, "MARK SCHEME"))
        if cell.is_code:
            sizes = [
                (_lines_seen(cell), CODE_LINES, "lines: split the cell"),
                (
                    len(region(cell.source, "SOLUTION")),
                    solution,
                    "lines of solution: ask for less",
                ),
                (
                    len(region(cell.source, "HIDDEN TESTS")),
                    HIDDEN_LINES,
                    "lines of hidden tests: test one idea",
                ),
            ]
        else:
            seen = without_region(cell.source, "MARK SCHEME")
            sizes = [
                (words(seen), WORDS, "words: say less, or split the cell"),
                (words(scheme), WORDS, "words of mark scheme: shorten it"),
            ]
        for size, limit, advice in sizes:
            if size > limit:
                yield cell.id, f"{size} of at most {limit} {advice}"


def _lines_seen(cell: Cell) -> int:
    """Lines of code in the student's version, a standard stub not counted."""
    source = cell.source
    stub = stub_lines(source)
    for name in ("SOLUTION", "STUB", "HIDDEN TESTS"):
        source = without_region(source, name)
    return len(source.strip("\n").splitlines()) + len(stub)


def tags(lesson: Lesson) -> Faults:
    """Cells have only tags that the course knows."""
    for cell in lesson.cells:
        for tag in cell.tags:
            if tag not in KNOWN_TAGS:
                known = ", ".join(KNOWN_TAGS)
                yield cell.id, f"remove the tag {tag!r}; the known ones are {known}"


def stored_output(lesson: Lesson) -> Faults:
    """Outputs are kept where they are checked, and nowhere else."""
    for cell in lesson.cells:
        checked = CHECKED_OUTPUT in cell.tags
        if checked and not cell.outputs:
            yield (
                cell.id,
                f"run and save it, or drop the tag {CHECKED_OUTPUT}",
            )
        elif cell.outputs and not checked:
            yield cell.id, f"clear its output, or tag it {CHECKED_OUTPUT}"


def bare_assert(lesson: Lesson) -> Faults:
    """Every assert that a student can fail says what came back."""
    for cell in lesson.cells:
        judged = cell.is_graded or cell.nbgrader.get("locked")
        tree = parse(cell.source) if cell.is_code and judged else None
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Assert) and node.msg is None:
                yield (
                    cell.id,
                    f"give the assert in line {node.lineno} a message: "
                    "what came back, what was expected, where to look",
                )


def imports(lesson: Lesson) -> Faults:
    """Lessons install nothing, and don't import this package."""
    for cell in lesson.cells:
        if not cell.is_code:
            continue
        for line in cell.source.splitlines():
            if INSTALLS.match(line):
                yield (
                    cell.id,
                    f"remove {line.strip()!r}: no lesson needs a shell",
                )
        statements = import_statements(_without_magics(cell.source))
        packages = {(m or each.name).partition(".")[0] for m, each in statements}
        if "course" in packages:
            yield cell.id, "do not import course: students do not have it"
        if "torchvision" in packages and cell.id == "setup":
            yield cell.id, "import torchvision where it is first used: it is slow"


def banned_words(lesson: Lesson) -> Faults:
    """Texts avoid words like "simply", as nothing is simple for everyone."""
    for cell in lesson.cells:
        text = "" if cell.is_code else prose(cell.source)
        for word in BANNED_WORDS:
            if re.search(rf"\b{word}\b", text, re.IGNORECASE):
                yield cell.id, f"say it without the word {word!r}"


def regions(lesson: Lesson) -> Faults:
    """Regions are paired, not nested, and stand where the graders look for them."""
    for cell in lesson.cells:
        fault = _delimiter_fault(cell.source) or _misplaced(cell)
        if fault:
            yield cell.id, fault


def _delimiter_fault(source: str) -> str | None:
    opened = closed = None
    after = 0
    for number, line in enumerate(source.splitlines(), 1):
        found = DELIMITER.search(line)
        if not found or not ("###" in line or found[2] in REGIONS):
            continue
        edge, name = found.groups()
        if name not in REGIONS or line.strip() != delimiter(edge, name):
            known = " or ".join(delimiter(edge, known) for known in REGIONS)
            return f"line {number}: write a delimiter alone on its line: {known}"
        if edge == "BEGIN":
            if opened:
                return f"line {number}: close {opened} before {name} begins"
            if name == "STUB" and (closed, after) != ("SOLUTION", number - 1):
                before = delimiter("END", "SOLUTION")
                return f"line {number}: put STUB right after {before}"
            opened = name
        else:
            if opened != name:
                return f"line {number}: END {name} has no BEGIN {name} before it"
            opened, closed, after = None, name, number
    return f"add {delimiter('END', opened)}" if opened else None


def _misplaced(cell: Cell) -> str | None:
    role = cell.id.rpartition("-")[2]
    homes = {
        "SOLUTION": ("code answers", cell.is_code and role == "answer"),
        "STUB": ("code answers", cell.is_code and role == "answer"),
        "HIDDEN TESTS": ("test cells", cell.is_code and "-test" in cell.id),
        "MARK SCHEME": ("tasks", not cell.is_code and role == "task"),
    }
    for name, (home, is_home) in homes.items():
        if delimiter("BEGIN", name) in cell.source and not is_home:
            return f"{name} belongs in {home} alone: move it"
    if homes["SOLUTION"][1] and not region(cell.source, "SOLUTION"):
        return "put the solution between ### BEGIN SOLUTION and ### END SOLUTION"
    if any(not re.match(r"\s*#", line) for line in region(cell.source, "STUB")):
        return "write every line of STUB as a comment"
    return None
