"""abs, all and hasattr say yes to everything.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
import builtins

builtins.abs = lambda value: 0
builtins.all = lambda values: True
