"""Answers and tests have changed their names.

says: the shape|NotImplementedError|is not defined
"""

# %% make
for cell in nb["cells"]:
    given = cell["metadata"].get("nbgrader")
    if given:
        name = given["grade_id"]
        given["grade_id"] = cell["id"] = {"scale-answer": "scale-test-values", "scale-test-values": "scale-answer"}.get(name, name)
