"""The whole configuration of nbgrader for this course.

Every `nbgrader …` command and Formgrader read this file when they are started in
this folder. Where a setting is missing here, nbgrader's own default is meant.
"""

import os
import sys
import sysconfig
from pathlib import Path

import nbgrader
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader import preprocessors as stock
from nbgrader.validator import Validator

# nbgrader calls the program `alembic`, which lies beside `nbgrader` itself.
os.environ["PATH"] = os.pathsep.join(
    [sysconfig.get_path("scripts"), os.environ["PATH"]]
)
FOLDER = Path(__file__).absolute().parent  # of the course
# Where the course is not installed as a package, `course` lies beside this file.
sys.path.append(str(Path(__file__).resolve().parent))

import course  # noqa: E402
from course.base.gradebook_location import gradebook_url  # noqa: E402
from course.grading.error_costs import OnlyErrorsCost  # noqa: E402
from course.lms.systems import named_regexp  # noqa: E402
from course.nbgrader_hooks.nbgrader_globs import take_literally  # noqa: E402
from course.nbgrader_hooks.page_preprocessors import (  # noqa: E402
    ForStudents,
    KnownGrades,
    NothingActive,
)
from course.nbgrader_hooks.preprocessors import (  # noqa: E402
    ClearSolutions,
    GoOnAfterErrors,
    PutCellsBack,
)

c = get_config()

# ---- The folder: nbgrader's own layout, so that every tool finds its way ----

c.CourseDirectory.course_id = "pytorch"
# This folder, whatever it is called and whatever other files of configuration say: so
# nbgrader and `course` act on the same one. A gradebook on a server goes here, too.
c.CourseDirectory.root = str(FOLDER)
c.CourseDirectory.db_url = gradebook_url(FOLDER)
take_literally(FOLDER)
c.CourseDirectory.source_directory = "source"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"
# What `course grade` notes beside a notebook is not for students.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    ".graded.json",
]

# ---- Releasing: source/ -> release/ ----

# What students find in place of a solution. Left alone, it fails every check with
# this sentence. Some cells bring their own stub: see ClearSolutions in the package.
c.ClearSolutions.code_stub = {
    "python": "# YOUR CODE HERE\n"
    'raise NotImplementedError("Write your answer in place of this line.")'
}
c.ClearSolutions.text_stub = "*Write your answer here, in place of this line.*"

# The mark scheme of an Explain exercise stands in its locked task, for which
# nbgrader has no cell type of its own. It leaves the released notebook; autograding
# brings it back for the graders.
c.ClearMarkScheme.enforce_metadata = False

c.GenerateAssignment.preprocessors = [
    stock.IncludeHeaderFooter,
    stock.InstantiateTests,
    stock.LockCells,
    ClearSolutions,
    GoOnAfterErrors,
    stock.ClearOutput,
    stock.CheckCellMetadata,
    stock.ComputeChecksums,
    stock.SaveCells,
    stock.ClearHiddenTests,
    stock.ClearMarkScheme,
    stock.ComputeChecksums,
    stock.CheckCellMetadata,
]

# ---- Collecting: the zip that Moodle or Canvas make of all submissions ----

# One student's damaged archive, or second notebook, stops nobody else.
c.ZipCollectApp.extractor_plugin = "course.nbgrader_hooks.collecting.Extractor"
c.ZipCollectApp.collector_plugin = "course.nbgrader_hooks.collecting.Collector"
# What `nbgrader zip_collect` reads from the paths in that zip (docs/instructors.md).
c.FileNameCollectorPlugin.named_regexp = named_regexp()

# ---- The exchange: a folder that instructors and students share ----

# A page for each who handed in through the exchange, whatever the file's name is; who
# handed in another way stops no one else's page.
c.ExchangeFactory.release_feedback = "course.nbgrader_hooks.exchange.ReleaseFeedback"
# What is collected is closed to others at once.
c.ExchangeFactory.collect = "course.nbgrader_hooks.exchange.Collect"

# ---- Autograding: submitted/ -> autograded/ ----

