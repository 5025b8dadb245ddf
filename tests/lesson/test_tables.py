"""Tables of README.md and docs/ follow from lessons, docs/*.toml and limits."""

import shutil
from pathlib import Path

import pytest
from course_copies import ROOT, tree
from small_lesson import NAME, make_small_course

from course.base.course_folder import Course
from course.base.errors import CourseError
from course.base.outcomes_and_pitfalls import (
    OUTCOMES,
    PITFALLS,
    read_outcomes,
    read_pitfalls,
)
from course.lesson.readme_tables import BEGIN, END, PAGES, read_pages
from course.lesson.release import Built, build

OUTCOME = """[lesson]
01_means = "take means"

[[outcome]]
can = "take a mean | of rows"
exercises = ["row-means", "hidden-spread"]
"""
PITFALL = """[[pitfall]]
number = 7
belief = "rows are columns"
truth = "they are not"
exercises = ["row-means"]
"""
README = """# Means

Before.

<!-- table: lessons -->

| Lesson | Minutes | Points | What you can do after |
|---|---|---|---|
| [1 · Means](notebooks/01_means.ipynb) | 30 | 20 | take means |

<!-- end of table -->

<!-- table: outcomes -->

| You can | Proven by |
|---|---|
| take a mean \\| of rows | `row-means`, `hidden-spread` |

<!-- end of table -->

Between.

<!-- table: exercises -->

### 1 · Means

| Exercise | Id | Kind | Level | Points | Minutes |
|---|---|---|---|---|---|
| 1 · Means of rows | `row-means` | Write | ★ | 2 | 5 |
| 2 · What a mean hides | `hidden-spread` | Explain | ★★ | 18 | 10 |

<!-- end of table -->

After.
"""
LIMITS = f"{BEGIN.format('limits')}\n{END}\n"
BELIEFS = f"# Beliefs\n\n{BEGIN.format('pitfalls')}\n{END}\n"


@pytest.fixture(scope="module")
def built_once(tmp_path_factory) -> Course:
    """A small course with all its pages, built; a build takes seconds."""
    course = make_small_course(tmp_path_factory.mktemp("tables") / "course")
    (course.root / "docs").mkdir()
    for name, text in {
        "README.md": README,
        OUTCOMES: OUTCOME,
        PITFALLS: PITFALL,
        "docs/pitfalls.md": BELIEFS,
        "docs/grading.md": LIMITS,
    }.items():
        (course.root / name).write_text(text, encoding="utf-8")
    changes = build(course, check=False).changes
    assert changes[1:] == ["docs/pitfalls.md", "docs/grading.md"]
    return course


@pytest.fixture
def course(built_once: Course, tmp_path: Path) -> Course:
    """A copy of it."""
    shutil.copytree(built_once.root, tmp_path / "course", symlinks=True)
    return Course.here(tmp_path / "course")


def change(course: Course, name: str, old: str, new: str) -> None:
    path = course.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def pages(course: Course) -> dict[str, tuple[str, ...]]:
    """Names of the tables that are stale, by page."""
    read = read_pages(course, [course.lesson(name) for name in course.names])
    return {page.path.relative_to(course.root).as_posix(): page.stale for page in read}


def refused(course: Course) -> str:
    """The one line of an error that leaves everything as it was."""
    before = tree(course.root)
    with pytest.raises(CourseError) as error:
        build(course, check=False)
    assert tree(course.root) == before
    assert "\n" not in str(error.value)
    return str(error.value)


def test_tables_of_this_course_are_current():
    course = Course.here(ROOT)
    assert pages(course) == {name: () for name in PAGES}


def test_tables_follow_from_the_data(course: Course):
    # The fixture was built: pages that were right stayed, the others were filled.
    assert (course.root / "README.md").read_text(encoding="utf-8") == README
    beliefs = (course.root / "docs" / "pitfalls.md").read_text(encoding="utf-8")
    assert "\n| 7 | rows are columns | they are not | `row-means` |\n" in beliefs
    assert beliefs.startswith("# Beliefs\n\n<!-- table")
    limits = (course.root / "docs" / "grading.md").read_text(encoding="utf-8")
    assert "\n| `seconds` | 900 | the remaining cells are not run |\n" in limits
    assert "\n| `disk` | 512 MiB and 20,000 files | " in limits
    assert set(pages(course).values()) == {()}


@pytest.mark.parametrize(
    "changed, old, new, page, table",
    [
        ("README.md", "| 30 |", "| 31 |", "README.md", "lessons"),
        ("README.md", "| of rows", "| of all", "README.md", "outcomes"),
        ("README.md", "★★", "★", "README.md", "exercises"),
        (OUTCOMES, "a mean", "means", "README.md", "outcomes"),
        (PITFALLS, "they are", "rows are", "docs/pitfalls.md", "pitfalls"),
        ("docs/grading.md", "900", "901", "docs/grading.md", "limits"),
    ],
)
def test_a_stale_table_is_named(course: Course, changed, old, new, page, table):
    change(course, changed, old, new)
    assert {k: v for k, v in pages(course).items() if v} == {page: (table,)}


