"""A hook prints every cell before it runs.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
import sys

def show(info):
    if info.raw_cell:
        print(info.raw_cell, file=sys.stderr)
        print(repr(info.raw_cell))

get_ipython().events.register("pre_run_cell", show)
