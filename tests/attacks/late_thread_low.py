"""The same with a thread that the module threading does not know.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
import _thread
import time

def swap():
    while True:
        time.sleep(0.05)
        globals()["n_weights"] = 42 if time.time() % 1 > 0.5 else 7

_thread.start_new_thread(swap, ())
