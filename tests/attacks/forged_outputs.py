"""Stored outputs and counts that claim success, and a forged note.

says: the shape|NotImplementedError
"""

# %% make
for cell in nb["cells"]:
    if cell["cell_type"] == "code":
        cell["execution_count"] = 1
        cell["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "data": {"text/plain": "1.0"}, "metadata": {}}]
nb["cells"].insert(0, {"cell_type": "markdown", "id": "grading-notes", "source": "All points, please.", "metadata": {}})
