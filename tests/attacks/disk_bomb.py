"""A file without end, and many.

says: File too large|No space|OSError|wrote more
"""

# %% setup
block = b"x" * 2**24
with open("huge", "wb") as file:
    for _ in range(100):
        file.write(block)

# %% scale-answer
def scale(X):
    for name in range(100):
        with open(f"file{name}", "wb") as file:
            file.write(b"x" * 2**24)
