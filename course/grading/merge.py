"""What a student submitted, made into a notebook that can be executed and graded.

Nothing in it is trusted: neither the JSON nor its metadata, nor the order, the types or
the number of its cells. The source's locked cells are put in, and only the student's
answers and own cells are taken over.
"""

from dataclasses import dataclass
from itertools import count

import nbformat
from nbformat import NotebookNode

from course.base.printable import listed, printable
from course.grading.cell_json import key
from course.grading.read_notebook import NotebookFile, Reading, read_notebook
from course.grading.read_submission import TIMESTAMP_FILE, Submission
from course.grading.recognise import Recognition
from course.grading.student_cell import StudentCell
from course.grading.submission import NOTES_ID, SOUND_ID, SourceCell

NAMED = 5  # missing cells that get a note each
NOTEBOOK_KERNEL = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}


@dataclass(frozen=True)
class Merged:
    """The notebook to execute, and what was not normal, in words.

    `nothing_found`: why the submission yields no answer at all, None where it does.
    """

    notebook: NotebookNode
    notes: list[str]
    nothing_found: str | None = None


@dataclass(frozen=True)
class _Choice:
    """A notebook among the files, as it was read, and what it is recognised as."""

    file: NotebookFile
    reading: Reading
    known: Recognition


def merge(source: list[SourceCell], submission: Submission) -> Merged:
    """The lesson with the student's answers and own cells in it.

    Cells come in the order of the source, each followed by the cells that the student
    added after it. Never raises for what was submitted.
    """
    notes = list(submission.notes)
    wanted = submission.wanted
    choices = list(_choices(source, submission))
    best = max(choices, key=_worth, default=None)
    nothing = _nothing_found(source, submission, best)
    if best is None:
        notes.append(f"There is no {wanted} in this submission.")
        known = Recognition(source, [])
    else:
        known, name = best.known, printable(best.file.name, 80)
        if best.file.name != wanted:
            if any(choice.file.name == wanted for choice in choices):
                why = f"instead of {wanted}, because it holds more answers"
            else:
                why = f"because there is no {wanted}"
            notes.append(f"{name} was graded {why}.")
        notes += [f"{name}: {note}" for note in best.reading.notes + known.notes]
        if best.reading.problem:
            notes.append(f"{name} counts as not answered: {best.reading.problem}.")
    cells, put_right = _merged(source, known)
    if nothing and best is not None and not best.reading.problem:
        put_right = [f"{nothing[:1].upper()}{nothing[1:]}."]
    nb = nbformat.v4.new_notebook()
    nb.cells = cells  # given at once, they would be validated, which takes long
    nb.metadata.kernelspec = dict(NOTEBOOK_KERNEL)
    return Merged(nb, [*notes, *put_right], nothing)


def recognised(
    lessons: dict[str, list[SourceCell]], submission: Submission
) -> dict[str, int]:
    """By lesson, how many cells of its exercises the submission holds."""
    known = set().union(*map(_known_by, lessons.values()))
    found = dict.fromkeys(lessons, 0)
    for file in submission.notebooks:
        for reading in read_notebook(file, known):
            cells = [StudentCell(**cell) for cell in reading.cells]
            for name, source in lessons.items():
                graded = _graded(source, Recognition(source, cells))
                found[name] = max(found[name], graded)
    return found


# ---- Which file, and which side of a conflict ----


def _choices(source: list[SourceCell], submission: Submission) -> list[_Choice]:
    known = _known_by(source)
    answers = sum(cell.is_answer for cell in source)
    choices = []
    for file in submission.notebooks:
        for reading in read_notebook(file, known):
            cells = [StudentCell(**cell) for cell in reading.cells]
            choices.append(_Choice(file, reading, Recognition(source, cells)))
        if choices[-1].known.answered == answers:
            break  # none can hold more
    return choices


def _known_by(source: list[SourceCell]) -> set[str]:
    """Ids and text keys of a lesson's cells."""
    return {cell.id for cell in source} | {key(c.released) for c in source if c.plain}


def _worth(choice: _Choice) -> tuple:
    """Of several, the one with most answers counts; of equal ones, the first."""
    known = choice.known
    return known.answered, min(_graded(known.source, known), 1), len(known.cells) > 0


def _graded(source: list[SourceCell], known: Recognition) -> int:
    return sum(bool(source[index].nbgrader) for index in known.owner)


