"""Output without end.

earns: weights-test, weights-test-close
says: printed more
"""

# %% scale-answer
def scale(X):
    while True:
        print("x" * 10000)

# %% weights-answer
n_weights = 42
