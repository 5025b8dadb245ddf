"""Writing files so that a failure leaves everything as it was."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from course.base.errors import CourseError

PRIVATE, PUBLIC = 0o600, 0o644  # modes of new files


def replace_all(contents: dict[Path, bytes], mode: int = PRIVATE) -> None:
    """Write every file, or none; one that is new gets this mode.

    All bytes are on disk under temporary names before the first file is replaced;
    where one cannot be replaced, those before it get their old bytes back.

    Raises CourseError where a file or its folder cannot be written.
    """
    folders: list[Path] = []
    staged: dict[Path, Path] = {}
    replaced: dict[Path, bytes | None] = {}
    path = None
    try:
        for path, content in contents.items():
            _make_folder(path.parent, folders)
            staged[path] = _temporary(path, mode)
            staged[path].write_bytes(content)
        for path, temporary in staged.items():
            old = path.read_bytes() if path.exists() else None
            os.replace(temporary, path)
            replaced[path] = old
    except OSError as error:
        _clear(staged)
        _put_back(replaced, folders)
        raise CourseError(
            f"{path}: cannot write it ({_reason(error)}). Nothing was changed. "
            "See that the file and its folder are yours to write, then run this again."
        ) from None
    finally:
        _clear(staged)


def link_to(link: Path, target: Path) -> None:
    """Make `link` a relative symbolic link to `target`.

    Raises CourseError where the system or the folder does not let us.
    """
    folders: list[Path] = []
    try:
        _make_folder(link.parent, folders)
        link.symlink_to(os.path.relpath(target, link.parent))
    except (OSError, NotImplementedError) as error:
        _put_back({}, folders)
        raise CourseError(
            f"{link}: cannot make this link ({_reason(error)}). On Windows, switch on "
            "Developer Mode; elsewhere, see that you may write in its folder."
        ) from None


def _make_folder(folder: Path, made: list[Path]) -> None:
    """Make `folder` and those above it; note in `made` which ones were not there."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    for each in reversed(missing):
        each.mkdir()
        made.append(each)


def _temporary(path: Path, mode: int) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".course-")
    os.close(handle)
    os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else mode)
    return Path(name)


def _clear(staged: dict[Path, Path]) -> None:
    for temporary in staged.values():
        temporary.unlink(missing_ok=True)


def _put_back(replaced: dict[Path, bytes | None], folders: list[Path]) -> None:
    with suppress(OSError):
        for path, old in replaced.items():
            path.unlink() if old is None else path.write_bytes(old)
        for folder in reversed(folders):
            folder.rmdir()


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