def _nothing_found(
    source: list[SourceCell], submission: Submission, best: _Choice | None
) -> str | None:
    if best is None:
        if submission.unread:
            return f"{listed(list(submission.unread))} cannot be read"
        if others := sorted(submission.files.keys() - {TIMESTAMP_FILE}):
            return f"there is no notebook, only {listed(others)}"
        return "its folder holds no notebook (hidden files don't count)"
    name, known = printable(best.file.name, 80), best.known
    if best.reading.problem:
        return f"{name}: {best.reading.problem}"
    if all(cell.is_blank for cell in known.cells):
        return f"{name}: all of its cells are empty"
    answers = [index for index, cell in enumerate(source) if cell.is_answer]
    if known.answered or not answers:
        return None
    if not _graded(source, known):
        title = next((c.source for c in known.cells if c.source.startswith("# ")), "")
        title = printable(title[2:].partition("\n")[0], 80)
        of = f"; its title is “{title}”" if title else ""
        return f"{name}: it holds none of this lesson's exercises{of}"
    if not known.owner.keys() & {*answers}:
        return f"{name}: none of the answer cells is there"
    return f"{name}: nothing is answered in it; it is the lesson as it was released"


# ---- The notebook ----


def _merged(
    source: list[SourceCell], known: Recognition
) -> tuple[list[NotebookNode], list[str]]:
    """The cells of the merged notebook, and what was put right."""
    notes = []
    place = {mine: index for index, mine in known.owner.items()}
    groups: dict[int, list[NotebookNode]] = {
        index: [] for index in range(-1, len(source))
    }
    here = -1
    order = []
    for mine, cell in enumerate(known.cells):
        if mine in place:
            here = place[mine]
            groups[here].insert(0, _known(source[here], cell))
            order += [here] if source[here].nbgrader else []
        elif mine not in known.dropped:
            groups[_before_tests(source, here, cell)].append(_own(cell))
    if order != sorted(order):
        notes.append("Cells of exercises stood in another order; they were put back.")
    missing = [
        index
        for index, cell in enumerate(source)
        if cell.nbgrader and index not in known.owner
    ]
    for index in missing:
        other = known.elsewhere.get(index)
        given = None if other is None else known.cells[other]
        groups[index].insert(0, _known(source[index], given))
        if source[index].is_answer and given is None:
            # What stands where the answer was must come after its stub.
            before = max((k for k in known.owner if k < index), default=-1)
            own = groups[before][1 if before >= 0 else 0 :]
            groups[index] += own
            del groups[before][len(groups[before]) - len(own) :]
    if known.cells:
        gone = [index for index in missing if index not in known.elsewhere]
        notes += _missing([source[index] for index in gone])
    cells = [cell for group in groups.values() for cell in group]
    _make_ids_unique(cells)
    return cells, notes


def _missing(cells: list[SourceCell]) -> list[str]:
    answers = [cell.id for cell in cells if cell.is_answer]
    tests = [cell.id for cell in cells if cell.is_test]
    notes = []
    for what, names in (("answer", answers), ("test", tests)):
        so = ", and counts as not answered" if what == "answer" else ""
        if len(names) > NAMED:
            notes.append(f"{len(names)} {what} cells were missing: {listed(names)}.")
        else:
            notes += [f"The {what} cell {name} was missing{so}." for name in names]
    return notes


def _before_tests(source: list[SourceCell], here: int, cell: StudentCell) -> int:
    """Where an own cell stands: code from a test cell, before the tests it is for."""
    index = here
    if cell.found_in and cell.kind == "code" and source[here].id == cell.found_in:
        while index > 0 and source[index].is_locked and source[index].kind == "code":
            index -= 1
    return index


def _known(cell: SourceCell, given: StudentCell | None) -> NotebookNode:
    """The source's cell; an answer, prose and demos with what the student wrote."""
    text, pictures = cell.source, {}
    kind = cell.kind
    if given is not None and not cell.is_locked:
        pictures = given.attachments
        if not cell.nbgrader:
            text, kind = given.source, given.kind
        elif not given.is_blank and given.plain != cell.plain:
            text = given.unfenced() if kind == "code" else given.source
    new = _new(kind, text, pictures)
    new.id = cell.id
    new["known"] = True
    if cell.nbgrader:
        new.metadata.nbgrader = nbformat.from_dict(cell.nbgrader)
    return new


def _own(cell: StudentCell) -> NotebookNode:
    new = _new(cell.kind, cell.source, cell.attachments)
    if SOUND_ID.fullmatch(cell.id):
        new.id = cell.id
    return new


def _new(kind: str, source: str, attachments: dict) -> NotebookNode:
    # Not by nbformat.v4.new_code_cell: it validates each cell, and draws a random id.
    new = NotebookNode(id="", cell_type=kind, metadata=NotebookNode(), source=source)
    if kind == "code":
        new |= {"execution_count": None, "outputs": []}
    if kind == "markdown" and attachments:
        new.attachments = nbformat.from_dict(attachments)
    return new


def _make_ids_unique(cells: list[NotebookNode]) -> None:
    known = [cell for cell in cells if cell.pop("known", False)]
    ours = {id(cell) for cell in known}
    taken = {"", NOTES_ID, *(cell.id for cell in known)}
    numbers = count(1)
    for cell in cells:
        if id(cell) not in ours:
            while cell.id in taken:
                cell.id = f"added-{next(numbers)}"
            taken.add(cell.id)
