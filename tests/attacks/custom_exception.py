"""Handle every AssertionError by doing nothing.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
get_ipython().set_custom_exc((AssertionError,), lambda shell, kind, value, trace, tb_offset=None: None)
