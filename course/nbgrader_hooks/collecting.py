"""Collecting archives of submissions from an LMS: nbgrader's `zip_collect`.

nbgrader unpacks a zip of all submissions, and asks a plugin which student each file
belongs to. With the plugins of this module, one student's odd archive affects nobody
else: it is named at the end, with the student and the reason, and exit code 3.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.file_names import Hidden, free_name, place, tidy, with_ending
from course.base.privacy import close_to_others
from course.base.settings import read_settings
from course.grading.student_names import Spelling
from course.lms.archives import (
    DAMAGES,
    Budget,
    Member,
    Refused,
    Unpacked,
    kind_of,
    members,
    unpack_nested,
    why,
    write,
)
from course.lms.systems import ANONYMOUS, number_of, own_name
from course.nbgrader_hooks.nbgrader_patches import patch_zip_collect

LOOSE = "files"  # where files go that lie in archive/ without a zip
NEEDS_A_PERSON = 3
UNNOTEWORTHY = {"Thumbs.db", "desktop.ini"}


@dataclass
class Person:
    """One student's files, as they were unpacked, and what was refused."""

    budget: Budget = field(default_factory=Budget)
    unpacked: Unpacked = field(default_factory=Unpacked)


class Collector(FileNameCollectorPlugin):
    """Tells nbgrader which student a file belongs to, as the extractor sorted them."""

    def collect(self, submitted_file: str) -> dict | None:
        """The student, and the file's new name; None if it belongs to nobody."""
        layout = getattr(self.parent.extractor_plugin_inst, "layout", None)
        if layout is None:
            return super().collect(submitted_file)
        return layout.get(submitted_file)

    def match(self, path: Path) -> re.Match | None:
        """The match of `named_regexp` in any file's path, not just a notebook's."""
        text = str(path)
        notebook = path.suffix == ".ipynb"
        return re.match(self.named_regexp, text if notebook else f"{text}/x.ipynb")


