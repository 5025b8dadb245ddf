"""The notebook has another name; what is right counts.

earns: scale-test-shape, scale-test-values, weights-test, weights-test-close, shout-test
says: was graded because
"""

# %% make
(folder / "Copy of 01_sums (2).ipynb").write_text(json.dumps(nb))
nb = None

# %% scale-answer
def scale(X):
    return 2 * X + 1

# %% weights-answer
n_weights = 42

# %% shout-answer
def shout(text):
    return text.upper() + "!"
