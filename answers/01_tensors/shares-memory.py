# Right and wrong answers to the exercise shares-memory of 01_tensors.

# %% right: in_another_order
writes_through = {
    "second": False,
    "first": True,
    "turned_flat": False,
    "flat": True,
    "rows": False,
    "row": True,
}

# %% right: built_by_keyword
writes_through = dict(
    row=True, rows=False, flat=True, turned_flat=False, first=True, second=False
)

# %% right: from_a_list_of_views
views = ["row", "flat", "first"]
names = ["row", "rows", "flat", "turned_flat", "first", "second"]
writes_through = {name: name in views for name in names}

# %% wrong: slices_copy
# fails: shares-memory-test-views
# says: row: you said False, the experiment True
# pitfall: 7
writes_through = {
    "row": False,
    "rows": False,
    "flat": True,
    "turned_flat": False,
    "first": True,
    "second": False,
}

# %% wrong: fancy_indexing_gives_views
# fails: shares-memory-test-views
# says: a copy: a list
# pitfall: 7
writes_through = {
    "row": True,
    "rows": True,
    "flat": True,
    "turned_flat": False,
    "first": True,
    "second": False,
}

# %% wrong: reshape_always_copies
# fails: shares-memory-test-views
# says: flat: you said False
# pitfall: 4
writes_through = {
    "row": True,
    "rows": False,
    "flat": False,
    "turned_flat": False,
    "first": True,
    "second": False,
}

# %% wrong: reshape_always_shares
# fails: shares-memory-test-views
# says: turned_flat: you said True
# pitfall: 4
writes_through = {
    "row": True,
    "rows": False,
    "flat": True,
    "turned_flat": True,
    "first": True,
    "second": False,
}

# %% wrong: as_tensor_copies
# fails: shares-memory-test-bridge
# says: first: you said False
# pitfall: 1
writes_through = {
    "row": True,
    "rows": False,
    "flat": True,
    "turned_flat": False,
    "first": False,
    "second": False,
}

# %% wrong: tensor_shares
# fails: shares-memory-test-bridge
# says: it copies, whatever it is given
# pitfall: 1
writes_through = {
    "row": True,
    "rows": False,
    "flat": True,
    "turned_flat": False,
    "first": True,
    "second": True,
}

# %% wrong: everything_shares
# fails: shares-memory-test-views
# says: rows: you said True
# fails: shares-memory-test-bridge
# says: second: you said True
writes_through = dict.fromkeys(
    ["row", "rows", "flat", "turned_flat", "first", "second"], True
)

# %% wrong: strings_for_booleans
# fails: shares-memory-test-views, shares-memory-test-bridge
# says: record True or False first
writes_through = {
    "row": "True",
    "rows": "False",
    "flat": "True",
    "turned_flat": "False",
    "first": "True",
    "second": "False",
}

# %% wrong: half_left_open
# fails: shares-memory-test-bridge
# says: first: record True or False first, not None
writes_through = {
    "row": True,
    "rows": False,
    "flat": True,
    "turned_flat": False,
    "first": None,
    "second": None,
}
