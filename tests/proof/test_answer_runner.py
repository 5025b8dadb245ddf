"""The proof itself is put to the proof: answer runner, banks and mutants."""

import json
import os
import shutil
import subprocess
import sys
import textwrap

import pytest
from course_copies import ROOT

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.notebook import read_lesson
from course.proof import answer_runner
from course.proof.answer_bank import (
    Answer,
    check_names,
    disagreements,
    gaps,
    parse_bank,
    read_bank,
)
from course.proof.answer_runner import Report, run_answer, run_lesson, untouched
from course.proof.mutation import Tally, mutants, try_mutants

SETUP = """
import os, random, signal, time, warnings
import numpy as np
import torch
device = torch.device("meta")
seen = []
"""
ANSWER = """
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
"""
TESTS = (
    "assert double(3) == 6, f'double(3) is 6, not {double(3)}'",
    "assert double(0) == 0, f'double(0) is 0, not {double(0)}'",
)


def cell(cell_id, source, kind="code", **nbgrader):
    """The JSON of a cell."""
    metadata = {"nbgrader": {"grade_id": cell_id, **nbgrader}} if nbgrader else {}
    return {"id": cell_id, "cell_type": kind, "source": source, "metadata": metadata}


def exercise_cells(name, answer, tests):
    """The JSON of an exercise's cells; its tests are called a, b, …"""
    return [
        cell(f"{name}-task", "### Exercise", "markdown", grade=False),
        cell(f"{name}-answer", answer, solution=True, grade=False),
        *(
            cell(f"{name}-test-{letter}", test, grade=True, points=1)
            for letter, test in zip("abcdef", tests, strict=False)
        ),
    ]


def write_lesson(path, *exercises, setup=SETUP):
    """A lesson of (name, answer, tests); its file is `path`."""
    cells = [cell("setup", setup)]
    for exercise in exercises:
        cells += exercise_cells(*exercise)
    path.write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}))
    return read_lesson(path)


@pytest.fixture
def lesson(tmp_path):
    """One exercise, `double`, with two tests."""
    return write_lesson(tmp_path / "09_small.ipynb", ("double", ANSWER, TESTS))


@pytest.fixture
def run(lesson):
    """Run an answer to `double`."""

    def run(source, limit=20.0):
        return run_answer(lesson, lesson.exercises[0], source, limit=limit)

    return run


@pytest.fixture
def complaints(tmp_path):
    """What the answer runner holds against a test cell."""

    def complaints(test):
        lesson = write_lesson(tmp_path / "x.ipynb", ("double", ANSWER, [test]))
        return run_answer(lesson, lesson.exercises[0], ANSWER).complaints

    return complaints


# The answer runner: outcomes


def test_right_answer_passes_and_its_output_goes_nowhere(run, capfd):
    report = run(
        "import os\ndef double(x):\n    os.system('echo hi')\n    return x + x"
    )
    assert report.outcomes == {"double-test-a": None, "double-test-b": None}
    assert not report.complaints and not report.raised and not report.failed
    assert capfd.readouterr() == ("", "")


def test_wrong_answer_fails_with_the_message_of_the_test(run):
    report = run("def double(x):\n    return x")
    message = "AssertionError: double(3) is 6, not 3"
    assert report.failed == {"double-test-a": message}


def test_messages_of_several_lines_are_kept_whole(run):
    report = run("def double(x):\n    raise ValueError('one\\ntwo')")
    assert report.outcomes["double-test-a"] == "ValueError: one\ntwo"


def test_endless_loop_ends_at_the_limit_and_says_where(run):
    source = """
        import signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        def double(x):
            while x == 0:
                try:
                    time.sleep(0.1)
                except BaseException:
                    pass
            return 2 * x
        """
    report = run(textwrap.dedent(source), limit=1.0)
    assert report.outcomes["double-test-a"] is None
    assert report.outcomes["double-test-b"].startswith("Timeout: no result after 1 s")
    assert "of double-answer" in report.outcomes["double-test-b"]
    assert [c.partition(":")[0] for c in report.complaints] == ["double-test-b"]


@pytest.mark.parametrize(
    ("crash", "reason"),
    [
        ("os._exit(3)", "ended with exit code 3"),
        ("os._exit(0)", "ended with exit code 0"),
        ("os.abort()", ""),  # how this ends is the system's choice
    ],
)
def test_dead_process_fails_what_it_did_not_reach(run, crash, reason):
    report = run(f"def double(x):\n    return 2 * x if x else {crash}")
    assert report.outcomes["double-test-a"] is None
    assert report.outcomes["double-test-b"].startswith(f"Died: the process {reason}")
    assert not run(ANSWER).failed


