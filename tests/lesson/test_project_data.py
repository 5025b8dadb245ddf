"""Lesson 08 with MNIST and Fashion-MNIST: their own file format, or no files."""

import struct
from pathlib import Path

import nbformat
import numpy as np
import pytest
from course_copies import ROOT
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from sklearn.datasets import load_digits

from course.base.course_folder import Course

NOTEBOOK = Course(ROOT).notebook("08_project")
SETTING = 'DATASET, SPARE, SEED = "digits"'


def write_idx(path: Path, array: np.ndarray) -> None:
    """Write bytes as an IDX file: two zeros, type 8, dimensions, sizes, data."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    path.write_bytes(header + array.astype(np.uint8).tobytes())


def write_dataset(raw: Path) -> None:
    """Write digits of scikit-learn, blown up to 28 × 28, where MNIST lies."""
    digits = load_digits()
    large = np.kron(digits.images * 255 / 16, np.ones((1, 3, 3)))
    images = np.pad(large, ((0, 0), (2, 2), (2, 2)))
    raw.mkdir(parents=True)
    for name, rows in (("train", slice(0, 500)), ("t10k", slice(500, 700))):
        write_idx(raw / f"{name}-images-idx3-ubyte", images[rows])
        write_idx(raw / f"{name}-labels-idx1-ubyte", digits.target[rows])


def with_dataset(name: str) -> nbformat.NotebookNode:
    """The lesson with another dataset."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    setup = next(cell for cell in notebook.cells if cell.id == "setup")
    assert SETTING in setup.source
    setup.source = setup.source.replace(SETTING, SETTING.replace("digits", name))
    return notebook


def run(notebook: nbformat.NotebookNode, folder: Path) -> dict[str, str]:
    """Run it in a folder; what each cell has printed."""
    resources = {"metadata": {"path": folder}}
    NotebookClient(notebook, timeout=300, resources=resources).execute()
    return {
        cell.id: "".join(out.get("text", "") for out in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    }


@pytest.mark.parametrize(
    ("name", "kind"), [("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST")]
)
def test_the_same_cells_grade_other_data(name, kind, tmp_path):
    write_dataset(tmp_path / "data" / kind / "raw")
    printed = run(with_dataset(name), tmp_path)  # every check passes, or this raises
    assert "'train': 490" in printed["load-data-run"]
    assert "spare part" not in "".join(printed.values())


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_data_that_is_not_there_gets_a_clear_message(name, tmp_path):
    notebook = with_dataset(name)
    cells = {cell.id: cell for cell in notebook.cells}
    offline = "import socket\n\n\ndef refuse(*args, **kwargs):\n"
    offline += "    raise OSError('no network')\n\n\nsocket.getaddrinfo = refuse\n"
    cells["setup"].source = offline + cells["setup"].source
    last = [cell.id for cell in notebook.cells].index("load-data-run")
    keep = ("setup", "load-data-given", "load-data-steps-given", "load-data-run")
    notebook.cells = [c for c in notebook.cells[: last + 1] if c.id in keep]
    with pytest.raises(CellExecutionError, match='take DATASET = "digits"') as caught:
        run(notebook, tmp_path)
    assert f"{name} is not in data/" in str(caught.value)


def test_an_unknown_dataset_gets_a_clear_message(tmp_path):
    with pytest.raises(CellExecutionError, match="take 'digits' or one of"):
        run(with_dataset("imagenet"), tmp_path)


def test_idx_is_what_torchvision_reads(tmp_path):
    from torchvision.datasets import MNIST

    write_dataset(tmp_path / "MNIST" / "raw")
    data = MNIST(tmp_path, train=False)
    assert data.data.shape == (200, 28, 28)
    assert not list(tmp_path.rglob("*.gz"))  # nothing was downloaded
