# Right and wrong answers to the exercise shares-memory of 01_tensors.

# %% right: in_another_order
writes_through = {
    "tensor": False,
    "as_tensor": True,
    "turned_flat": False,
    "flat": True,
    "rows": False,
    "row": True,
}

# %% right: built_by_keyword
writes_through = dict(
    row=True, rows=False, flat=True, turned_flat=False, as_tensor=True, tensor=False
)

# %% right: from_a_list_of_views
views = ["row", "flat", "as_tensor"]
names = ["row", "rows", "flat", "turned_flat", "as_tensor", "tensor"]
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
    "as_tensor": True,
    "tensor": False,
}

# %% wrong: fancy_indexing_gives_views
# fails: shares-memory-test-views
# says: a list of indexes copies
# pitfall: 7
writes_through = {
    "row": True,
    "rows": True,
    "flat": True,
    "turned_flat": False,
    "as_tensor": True,
    "tensor": False,
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
    "as_tensor": True,
    "tensor": False,
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
    "as_tensor": True,
    "tensor": False,
}

# %% wrong: as_tensor_copies
# fails: shares-memory-test-bridge
# says: as_tensor: you said False
# pitfall: 1
writes_through = {
    "row": True,
    "rows": False,
    "flat": True,
    "turned_flat": False,
    "as_tensor": False,
    "tensor": False,
}

# %% wrong: tensor_shares
# fails: shares-memory-test-bridge
# says: torch.tensor always copies
# pitfall: 1
writes_through = {
    "row": True,
    "rows": False,
    "flat": True,
    "turned_flat": False,
    "as_tensor": True,
    "tensor": True,
}

# %% wrong: everything_shares
# fails: shares-memory-test-views
# says: rows: you said True
# fails: shares-memory-test-bridge
# says: tensor: you said True
writes_through = dict.fromkeys(
    ["row", "rows", "flat", "turned_flat", "as_tensor", "tensor"], True
)

# %% wrong: strings_for_booleans
# fails: shares-memory-test-views, shares-memory-test-bridge
# says: record True or False first
writes_through = {
    "row": "True",
    "rows": "False",
    "flat": "True",
    "turned_flat": "False",
    "as_tensor": "True",
    "tensor": "False",
}

# %% wrong: half_left_open
# fails: shares-memory-test-bridge
# says: as_tensor: record True or False first, not None
writes_through = {
    "row": True,
    "rows": False,
    "flat": True,
    "turned_flat": False,
    "as_tensor": None,
    "tensor": None,
}
