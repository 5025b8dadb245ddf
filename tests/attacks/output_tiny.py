"""Very many small outputs, and one deep one.

says: the shape|scale this|printed more
"""

# %% setup
from IPython.display import display

deep = []
for _ in range(100000):
    deep = [deep]
for k in range(3000):
    display(k)