def test_check_finds_a_stale_table_and_a_build_mends_it(course: Course):
    right = (course.root / "README.md").read_text(encoding="utf-8")
    change(course, "README.md", "| 30 |", "| 31 |")
    before = tree(course.root)
    [finding] = build(course, check=True).findings
    assert tree(course.root) == before
    assert str(finding).startswith("README.md: -: table: the table 'lessons' ")
    assert "`course build`" in str(finding)
    assert build(course, check=False) == Built([], ["README.md"])
    assert (course.root / "README.md").read_text(encoding="utf-8") == right
    assert build(course, check=True) == Built([], [])


def test_a_lesson_against_the_rules_changes_no_table(course: Course):
    change(course, f"notebooks/{NAME}.ipynb", "Read on", "Simply read on")
    change(course, "README.md", "| 30 |", "| 31 |")
    before = tree(course.root)
    assert [f.rule for f in build(course, check=False).findings] == ["words"]
    assert tree(course.root) == before


def test_named_lessons_alone_are_built(course: Course):
    shutil.copy(course.notebook(NAME), course.notebook("02_more"))
    change(course, "notebooks/02_more.ipynb", "row-means", "more-means")
    change(course, OUTCOMES, '"take means"', '"take means"\n02_more = "more"')
    change(course, f"notebooks/{NAME}.ipynb", "Means by hand", "A mean by hand")
    released = f"release/{NAME}/{NAME}.ipynb"
    result = build(course, check=False, names=[NAME])
    assert result == Built([], [released, "README.md"])
    assert not course.link("02_more").exists()
    assert not course.released("02_more").exists()
    assert "`more-means`" in (course.root / "README.md").read_text(encoding="utf-8")
    assert build(course, check=True, names=[NAME]) == Built([], [])


@pytest.mark.parametrize("name", [OUTCOMES, PITFALLS])
def test_an_unknown_exercise(course: Course, name: str):
    change(course, name, "row-means", "row-maens")
    line = refused(course)
    assert name in line
    assert "'row-maens'" in line


@pytest.mark.parametrize(
    "name, old, new, said",
    [
        (OUTCOMES, "[lesson]", "[lesson", "no TOML"),
        (OUTCOMES, "[[outcome]]", "[[outcomes]]", "'outcomes'"),
        (OUTCOMES, "can = ", "could = ", "outcome 1 needs the keys can, exercises"),
        (OUTCOMES, '"take a mean | of rows"', "7", "can of outcome 1 must be text"),
        (OUTCOMES, '["row-means", "hidden-spread"]', "[]", "exercises of outcome 1"),
        (
            OUTCOMES,
            '["row-means", "hidden-spread"]',
            "[[1]]",
            "exercises of outcome 1 must be text",
        ),
        (OUTCOMES, '"take means"', "true", "lesson.01_means must be text"),
        (OUTCOMES, "01_means", "09_means", "lesson.09_means"),
        (OUTCOMES, '01_means = "take means"', "", "lacks 01_means"),
        (PITFALLS, "number = 7", "number = true", "must be a whole number"),
        (PITFALLS, PITFALL, PITFALL + PITFALL, "the number 7"),
        (PITFALLS, PITFALL, "", "holds nothing"),
    ],
)
def test_a_malformed_file(course: Course, name, old, new, said):
    change(course, name, old, new)
    line = refused(course)
    assert name in line
    assert said in line


@pytest.mark.parametrize("name", [OUTCOMES, PITFALLS])
def test_a_missing_file(course: Course, name: str):
    (course.root / name).unlink()
    assert name in refused(course)


def test_a_course_without_these_files(tmp_path: Path):
    course = make_small_course(tmp_path / "course")
    assert read_outcomes(course).course == ()
    assert read_pitfalls(course) == ()
    assert pages(course) == {}


@pytest.mark.parametrize(
    "old, new, said",
    [
        (BEGIN.format("lessons"), "", "`<!-- table: lessons -->` is missing"),
        (END, "", "`<!-- table: lessons -->` has no end"),
        (f"{END}\n\nBetween", "Between", "`<!-- table: outcomes -->` has no end"),
        (f"{END}\n\nAfter", "After", "`<!-- table: exercises -->` has no end"),
        ("Between.", END, "`<!-- end of table -->` is alone"),
        ("Between.", BEGIN.format("lessons"), "stands twice"),
        ("Between.", BEGIN.format("limits"), "no table 'limits'"),
    ],
)
def test_markers_that_are_missing_or_too_many(course: Course, old, new, said):
    change(course, "README.md", old, new)
    line = refused(course)
    assert "README.md" in line
    assert said in line
