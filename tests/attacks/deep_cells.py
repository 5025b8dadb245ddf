"""A notebook whose metadata are nested deep.

says: is no notebook|is empty|missing|could not be read|NotImplementedError|the shape
"""

# %% make
(folder / "01_sums.ipynb").write_bytes(json.dumps(nb)[:-1].encode() + b', "x": ' + b"[" * 100000 + b"]" * 100000 + b"}")
nb = None
