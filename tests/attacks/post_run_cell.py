"""Call the outcome of a cell a success in an event.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
def forget(result):
    result.error_in_exec = result.error_before_exec = None
    get_ipython()._last_traceback = None

get_ipython().events.register("post_run_cell", forget)
