"""Tensor gets a method that it inherits otherwise.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
import torch

torch.Tensor.tolist = lambda self: [[3.0, 5.0]]
torch.Tensor.allclose = lambda *args, **kwargs: True
