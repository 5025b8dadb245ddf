# Right and wrong answers to the exercise batch-count of 05_data.

# %% right: in_another_order
predictions = {
    "dtypes": ("float64", "int64", "float64", "float32"),
    "short_dropped": [0, 0],
    "short": [1, 3],
    "shuffled": [5, 1],
    "exact": [3, 4],
    "dropped": [2, 4],
    "plain": [3, 2],
}

# %% right: computed
predictions = {
    "plain": (-(-10 // 4), 10 % 4),
    "dropped": (10 // 4, 4),
    "exact": (12 // 4, 4),
    "shuffled": (-(-9 // 2), 9 % 2),
    "short": (1, 3),
    "short_dropped": (3 // 8, 0),
    "dtypes": ["float64", "int64", "float64", "float32"],
}

# %% right: by_keyword
predictions = dict(
    plain=(3, 2),
    dropped=(2, 4),
    exact=(3, 4),
    shuffled=(5, 1),
    short=(1, 3),
    short_dropped=(0, 0),
    dtypes=["float64", "int64", "float64", "float32"],
)


# %% right: asked_the_loader
def ask(count, size, drop_last=False):
    sizes = [len(X) for X in DataLoader(range(count), size, drop_last=drop_last)]
    return len(sizes), (sizes[-1] if sizes else 0)


predictions = {
    "plain": ask(10, 4),
    "dropped": ask(10, 4, True),
    "exact": ask(12, 4, True),
    "shuffled": ask(9, 2),
    "short": ask(3, 8),
    "short_dropped": ask(3, 8, True),
    "dtypes": "float64 int64 float64 float32".split(),
}

# %% wrong: rounds_down
# fails: batch-count-test-batches
# says: plain: you said (2, 4)
# pitfall: 43
predictions = {
    "plain": (2, 4),
    "dropped": (2, 4),
    "exact": (3, 4),
    "shuffled": (4, 2),
    "short": (0, 0),
    "short_dropped": (0, 0),
    "dtypes": ["float64", "int64", "float64", "float32"],
}

# %% wrong: drop_last_drops_the_last_of_full_batches
# fails: batch-count-test-batches
# says: exact: you said (2, 4)
# pitfall: 43
predictions = {
    "plain": (3, 2),
    "dropped": (2, 4),
    "exact": (2, 4),
    "shuffled": (5, 1),
    "short": (1, 3),
    "short_dropped": (0, 0),
    "dtypes": ["float64", "int64", "float64", "float32"],
}

# %% wrong: drop_last_changes_nothing
# fails: batch-count-test-batches
# says: dropped: you said (3, 2)
# pitfall: 43
predictions = {
    "plain": (3, 2),
    "dropped": (3, 2),
    "exact": (3, 4),
    "shuffled": (5, 1),
    "short": (1, 3),
    "short_dropped": (1, 3),
    "dtypes": ["float64", "int64", "float64", "float32"],
}

# %% wrong: batches_are_filled_up
# fails: batch-count-test-batches
# says: plain: you said (3, 4)
predictions = {
    "plain": (3, 4),
    "dropped": (2, 4),
    "exact": (3, 4),
    "shuffled": (5, 2),
    "short": (1, 8),
    "short_dropped": (0, 0),
    "dtypes": ["float64", "int64", "float64", "float32"],
}

# %% wrong: a_short_batch_is_kept
# fails: batch-count-test-batches
# says: short_dropped: you said (1, 3)
# pitfall: 43
predictions = {
    "plain": (3, 2),
    "dropped": (2, 4),
    "exact": (3, 4),
    "shuffled": (5, 1),
    "short": (1, 3),
    "short_dropped": (1, 3),
    "dtypes": ["float64", "int64", "float64", "float32"],
}

# %% wrong: shuffling_drops
# fails: batch-count-test-batches
# says: shuffled: you said (4, 2)
predictions = {
    "plain": (3, 2),
    "dropped": (2, 4),
    "exact": (3, 4),
    "shuffled": (4, 2),
    "short": (1, 3),
    "short_dropped": (0, 0),
    "dtypes": ["float64", "int64", "float64", "float32"],
}

# %% wrong: everything_becomes_float32
# fails: batch-count-test-dtypes
# says: Python floats are collated to float64
# pitfall: 43
predictions = {
    "plain": (3, 2),
    "dropped": (2, 4),
    "exact": (3, 4),
    "shuffled": (5, 1),
    "short": (1, 3),
    "short_dropped": (0, 0),
    "dtypes": ["float32", "int64", "float32", "float32"],
}

# %% wrong: numpy_is_converted
# fails: batch-count-test-dtypes
# says: NumPy float64 arrays are collated to float64
# pitfall: 43
predictions = {
    "plain": (3, 2),
    "dropped": (2, 4),
    "exact": (3, 4),
    "shuffled": (5, 1),
    "short": (1, 3),
    "short_dropped": (0, 0),
    "dtypes": ["float64", "int64", "float32", "float32"],
}

# %% wrong: ints_become_floats
# fails: batch-count-test-dtypes
# says: Python ints are collated to int64
predictions = {
    "plain": (3, 2),
    "dropped": (2, 4),
    "exact": (3, 4),
    "shuffled": (5, 1),
    "short": (1, 3),
    "short_dropped": (0, 0),
    "dtypes": ["float64", "float64", "float64", "float32"],
}

# %% wrong: three_dtypes
# fails: batch-count-test-dtypes
# says: record four, not 3
predictions = {
    "plain": (3, 2),
    "dropped": (2, 4),
    "exact": (3, 4),
    "shuffled": (5, 1),
    "short": (1, 3),
    "short_dropped": (0, 0),
    "dtypes": ["float64", "int64", "float32"],
}
