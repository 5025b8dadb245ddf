"""Cells that hold more than one cell of a lesson, or that others have written into.

Students write into locked cells, and merge cells with one another. What is theirs is
kept as a cell of its own.
"""

from collections.abc import Iterator
from dataclasses import replace

from course.grading.cell_json import normalized
from course.grading.decode_notebook import conflict_sides
from course.grading.student_cell import (
    StudentCell,
    added_lines,
    required_names,
    text_around,
)
from course.grading.submission import SourceCell

TELLING_TEXT = 30  # characters of a locked text that nobody writes by accident
BOTH = 2  # sides of a merge conflict


def exercise_of_each(source: list[SourceCell]) -> list[str]:
    """The exercise of each cell of a lesson, "" where it is part of none."""
    tasks = [c.id.removesuffix("-task") for c in source if c.id.endswith("-task")]
    owners = ([t for t in tasks if cell.id.startswith(f"{t}-")] for cell in source)
    return [max(those, key=len, default="") for those in owners]


def cells_by_claim(
    source: list[SourceCell], cells: list[StudentCell]
) -> dict[int, list[int]]:
    """By index of a lesson's cell: the student's cells that have its id.

    The text of a locked cell says more than the id: ids can be wrong.
    """
    by_id = {cell.id: index for index, cell in enumerate(source)}
    by_text = {
        cell.normalized: index
        for index, cell in enumerate(source)
        if cell.is_locked and len(cell.normalized) >= TELLING_TEXT
    }
    found: dict[int, list[int]] = {}
    for student_index, cell in enumerate(cells):
        known = [by_id[name] for name in cell.names if name in by_id]
        graded = [index for index in known if source[index].nbgrader]
        if known:
            index = by_text.get(cell.normalized, (graded or known)[0])
            found.setdefault(index, []).append(student_index)
    return found


def take_apart(
    source: list[SourceCell], cells: list[StudentCell], notes: list[str]
) -> list[StudentCell]:
    """The cells, each of them one of the lesson's or the student's own.

    `notes` gets what was done, in words.
    """
    return list(_CellSplitter(source, notes).cells(cells))


class _CellSplitter:
    def __init__(self, source: list[SourceCell], notes: list[str]) -> None:
        self.source = source
        self.notes = notes
        self.missing: list[int] = []  # locked cells that nothing has been found for

    def cells(self, cells: list[StudentCell]) -> Iterator[StudentCell]:
        cells = [self._resolve_conflict(cell) for cell in cells]
        claimed = cells_by_claim(self.source, cells)
        there = {cell.normalized for cell in cells}
        self.missing = [
            index
            for index, cell in enumerate(self.source)
            if cell.is_locked
            and index not in claimed
            and cell.normalized not in there
            and len(cell.normalized) >= TELLING_TEXT
        ]
        of = {
            student_index: index
            for index, those in claimed.items()
            for student_index in those
        }
        for student_index, cell in enumerate(cells):
            ours = self.source[of[student_index]] if student_index in of else None
            if ours is None or not ours.is_locked:
                yield from self._split(cell)
            elif cell.normalized == ours.normalized or ours.normalized in there:
                yield cell  # as it was, or a copy of the one that is
            else:
                yield from self._split_locked(cell, of[student_index])

    def _resolve_conflict(self, cell: StudentCell) -> StudentCell:
        """The cell without the marks of a merge conflict: the side with an answer."""
        both = list(conflict_sides(cell.source)) if "<<<<<<<" in cell.source else []
        if len(both) < BOTH:
            return cell
        released = {ours.normalized for ours in self.source}
        answers = [text for text in both if normalized(text) not in released]
        self.notes.append("A cell held a merge conflict; one side of it counts.")
        return replace(cell, source=(answers or both)[0])

    def _split_locked(self, cell: StudentCell, index: int) -> Iterator[StudentCell]:
        """A locked cell, and apart from it what was written into it."""
        ours = self.source[index]
        yield cell
        if cell.as_released or cell.is_blank:
            return
        pieces = text_around(cell.source, ours.normalized)
        if pieces is None:
            added = added_lines(cell.source, ours.normalized)
            if ours.kind == "code":
                # Apart from the lines around them, statements may mean nothing.
                added = cell.source if self._is_worth_running(added, index) else ""
            pieces = [added]
        texts = [text.strip("\n") for text in pieces if text.strip()]
        kept = [
            part
            for text in texts
            for part in self._split(cell.with_text(text, found_in=ours.id))
        ]
        yield from kept
        if not all(part.names for part in kept):
            self.notes.append(
                f"Something was written into the locked cell {ours.id}; it was moved "
                "to a cell of its own."
            )

    def _is_worth_running(self, text: str, index: int) -> bool:
        """Whether lines in a test cell define what its exercise needs, or helpers."""
        where = exercise_of_each(self.source)
        asked = [
            required_names(cell.source)
            for cell, exercise in zip(self.source, where, strict=True)
            if cell.is_answer and exercise == where[index]
        ]
        part = StudentCell("code", text)
        return bool(part.defines & set().union(*asked)) or part.has_functions

    def _split(self, cell: StudentCell) -> Iterator[StudentCell]:
        """The cell, or its parts where it holds locked cells that are missing."""
        for index in self.missing:
            ours = self.source[index]
            first_line = ours.normalized.partition("\n")[0]
            is_there = first_line in cell.normalized  # most often not: this is faster
            pieces = text_around(cell.source, ours.normalized) if is_there else None
            if pieces is not None:
                self.missing.remove(index)
                self.notes.append(f"The cell {ours.id} was merged into another cell.")
                yield from self._parts_around(cell, ours, *pieces)
                return
        yield cell

    def _parts_around(
        self, cell: StudentCell, ours: SourceCell, before: str, after: str
    ) -> Iterator[StudentCell]:
        """The parts of a cell that holds `ours`: the first one keeps the cell's id."""
        names, own = cell.names, cell.id
        if before.strip():
            part = cell.with_text(before.strip("\n"), id=own, names=names)
            yield from self._split(part)
            names, own = [], ""
        yield StudentCell(ours.kind, ours.released, names=[ours.id])
        if after.strip():
            yield from self._split(
                cell.with_text(after.strip("\n"), id=own, names=names)
            )
