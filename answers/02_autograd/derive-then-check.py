# Right and wrong answers to the exercise derive-then-check of 02_autograd.

# %% right: in_another_order
gradients = {"shared": 16, "chain": 30, "square": 19}

# %% right: floats
gradients = dict(square=19.0, chain=30.0, shared=16.0)

# %% right: as_formulas
gradients = {
    "square": 8 * 3 - 5,
    "chain": 2 * (3 * 2 - 1) * 3,
    "shared": 3 * 2**2 + 2 * 2,
}

# %% right: through_functions
slopes = {
    "square": lambda x: 8 * x - 5,
    "chain": lambda x: 6 * (3 * x - 1),
    "shared": lambda x: x**2 + (x + 1) * 2 * x,
}
places = {"square": 3, "chain": 2, "shared": 2}
gradients = {name: slope(places[name]) for name, slope in slopes.items()}

# %% right: filled_one_by_one
gradients = {"square": None, "chain": None, "shared": None}
gradients["square"] = 24 - 5
gradients["chain"] = 18 * 2 - 6
gradients["shared"] = 12 + 4

# %% wrong: last_way_overwrites
# fails: derive-then-check-test-shared
# says: none overwrites another
# pitfall: 11
gradients = {"square": 19, "chain": 30, "shared": 4}

# %% wrong: first_way_alone
# fails: derive-then-check-test-shared
# says: gradients that meet add up
# pitfall: 11
gradients = {"square": 19, "chain": 30, "shared": 8}

# %% wrong: through_a_alone
# fails: derive-then-check-test-shared
# says: you said 12, backward finds 16
# pitfall: 11
gradients = {"square": 19, "chain": 30, "shared": 12}

# %% wrong: inner_slope_forgotten
# fails: derive-then-check-test-rules
# says: chain: you said 10, backward finds 30
gradients = {"square": 19, "chain": 10, "shared": 16}

# %% wrong: constant_kept
# fails: derive-then-check-test-rules
# says: square: you said 21
gradients = {"square": 21, "chain": 30, "shared": 16}

# %% wrong: values_not_slopes
# fails: derive-then-check-test-rules
# says: square: you said 23
# fails: derive-then-check-test-shared
gradients = {"square": 23, "chain": 25, "shared": 12}

# %% wrong: exponent_not_lowered
# fails: derive-then-check-test-rules
# says: square: you said 67
gradients = {"square": 67, "chain": 30, "shared": 16}

# %% wrong: strings
# fails: derive-then-check-test-rules, derive-then-check-test-shared
# says: record a number first
gradients = {"square": "19", "chain": "30", "shared": "16"}

# %% wrong: one_left_open
# fails: derive-then-check-test-shared
# says: record a number first, not None
gradients = {"square": 19, "chain": 30, "shared": None}

# %% wrong: signs_turned
# fails: derive-then-check-test-rules, derive-then-check-test-shared
gradients = {"square": -19, "chain": -30, "shared": -16}
