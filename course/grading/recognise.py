"""Which cell of a lesson each cell of a submission is.

Ids tell it, where they are left. Else equal text does, and for answers their place, and
what they define. Nothing here depends on which tool has saved the notebook.
"""

from dataclasses import replace

from course.base.printable import listed
from course.grading.student_cell import (
    StudentCell,
    asked_for,
    loose,
    merged_attachments,
)
from course.grading.submission import SourceCell
from course.grading.take_apart import claims, exercises, take_apart

LEAST_PROSE = 60  # characters of a text that may be an explanation out of place


class Recognition:
    """The cells of a submission, and which cells of the lesson they are.

    `owner` holds, by index of a lesson's cell, the index in `cells` of the one that
    counts for it. `elsewhere` does so for answers that stand in the cell of another
    answer. `dropped`: cells that must not run beside it.
    """

    def __init__(self, source: list[SourceCell], cells: list[StudentCell]) -> None:
        self.source = source
        self.exercises = exercises(source)
        self.notes: list[str] = []
        self.cells = take_apart(source, cells, self.notes)
        self.owner: dict[int, int] = {}
        self.elsewhere: dict[int, int] = {}
        self.dropped: set[int] = set()
        self.moved: list[str] = []  # answers that were found beside their cell
        self._by_name()
        named = len(self.owner)
        self._by_text()
        for index, cell in enumerate(source):
            if cell.is_answer and not self.is_answered(index):
                (self._find_code if cell.kind == "code" else self._find_text)(index)
        self._by_text(among_equals=True)
        self._join()
        self._drop_untouched()
        if len(self.owner) > max(2 * named, named + 3):
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
        return not cell.is_blank and cell.plain != self.source[index].plain

    def is_answered(self, index: int) -> bool:
        """Whether a cell with an attempt counts for this answer."""
        mine = self.owner.get(index)
        attempted = mine is not None and self.is_attempt(index, self.cells[mine])
        return attempted or index in self.elsewhere

    @property
    def answered(self) -> int:
        """How many answers were attempted."""
        return sum(
            self.is_answered(k) for k, c in enumerate(self.source) if c.is_answer
        )

    def _place(self) -> dict[int, int]:
        """By index of a student's cell: which cell of the lesson it is."""
        return {mine: index for index, mine in self.owner.items()}

    # ---- By id ----

    def _counting(self, index: int, claim: list[int]) -> list[int]:
        """Those of several cells with one id that come first when one is chosen."""
        if self.source[index].is_locked:
            plain = self.source[index].plain
            return [k for k in claim if self.cells[k].plain == plain]
        tried = [k for k in claim if self.is_attempt(index, self.cells[k])]
        return [k for k in tried if not self.cells[k].goes_on] or tried

    def _by_name(self) -> None:
        for index, claim in claims(self.source, self.cells).items():
            cell, counting = self.source[index], claim
            if cell.nbgrader and len(claim) > 1:
                counting = self._counting(index, claim) or claim
                if cell.is_answer and len(counting) > 1:
                    many = f"{len(counting)} cells answer {cell.id}"
                    self.notes.append(f"{many}. All of them ran; the last one counts.")
            own = [k for k in counting if self.cells[k].id == cell.id]
            self.owner[index] = (own or counting)[-1]

    # ---- By text ----

    def _by_text(self, among_equals: bool = False) -> None:
        """Recognise cells by equal text; of several such, only if none was changed."""
        for form in (str, loose):
            place = self._place()
            theirs: dict[str, list[int]] = {}
            for mine, cell in enumerate(self.cells):
                if mine not in place and mine not in self.dropped and not cell.is_blank:
                    theirs.setdefault(form(cell.plain), []).append(mine)
            ours: dict[str, list[int]] = {}
            for index, cell in enumerate(self.source):
                if index not in self.owner and cell.plain:
                    ours.setdefault(form(cell.plain), []).append(index)
            for text, indices in ours.items():
                found = theirs.get(text, [])
                if len(indices) <= len(found) or among_equals:
                    self.owner |= dict(zip(indices, found, strict=False))
            if len(self.owner) == len(self.source):
                return

    # ---- Answers without an attempt ----

    def _asked_for(self, index: int) -> set[str]:
        return asked_for(self.source[index].source)

    def _beside(self, index: int) -> list[int]:
        """The student's own cells in the exercise of this answer that aren't its stub.

        What comes before the task is not of the exercise.
        """
        exercise = self.exercises[index]
        place = self._place()
        if not exercise or len(place) == len(self.cells):
            return []
        found, waiting, is_near = [], [], False
        for mine, cell in enumerate(self.cells):
            if mine in place:
                here = place[mine]
                is_near = self.exercises[here] == exercise
                if is_near and self.source[here].id != f"{exercise}-task":
                    found += waiting
                waiting = []
            elif mine not in self.dropped and self.is_attempt(index, cell):
                (found if is_near else waiting).append(mine)
        return found

    def _find_code(self, index: int) -> None:
        """Look for a cell beside an answer, or instead of it, that answers."""
        wanted, stub = self._asked_for(index), self.owner.get(index)
        beside = self._beside(index)
        found = [k for k in beside if wanted and wanted <= self.cells[k].defines]
        if not found and stub is None:
            found = [k for k in beside if wanted & self.cells[k].defines]
        place = self._place()
        anywhere = [
            k
            for k, cell in enumerate(self.cells)
            if wanted and wanted <= cell.defines and self.is_attempt(index, cell)
        ]
        found = found or [k for k in anywhere if k not in place]
        if not found and stub is None and not wanted:
            found = [k for k in beside if not self.cells[k].is_text][:1]
        others = [k for k in anywhere if k in place and self.source[place[k]].is_answer]
        if found:
            self.owner[index] = found[-1]
        elif others and others != [stub]:
            self.elsewhere[index] = others[-1]
            self.owner.pop(index, None)
        if stub is not None and self.owner.get(index) != stub:
            self.dropped.add(stub)
        if (found and stub is not None) or index in self.elsewhere:
            self.moved.append(self.source[index].id)

    def _find_text(self, index: int) -> None:
        """Take texts beside an explanation that is missing, or as it was released."""
        found = [k for k in self._beside(index) if self.cells[k].is_text]
        found = found or self._later_texts(index)
        if not found:
            return
        mine = self.owner.get(index, found[0])
        texts = [self.cells[k] for k in found]
        self.cells[mine] = replace(
            self.cells[mine],
            kind="markdown",
            source="\n\n".join(cell.as_text() for cell in texts),
            attachments=merged_attachments(texts),
        )
        self.owner[index] = mine
        self.dropped |= {*found} - {mine}
        self.moved.append(self.source[index].id)

    def _later_texts(self, index: int) -> list[int]:
        """Longer texts of the student's own that come after the task, to the end."""
        place = self._place()
        task = f"{self.exercises[index]}-task"
        after = [mine for mine, here in place.items() if self.source[here].id == task]
        return [
            mine
            for mine, cell in enumerate(self.cells)
            if mine > max(after, default=-1)
            and mine not in place
            and mine not in self.dropped
            and cell.is_text
            and len(cell.as_text()) >= LEAST_PROSE
        ]

    def _join(self) -> None:
        """Put answers together that were split within a function."""
        place = self._place()
        for index, first in self.owner.items():
            if not self.source[index].is_answer or self.source[index].kind != "code":
                continue
            mine = first + 1
            while mine < len(self.cells) and mine not in place:
                if not self.cells[mine].goes_on:
                    break
                both = f"{self.cells[first].source}\n{self.cells[mine].source}"
                self.cells[first] = replace(self.cells[first], source=both)
                self.dropped.add(mine)
                mine += 1

    def _drop_untouched(self) -> None:
        """Leave out copies of stubs: they would undo the answers."""
        place = self._place()
        stubs = {c.plain: c.id for c in self.source if c.is_answer and c.plain}
        copies = {
            mine: stubs[cell.plain]
            for mine, cell in enumerate(self.cells)
            if mine not in place and mine not in self.dropped and cell.plain in stubs
        }
        self.dropped |= copies.keys()
        if copies:
            names = list(dict.fromkeys(copies.values()))
            self.notes.append(f"Untouched copies were left out: {listed(names)}.")
