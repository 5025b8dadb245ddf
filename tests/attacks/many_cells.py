"""Ten thousand cells.

says: the shape|NotImplementedError
"""

# %% make
nb["cells"] += [{"cell_type": "markdown", "id": f"x{k}", "metadata": {}, "source": "x"} for k in range(9000)]
nb["cells"] += [code("1") for k in range(100)]