@pytest.mark.parametrize("kind", ["SystemExit", "KeyboardInterrupt", "GeneratorExit"])
def test_exceptions_that_end_programs_end_one_cell(run, kind):
    inside = run(f"def double(x):\n    raise {kind}('enough')")
    assert set(inside.outcomes.values()) == {f"{kind}: enough"}
    outside = run(f"{ANSWER}\nraise {kind}")
    assert outside.raised == {"double-answer": kind}
    assert not outside.failed


def test_answer_that_raises_where_it_is_defined_fails_its_tests(run):
    report = run("def double(x) return x")
    assert report.raised["double-answer"].startswith("SyntaxError")
    assert report.outcomes["double-test-a"].startswith("NameError")


def test_answers_share_nothing(run):
    run("torch.leak, seen[:] = 1, [1]\nopen('here', 'w').close()")
    report = run(
        "def double(x):\n"
        "    clean = not (seen or hasattr(torch, 'leak') or os.path.exists('here'))\n"
        "    return 2 * x if clean else None"
    )
    assert not report.failed


def test_classes_of_an_answer_can_be_pickled(run):
    source = "import pickle\nclass Twice:\n    by = 2\ndef double(x):\n    "
    assert not run(f"{source}return pickle.loads(pickle.dumps(Twice)).by * x").failed


if hasattr(os, "killpg"):

    def test_no_process_outlives_its_answer(run, tmp_path):
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        alive = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        script = f"import time; f = open({str(fifo)!r}, 'w'); f.write('up'); f.flush()"
        report = run(
            "import subprocess, sys\n"
            f"script = {script!r} + '; print(flush=True); time.sleep(600)'\n"
            "left = subprocess.Popen([sys.executable, '-c', script], "
            f"stdout=subprocess.PIPE)\nleft.stdout.readline()\n{ANSWER}"
        )
        assert not report.failed and not report.raised
        assert os.read(alive, 2) == b"up"
        # The end of the fifo comes once nobody holds it; until then reading blocks.
        os.set_blocking(alive, True)
        assert os.read(alive, 1) == b""
        os.close(alive)


def test_systems_that_cannot_fork_get_the_same_outcomes(run, monkeypatch):
    monkeypatch.setattr(answer_runner, "FORKS", False)
    report = run("def double(x):\n    return 2 * x if x else os._exit(3)")
    assert report.outcomes["double-test-a"] is None
    assert "ended with exit code 3" in report.outcomes["double-test-b"]


def test_device_is_the_one_asked_for(lesson):
    source = "def double(x):\n    return x * torch.ones(2, device=device).sum().item()"
    exercise = lesson.exercises[0]
    assert run_answer(lesson, exercise, source).failed == {}
    assert run_answer(lesson, exercise, source, "auto").failed == {}
    with pytest.raises(CourseError, match="09_small.ipynb: device cuda:99"):
        run_answer(lesson, exercise, source, "cuda:99")


def test_broken_setup_is_one_clear_line_and_the_next_run_works(tmp_path, run):
    broken = write_lesson(
        tmp_path / "b.ipynb", ("double", ANSWER, TESTS), setup="import nowhere"
    )
    with pytest.raises(CourseError, match="b.ipynb: the setup cell fails: Module"):
        run_answer(broken, broken.exercises[0], ANSWER)
    assert not run(ANSWER).failed


# The answer runner: complaints


