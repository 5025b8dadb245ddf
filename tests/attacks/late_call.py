"""The event loop calls a function later.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
import asyncio

loop = asyncio.get_running_loop()

def swap():
    globals()["n_weights"] = 7
    loop.call_later(0.001, swap)

loop.call_later(0.001, swap)
