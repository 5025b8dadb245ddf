"""A timer sends a signal, whose handler patches torch.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
import signal
import torch

def swap(*_):
    torch.equal = lambda a, b: True

signal.signal(signal.SIGALRM, swap)
signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
