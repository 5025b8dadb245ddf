"""A folder without a notebook.

says: There is no
"""

# %% make
nb = None
