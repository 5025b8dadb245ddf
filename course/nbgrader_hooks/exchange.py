"""nbgrader's exchange, for classes in which not everybody submits as they should."""

import glob
import shutil
from pathlib import Path

from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash

from course.base.course_folder import Course
from course.base.printable import printable, why
from course.base.privacy import close_to_others
from course.base.settings import read_settings
from course.grading.read_submission import TIMESTAMP_FILE

SECRET_FILE = "submission_secret.txt"  # of each submission
MOST_NAMES = 20  # of notebooks in a submission, that a page is released by


class Collect(ExchangeCollect):
    """Collect, and let nobody else read or write what was collected.

    In the exchange, submissions are open to the instructor by being open to all.
    """

    def copy_files(self) -> None:
        """Copy the submissions, then close the folders."""
        super().copy_files()
        course = Course(Path(self.coursedir.root))
        if said := close_to_others(course, read_settings(course)):
            self.log.info(said)


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Release pages for renamed files too; work submitted elsewhere stops nothing.

    nbgrader stops at the first page of somebody who did not hand in through the
    exchange, and students look for pages by the names of their own files.
    """

    def copy_files(self) -> None:
        """Release the pages of those who handed in through the exchange.

        Each apart from the others: a page that cannot be released stops none.
        """
        for folder in map(Path, sorted(glob.glob(self.src_path))):
            student = folder.parent.name
            try:
                released = self._release(folder, student)
            except Exception as error:  # files that somebody has damaged
                self.log.error("%s: not released: %s", printable(student), why(error))
                continue
            if not released:
                self.log.warning(
                    "%s did not hand in through the exchange: send the page another "
                    "way",
                    printable(student),
                )
        # Its students read a page there by its name, which nobody else knows.
        for page in Path(self.dest_path).glob("*.html"):
            page.chmod(0o664 if self.coursedir.groupshared else 0o644)

    def _release(self, folder: Path, student: str) -> bool:
        """Release one student's page; whether it was handed in for that."""
        for name in (TIMESTAMP_FILE, SECRET_FILE):
            graded = self._folder("autograded_directory", student) / name
            if graded.is_file():
                shutil.copy(graded, folder)
        if not (
            (folder / TIMESTAMP_FILE).is_file() and (folder / SECRET_FILE).is_file()
        ):
            return False
        self._by_other_names(folder)
        pattern, self.src_path = self.src_path, glob.escape(str(folder))
        try:
            super().copy_files()
        finally:
            self.src_path = pattern
        return True

    def _folder(self, directory: str, student: str) -> Path:
        step = getattr(self.coursedir, directory)
        lesson = self.coursedir.assignment_id
        return Path(self.coursedir.format_path(step, student, lesson))

    def _by_other_names(self, folder: Path) -> None:
        """Where the lesson's notebook was not handed in, by the names that were."""
        lesson = self.coursedir.assignment_id
        page = folder / f"{lesson}.html"
        handed = self._folder("submitted_directory", folder.parent.name)
        names = {path.stem for path in handed.glob("*.ipynb")}
        if lesson in names or not page.is_file():
            return
        secret = (folder / SECRET_FILE).read_text(encoding="utf-8")
        for name in sorted(names)[:MOST_NAMES]:
            key = notebook_hash(secret=secret, notebook_id=name)
            part = Path(self.dest_path, f"{key}-tmp.html")
            shutil.copy(page, part)
            part.replace(Path(self.dest_path, f"{key}.html"))
