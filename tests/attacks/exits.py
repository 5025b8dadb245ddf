"""Ends the kernel; what was solved before counts, and after too.

earns: weights-test, weights-test-close, shout-test
says: asked the kernel to exit
"""

# %% scale-answer
import os

def scale(X):
    os._exit(0)

# %% weights-answer
n_weights = 42

# %% shout-answer
def shout(text):
    return text.upper() + "!"
