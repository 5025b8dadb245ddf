"""The release: the students' versions, exactly as nbgrader makes them.

A build writes it, and the tables that follow from the lessons.
"""

import json
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine

from course.base.atomic_files import PUBLIC, link_to, replace_all
from course.base.course_folder import CONFIG, Course
from course.base.errors import CourseError
from course.base.gradebook_location import gradebook_location, gradebook_url
from course.base.notebook import Lesson, lesson_from
from course.base.scratch_settings import keep_inside
from course.base.settings import nbgrader_config
from course.lesson.lint import (
    NO_CELL,
    Finding,
    lint_links,
    lint_runs,
    lint_texts,
    read_sound,
)
from course.lesson.normalize import canonical_bytes, to_bytes
from course.lesson.readme_tables import Page, read_pages
from course.proof.answer_runner import begin

IGNORED = shutil.ignore_patterns(".*", "*.ipynb", "__pycache__")
MAKE_IT = "run `course build`"
STAY_INSIDE = """

# ---- This is a scratch copy: whatever is set, nbgrader stays in this folder ----

from pathlib import Path  # noqa: E402

from course.base.scratch_settings import keep_inside  # noqa: E402

keep_inside(get_config(), Path(__file__).absolute().parent)
"""


@dataclass(frozen=True)
class Built:
    """The findings of a build, and the files that it wrote, made or removed."""

    findings: list[Finding]
    changes: list[str]


def build(course: Course, check: bool, names: list[str] | None = None) -> Built:
    """Bring sources to canonical form, lint them, rebuild `release/` and the tables.

    Of `names` alone, where lessons are named; tables are those of all lessons. Release
    and tables are rebuilt only if lint finds nothing. With `check` nothing is changed,
    and whatever a build would change is a finding.

    Raises CourseError, with nothing changed, if a notebook is broken, a file cannot
    be written, a table cannot be made, or the gradebook beside them is another
    course's.
    """
    names = names or course.names
    sources = {name: _canonical(course.notebook(name)) for name in names}
    lessons = [_lesson(course, name, sources.get(name)) for name in course.names]
    begin(next(lesson for lesson in lessons if lesson.name in names))
    gradebook_location(course, patience=5)
    pages = read_pages(course, lessons)
    changes = [] if check else _make_links(course, names)
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        scratch = copy_for_nbgrader(course, Path(folder))
        for name, data in sources.items():
            scratch.notebook(name).write_bytes(data)
            scratch.link(name).write_bytes(data)
        linted = course if check else scratch
        faults = lint_texts(linted, names)
        with ThreadPoolExecutor() as pool:
            if not any(faults.values()):  # else nbgrader would stumble over them
                releasing = pool.submit(_generate_afresh, scratch.root, names)
            findings = lint_links(course, names) + lint_runs(linted, faults)
        wanted = {course.notebook(name): data for name, data in sources.items()}
        stale: list[Path] = []
        if findings:
            pages = []
        else:
            releasing.result()
            wanted |= _released(course, scratch)
            stale, findings = _leftovers(course, names, wanted)
    different = {path: data for path, data in wanted.items() if _differs(path, data)}
    if check:
        findings = [_change(course, path) for path in different] + findings
        findings += [_removal(course, folder) for folder in stale]
        findings += [_old_table(course, p, name) for p in pages for name in p.stale]
    else:
        different |= {p.path: p.text.encode() for p in pages if p.stale}
        replace_all(different, PUBLIC)
        for folder in stale:
            shutil.rmtree(folder)
        changes += [_relative(course, path) for path in [*different, *stale]]
    return Built(findings, changes)


def generate(root: Path, names: list[str]) -> None:
    """Run nbgrader's generate_assignment for these lessons of the course in `root`.

    With the folder's own nbgrader_config.py, from its source/ into its release/ and its
    gradebook.db. Raises CourseError with nbgrader's reason where it fails.
    """
    from nbgrader.converters import GenerateAssignment  # seconds
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import capture_log

    config = nbgrader_config(root)
    keep_inside(config, root)
    for name in names:
        folder = CourseDirectory(config=config, assignment_id=name)
        converter = GenerateAssignment(coursedir=folder, config=config)
        converter.force = True
        result = capture_log(converter)
        if not result["success"]:
            raise CourseError(
                f"nbgrader cannot release {name}: {_reason(result)} "
                f"Mend notebooks/{name}.ipynb or {CONFIG}."
            )


