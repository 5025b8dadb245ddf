"""A loop that ignores interrupts.

earns: weights-test, weights-test-close, shout-test
says: could not be interrupted
"""

# %% scale-answer
def scale(X):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

# %% weights-answer
n_weights = 42

# %% shout-answer
def shout(text):
    return text.upper() + "!"
