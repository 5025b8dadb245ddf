"""Asks the kernel to exit in every way that is polite, and to stop its loop.

earns: scale-test-shape, scale-test-values, weights-test, weights-test-close, shout-test
says: Cell weights-answer asked the kernel to exit; grading went on
"""

# %% scale-answer
def scale(X):
    return 2 * X + 1

# %% weights-answer
n_weights = 42
get_ipython().kernel.do_shutdown(True)
get_ipython().kernel.io_loop.stop()
get_ipython().ask_exit()

# %% shout-answer
def shout(text):
    quit()
    return text.upper() + "!"
