"""Show no traceback.

says: changes how tests judge
"""

# %% setup
shell = get_ipython()
type(shell).showtraceback = lambda self, *args, **kwargs: None
type(shell)._showtraceback = lambda self, *args, **kwargs: None
