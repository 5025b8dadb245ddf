"""A file that is not UTF-8.

says: is no notebook|is empty|missing|could not be read|NotImplementedError|the shape
"""

# %% make
(folder / "01_sums.ipynb").write_bytes(json.dumps(nb).encode("utf-16")[:-1])
nb = None
