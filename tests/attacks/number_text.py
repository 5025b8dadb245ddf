"""The number as text, in Booleans and in a tensor of many.

says: weights
"""

# %% weights-answer
import torch
n_weights = torch.full((100,), 42)
