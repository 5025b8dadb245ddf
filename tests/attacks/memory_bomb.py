"""All the memory there is.

earns: weights-test, weights-test-close
says: MemoryError|memory
"""

# %% weights-answer
n_weights = 42

# %% scale-answer
held = []

def scale(X):
    while True:
        held.append(bytearray(2**28))

# %% shout-answer
def shout(text):
    return text * 2**40
