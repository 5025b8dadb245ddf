"""The lessons on the oldest and newest versions that the course supports.

uv run nox                       every combination
uv run nox -- -k 07_saving       one lesson, or other options of pytest
uv run nox -s "lessons-3.13(torch='2.9')"
"""

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv"
nox.options.error_on_missing_interpreters = True

PROJECT = nox.project.load_toml("pyproject.toml")
BEFORE = PROJECT["tool"]["uv"]["exclude-newer"]
# What proves lessons; mutants and the tools are tested on the pinned versions.
TESTS = (
    "proof/test_bank",
    "lesson/test_notebooks",
    "nbgrader_hooks/test_round_trip",
    "instructor/test_demo",
)


@nox.session(python=["3.11", "3.13"])
@nox.parametrize("torch", ["2.9", "2.15"])
def lessons(session: nox.Session, torch: str) -> None:
    """Run every lesson, bank and round trip."""
    # uv finds the torchvision that belongs to this torch.
    packages = [
        "-e",
        ".",
        f"torch=={torch}.*",
        *nox.project.dependency_groups(PROJECT, "dev"),
    ]
    session.install("--exclude-newer", BEFORE, *packages)
    tests = [f"tests/{name}.py" for name in TESTS]
    session.run("python", "-m", "pytest", *tests, *session.posargs)
