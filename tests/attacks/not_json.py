"""A file that is no JSON.

says: is no notebook|is empty|missing|could not be read|NotImplementedError|the shape
"""

# %% make
(folder / "01_sums.ipynb").write_bytes(b"PK\x03\x04 this is a Word document")
nb = None
