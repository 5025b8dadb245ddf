"""A thread installs a patch a moment later, and takes it away again.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
import threading
import time
import torch

real = torch.equal

def swap():
    while True:
        torch.equal = lambda a, b: True
        time.sleep(0.01)
        torch.equal = real
        time.sleep(0.01)

threading.Thread(target=swap, daemon=True).start()
