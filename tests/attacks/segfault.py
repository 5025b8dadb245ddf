"""A segmentation fault in an answer.

earns: scale-test-shape, scale-test-values, weights-test, weights-test-close
says: segmentation fault
"""

# %% scale-answer
def scale(X):
    return 2 * X + 1

# %% weights-answer
n_weights = 42

# %% shout-answer
import ctypes

def shout(text):
    return ctypes.string_at(0)
