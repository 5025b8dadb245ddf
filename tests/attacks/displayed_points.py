"""Test functions that print and display the points.

says: the shape|scale this
"""

# %% setup
import sys

def give(kind, value, trace):
    print(1.0)

sys.excepthook = give
sys.displayhook(1.0)
