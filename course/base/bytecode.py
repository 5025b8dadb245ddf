"""Compiled modules for many processes, where Python is told to keep none."""

from collections.abc import Mapping
from pathlib import Path

UNWANTED = "PYTHONDONTWRITEBYTECODE"


def with_bytecode(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment for processes that share compiled modules.

    Containers often ask Python to write no bytecode beside modules. Then every process
    compiles torch again, for seconds; with this, they keep the bytecode in `folder`.
    Elsewhere nothing changes.
    """
    if not environment.get(UNWANTED):
        return dict(environment)
    kept = {name: value for name, value in environment.items() if name != UNWANTED}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder)}
