"""The tests hold nothing.

says: the shape|NotImplementedError
"""

# %% make
for cell in nb["cells"]:
    if "test" in cell["id"]:
        cell["source"] = "pass"
