"""The demonstration: three sample students, from the release to the feedback."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import make_url

from course.base.bytecode import with_bytecode
from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.gradebook_location import gradebook_url
from course.base.notebook import Lesson, read_json, read_lesson, source_lines
from course.lesson.release import copy_for_nbgrader, generate
from course.proof.answer_bank import Bank, WrongAnswer, read_bank

LOG = "nbgrader.log"
FAILURE = re.compile(r"^ *(?:\w+\.)*\w+(?:Error|Exception): .+", re.MULTILINE)
MISTAKES = 2
BY_HAND = "by hand"


@dataclass(frozen=True)
class Student:
    """A sample student: answers by exercise, and which of them are named mistakes."""

    name: str
    answers: dict[str, str] = field(default_factory=dict)
    mistakes: dict[str, WrongAnswer] = field(default_factory=dict)


def run_demo(course: Course) -> None:
    """Release every lesson, grade three sample students, and print what they got.

    All of it happens in a scratch copy, which stays, so that the feedback can be
    opened. Raises CourseError with nbgrader's reason where a step fails.
    """
    lessons = [course.lesson(name) for name in course.names]
    classes = {
        lesson.name: sample_students(lesson, read_bank(course.bank(lesson.name)))
        for lesson in lessons
    }
    console = Console()
    scratch = copy_for_nbgrader(
        course, Path(tempfile.mkdtemp(prefix="course-demo-")).resolve()
    )
    with console.status("releasing") as status:
        generate(scratch.root, course.names)
        status.update("grading, which takes a minute a lesson on a slow machine")
        _grade_all(scratch, classes)
    for lesson in lessons:
        _report(console, scratch, lesson, classes[lesson.name])
    console.print(f"Everything lies in {scratch.root}", soft_wrap=True)


def sample_students(lesson: Lesson, banks: dict[str, Bank]) -> list[Student]:
    """All right; half right, then two mistakes from the banks; untouched."""
    exercises = [e for e in lesson.exercises if e.answer]
    right = {e.id: solution(e.answer.source) for e in exercises}
    half = len(exercises) // 2
    wrong = {
        e.id: banks[e.id].wrong[0]
        for e in exercises[half:]
        if e.id in banks and banks[e.id].wrong
    }
    mistakes = dict(islice(wrong.items(), MISTAKES))
    begun = {e.id: right[e.id] for e in exercises[:half]}
    begun |= {exercise: answer.source for exercise, answer in mistakes.items()}
    return [
        Student("all-right", right),
        Student("half-right", begun, mistakes),
        Student("untouched"),
    ]


def solution(source: str) -> str:
    """The source of an answer cell, solved as the course does."""
    lines = source_lines(source, "STUB", "SOLUTION")
    kept = (line for line in lines if line.region != "STUB" and not line.edge)
    return "\n".join(line.text for line in kept)


def submit(scratch: Course, name: str, student: Student) -> None:
    """Put the student's answers into a copy of the released notebook."""
    nb = read_json(scratch.released(name))
    for cell in nb["cells"]:
        exercise = cell["id"].removesuffix("-answer")
        if cell["id"].endswith("-answer") and exercise in student.answers:
            cell["source"] = student.answers[exercise]
    folder = scratch.root / "submitted" / student.name / name
    shutil.copytree(scratch.released(name).parent, folder)
    text = json.dumps(nb, ensure_ascii=False)
    (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")


def _grade_all(scratch: Course, classes: dict[str, list[Student]]) -> None:
    """Submit all answers, grade them, and write feedback, a few lessons at a time."""
    from course.grading.coordinator import Options, grade
    from course.kernel.confinement import landlock_abi

    for name, students in classes.items():
        for student in students:
            submit(scratch, name, student)
    # The answers are our own: where nothing can be confined, they run all the same.
    options = Options(workers=os.cpu_count() or 1, sandbox=landlock_abi() > 0)
    tallies = grade(scratch, [], [], options, Console(quiet=True))
    # Who answers nothing is named on purpose.
    idle = {one.name for each in classes.values() for one in each if not one.answers}
    odd = [
        f"{name} {who}"
        for name in tallies
        for who in tallies[name].needs_review
        if who not in idle
    ]
    if odd:
        raise CourseError(
            f"grading did not work for {', '.join(odd)}. The first cells of the "
            f"notebooks in {scratch.root / 'autograded'} say why."
        )
    # One more than there are cores: each waits now and then.
    with (
        ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool,
        tempfile.TemporaryDirectory(prefix="course-bytecode-") as folder,
    ):
        environment = with_bytecode(os.environ, Path(folder))
        jobs = [
            pool.submit(
                run_nbgrader,
                *(scratch, "generate_feedback", name),
                environment=environment,
            )
            for name in classes
        ]
        try:
            for job in jobs:
                job.result()
        finally:
            pool.shutdown(cancel_futures=True)


def run_nbgrader(
    scratch: Course, *arguments: str, environment: dict[str, str] | None = None
) -> None:
    """Run an nbgrader command in the scratch copy, with its log.

    Raises CourseError with nbgrader's reason where it fails.
    """
    command = [sys.executable, "-m", "nbgrader", *arguments]
    # Several write to the gradebook: each waits for its turn.
    address = make_url(gradebook_url(scratch.root)).update_query_dict({"timeout": "60"})
    command += ["--db", address.render_as_string(hide_password=False)]
    command += ["--course-dir", str(scratch.root)]
    done = subprocess.run(
        command,
        cwd=scratch.root,
        env=(environment or os.environ) | {"OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    log = scratch.root / LOG
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ nbgrader {' '.join(arguments)}\n{done.stdout}\n")
    if done.returncode:
        reasons = FAILURE.findall(done.stdout) or done.stdout.splitlines() or ["?"]
        raise CourseError(
            f"`nbgrader {' '.join(arguments)}` failed: {reasons[-1].strip()} See {log}."
        )


def _report(
    console: Console, scratch: Course, lesson: Lesson, students: list[Student]
) -> None:
    """Print the points of each student in each exercise, and what to look at."""
    table = Table(title=f"{lesson.title}: points", title_justify="left")
    table.add_column("exercise")
    grades = {}
    for student in students:
        table.add_column(student.name, justify="right")
        grades[student.name] = _grades(scratch, lesson.name, student.name)
    table.add_column("of", justify="right")
    for exercise in lesson.exercises:
        cells = [c.id for c in exercise.cells if c.is_graded]
        points = [_points(grades[s.name], cells) for s in students]
        table.add_row(exercise.title, *points, f"{exercise.points:g}")
    graded = [c.id for c in lesson.cells if c.is_graded]
    table.add_section()
    totals = [_points(grades[s.name], graded) for s in students]
    table.add_row("total", *totals, f"{lesson.points:g}")
    console.print(table)
    for student in students:
        console.print(f"\n[bold]{student.name}[/bold]")
        for exercise, answer in student.mistakes.items():
            console.print(f"  mistake in {exercise}: {answer.name}", highlight=False)
        failure = _first_failure(scratch, lesson.name, student.name)
        console.print(f"  first failure: {failure or 'none'}", markup=False)
        page = scratch.root / "feedback" / student.name / lesson.name
        console.print(f"  feedback: {page / lesson.name}.html", soft_wrap=True)


def _grades(scratch: Course, name: str, student: str) -> dict[str, float | None]:
    """Points by graded cell; None where a person must give them."""
    from nbgrader.api import Gradebook

    with Gradebook(gradebook_url(scratch.root)) as gradebook:
        submission = gradebook.find_submission_notebook(name, name, student)
        return {
            grade.name: None if grade.needs_manual_grade else grade.score
            for grade in submission.grades
        }


def _points(grades: dict[str, float | None], cells: list[str]) -> str:
    known = [grades[cell] for cell in cells if grades[cell] is not None]
    said = [f"{sum(known):g}"] if known else []
    if len(known) < len(cells):
        said.append(BY_HAND)
    return " + ".join(said)


def _first_failure(scratch: Course, name: str, student: str) -> str | None:
    """The first graded cell with an error, and its message."""
    path = scratch.root / "autograded" / student / name / f"{name}.ipynb"
    for cell in read_lesson(path).cells:
        for output in cell.outputs:
            if cell.is_test and output["output_type"] == "error":
                return f"{cell.id}: {output['ename']}: {output['evalue']}"
    return None
