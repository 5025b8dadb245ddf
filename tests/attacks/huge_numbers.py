"""A number of 10 000 digits, NaN and lone surrogates.

says: is no notebook|is empty|missing|could not be read|NotImplementedError|the shape
"""

# %% make
(folder / "01_sums.ipynb").write_bytes(json.dumps(nb).encode()[:-1] + b', "n": ' + b"9" * 10000 + b', "m": NaN, "s": "\\\\ud800"}')
nb = None
