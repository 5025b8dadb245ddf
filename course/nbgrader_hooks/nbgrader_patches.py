"""Patches of nbgrader, all of them in this module.

Each function names the symbol that it replaces and the reason. For each of them
tests/kernel/test_upstream_patches.py says what it needs of nbgrader. nbgrader itself is
imported by whoever needs it, and only then.
"""

import glob
from collections.abc import Callable
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

# Modules of nbgrader that look for files by `glob.glob`.
SEARCHING_MODULES = (
    "nbgrader.apps.api",
    "nbgrader.converters.base",
    "nbgrader.exchange.default.release_feedback",
    "nbgrader.utils",
)
# Modules of nbgrader that make an Autograde.
GRADING_MODULES = ("nbgrader.apps.autogradeapp", "nbgrader.apps.api")


def replace_glob(find: Callable[..., list[str]]) -> None:
    """Replace the name `glob` in modules of nbgrader.

    They join folders and patterns, and then take a folder called `DL [2026]` for a
    pattern.
    """
    for name in SEARCHING_MODULES:
        import_module(name).glob = SimpleNamespace(glob=find, escape=glob.escape)


def replace_autograde(converter: type) -> None:
    """Replace the name `Autograde` in modules of nbgrader.

    nbgrader has no setting for its converters.
    """
    for name in GRADING_MODULES:
        import_module(name).Autograde = converter


def replace_formgrader_exporter(formgrader: ModuleType, exporter: type) -> None:
    """Replace `HTMLExporter` in Formgrader's module, which has no setting for it."""
    formgrader.HTMLExporter = exporter


def patch_zip_collect(
    app: Any, process: Callable[[], None], path_of: Callable[[str], str]
) -> None:
    """Replace two methods of one `ZipCollectApp`.

    `process_extracted_files`: it has no hook for what happens once all files are in
    place. `_format_collect_path`: it takes braces in the course folder's name for
    fields of its own.
    """
    app.process_extracted_files = process
    app._format_collect_path = path_of
