"""Cells that are no cells.

says: is no notebook|is empty|missing|could not be read|NotImplementedError|the shape
"""

# %% make
(folder / "01_sums.ipynb").write_bytes(json.dumps({"cells": ["a", 1, None, {"cell_type": [], "source": {}, "metadata": 3}], "nbformat": 4}).encode())
nb = None
