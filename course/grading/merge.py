"""A submission, made into a notebook that can be executed and graded.

Nothing in it is trusted: neither the JSON nor its metadata, nor the order, the types or
the number of its cells. The source's locked cells are put in, and only the student's
answers and own cells are taken over.
"""

from dataclasses import dataclass
from itertools import count

import nbformat
from nbformat import NotebookNode

from course.base.printable import listed, printable
from course.grading.cell_json import text_key
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
    """The notebook to execute, and notes on everything unusual.

    `nothing_found`: why the submission yields no answer at all, None where it does.
    """

    notebook: NotebookNode
    notes: list[str]
    nothing_found: str | None = None


@dataclass(frozen=True)
class _Candidate:
    """A notebook among the files, as it was read, with its cells recognised."""

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
    candidates = list(_candidates(source, submission))
    best = max(candidates, key=_preference, default=None)
    nothing = _nothing_found(source, submission, best)
    if best is None:
        notes.append(f"There is no {wanted} in this submission.")
        known = Recognition(source, [])
    else:
        known, name = best.known, printable(best.file.name, 80)
        if best.file.name != wanted:
            if any(candidate.file.name == wanted for candidate in candidates):
                why = f"instead of {wanted}, because it holds more answers"
            else:
                why = f"because there is no {wanted}"
            notes.append(f"{name} was graded {why}.")
        notes += [f"{name}: {note}" for note in best.reading.notes + known.notes]
        if best.reading.problem:
            notes.append(f"{name} counts as not answered: {best.reading.problem}.")
    cells, corrections = _merged_cells(source, known)
    if nothing and best is not None and not best.reading.problem:
        is_ours = any(source[index].is_answer for index in known.matches)
        said = f"{nothing[:1].upper()}{nothing[1:]}."
        corrections = [said, *corrections] if is_ours else [said]
    nb = nbformat.v4.new_notebook()
    nb.cells = cells  # given at once, they would be validated, which takes long
    nb.metadata.kernelspec = dict(NOTEBOOK_KERNEL)
    return Merged(nb, [*notes, *corrections], nothing)


def count_recognised(
    lessons: dict[str, list[SourceCell]], submission: Submission
) -> dict[str, int]:
    """By lesson, how many cells of its exercises the submission holds."""
    known = set().union(*map(_identifiers, lessons.values()))
    found = dict.fromkeys(lessons, 0)
    for file in submission.notebooks:
        for reading in read_notebook(file, known):
            cells = [StudentCell(**cell) for cell in reading.cells]
            for name, source in lessons.items():
                graded = _count_exercise_cells(source, Recognition(source, cells))
                found[name] = max(found[name], graded)
    return found


# ---- Which file, and which side of a conflict ----


def _candidates(source: list[SourceCell], submission: Submission) -> list[_Candidate]:
    known = _identifiers(source)
    answers = sum(cell.is_answer for cell in source)
    candidates = []
    for file in submission.notebooks:
        for reading in read_notebook(file, known):
            cells = [StudentCell(**cell) for cell in reading.cells]
            candidates.append(_Candidate(file, reading, Recognition(source, cells)))
        if candidates[-1].known.answered == answers:
            break  # none can hold more
    return candidates


def _identifiers(source: list[SourceCell]) -> set[str]:
    """Ids and text keys of a lesson's cells."""
    return {cell.id for cell in source} | {
        text_key(c.released) for c in source if c.normalized
    }


def _preference(candidate: _Candidate) -> tuple:
    """The sort key: most answers first; `max` takes the first of equal ones."""
    known = candidate.known
    return (
        known.answered,
        min(_count_exercise_cells(known.source, known), 1),
        len(known.cells) > 0,
    )


def _count_exercise_cells(source: list[SourceCell], known: Recognition) -> int:
    return sum(bool(source[index].nbgrader) for index in known.matches)


def _nothing_found(
    source: list[SourceCell], submission: Submission, best: _Candidate | None
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
    if not _count_exercise_cells(source, known):
        title = next((c.source for c in known.cells if c.source.startswith("# ")), "")
        title = printable(title[2:].partition("\n")[0], 80)
        of = f"; its title is “{title}”" if title else ""
        return f"{name}: it holds none of this lesson's exercises{of}"
    if not known.matches.keys() & {*answers}:
        return f"{name}: none of the answer cells is there"
    return f"{name}: none of its exercises is answered"


# ---- The notebook ----


def _merged_cells(
    source: list[SourceCell], known: Recognition
) -> tuple[list[NotebookNode], list[str]]:
    """The cells of the merged notebook, and notes on corrections."""
    notes = []
    lesson_indices = {
        student_index: index for index, student_index in known.matches.items()
    }
    groups: dict[int, list[NotebookNode]] = {
        index: [] for index in range(-1, len(source))
    }
    here = -1
    order = []
    for student_index, cell in enumerate(known.cells):
        if student_index in lesson_indices:
            here = lesson_indices[student_index]
            groups[here].insert(0, _lesson_cell(source[here], cell))
            order += [here] if source[here].nbgrader else []
        elif student_index not in known.dropped:
            groups[_index_before_tests(source, here, cell)].append(_student_cell(cell))
    if order != sorted(order):
        notes.append("Cells of exercises stood in another order; they were put back.")
    missing = [
        index
        for index, cell in enumerate(source)
        if cell.nbgrader and index not in known.matches
    ]
    for index in missing:
        other = known.in_other_answers.get(index)
        given = None if other is None else known.cells[other]
        groups[index].insert(0, _lesson_cell(source[index], given))
        if source[index].is_answer and given is None:
            # What stands where the answer was must come after its stub.
            before = max((k for k in known.matches if k < index), default=-1)
            own = groups[before][1 if before >= 0 else 0 :]
            groups[index] += own
            del groups[before][len(groups[before]) - len(own) :]
    if known.cells:
        gone = [index for index in missing if index not in known.in_other_answers]
        notes += _notes_on_missing([source[index] for index in gone])
    cells = [cell for group in groups.values() for cell in group]
    _make_ids_unique(cells)
    return cells, notes


def _notes_on_missing(cells: list[SourceCell]) -> list[str]:
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


def _index_before_tests(source: list[SourceCell], here: int, cell: StudentCell) -> int:
    """The place of a student's own cell; code from a test cell precedes the tests."""
    index = here
    if cell.found_in and cell.kind == "code" and source[here].id == cell.found_in:
        while index > 0 and source[index].is_locked and source[index].kind == "code":
            index -= 1
    return index


def _lesson_cell(cell: SourceCell, given: StudentCell | None) -> NotebookNode:
    """The source's cell; an answer, prose and demos with what the student wrote."""
    text, pictures = cell.source, {}
    kind = cell.kind
    if given is not None and not cell.is_locked:
        pictures = given.attachments
        if not cell.nbgrader:
            text, kind = given.source, given.kind
        elif not given.is_blank and given.normalized != cell.normalized:
            text = given.unfenced() if kind == "code" else given.source
    new = _new_cell(kind, text, pictures)
    new.id = cell.id
    new["known"] = True
    if cell.nbgrader:
        new.metadata.nbgrader = nbformat.from_dict(cell.nbgrader)
    return new


def _student_cell(cell: StudentCell) -> NotebookNode:
    new = _new_cell(cell.kind, cell.source, cell.attachments)
    if SOUND_ID.fullmatch(cell.id):
        new.id = cell.id
    return new


def _new_cell(kind: str, source: str, attachments: dict) -> NotebookNode:
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
