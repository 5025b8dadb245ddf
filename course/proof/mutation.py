"""Mutants: the reference solution with one small mistake, made by a program.

Tests that accept a mutant would accept a student's mistake, unless the mutant does
the same as the solution; the bank lists those as equivalent.
"""

import ast
from dataclasses import dataclass

from course.base.notebook import Exercise, Lesson, source_lines
from course.proof.answer_bank import Bank
from course.proof.answer_runner import run_answer
from course.proof.mutation_operators import headline, mutations

MUTANT_SECONDS = 10.0


@dataclass(frozen=True)
class Mutant:
    """A changed answer cell; its name is `before => after` of the statement changed."""

    name: str
    source: str


@dataclass(frozen=True)
class Tally:
    """How the mutants of an exercise fared: the names of both kinds."""

    killed: tuple[str, ...]
    survived: tuple[str, ...]

    @property
    def made(self) -> int:
        """The number of mutants."""
        return len(self.killed) + len(self.survived)

    def disagreements(self, bank: Bank) -> list[str]:
        """Survivors that the bank does not list, and entries that no mutant needs."""
        listed = bank.equivalents
        lines = [f"survives: {name}" for name in self.survived if name not in listed]
        for name in listed:
            if name in self.killed:
                lines.append(f"listed as equivalent, but killed: {name}")
            elif name not in self.survived:
                lines.append(f"listed as equivalent, but no longer made: {name}")
        return lines


def try_mutants(lesson: Lesson, exercise: Exercise, device: str = "cpu") -> Tally:
    """Run every mutant; one is killed where at least one test cell fails."""
    killed, survived = [], []
    for mutant in mutants(exercise.answer.source):
        report = run_answer(
            lesson, exercise, mutant.source, device, MUTANT_SECONDS, until_failure=True
        )
        (killed if report.failed else survived).append(mutant.name)
    return Tally(tuple(killed), tuple(survived))


def mutants(source: str) -> list[Mutant]:
    """All mutants of an answer cell, in the order of its code; no two the same.

    Only the region SOLUTION changes, or without one all bodies of functions;
    docstrings, annotations, imports and messages stay.
    """
    tree = ast.parse(source)
    lines = _solution_lines(source, tree)
    found, names = {ast.unparse(tree): ""}, set()
    for mutation in mutations(tree, lines):
        before = headline(mutation.statement)
        with mutation.applied():
            changed = ast.unparse(tree)
            after = mutation.after or headline(mutation.statement)
        if changed in found:
            continue
        name, count = f"{before} => {after}", 1
        while name in names:
            count += 1
            name = f"{before} => {after} ({count})"
        names.add(name)
        found[changed] = name
    return [Mutant(name, changed) for changed, name in found.items() if name]


def _solution_lines(source: str, tree: ast.Module) -> set[int]:
    """Numbers of the lines that may change."""
    inside = source_lines(source, "SOLUTION")
    lines = {line.number for line in inside if line.region and not line.edge}
    if not lines:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                lines.update(range(node.body[0].lineno, node.end_lineno + 1))
    return lines
