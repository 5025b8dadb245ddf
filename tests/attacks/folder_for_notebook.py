"""A folder where the notebook should be.

says: There is no
"""

# %% make
(folder / "01_sums.ipynb").mkdir()
(folder / "01_sums.ipynb" / "x").write_text("x")
nb = None
