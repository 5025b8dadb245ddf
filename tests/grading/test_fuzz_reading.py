"""Thousands of damaged submissions: reading and merging them never fails."""

import json
import random
import shutil
import sys

import pytest
from damaged_submissions import submission
from submission_desk import Desk, make_desk
from word_lesson import NAME

from course.base.notebook_json import to_json_bytes
from course.grading.submission import add_notes, merge_files

pytest_plugins = ["graded_courses"]

FEW, MANY = 300, 20_000


def fuzz(desk: Desk, seed: int, count: int) -> None:
    print(f"seed {seed}")
    for number in range(count):
        shutil.rmtree(desk.folder, ignore_errors=True)
        desk.folder.mkdir(parents=True)
        submission(desk, random.Random(f"{seed} {number}"))
        try:
            merged = desk.merged()
            add_notes(merged.notebook, merged.notes)
            assert json.loads(to_json_bytes(merged.notebook))["cells"]
            merge_files({"words.txt": b"x"}, {}, NAME)
        except BaseException:
            print(f"Random('{seed} {number}')", file=sys.stderr)
            raise


@pytest.fixture
def desk(released, tmp_path) -> Desk:
    return make_desk(released, tmp_path)


@pytest.mark.slow
def test_a_few_damaged_submissions(desk):
    fuzz(desk, 1, FEW)


@pytest.mark.proof
def test_many_damaged_submissions(desk):
    fuzz(desk, random.SystemRandom().randrange(10**6), MANY)
