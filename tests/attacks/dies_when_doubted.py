"""Passes a test with the wrong answer, and kills the kernel when it is run again.

says: ended the kernel|asked the kernel to exit
"""

# %% scale-answer
import ctypes
import torch

calls = []

def scale(X):
    calls.append(X)
    if len(calls) > 1:
        ctypes.string_at(0)
    return torch.full((2, 3), 3.0)  # what the first test wants
