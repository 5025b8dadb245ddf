"""Options, fixtures and the summary of all tests; nothing here needs Jupyter."""

import os

import pytest
from course_copies import ROOT

from course.base.bytecode import with_bytecode
from course.base.course_folder import Course

WORKERS = 2


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--device`."""
    parser.addoption(
        "--device",
        choices=("cpu", "cuda", "mps", "auto"),
        default="cpu",
        help="where answers compute (auto: an accelerator if there is one)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Make plain `pytest` parallel, where pytest-xdist is there and nobody objects."""
    asked = getattr(config.option, "numprocesses", 0)  # 0: there is no xdist
    in_worker = hasattr(config, "workerinput")
    debugged = config.getoption("usepdb", False)
    if asked is None and not (in_worker or debugged or config.option.tx):
        config.option.numprocesses = min(WORKERS, os.cpu_count() or 1)
        if config.option.dist == "no":
            config.option.dist = "worksteal"


def pytest_configure(config: pytest.Config) -> None:
    """Let workers, kernels and nbgrader share bytecode, in pytest's own cache."""
    cache = getattr(config, "cache", None)
    if cache and not hasattr(config, "workerinput"):
        shared = with_bytecode(os.environ, cache.mkdir("bytecode"))
        for name in os.environ.keys() - shared.keys():
            del os.environ[name]
        os.environ.update(shared)


@pytest.fixture(scope="session")
def course() -> Course:
    """The course that these tests belong to."""
    return Course.here(ROOT)


@pytest.fixture(scope="session")
def device(request: pytest.FixtureRequest) -> str:
    """Where answers compute, as `--device` says."""
    return request.config.getoption("--device")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests recorded with `record_property`."""
    tallies, seconds = {}, {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for key, value in getattr(report, "user_properties", ()):
                if key == "mutants":
                    tallies[report.nodeid] = value
                elif key == "answer":
                    seconds[value["answer"]] = value["seconds"]
    if tallies or seconds:
        terminalreporter.section("the proof")
    for _, tally in sorted(tallies.items()):
        terminalreporter.write_line(
            "mutants of {exercise}: {killed} / {made} killed, "
            "{listed} listed as equivalent".format_map(tally)
        )
    if tallies:
        killed = sum(tally["killed"] for tally in tallies.values())
        made = sum(tally["made"] for tally in tallies.values())
        terminalreporter.write_line(f"mutants: {killed} / {made} killed")
    if seconds:
        slowest = max(seconds, key=seconds.get)
        terminalreporter.write_line(
            f"bank: {len(seconds)} answers in {sum(seconds.values()):.1f} s "
            f"(slowest: {slowest}, {seconds[slowest]:.1f} s)"
        )