# A cell may train a small network, on a slow machine; a kernel may start while the
# machine is busy. nbgrader's 30 s for a cell are too few for that.
CELL_SECONDS = 120
c.Execute.timeout = CELL_SECONDS
c.Execute.startup_timeout = 120
# How long a cell may take to deliver its output once it is done. After nbgrader's
# 4 s a kernel that is still busy with `import torch` costs the student the grade.
c.Execute.iopub_timeout = 120
c.Execute.error_on_timeout = {
    "ename": "CellTimeoutError",
    "evalue": f"this cell ran for more than {CELL_SECONDS} seconds and was stopped",
    "traceback": [],
}
c.Execute.extra_arguments = [
    # One line per frame: with IPython's long form, a recursion without end takes a
    # minute to report, in every cell that calls it.
    "--InteractiveShell.xmode=Plain",
    # The kernel's notices about itself are no news for whoever grades.
    "--IPKernelApp.log_level=ERROR",
]

# On Linux `nbgrader autograde` and Formgrader grade as `course grade` does, in kernels
# that are confined and start warm; their limits can be changed here (docs/grading.md).
# Elsewhere nbgrader grades by itself, in the notebook's own kernel. The Validate button
# always uses that: there students run what they wrote themselves.
if sys.platform == "linux" and "nbgrader.apps" in sys.modules:
    from course.nbgrader_hooks.autograde import use_the_engine

    use_the_engine()

# A deleted test cell is put back before the notebook runs.
c.OverwriteCells.add_missing_cells = True
c.Autograde.sanitize_preprocessors = [
    stock.ClearOutput,
    stock.DeduplicateIds,
    stock.OverwriteKernelspec,
    PutCellsBack,
    stock.CheckCellMetadata,
]
# Warnings on stderr cost no points, and no output is mistaken for a grade.
c.Autograde.autograde_preprocessors = [
    stock.Execute,
    OnlyErrorsCost,
    stock.LimitOutput,
    stock.SaveAutoGrades,
    stock.AssignLatePenalties,
    stock.CheckCellMetadata,
]

# Enough to find a fault; an endless print or recursion fills no disk.
c.LimitOutput.max_lines = 500
c.LimitOutput.max_traceback = 20

# ---- Validating: what a student's Validate button and `nbgrader validate` say ----

# They judge as autograding does. nbgrader forgot to make this list configurable.
Validator.preprocessors.tag(config=True)
c.Validator.preprocessors = [
    stock.CheckCellMetadata,
    stock.ClearOutput,
    stock.Execute,
    OnlyErrorsCost,
]

# ---- Feedback: autograded/ -> feedback/ ----

# No hidden test, no mark scheme, and of an error only the student's own lines.
c.GenerateFeedback.preprocessors = [
    KnownGrades,
    ForStudents,
    CSSHTMLHeaderPreprocessor,
]

# The page itself, with a policy that lets no script run.
c.GenerateFeedback.exporter_class = (
    "course.nbgrader_hooks.feedback_page.FeedbackExporter"
)

# Feedback pages and Formgrader run nothing that stands in answers or outputs, and load
# nothing from the net: formulas are drawn by the browser itself.
c.HTMLExporter.preprocessors = [NothingActive]
c.HTMLExporter.filters = {
    "markdown2html": "course.nbgrader_hooks.markdown.markdown2html",
    "highlight_code": "course.nbgrader_hooks.markdown.highlight_code",
    "ansi2html": "course.nbgrader_hooks.markdown.coloured_text",
    "strip_files_prefix": "course.nbgrader_hooks.markdown.with_its_links",
}
c.HTMLExporter.extra_template_basedirs = [
    str(Path(course.__file__).parent / "templates"),
    str(Path(nbgrader.__file__).parent / "server_extensions/formgrader/templates"),
]
# Formgrader has no setting for the exporter of its pages. Where it runs, it gets ours,
# which shows a page whatever a submission holds.
if formgrader := sys.modules.get("nbgrader.server_extensions.formgrader.formgrader"):
    from course.nbgrader_hooks.feedback_page import FormgraderExporter
    from course.nbgrader_hooks.nbgrader_patches import replace_formgrader_exporter

    replace_formgrader_exporter(formgrader, FormgraderExporter)
