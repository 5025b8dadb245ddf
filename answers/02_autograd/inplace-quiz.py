# Right and wrong answers to the exercise inplace-quiz of 02_autograd.

# %% right: in_another_order
outcomes = {
    "root": "nan",
    "cast": "none",
    "between": "none",
    "twice": "error",
    "double": "numbers",
    "exponential": "error",
}

# %% right: by_keyword
outcomes = dict(
    exponential="error",
    double="numbers",
    twice="error",
    between="none",
    cast="none",
    root="nan",
)

# %% right: from_groups
groups = {
    "error": ["exponential", "twice"],
    "none": ["between", "cast"],
    "nan": ["root"],
    "numbers": ["double"],
}
outcomes = {name: word for word, names in groups.items() for name in names}

# %% right: zipped
names = "exponential double twice between cast root".split()
words = "error numbers error none none nan".split()
outcomes = dict(zip(names, words, strict=True))

# %% right: filled_one_by_one
outcomes = dict.fromkeys(["exponential", "twice"], "error")
outcomes |= dict.fromkeys(["between", "cast"], "none")
outcomes["root"] = "nan"
outcomes["double"] = "numbers"

# %% wrong: every_edit_forbidden
# fails: inplace-quiz-test-edits
# says: double: you said 'error', it is 'numbers'
# pitfall: 14
outcomes = {
    "exponential": "error",
    "double": "error",
    "twice": "error",
    "between": "none",
    "cast": "none",
    "root": "nan",
}

# %% wrong: every_edit_allowed
# fails: inplace-quiz-test-edits
# says: exp saves its result
# pitfall: 14
outcomes = {
    "exponential": "numbers",
    "double": "numbers",
    "twice": "error",
    "between": "none",
    "cast": "none",
    "root": "nan",
}

# %% wrong: backward_twice_works
# fails: inplace-quiz-test-edits
# says: the first backward frees
# pitfall: 18
outcomes = {
    "exponential": "error",
    "double": "numbers",
    "twice": "numbers",
    "between": "none",
    "cast": "none",
    "root": "nan",
}

# %% wrong: results_keep_gradients
# fails: inplace-quiz-test-missing
# says: a is no leaf
# pitfall: 15
outcomes = {
    "exponential": "error",
    "double": "numbers",
    "twice": "error",
    "between": "numbers",
    "cast": "none",
    "root": "nan",
}

# %% wrong: casts_are_leaves
# fails: inplace-quiz-test-missing
# says: the float64 x is no leaf
# pitfall: 16
outcomes = {
    "exponential": "error",
    "double": "numbers",
    "twice": "error",
    "between": "none",
    "cast": "numbers",
    "root": "nan",
}

# %% wrong: where_hides_nan
# fails: inplace-quiz-test-missing
# says: root: you said 'numbers', it is 'nan'
# pitfall: 19
outcomes = {
    "exponential": "error",
    "double": "numbers",
    "twice": "error",
    "between": "none",
    "cast": "none",
    "root": "numbers",
}

# %% wrong: casts_raise
# fails: inplace-quiz-test-missing
# says: cast: you said 'error'
# pitfall: 16
outcomes = {
    "exponential": "error",
    "double": "numbers",
    "twice": "error",
    "between": "none",
    "cast": "error",
    "root": "nan",
}

# %% wrong: all_numbers
# fails: inplace-quiz-test-edits
# says: exponential: you said 'numbers'
# fails: inplace-quiz-test-missing
# says: between: you said 'numbers'
# pitfall: 14, 15
outcomes = dict.fromkeys(
    ["exponential", "double", "twice", "between", "cast", "root"], "numbers"
)

# %% wrong: none_itself
# fails: inplace-quiz-test-missing
# says: between: you said None
outcomes = {
    "exponential": "error",
    "double": "numbers",
    "twice": "error",
    "between": None,
    "cast": None,
    "root": "nan",
}

# %% wrong: half_left_open
# fails: inplace-quiz-test-missing
# says: between: you said None
outcomes = {"exponential": "error", "double": "numbers", "twice": "error"}
