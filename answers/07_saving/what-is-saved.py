# Right and wrong answers to the exercise what-is-saved of 07_saving.

# %% right: in_another_order
saved = {
    "compiled": {"_orig_mod.bias": (3,), "_orig_mod.weight": (3, 4)},
    "stack": {
        "2.bias": (2,),
        "2.weight": (2, 6),
        "0.num_batches_tracked": (),
        "0.running_var": (6,),
        "0.running_mean": (6,),
        "0.bias": (6,),
        "0.weight": (6,),
    },
    "scaler": {"out.weight": (2, 5), "spread": (5,)},
}

# %% right: built_by_loops
saved = {"scaler": {"spread": (5,)}, "stack": {}, "compiled": {}}
saved["scaler"]["out.weight"] = (2, 5)
for part in ("weight", "bias", "running_mean", "running_var"):
    saved["stack"][f"0.{part}"] = (6,)
saved["stack"] |= {"0.num_batches_tracked": (), "2.weight": (2, 6), "2.bias": (2,)}
for part, size in {"weight": (3, 4), "bias": (3,)}.items():
    saved["compiled"]["_orig_mod." + part] = size

# %% right: read_off
norm = nn.Sequential(nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 2)).state_dict()
saved = {
    "scaler": dict(spread=torch.Size([5])) | {"out.weight": torch.Size([2, 5])},
    "stack": {name: tuple(tensor.shape) for name, tensor in norm.items()},
    "compiled": {"_orig_mod.weight": (3, 4), "_orig_mod.bias": (3,)},
}

# %% wrong: plain_attribute_too
# fails: what-is-saved-test-registered
# says: ['mean'] not in the file
# pitfall: 23
saved = {
    "scaler": {"mean": (5,), "spread": (5,), "out.weight": (2, 5)},
    "stack": {
        "0.weight": (6,),
        "0.bias": (6,),
        "0.running_mean": (6,),
        "0.running_var": (6,),
        "0.num_batches_tracked": (),
        "2.weight": (2, 6),
        "2.bias": (2,),
    },
    "compiled": {"_orig_mod.weight": (3, 4), "_orig_mod.bias": (3,)},
}

# %% wrong: buffers_are_not_saved
# fails: what-is-saved-test-registered
# says: names missing: which buffers, which layers?
# fails: what-is-saved-test-names
# says: batch norm saves five tensors
# pitfall: 23
saved = {
    "scaler": {"out.weight": (2, 5)},
    "stack": {
        "0.weight": (6,),
        "0.bias": (6,),
        "2.weight": (2, 6),
        "2.bias": (2,),
    },
    "compiled": {"_orig_mod.weight": (3, 4), "_orig_mod.bias": (3,)},
}

# %% wrong: every_buffer
# fails: what-is-saved-test-registered
# says: ['last'] not in the file
saved = {
    "scaler": {"last": (4,), "spread": (5,), "out.weight": (2, 5)},
    "stack": {
        "0.weight": (6,),
        "0.bias": (6,),
        "0.running_mean": (6,),
        "0.running_var": (6,),
        "0.num_batches_tracked": (),
        "2.weight": (2, 6),
        "2.bias": (2,),
    },
    "compiled": {"_orig_mod.weight": (3, 4), "_orig_mod.bias": (3,)},
}

# %% wrong: a_bias_that_is_off
# fails: what-is-saved-test-registered
# says: ['out.bias'] not in the file
saved = {
    "scaler": {"spread": (5,), "out.weight": (2, 5), "out.bias": (2,)},
    "stack": {
        "0.weight": (6,),
        "0.bias": (6,),
        "0.running_mean": (6,),
        "0.running_var": (6,),
        "0.num_batches_tracked": (),
        "2.weight": (2, 6),
        "2.bias": (2,),
    },
    "compiled": {"_orig_mod.weight": (3, 4), "_orig_mod.bias": (3,)},
}

# %% wrong: compiled_without_prefix
# fails: what-is-saved-test-names
# says: the wrapper keeps the network in an attribute
# pitfall: 55
saved = {
    "scaler": {"spread": (5,), "out.weight": (2, 5)},
    "stack": {
        "0.weight": (6,),
        "0.bias": (6,),
        "0.running_mean": (6,),
        "0.running_var": (6,),
        "0.num_batches_tracked": (),
        "2.weight": (2, 6),
        "2.bias": (2,),
    },
    "compiled": {"weight": (3, 4), "bias": (3,)},
}

# %% wrong: weights_turned
# fails: what-is-saved-test-registered
# says: is not the shape of out.weight, a tuple
# fails: what-is-saved-test-names
# says: not all shapes
saved = {
    "scaler": {"spread": (5,), "out.weight": (5, 2)},
    "stack": {
        "0.weight": (6,),
        "0.bias": (6,),
        "0.running_mean": (6,),
        "0.running_var": (6,),
        "0.num_batches_tracked": (),
        "2.weight": (6, 2),
        "2.bias": (2,),
    },
    "compiled": {"_orig_mod.weight": (4, 3), "_orig_mod.bias": (3,)},
}

# %% wrong: counter_as_one_number
# fails: what-is-saved-test-names
# says: not all shapes
saved = {
    "scaler": {"spread": (5,), "out.weight": (2, 5)},
    "stack": {
        "0.weight": (6,),
        "0.bias": (6,),
        "0.running_mean": (6,),
        "0.running_var": (6,),
        "0.num_batches_tracked": (1,),
        "2.weight": (2, 6),
        "2.bias": (2,),
    },
    "compiled": {"_orig_mod.weight": (3, 4), "_orig_mod.bias": (3,)},
}

# %% wrong: layers_numbered_by_weights
# fails: what-is-saved-test-names
# says: names begin with the layer's number
saved = {
    "scaler": {"spread": (5,), "out.weight": (2, 5)},
    "stack": {
        "0.weight": (6,),
        "0.bias": (6,),
        "0.running_mean": (6,),
        "0.running_var": (6,),
        "0.num_batches_tracked": (),
        "1.weight": (2, 6),
        "1.bias": (2,),
    },
    "compiled": {"_orig_mod.weight": (3, 4), "_orig_mod.bias": (3,)},
}

# %% wrong: numbers_for_tuples
# fails: what-is-saved-test-registered
# says: is not the shape of spread, a tuple
# fails: what-is-saved-test-names
# says: not all shapes
saved = {
    "scaler": {"spread": 5, "out.weight": (2, 5)},
    "stack": {
        "0.weight": 6,
        "0.bias": 6,
        "0.running_mean": 6,
        "0.running_var": 6,
        "0.num_batches_tracked": (),
        "2.weight": (2, 6),
        "2.bias": 2,
    },
    "compiled": {"_orig_mod.weight": (3, 4), "_orig_mod.bias": 3},
}

# %% wrong: names_alone
# fails: what-is-saved-test-registered
# says: write a dict of names
# fails: what-is-saved-test-names
# says: write a dict
saved = {
    "scaler": ["spread", "out.weight"],
    "stack": ["0.weight", "0.bias", "2.weight", "2.bias"],
    "compiled": ["_orig_mod.weight", "_orig_mod.bias"],
}
