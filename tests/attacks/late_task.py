"""A task of the event loop changes an answer later.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
import asyncio
import torch

async def swap():
    while True:
        await asyncio.sleep(0.001)
        torch.equal = lambda a, b: True

task = asyncio.get_running_loop().create_task(swap())
