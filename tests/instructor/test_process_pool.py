"""Jobs in processes of their own: one that dies, hangs or raises costs no other."""

import os
import time

from course.instructor.process_pool import Failure, run_isolated
from course.nbgrader_hooks.page_time_limit import Budget, OutOfTime, time_limit


def job(what: object) -> object:
    """What the test asks for."""
    if what == "umask":
        return os.umask(0o077)
    if what == "raise":
        raise ValueError("two\nlines \x1b[1m")
    if what == "die":
        os._exit(9)
    if what == "kill":
        os.kill(os.getpid(), 9)
    if what == "leave":
        raise SystemExit(4)
    if what == "hang":
        time.sleep(600)
    if what == "fill":
        return len(bytearray(2**40))
    if what == "bury":
        return [job("bury")]
    return what, os.getpid()


def outcomes(jobs: list, workers: int = 2) -> list:
    return list(run_isolated(job, jobs, workers, seconds=10))


def test_files_are_closed_as_whoever_asks_has_it():
    before = os.umask(0o022)
    try:
        first = outcomes(["umask"])
        os.umask(0o027)
        assert first + outcomes(["umask"]) == [0o022, 0o027]
        assert os.umask(0o022) == 0o027
    finally:
        os.umask(before)


def test_each_failure_is_told_and_the_others_are_done():
    asked = ["a", "raise", "die", "b", "kill", "leave", "fill", "bury", "hang", "c"]
    told = dict(zip(asked, outcomes(asked), strict=True))
    for name in "abc":
        assert told[name][0] == name
    assert told["raise"] == Failure(
        "ValueError: two lines \N{REPLACEMENT CHARACTER}[1m"
    )
    assert told["die"] == Failure("its process ended too early (exit code 9)")
    assert told["kill"] == Failure("its process ended too early (exit code -9)")
    assert "exit code" in told["leave"].why
    assert told["fill"] == Failure("there is not enough memory for it")
    assert told["bury"] == Failure("it is nested too deeply")
    assert told["hang"] == Failure("it took longer than 10 seconds")


def test_processes_are_few_and_go_away():
    made = outcomes(list(range(6)), workers=2)
    processes = {process for _, process in made}
    assert len(processes) <= 2 and os.getpid() not in processes
    end = time.monotonic() + 30
    while time.monotonic() < end and any(map(_runs, processes)):
        time.sleep(0.1)
    assert not any(map(_runs, processes))
    assert outcomes([]) == []


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_limit_ends_what_computes_and_lets_what_is_done_be():
    start = time.process_time()
    try:
        with time_limit(0.2):
            while True:
                try:
                    sum(range(1000))
                except Exception:
                    continue
    except OutOfTime:
        assert time.process_time() - start < 5
    else:
        raise AssertionError("it went on")
    with time_limit(0.05):
        pass
    sum(range(3_000_000))  # nothing rings any more


def test_a_budget_is_spent_by_its_steps():
    budget = Budget(left=0.3, each=0.1)
    ended = 0
    for _ in range(5):
        try:
            with budget.step():
                while True:
                    pass
        except OutOfTime:
            ended += 1
    assert ended == 5 and budget.left <= 0
