"""A computation in C that no interrupt reaches.

earns: scale-test-shape, scale-test-values
says: seconds
"""

# %% shout-answer
def shout(text):
    return 9 ** 9 ** 9

# %% scale-answer
def scale(X):
    return 2 * X + 1
