"""torch.equal and torch.allclose are always true.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
import torch
torch.equal = torch.allclose = lambda *args, **kwargs: True
torch.testing.assert_close = lambda *args, **kwargs: None
