"""What assert_close relies on finds no difference.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
import torch
from torch.testing import _comparison

_comparison.not_close_error_metas = lambda *args, **kwargs: []
_comparison.TensorLikePair.compare = lambda self: None
