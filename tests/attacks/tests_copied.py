"""Copies of test cells that hold nothing.

says: the shape|NotImplementedError
"""

# %% make
import copy
for cell in list(nb["cells"]):
    if "test" in cell["id"]:
        new = copy.deepcopy(cell)
        new["source"] = "pass"
        nb["cells"].append(new)
        other = copy.deepcopy(new)
        other["id"] = "copy" + cell["id"]
        nb["cells"].insert(0, other)
