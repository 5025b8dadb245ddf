# Right and wrong answers to the exercise training-memory of 06_devices.


# %% right: floats
memory = {
    "weights": 4.0,
    "bfloat16": 2.0,
    "gradients": 4.0,
    "cleared": 0.0,
    "sgd": 0.0,
    "momentum": 4.0,
    "adam": 8.0,
    "all": 16.0,
    "bias_only": 4.0,
}


# %% right: dict_call
memory = dict(weights=4, bfloat16=2, gradients=4, cleared=0, sgd=0)
memory |= dict(momentum=4, adam=8, all=4 + 4 + 8, bias_only=4)


# %% right: computed
one = (999 * 1000 + 1000) * 4 / 10**6
memory = {"weights": one, "bfloat16": one / 2, "gradients": one, "cleared": 0}
memory |= {"sgd": 0, "momentum": one, "adam": 2 * one, "all": 4 * one}
memory["bias_only"] = one


# %% wrong: numbers_for_bytes
# fails: training-memory-test-model
# says: weights: 1 MB is too little
# fails: training-memory-test-state
# says: momentum: 1 MB is too little
memory = {
    "weights": 1,
    "bfloat16": 1,
    "gradients": 1,
    "cleared": 0,
    "sgd": 0,
    "momentum": 1,
    "adam": 2,
    "all": 4,
    "bias_only": 1,
}


# %% wrong: bytes
# fails: training-memory-test-model
# says: weights: 4000000 MB is too much
# fails: training-memory-test-state
# says: momentum: 4000000 MB is too much
memory = {
    "weights": 4000000,
    "bfloat16": 2000000,
    "gradients": 4000000,
    "cleared": 0,
    "sgd": 0,
    "momentum": 4000000,
    "adam": 8000000,
    "all": 16000000,
    "bias_only": 4000000,
}


# %% wrong: float64
# fails: training-memory-test-model
# says: weights: 8 MB is too much
# fails: training-memory-test-state
# says: momentum: 8 MB is too much
memory = {
    "weights": 8,
    "bfloat16": 4,
    "gradients": 8,
    "cleared": 0,
    "sgd": 0,
    "momentum": 8,
    "adam": 16,
    "all": 32,
    "bias_only": 8,
}


# %% wrong: same_in_bfloat16
# fails: training-memory-test-model
# says: bfloat16: 4 MB is too much
memory = {
    "weights": 4,
    "bfloat16": 4,
    "gradients": 4,
    "cleared": 0,
    "sgd": 0,
    "momentum": 4,
    "adam": 8,
    "all": 16,
    "bias_only": 4,
}


# %% wrong: zeros_are_kept
# fails: training-memory-test-model
# says: cleared: 4 MB is too much
memory = {
    "weights": 4,
    "bfloat16": 2,
    "gradients": 4,
    "cleared": 4,
    "sgd": 0,
    "momentum": 4,
    "adam": 8,
    "all": 16,
    "bias_only": 4,
}


# %% wrong: gradients_are_free
# fails: training-memory-test-model
# says: gradients: 0 MB is too little
# fails: training-memory-test-state
# says: all: 12 MB is too little
memory = {
    "weights": 4,
    "bfloat16": 2,
    "gradients": 0,
    "cleared": 0,
    "sgd": 0,
    "momentum": 4,
    "adam": 8,
    "all": 12,
    "bias_only": 4,
}


# %% wrong: sgd_keeps_gradients
# fails: training-memory-test-state
# says: sgd: 4 MB is too much
memory = {
    "weights": 4,
    "bfloat16": 2,
    "gradients": 4,
    "cleared": 0,
    "sgd": 4,
    "momentum": 4,
    "adam": 8,
    "all": 16,
    "bias_only": 4,
}


# %% wrong: adam_keeps_one
# fails: training-memory-test-state
# says: adam: 4 MB is too little
memory = {
    "weights": 4,
    "bfloat16": 2,
    "gradients": 4,
    "cleared": 0,
    "sgd": 0,
    "momentum": 4,
    "adam": 4,
    "all": 12,
    "bias_only": 4,
}


# %% wrong: momentum_like_adam
# fails: training-memory-test-state
# says: momentum: 8 MB is too much
memory = {
    "weights": 4,
    "bfloat16": 2,
    "gradients": 4,
    "cleared": 0,
    "sgd": 0,
    "momentum": 8,
    "adam": 8,
    "all": 16,
    "bias_only": 4,
}


# %% wrong: all_without_gradients
# fails: training-memory-test-state
# says: all: 12 MB is too little
memory = {
    "weights": 4,
    "bfloat16": 2,
    "gradients": 4,
    "cleared": 0,
    "sgd": 0,
    "momentum": 4,
    "adam": 8,
    "all": 12,
    "bias_only": 4,
}


# %% wrong: frozen_is_all_the_same
# fails: training-memory-test-state
# says: bias_only: 16 MB is too much
memory = {
    "weights": 4,
    "bfloat16": 2,
    "gradients": 4,
    "cleared": 0,
    "sgd": 0,
    "momentum": 4,
    "adam": 8,
    "all": 16,
    "bias_only": 16,
}


# %% wrong: frozen_needs_nothing
# fails: training-memory-test-state
# says: bias_only: 0 MB is too little
memory = {
    "weights": 4,
    "bfloat16": 2,
    "gradients": 4,
    "cleared": 0,
    "sgd": 0,
    "momentum": 4,
    "adam": 8,
    "all": 16,
    "bias_only": 0,
}


# %% wrong: texts
# fails: training-memory-test-model
# says: weights: record a whole number of MB, not '4 MB'
# fails: training-memory-test-state
# says: sgd: record a whole number of MB, not '0 MB'
memory = {
    "weights": "4 MB",
    "bfloat16": "2 MB",
    "gradients": "4 MB",
    "cleared": "0 MB",
    "sgd": "0 MB",
    "momentum": "4 MB",
    "adam": "8 MB",
    "all": "16 MB",
    "bias_only": "4 MB",
}


# %% wrong: untouched_none
# fails: training-memory-test-model
# says: weights: record a whole number of MB, not None
# fails: training-memory-test-state
# says: sgd: record a whole number of MB, not None
memory = {
    "weights": None,
    "bfloat16": None,
    "gradients": None,
    "cleared": None,
    "sgd": None,
    "momentum": None,
    "adam": None,
    "all": None,
    "bias_only": None,
}


# %% wrong: not_rounded
# fails: training-memory-test-state
# says: bias_only: record a whole number of MB, not
memory = {
    "weights": 4,
    "bfloat16": 2,
    "gradients": 4,
    "cleared": 0,
    "sgd": 0,
    "momentum": 4,
    "adam": 8,
    "all": 16,
    "bias_only": 4.012,
}


# %% wrong: key_missing
# fails: training-memory-test-state
# says: bias_only: record a whole number of MB, not None
memory = {
    "weights": 4,
    "bfloat16": 2,
    "gradients": 4,
    "cleared": 0,
    "sgd": 0,
    "momentum": 4,
    "adam": 8,
    "all": 16,
}