@pytest.mark.parametrize(
    ("test", "complaint"),
    [
        ("seen.append(1)\nassert len(seen) == 1", "first passes, and then Assertion"),
        ("assert seen\n", None),
        ("_ = torch.manual_seed(0)", "changes torch's random state"),
        ("torch.rand(1)\nassert True", "changes torch's random state"),
        ("np.random.rand()\nassert True", "changes NumPy's random state"),
        ("random.seed(1)", "changes Python's random state"),
        ("torch.set_default_dtype(torch.float64)", "changes the default dtype"),
        ("torch.set_default_device('meta')", "changes the default device"),
        ("_ = torch.set_grad_enabled(False)", "changes the gradient mode"),
        ("torch.use_deterministic_algorithms(True)", "the deterministic flags"),
        ("torch.set_num_threads(2)", "changes the number of threads"),
        ("import this\nwarnings.simplefilter('error')", "changes the warnings filters"),
        ("warnings.simplefilter('error')", "changes the warnings filters"),
        ("torch.set_printoptions(precision=2)", "changes the print options"),
        ("os.environ['NEW'] = '1'", "changes the environment variables"),
        ("os.chdir('/')", "changes the working directory"),
        ("seen = []", "changes the global 'seen'"),
        ("del seen", "changes the global 'seen'"),
        ("def double(x): return 6", "changes the global 'double'"),
        ("assert double(3) == 6\n1.0", "ends in a value (1.0)"),
        ("torch.ones(2)", "ends in a value (tensor([1., 1.]))"),
        ("'''Text.'''\nimport torch\nmine = double(2)\nprint(mine)", None),
        ("got = torch.ones(2)\ntorch.testing.assert_close(got, got)", None),
        ("with torch.random.fork_rng():\n    torch.manual_seed(0)", None),
        ("torch.rand(1, generator=torch.Generator())\nassert True", None),
        ("with warnings.catch_warnings():\n    warnings.simplefilter('error')", None),
    ],
)
def test_a_test_must_leave_everything_as_it_was(complaints, test, complaint):
    found = complaints(test)
    if complaint is None:
        assert found == []
    else:
        assert found and found[0].startswith("double-test-a: ")
        assert complaint in "\n".join(found)


def test_names_of_an_earlier_test_are_free(tmp_path):
    tests = ["got = double(1)\nassert got == 2", "got = double(2)\nassert got == 4"]
    lesson = write_lesson(tmp_path / "x.ipynb", ("double", ANSWER, tests))
    assert not run_answer(lesson, lesson.exercises[0], ANSWER).complaints


def test_until_a_failure_tests_run_once_and_no_further(tmp_path):
    tests = ["seen.append(1)\nassert len(seen) == 1", "assert double(1) == 2", "1 / 0"]
    lesson = write_lesson(tmp_path / "x.ipynb", ("double", ANSWER, tests))

    def run(answer):
        exercise = lesson.exercises[0]
        return run_answer(lesson, exercise, answer, until_failure=True)

    report = run("def double(x): return x")
    assert report.outcomes == {"double-test-a": None, "double-test-b": "AssertionError"}
    assert not report.complaints
    died = run("def double(x): os._exit(3)").outcomes
    assert died["double-test-b"].startswith("Died")


# The answer runner: whole lessons and untouched answers


def test_whole_lesson_runs_in_order_and_leaves_out_what_is_not_answered(tmp_path):
    lesson = write_lesson(
        tmp_path / "two.ipynb",
        ("double", ANSWER, TESTS),
        ("triple", "def triple(x): return 3 * x", ["assert triple(1) == 3"]),
    )
    answers = {e.id: e.answer.source for e in lesson.exercises}
    report = run_lesson(lesson, answers)
    assert report.outcomes == dict.fromkeys(
        ["double-test-a", "double-test-b", "triple-test-a"]
    )
    del answers["double"]
    assert list(run_lesson(lesson, answers).outcomes) == ["triple-test-a"]


STUBBED = """
def f(x):
    '''Doc.'''
    ### BEGIN SOLUTION
    return x
    ### END SOLUTION
    ### BEGIN STUB
    # y = x + 1
    # return y  # wrong
    ### END STUB
"""


@pytest.mark.parametrize(
    ("answer", "stub"),
    [
        (ANSWER, "\ndef double(x):\n    raise NotImplementedError()"),
        (STUBBED, "\ndef f(x):\n    '''Doc.'''\n    y = x + 1\n    return y  # wrong"),
        ("answer = 3", "raise NotImplementedError()"),
    ],
)
def test_untouched_answer_is_made_by_the_rule_of_the_release(tmp_path, answer, stub):
    lesson = write_lesson(tmp_path / "x.ipynb", ("double", answer, TESTS))
    assert untouched(Course(tmp_path), lesson, lesson.exercises[0]) == stub


def test_untouched_answer_comes_from_the_release_once_there_is_one(tmp_path):
    lesson = write_lesson(tmp_path / "x.ipynb", ("double", ANSWER, TESTS))
    released = Course(tmp_path).released("x")
    released.parent.mkdir(parents=True)
    write_lesson(released, ("double", "# yours", TESTS))
    assert untouched(Course(tmp_path), lesson, lesson.exercises[0]) == "# yours"


