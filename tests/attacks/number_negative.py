"""A negative number, where only the upper bound might be tested.

says: weights
"""

# %% weights-answer
n_weights = -10**9
