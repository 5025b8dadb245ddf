"""Recognising the cells of a lesson in a submission.

Ids tell, where they are left. Else equal text does, and for answers their place, and
the names that they define. Nothing here depends on which tool has saved the notebook.
"""

from dataclasses import replace

from course.base.printable import listed
from course.grading.student_cell import (
    StudentCell,
    loosely_normalized,
    merged_attachments,
    required_names,
)
from course.grading.submission import SourceCell
from course.grading.take_apart import cells_by_claim, exercise_of_each, take_apart

LEAST_PROSE = 60  # characters of a text that may be an explanation out of place


class Recognition:
    """The cells of a submission, and which cells of the lesson they are.

    `matches` holds, by index of a lesson's cell, the index in `cells` of the one that
    counts for it. `in_other_answers` does so for answers that stand in the cell of
    another answer. `dropped`: cells that must not run beside it.
    """

    def __init__(self, source: list[SourceCell], cells: list[StudentCell]) -> None:
        self.source = source
        self.exercise_of_each = exercise_of_each(source)
        self.notes: list[str] = []
        self.cells = take_apart(source, cells, self.notes)
        self.matches: dict[int, int] = {}
        self.in_other_answers: dict[int, int] = {}
        self.dropped: set[int] = set()
        self.moved: list[str] = []  # answers that were found beside their cell
        self._match_ids()
        named = len(self.matches)
        self._match_texts()
        for index, cell in enumerate(source):
            if cell.is_answer and not self.is_answered(index):
                (
                    self._find_code_answer
                    if cell.kind == "code"
                    else self._find_text_answer
                )(index)
        self._match_texts(among_equals=True)
        self._join_split_answers()
        self._drop_copies_of_stubs()
        if len(self.matches) > max(2 * named, named + 3):
            self.notes.append(
                "The cells had no ids, so they were identified by their text and "
                "position."
            )
        if self.moved:
            self.notes.append(
                f"These answers were in other cells, which were graded: "
                f"{listed(self.moved)}."
            )

    # ---- What is known ----

    def is_attempt(self, index: int, cell: StudentCell) -> bool:
        """Whether the cell holds more than the stub of that answer."""
        return not cell.is_blank and cell.normalized != self.source[index].normalized

    def is_answered(self, index: int) -> bool:
        """Whether a cell with an attempt counts for this answer."""
        student_index = self.matches.get(index)
        attempted = student_index is not None and self.is_attempt(
            index, self.cells[student_index]
        )
        return attempted or index in self.in_other_answers

    @property
    def answered(self) -> int:
        """The number of answers that were attempted."""
        return sum(
            self.is_answered(k) for k, c in enumerate(self.source) if c.is_answer
        )

    def _lesson_indices(self) -> dict[int, int]:
        """By index of a student's cell: which cell of the lesson it is."""
        return {student_index: index for index, student_index in self.matches.items()}

    # ---- By id ----

    def _preferred(self, index: int, claim: list[int]) -> list[int]:
        """Those of several cells with one id that come first when one is chosen."""
        if self.source[index].is_locked:
            normalized = self.source[index].normalized
            return [k for k in claim if self.cells[k].normalized == normalized]
        tried = [k for k in claim if self.is_attempt(index, self.cells[k])]
        return [k for k in tried if not self.cells[k].continues_previous] or tried

    def _match_ids(self) -> None:
        for index, claim in cells_by_claim(self.source, self.cells).items():
            cell, counting = self.source[index], claim
            if cell.nbgrader and len(claim) > 1:
                counting = self._preferred(index, claim) or claim
                if cell.is_answer and len(counting) > 1:
                    many = f"{len(counting)} cells answer {cell.id}"
                    self.notes.append(f"{many}. All of them ran; the last one counts.")
            own = [k for k in counting if self.cells[k].id == cell.id]
            self.matches[index] = (own or counting)[-1]

    # ---- By text ----

    def _match_texts(self, among_equals: bool = False) -> None:
        """Recognise cells by equal text; of several such, only if none was changed."""
        for form in (str, loosely_normalized):
            lesson_indices = self._lesson_indices()
            theirs: dict[str, list[int]] = {}
            for student_index, cell in enumerate(self.cells):
                if (
                    student_index not in lesson_indices
                    and student_index not in self.dropped
                    and not cell.is_blank
                ):
                    theirs.setdefault(form(cell.normalized), []).append(student_index)
            ours: dict[str, list[int]] = {}
            for index, cell in enumerate(self.source):
                if index not in self.matches and cell.normalized:
                    ours.setdefault(form(cell.normalized), []).append(index)
            for text, indices in ours.items():
                found = theirs.get(text, [])
                if len(indices) <= len(found) or among_equals:
                    self.matches |= dict(zip(indices, found, strict=False))
            if len(self.matches) == len(self.source):
                return

    # ---- Answers without an attempt ----

    def _required_names(self, index: int) -> set[str]:
        return required_names(self.source[index].source)

    def _own_cells_beside(self, index: int) -> list[int]:
        """The student's own cells in the exercise of this answer that aren't its stub.

        What comes before the task is not of the exercise.
        """
        exercise = self.exercise_of_each[index]
        lesson_indices = self._lesson_indices()
        if not exercise or len(lesson_indices) == len(self.cells):
            return []
        found, waiting, is_near = [], [], False
        for student_index, cell in enumerate(self.cells):
            if student_index in lesson_indices:
                here = lesson_indices[student_index]
                is_near = self.exercise_of_each[here] == exercise
                if is_near and self.source[here].id != f"{exercise}-task":
                    found += waiting
                waiting = []
            elif student_index not in self.dropped and self.is_attempt(index, cell):
                (found if is_near else waiting).append(student_index)
        return found

    def _find_code_answer(self, index: int) -> None:
        """Look for a cell beside an answer, or instead of it, that answers."""
        wanted, stub = self._required_names(index), self.matches.get(index)
        beside = self._own_cells_beside(index)
        found = [k for k in beside if wanted and wanted <= self.cells[k].defines]
        if not found and stub is None:
            found = [k for k in beside if wanted & self.cells[k].defines]
        lesson_indices = self._lesson_indices()
        anywhere = [
            k
            for k, cell in enumerate(self.cells)
            if wanted and wanted <= cell.defines and self.is_attempt(index, cell)
        ]
        found = found or [k for k in anywhere if k not in lesson_indices]
        if not found and stub is None and not wanted:
            found = [k for k in beside if not self.cells[k].is_text][:1]
        others = [
            k
            for k in anywhere
            if k in lesson_indices and self.source[lesson_indices[k]].is_answer
        ]
        if found:
            self.matches[index] = found[-1]
        elif others and others != [stub]:
            self.in_other_answers[index] = others[-1]
            self.matches.pop(index, None)
        if stub is not None and self.matches.get(index) != stub:
            self.dropped.add(stub)
        if (found and stub is not None) or index in self.in_other_answers:
            self.moved.append(self.source[index].id)

    def _find_text_answer(self, index: int) -> None:
        """Take texts beside an explanation that is missing, or as it was released."""
        found = [k for k in self._own_cells_beside(index) if self.cells[k].is_text]
        found = found or self._later_texts(index)
        if not found:
            return
        student_index = self.matches.get(index, found[0])
        texts = [self.cells[k] for k in found]
        self.cells[student_index] = replace(
            self.cells[student_index],
            kind="markdown",
            source="\n\n".join(cell.as_text() for cell in texts),
            attachments=merged_attachments(texts),
        )
        self.matches[index] = student_index
        self.dropped |= {*found} - {student_index}
        self.moved.append(self.source[index].id)

    def _later_texts(self, index: int) -> list[int]:
        """Longer texts of the student's own that come after the task, to the end."""
        lesson_indices = self._lesson_indices()
        task = f"{self.exercise_of_each[index]}-task"
        after = [
            student_index
            for student_index, here in lesson_indices.items()
            if self.source[here].id == task
        ]
        return [
            student_index
            for student_index, cell in enumerate(self.cells)
            if student_index > max(after, default=-1)
            and student_index not in lesson_indices
            and student_index not in self.dropped
            and cell.is_text
            and len(cell.as_text()) >= LEAST_PROSE
        ]

    def _join_split_answers(self) -> None:
        """Put answers together that were split within a function."""
        lesson_indices = self._lesson_indices()
        for index, first in self.matches.items():
            if not self.source[index].is_answer or self.source[index].kind != "code":
                continue
            student_index = first + 1
            while (
                student_index < len(self.cells) and student_index not in lesson_indices
            ):
                if not self.cells[student_index].continues_previous:
                    break
                both = f"{self.cells[first].source}\n{self.cells[student_index].source}"
                self.cells[first] = replace(self.cells[first], source=both)
                self.dropped.add(student_index)
                student_index += 1

    def _drop_copies_of_stubs(self) -> None:
        """Leave out copies of stubs: they would undo the answers."""
        lesson_indices = self._lesson_indices()
        stubs = {
            c.normalized: c.id for c in self.source if c.is_answer and c.normalized
        }
        copies = {
            student_index: stubs[cell.normalized]
            for student_index, cell in enumerate(self.cells)
            if student_index not in lesson_indices
            and student_index not in self.dropped
            and cell.normalized in stubs
        }
        self.dropped |= copies.keys()
        if copies:
            names = list(dict.fromkeys(copies.values()))
            self.notes.append(f"Untouched copies were left out: {listed(names)}.")
