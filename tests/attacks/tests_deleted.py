"""No test, and one answer, is left.

says: test cell .* was missing
"""

# %% make
nb["cells"] = [c for c in nb["cells"] if "test" not in c["id"] and c["id"] != "shout-answer"]
