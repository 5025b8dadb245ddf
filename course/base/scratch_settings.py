"""The settings of a scratch copy of a course: nothing outside its folder is used."""

from pathlib import Path
from typing import TYPE_CHECKING

from course.base.gradebook_location import gradebook_url
from course.base.settings import DIRECTORIES

if TYPE_CHECKING:
    from traitlets.config import Config

CONVERTERS = ("BaseConverter", "GenerateAssignment", "Autograde", "GenerateFeedback")


def keep_inside(config: "Config", folder: Path) -> None:
    """Have nbgrader read and write in `folder` only, whatever was set elsewhere.

    For scratch copies of a course: the real one may name a database on a server,
    folders of its own, an exchange, or programs to run after each step.
    """
    for name in ("NbGrader", "NbGraderConfig", "TransferApp", "ExchangeFactory"):
        config.pop(name, None)
    given = config.CourseDirectory
    given.root = str(folder)
    given.db_url = gradebook_url(folder)
    given.directory_structure = str(
        Path("{nbgrader_step}", "{student_id}", "{assignment_id}")
    )
    for name in (*DIRECTORIES, "source_with_tests"):
        given[f"{name}_directory"] = name
    config.Exchange.root = str(folder / "exchange")
    config.Exchange.cache = str(folder / "exchange-cache")
    config.NbGrader.logfile = ""
    for converter in CONVERTERS:
        config[converter].pre_convert_hook = _no_hook
        config[converter].post_convert_hook = _no_hook


def _no_hook(**_: object) -> None:
    """Do nothing, before or after a step of nbgrader in a scratch copy."""
