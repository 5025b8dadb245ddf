"""A loop without end.

earns: weights-test, weights-test-close
says: seconds
"""

# %% scale-answer
def scale(X):
    while True:
        pass

# %% weights-answer
n_weights = 42
