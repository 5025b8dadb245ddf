"""A notebook of the year 2014.

says: is no notebook|missing|the shape|not defined
"""

# %% make
old = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"metadata": {}, "cells": [{"cell_type": "code", "collapsed": False, "input": c["source"], "language": "python", "metadata": c["metadata"], "outputs": []} for c in nb["cells"] if c["cell_type"] == "code"]}]}
(folder / "01_sums.ipynb").write_text(json.dumps(old))
nb = None
