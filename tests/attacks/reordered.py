"""Tests before the answers, answers last; and what is right counts.

earns: scale-test-shape, scale-test-values, weights-test, weights-test-close, shout-test
says: another order
"""

# %% make
nb["cells"].reverse()

# %% scale-answer
def scale(X):
    return 2 * X + 1

# %% weights-answer
n_weights = 42

# %% shout-answer
def shout(text):
    return text.upper() + "!"
