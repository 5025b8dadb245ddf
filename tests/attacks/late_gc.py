"""The garbage collector calls back.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
import gc
import torch

real = torch.equal
gc.callbacks.append(lambda *_: setattr(torch, "equal", lambda a, b: True))
gc.set_threshold(1)
