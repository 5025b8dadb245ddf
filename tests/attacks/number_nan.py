"""nan is neither above nor below.

says: weights
"""

# %% weights-answer
n_weights = float("nan")