# Banks

GOOD = """
This is a comment.

# %% right: sum
# Adding is doubling.
def double(x): return x + x

# %% wrong: same
# fails: double-test-a, double-test-b
# says: is 6,
#   not 3
# fails: double-test-c
# pitfall: 5, 6

# A comment: not a key.
def double(x): return x

# %% equivalent: return 2 * x => return 2 * x + 0
# reason: adding 0
#   changes nothing
"""


def write_bank(folder, text, name="double"):
    """A bank file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_bank_file_is_read(tmp_path):
    write_bank(tmp_path, GOOD)
    (bank,) = read_bank(tmp_path).values()
    assert [a.name for a in bank.answers] == ["sum", "same"]
    right, wrong = bank.answers
    assert right.source == "# Adding is doubling.\ndef double(x): return x + x"
    assert right.fails == {}
    assert wrong.source == "# A comment: not a key.\ndef double(x): return x"
    assert wrong.fails == {
        "double-test-a": "is 6, not 3",
        "double-test-b": "is 6, not 3",
        "double-test-c": None,
    }
    assert wrong.pitfalls == (5, 6)
    reasons = {"return 2 * x => return 2 * x + 0": "adding 0 changes nothing"}
    assert bank.equivalents == reasons


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("# %% wrong: w\nx = 1", "wrong 'w': has no `# fails:`"),
        ("# %% wrong: w\n# fails: a\n", "wrong 'w': has no code"),
        ("# %% wrong: w\n# fails:\nx = 1", "wrong 'w': `# fails:` has no value"),
        ("# %% wrong: w\n# fail: a\nx = 1", "wrong 'w': unknown key 'fail'"),
        ("# %% wrong: w\n# says: s\n# fails: a\nx = 1", "wrong 'w': `# says:` belongs"),
        ("# %% wrong: w\n# fails: a\n# says: s\n# says: t\nx = 1", "once each"),
        ("# %% wrong: w\n# fails: a\n# fails: a\nx = 1", "wrong 'w': fails a twice"),
        ("# %% wrong: w\n# fails: a\n# pitfall: view\nx = 1", "takes numbers"),
        ("# %% right: r\n# fails: a\nx = 1", "right 'r': unknown key 'fails'"),
        ("# %% right: r\nx = 1\n# %% right: r\nx = 2", "right 'r': the name is taken"),
        ("# %% right: solution\nx = 1", "right 'solution': the name is taken"),
        ("# %% equivalent: a => b\n", "equivalent 'a => b': needs one `# reason:"),
        ("# %% equivalent: a => b\n# reason: r\nx = 1", "and no code"),
        ("# %% almost: r\nx = 1", "'# %% almost: r' starts no answer"),
        ("# %%\nx = 1", "'# %%' starts no answer"),
    ],
)
def test_malformed_bank_file_is_one_clear_line(tmp_path, text, complaint):
    path = write_bank(tmp_path, text)
    with pytest.raises(CourseError) as error:
        parse_bank(path)
    assert str(path) in str(error.value) and complaint in str(error.value)


def test_two_files_for_one_exercise_are_refused(tmp_path):
    write_bank(tmp_path, GOOD)
    write_bank(tmp_path / "more", GOOD)
    with pytest.raises(CourseError, match="is for the same exercise"):
        read_bank(tmp_path)


def test_bank_must_name_what_the_lesson_has(tmp_path, lesson):
    with pytest.raises(CourseError, match="no bank of answers for exercise 'double'"):
        check_names(read_bank(tmp_path), lesson)
    write_bank(tmp_path, GOOD)
    with pytest.raises(CourseError, match="'double-test-c' is no test cell"):
        check_names(read_bank(tmp_path), lesson)
    write_bank(tmp_path, GOOD.replace("double-test-c", "double-test-b", 1))
    write_bank(tmp_path, "", "triple")
    write_bank(tmp_path, "# %% right: sum\nx = 1")
    with pytest.raises(CourseError, match="no exercise 'triple' that tests grade"):
        check_names(read_bank(tmp_path), lesson)


@pytest.mark.parametrize(
    ("outcomes", "fails", "line"),
    [
        ({"a": None}, {"a": None}, "a: must fail, but passes"),
        ({"a": "E: x"}, {}, "a: must pass, but fails with 'E: x'"),
        ({"a": "E: x"}, {"a": "y"}, "a: must say 'y', but says 'E: x'"),
        ({"a": "E: x", "b": "E: y"}, {"a": "x"}, "b: must pass, but fails with 'E: y'"),
        ({}, {"a": None}, "a: must fail, but was not run"),
    ],
)
def test_every_disagreement_is_found(outcomes, fails, line):
    assert disagreements(Report(outcomes), fails) == [line]


def test_agreement_is_silent_but_complaints_are_not():
    outcomes = {"a": None, "b": "E: 3 is not 4"}
    assert disagreements(Report(outcomes), {"b": "not 4"}) == []
    assert disagreements(Report(outcomes), {"b": None}) == []
    report = Report(outcomes, complaints=["a: changes the global 'x'"])
    assert disagreements(report, {"b": None}) == report.complaints


def test_gaps_of_a_bank_are_found(tmp_path, lesson):
    bank = parse_bank(write_bank(tmp_path, GOOD.replace("double-test-b", "other")))
    assert gaps(lesson.exercises[0], bank) == [
        "1 right answers, at least 3 needed",
        "1 wrong answers, at least 5 needed",
        "no wrong answer fails double-test-b",
    ]
    bank.right = [Answer(str(n), "x = 1") for n in range(3)]
    bank.wrong = [Answer(str(n), "x", {f"double-test-{n}": None}) for n in "abcde"]
    assert gaps(lesson.exercises[0], bank) == []


# Mutants


def names_of(body):
    """Names of the mutants of a function with this body."""
    return [m.name for m in mutants(f"def f(x, y, n, i):\n    {body}\n")]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("return x + y", "return x + y => return x - y"),
        ("return x @ y", "return x @ y => return x * y"),
        ("return x", "return x => return None"),
        ("return x < y", "return x < y => return x >= y"),
        ("return x < y", "return x < y => return x <= y"),
        ("return x == y", "return x == y => return x != y"),
        ("return x and y", "return x and y => return x or y"),
        ("return not x", "return not x => return x"),
        ("return x * 2", "return x * 2 => return x * 3"),
        ("return x + 0.5", "return x + 0.5 => return x + 0.0"),
        ("return x['a']", "return x['a'] => return x['']"),
        ("return {'a': True}", "return {'a': True} => return {'a': False}"),
        ("return x.sum(dim=-1)", "return x.sum(dim=-1) => return x.sum(dim=-2)"),
        ("return x.sum(dim=-1)", "return x.sum(dim=-1) => return x.sum(dim=0)"),
        ("return x.sum(dim=-1)", "return x.sum(dim=-1) => return x.sum()"),
        ("x.add_(1, a=True)", "x.add_(1, a=True) => x.add_(1, a=False)"),
        ("x.add_(1, a=True)", "x.add_(1, a=True) => x.add_(1)"),
        ("x.add_(1)", "x.add_(1) => pass"),
        ("return x.contiguous()", "return x.contiguous() => return x"),
        ("return x.float()", "return x.float() => return x.double()"),
        ("return torch.exp(x)", "return torch.exp(x) => return x"),
        ("return g(x, y)", "return g(x, y) => return g(y, x)"),
        ("return torch.long", "return torch.long => return torch.int32"),
        ("return np.float32(x)", "return np.float32(x) => return np.float64(x)"),
        ("return x[i]", "return x[i] => return x[i + 1]"),
        ("return x[:n]", "return x[:n] => return x[:n + 1]"),
        ("return x[1:, 0]", "return x[1:, 0] => return x[0:, 0]"),
        ("return x.T", "return x.T => return x"),
        ("x += 1", "x += 1 => x -= 1"),
        ("for i in x: print(i)", "for i in x => pass"),
        ("with x: print(i)", "with x => without it"),
    ],
)
def test_mutants_of_every_kind_are_made(body, name):
    assert name in names_of(body)


def test_mutants_leave_texts_annotations_and_other_code_alone():
    source = '''
LIMIT = 3
def f(x: "int" = 1) -> "int":
    """Doc, 1."""
    y: "float" = x
    ### BEGIN SOLUTION
    if y > 1:
        raise ValueError("more than 1")
    return y
    ### END SOLUTION
'''
    for mutant in mutants(source):
        compile(mutant.source, mutant.name, "exec")
        assert "LIMIT = 3" in mutant.source and '"""Doc, 1."""' in mutant.source
        assert "(x: 'int'=1) -> 'int'" in mutant.source
        assert "y: 'float' = x" in mutant.source
        assert "raise" not in mutant.source or "'more than 1'" in mutant.source


def test_mutants_and_their_names_are_all_different_and_never_the_solution():
    source = "def f(x):\n    x = x + 1\n    x = x + 1\n    return x + 0\n"
    made = mutants(source)
    names, sources = {m.name for m in made}, {m.source for m in made}
    assert len(names) == len(sources) == len(made)
    assert {"x = x + 1 => x = x - 1", "x = x + 1 => x = x - 1 (2)"} <= names
    assert source.strip() not in sources
    assert mutants(source) == made


def test_weak_tests_let_mutants_live(tmp_path, lesson):
    exercise = lesson.exercises[0]
    tally = try_mutants(lesson, exercise)
    assert tally.survived == () and tally.made == len(tally.killed) > 3
    weak = write_lesson(tmp_path / "w.ipynb", ("double", ANSWER, ["assert double"]))
    assert try_mutants(weak, weak.exercises[0]).killed == ()


def test_survivors_must_be_listed_and_listed_must_survive(tmp_path):
    text = "# %% equivalent: {}\n# reason: so\n"
    path = write_bank(tmp_path, "".join(map(text.format, ["lives", "dies", "gone"])))
    tally = Tally(killed=("dies", "dies too"), survived=("lives", "lives too"))
    assert tally.disagreements(parse_bank(path)) == [
        "survives: lives too",
        "listed as equivalent, but killed: dies",
        "listed as equivalent, but no longer made: gone",
    ]


# The tests of this folder, on a small course with planted faults

BANK = """
# %% right: sum
def double(x): return x + x