def _generate_afresh(root: Path, names: list[str]) -> None:
    """Run `generate` with an empty gradebook, which needs no number of its version.

    nbgrader would ask another program for that number, which takes a second or two.
    """
    from nbgrader.api import Base

    engine = create_engine(gradebook_url(root))
    Base.metadata.create_all(engine)
    engine.dispose()
    generate(root, names)


def copy_for_nbgrader(course: Course, dest: Path) -> Course:
    """Lay out in `dest` what nbgrader needs of the course, files instead of links.

    Nothing that nbgrader does there reaches the course or its gradebook.
    """
    copy = Course(dest.resolve())
    shutil.copy(course.root / CONFIG, copy.root)
    with (copy.root / CONFIG).open("a", encoding="utf-8") as file:
        file.write(STAY_INSIDE)
    (copy.root / "notebooks").mkdir()
    for name in course.names:
        given, folder = course.link(name).parent, copy.link(name).parent
        if given.is_dir():
            shutil.copytree(given, folder, ignore=IGNORED)
        folder.mkdir(parents=True, exist_ok=True)
        for path in (copy.link(name), copy.notebook(name)):
            shutil.copyfile(course.notebook(name), path)
    return copy


def _reason(result: dict) -> str:
    """The message of the first error in the tracebacks that nbgrader logged."""
    log = result.get("log", "") + result["error"]
    found = re.search(r"^ *(?:\w+\.)*\w+(?:Error|Exception): (.+)", log, re.MULTILINE)
    return found[1] if found else log.strip().splitlines()[-1]


def _canonical(path: Path) -> bytes:
    read_sound(path)
    return canonical_bytes(path)


def _lesson(course: Course, name: str, data: bytes | None) -> Lesson:
    """The lesson that these bytes of a notebook hold, by default those on disk."""
    path = course.notebook(name)
    return lesson_from(json.loads(data), path) if data else read_sound(path)[0]


def _make_links(course: Course, names: list[str]) -> list[str]:
    made = []
    for name in names:
        link = course.link(name)
        if not link.is_symlink() and not link.exists():
            link_to(link, course.notebook(name))
            made.append(_relative(course, link))
    return made


def _released(course: Course, scratch: Course) -> dict[Path, bytes]:
    """The files that nbgrader made, at their places in the course."""
    files = sorted(p for p in (scratch.root / "release").rglob("*") if p.is_file())
    return {course.root / p.relative_to(scratch.root): _stable(p) for p in files}


def _stable(path: Path) -> bytes:
    data = path.read_bytes()
    return to_bytes(json.loads(data)) if path.suffix == ".ipynb" else data


def _leftovers(
    course: Course, names: list[str], wanted: dict
) -> tuple[list[Path], list[Finding]]:
    """Folders of lessons that are gone, and files that no build made.

    Where only some lessons are built, those of their own folders.
    """
    stale, findings = [], []
    for folder in sorted(p for p in (course.root / "release").glob("*") if p.is_dir()):
        if folder.name not in names and names != course.names:
            continue
        held = [p for p in sorted(folder.rglob("*")) if p.is_file() or p.is_symlink()]
        extra = [p for p in held if p not in wanted and not _is_hidden(course, p)]
        if folder.name not in course.names and held == [course.released(folder.name)]:
            stale.append(folder)
        else:
            findings += [
                _finding(course, path, "is not made by nbgrader: move it elsewhere")
                for path in extra
            ]
    return stale, findings


def _is_hidden(course: Course, path: Path) -> bool:
    parts = path.relative_to(course.root).parts
    return any(part.startswith(".") for part in parts)


def _differs(path: Path, data: bytes) -> bool:
    return not path.is_file() or path.read_bytes() != data


def _change(course: Course, path: Path) -> Finding:
    if path.parent.name == "notebooks":
        advice = f"is not in canonical form: {MAKE_IT}"
        return Finding(_relative(course, path), NO_CELL, "format", advice)
    if path.exists():
        return _finding(course, path, f"differs from its source: {MAKE_IT}")
    return _finding(course, path, f"is missing: {MAKE_IT}")


def _removal(course: Course, folder: Path) -> Finding:
    return _finding(course, folder, f"its lesson is gone: {MAKE_IT}, which removes it")


def _old_table(course: Course, page: Page, name: str) -> Finding:
    advice = f"the table {name!r} differs from what it is made from: {MAKE_IT}"
    return Finding(_relative(course, page.path), NO_CELL, "table", advice)


def _finding(course: Course, path: Path, advice: str) -> Finding:
    return Finding(_relative(course, path), NO_CELL, "release", advice)


def _relative(course: Course, path: Path) -> str:
    return path.relative_to(course.root).as_posix()
