"""JSON nested 100 000 deep.

says: is no notebook|is empty|missing|could not be read|NotImplementedError|the shape
"""

# %% make
(folder / "01_sums.ipynb").write_bytes(b"[" * 100000 + b"]" * 100000)
nb = None