# %% right: refused
def double(x): return 2 * x + 1

# %% wrong: same
# fails: double-test-a
# says: is 6
def double(x): return x

# %% wrong: accepted
# fails: double-test-b
def double(x): return 2 * x

# %% wrong: misquoted
# fails: double-test-a
# says: is 7
def double(x): return x
"""
TESTS_WITHOUT_JUPYTER = ["tests/proof/test_bank.py", "tests/proof/test_mutants.py"]
WITHOUT_JUPYTER = f"""
import sys
for name in ("nbgrader", "nbformat", "nbclient", "nbconvert", "IPython", "typer",
             "rich", "ipykernel", "jupyter_client", "jupyter_core", "xdist"):
    sys.modules[name] = None
import pytest
sys.exit(pytest.main(["-q", "-rf", "-p", "no:xdist", "-p", "no:cacheprovider",
                      *{TESTS_WITHOUT_JUPYTER}]))
"""


def test_planted_faults_are_found_without_jupyter(tmp_path):
    shutil.copytree(ROOT / "course", tmp_path / "course")
    (tmp_path / "notebooks").mkdir()
    for name in ("pyproject.toml", "tests/conftest.py", *TESTS_WITHOUT_JUPYTER):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "tests" / "support", tmp_path / "tests" / "support")
    extra = "return 2 * x + 0 * x"
    write_lesson(
        tmp_path / "notebooks" / "09_small.ipynb",
        ("double", ANSWER.replace("return 2 * x", extra), TESTS),
        ("leaky", "seen = 1", ["assert double"]),
    )
    write_bank(tmp_path / "answers/09_small", BANK)
    write_bank(tmp_path / "answers/09_small", "", "leaky")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_JUPYTER],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    failed = {
        line.split("::")[1].partition(" - ")[0]
        for line in done.stdout.splitlines()
        if line.startswith("FAILED")
    }
    verdict = "test_answer_gets_its_verdict"
    assert failed == {
        f"{verdict}[09_small/double/refused]",
        f"{verdict}[09_small/double/accepted]",
        f"{verdict}[09_small/double/misquoted]",
        f"{verdict}[09_small/leaky/solution]",
        "test_bank_is_complete[09_small/double]",
        "test_bank_is_complete[09_small/leaky]",
        "test_an_exercise_left_out_fails_alone[09_small/leaky]",
        "test_mutants_are_killed_or_listed[09_small/double]",
        "test_mutants_are_killed_or_listed[09_small/leaky]",
    }, done.stdout
    assert "double(3) is 6, not 7" in done.stdout
    assert "mutants of 09_small/double: " in done.stdout
    assert "bank: 9 answers in " in done.stdout