class Extractor(ExtractorPlugin):
    """Unpacks archives, each student's by itself."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.people: dict[str, Person] = defaultdict(Person)
        self.nobodys: list[str] = []
        self.failed: list[str] = []  # archives of the LMS
        self.said: list[str] = []
        self.layout: dict[str, dict] | None = None
        self.process = self.parent.process_extracted_files
        patch_zip_collect(self.parent, self._process, self._path_of)

    def _path_of(self, step: str) -> str:
        app = self.parent
        inside = app.collect_directory_structure.format(
            downloaded=app.downloaded_directory,
            assignment_id=app.coursedir.assignment_id,
            collect_step=step,
        )
        return str(Path(app.coursedir.root, inside))

    @property
    def collector(self) -> Collector:
        return self.parent.collector_plugin_inst

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack what lies in `archive_path`, and find each file's student."""
        if not isinstance(self.collector, Collector):  # somebody's own
            super().extract(archive_path, extracted_path)
            return
        source, target = Path(archive_path), Path(extracted_path)
        loose: list[Member] = []
        for path in sorted(p for p in source.rglob("*") if p.is_file()):
            name = path.relative_to(source).as_posix()
            # in a folder of the LMS's zip that a browser has unpacked, say
            inside = (name, name.partition("/")[2])
            theirs = any(self.collector.match(target / LOOSE / n) for n in inside if n)
            if kind_of(path) in ("zip", "tar", "packed") and not theirs:
                self._unpack(path, target)
            else:
                loose.append((name, lambda path=path: path.open("rb")))
        self._sort(loose, target / LOOSE)
        self.layout = dict(self._laid_out(target))

    def _unpack(self, path: Path, target: Path) -> None:
        """An archive of the LMS."""
        kind = "zip" if kind_of(path) == "zip" else "tar"
        try:
            with members(path, kind, Budget(files=10**6)) as found:
                self._sort(list(found), target / (tidy(path.stem) or LOOSE))
        except (Refused, *DAMAGES) as error:
            self.failed.append(f"{path.name} {why(error)}. Download it again")

    def _sort(self, found: list[Member], folder: Path) -> None:
        """Unpack these files, each within what its student may use."""
        wrapped = self._is_wrapped([name for name, _ in found], folder)
        for name, open_it in found:
            if wrapped:
                name = re.split(r"[\\/]", name, maxsplit=1)[1]
            try:
                path = place(folder, name)
            except Hidden:
                continue
            whose = self.collector.match(path)
            if not whose:
                if path.name not in UNNOTEWORTHY:
                    self.nobodys.append(name)
                continue
            first = path.relative_to(folder).parts[0]
            person = self.people[_key(tidy(whose["student_id"]), first)]
            try:
                with open_it() as source:
                    written = write(source, path, person.budget)
            except (Refused, *DAMAGES) as error:
                person.unpacked.refused[path.name] = why(error)
                continue
            unpack_nested(written, person.budget, person.unpacked)

    def _is_wrapped(self, names: list[str], folder: Path) -> bool:
        """Whether all lie in one folder that is nobody's, as if zipped once more."""
        split = [re.split(r"[\\/]", name) for name in names]
        split = [parts for parts in split if parts[0] != "__MACOSX"]
        firsts = {parts[0] for parts in split}
        if len(firsts) != 1 or any(len(parts) == 1 for parts in split):
            return False
        with suppress(Hidden):
            return not self.collector.match(place(folder, firsts.pop()))
        return False

    # ---- Whose they are, and what they are called ----

    def _laid_out(self, target: Path) -> Iterator[tuple[str, dict]]:
        """By path: the student, and the file's name in their folder."""
        spelling = Spelling.of(self.parent.coursedir.db_url)
        names = Counter(key.partition("\0")[0] for key in self.people)
        merged: dict[str, Person] = {}
        for key, person in sorted(self.people.items()):
            name, _, number = key.partition("\0")
            if names[name] > 1 or (name in ANONYMOUS and number):
                student = f"{name} {number}"
            else:
                student = spelling.member(name)
            both = merged.setdefault(student, Person()).unpacked
            both.files += person.unpacked.files
            both.refused |= person.unpacked.refused
        several = [n for n, count in names.items() if count > 1 and n not in ANONYMOUS]
        if several:
            self.said.append(
                f"several people are called {', '.join(several)}: the LMS's number, "
                "which is another one in each assignment, is part of their ids"
            )
        self.people = merged
        for student, person in merged.items():
            yield from self._files_of(student, person, target)

    def _files_of(
        self, student: str, person: Person, target: Path
    ) -> Iterator[tuple[str, dict]]:
        files = [
            with_ending(path) for path in sorted(person.unpacked.files, key=_depth)
        ]
        person.unpacked.files = files
        books = [path for path in files if path.suffix == ".ipynb"]
        base = books[0].parent if books else None
        taken: set[str] = set()
        for path in files:
            if path in books:
                found = self.collector.match(path)
                name = f"{found['file_id'] if found else path.stem}.ipynb"
            else:
                name = _beside(path, base, target)
            name = free_name(name, taken)
            yield str(path), {"student_id": student, "file_id": name}
        if len(books) > 1:
            self.said.append(
                f"{student}: {len(books)} notebooks; grading takes the one with answers"
            )

    # ---- The end ----

    def _process(self) -> None:
        """Do nbgrader's last step; then name the students who had trouble."""
        if not isinstance(self.collector, Collector):
            self.process()
            return
        if self.layout:
            self.process()
        course = Course(Path(self.parent.coursedir.root))
        with suppress(CourseError):
            if closed := close_to_others(course, read_settings(course)):
                self.said.append(closed)
        troubled = dict(self._troubles())
        for line in self.said:
            print(f"Note: {line}.", file=sys.stderr)
        for line in self.failed:
            print(f"Not unpacked: {line}.", file=sys.stderr)
        if self.nobodys:
            shown = ", ".join(self.nobodys[:5]) + (" …" if self.nobodys[5:] else "")
            count = f"{len(self.nobodys)} file{'s' * (len(self.nobodys) != 1)}"
            print(f"Nobody's, so not collected: {count}: {shown}", file=sys.stderr)
        for student, reason in troubled.items():
            print(f"Look at {student}: {reason}.", file=sys.stderr)
        print(
            f"{len(self.people) - len(troubled)} of {len(self.people)} students "
            "collected without trouble",
            file=sys.stderr,
        )
        if troubled or self.failed or self.nobodys or not self.people:
            sys.exit(NEEDS_A_PERSON)

    def _troubles(self) -> Iterator[tuple[str, str]]:
        for student, person in self.people.items():
            refused = [
                f"{tidy(n)} {said}" for n, said in person.unpacked.refused.items()
            ]
            files = person.unpacked.files
            if not any(path.suffix == ".ipynb" for path in files):
                held = ", ".join(sorted(path.name for path in files)[:3])
                refused.append(f"there is no notebook{f', but {held}' if held else ''}")
            if refused:
                yield student, "; ".join(refused[:3])


def _key(name: str, first: str) -> str:
    """The student's id; with a number where the LMS has one, for those of one name."""
    number = number_of(first)
    return f"{name}\0{number}" if number else name


def _depth(path: Path) -> tuple[int, str]:
    return len(path.parts), str(path)


def _beside(path: Path, base: Path | None, target: Path) -> str:
    """A file's place beside the notebook, as it was in the student's folder."""
    _, first, *inside = path.relative_to(target).parts
    if not inside:
        return own_name(first) or first
    deep = base is not None and len(base.relative_to(target).parts) > 1
    if deep and path.is_relative_to(base):
        return path.relative_to(base).as_posix()
    return "/".join(inside)
