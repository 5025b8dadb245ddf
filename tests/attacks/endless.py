"""A loop without end.

earns: weights-test
says: seconds
"""

# %% scale-answer
def scale(X):
    while True:
        pass

# %% weights-answer
n_weights = 42
