"""One spelling for each student: `Zoë` can be written with four characters or three."""

import os
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from course.base.file_names import tidy


@dataclass(frozen=True)
class Spelling:
    """The ids that the gradebook knows, by their composed form."""

    known: dict[str, str]

    @classmethod
    def for_names(cls, names: Iterable[str], address: str) -> "Spelling":
        """The same, asked for only if one of the names can be spelt in two ways."""
        return cls({}) if all(map(str.isascii, names)) else cls.of(address)

    @classmethod
    def of(cls, address: str) -> "Spelling":
        """As this gradebook spells them; where it cannot be read, it knows nobody."""
        ids: list[str] = []
        url = sa.make_url(address)
        missing = url.get_backend_name() == "sqlite" and not os.path.isfile(
            url.database or ""
        )
        if not missing:
            engine = sa.create_engine(url)
            with suppress(sa.exc.SQLAlchemyError), engine.connect() as connection:
                ids = list(connection.scalars(sa.text("SELECT id FROM student")))
            engine.dispose()
        return cls({unicodedata.normalize("NFC", each): each for each in ids})

    def id(self, name: str) -> str:
        """The student's id: as the gradebook spells it, else composed."""
        composed = unicodedata.normalize("NFC", name)
        return self.known.get(composed, composed)

    def member(self, name: str) -> str:
        """The same of `Group A-Ada Lovelace`, as Moodle calls a member of a group."""
        name = tidy(name)
        if name in self.known:
            return self.known[name]
        parts = name.split("-")
        rests = ("-".join(parts[k:]).strip() for k in range(1, len(parts)))
        return next((self.known[r] for r in rests if r in self.known), self.id(name))


def one_spelling(submitted: Path, address: str) -> list[str]:
    """Rename folders of students whose names are spelt another way than their ids.

    Returns what could not be renamed, as there is a folder of that name already.
    """
    if not submitted.is_dir():
        return []
    odd = [p for p in submitted.iterdir() if not p.name.isascii() and p.is_dir()]
    if not odd:
        return []
    spelling, left = Spelling.of(address), []
    for folder in sorted(odd):
        wanted = folder.with_name(spelling.id(folder.name))
        if wanted.name == folder.name:
            continue
        if wanted.exists() and not wanted.samefile(folder):
            left.append(folder.name)
        else:
            folder.rename(wanted)
    return left
