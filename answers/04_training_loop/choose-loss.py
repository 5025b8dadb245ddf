# Right and wrong answers to the exercise choose-loss of 04_training_loop.

# %% right: in_another_order
choices = {
    "spam_guesses": [0, 1, 1],
    "delay": ("L1Loss", 1, "float32"),
    "price": ("MSELoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "digit": ("CrossEntropyLoss", 10, "int64"),
}

# %% right: lists_for_tuples
choices = {
    "digit": ["CrossEntropyLoss", 10, "int64"],
    "spam": ["BCEWithLogitsLoss", 1, "float32"],
    "tags": ["BCEWithLogitsLoss", 5, "float32"],
    "price": ["MSELoss", 1, "float32"],
    "delay": ["L1Loss", 1, "float32"],
    "spam_guesses": [0, 1, 1],
}

# %% right: built_by_keyword
choices = dict(
    digit=("CrossEntropyLoss", 10, "int64"),
    spam=("BCEWithLogitsLoss", 1, "float32"),
    tags=("BCEWithLogitsLoss", 5, "float32"),
    price=("MSELoss", 1, "float32"),
    delay=("L1Loss", 1, "float32"),
    spam_guesses=[0, 1, 1],
)

# %% right: names_from_classes
choices = {
    "digit": (nn.CrossEntropyLoss.__name__, 10, "int64"),
    "spam": (nn.BCEWithLogitsLoss.__name__, 1, "float32"),
    "tags": (nn.BCEWithLogitsLoss.__name__, 5, "float32"),
    "price": (nn.MSELoss.__name__, 1, "float32"),
    "delay": (nn.L1Loss.__name__, 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% right: guesses_computed
choices = {
    name: ("BCEWithLogitsLoss", n, "float32") for name, n in [("spam", 1), ("tags", 5)]
}
choices["digit"] = ("CrossEntropyLoss", 10, "int64")
choices["price"], choices["delay"] = [(x, 1, "float32") for x in ("MSELoss", "L1Loss")]
choices["spam_guesses"] = [int(logit > 0) for logit in (-0.3, 0.3, 0.8)]

# %% wrong: float_class_numbers
# fails: choose-loss-test-classes
# says: is refused
# pitfall: 29
choices = {
    "digit": ("CrossEntropyLoss", 10, "float32"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("MSELoss", 1, "float32"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% wrong: int32_class_numbers
# fails: choose-loss-test-classes
# says: is refused
# pitfall: 29
choices = {
    "digit": ("CrossEntropyLoss", 10, "int32"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("MSELoss", 1, "float32"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% wrong: one_number_for_ten_classes
# fails: choose-loss-test-classes
# says: is refused
# pitfall: 29
choices = {
    "digit": ("CrossEntropyLoss", 1, "float32"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("MSELoss", 1, "float32"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% wrong: cross_entropy_of_one_logit
# fails: choose-loss-test-classes
# says: expected 0.693
# pitfall: 29
choices = {
    "digit": ("CrossEntropyLoss", 10, "int64"),
    "spam": ("CrossEntropyLoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("MSELoss", 1, "float32"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% wrong: spam_as_integers
# fails: choose-loss-test-classes
# says: is refused
# pitfall: 29
choices = {
    "digit": ("CrossEntropyLoss", 10, "int64"),
    "spam": ("BCEWithLogitsLoss", 1, "int64"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("MSELoss", 1, "float32"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% wrong: one_tag_of_five
# fails: choose-loss-test-classes
# says: tags
choices = {
    "digit": ("CrossEntropyLoss", 10, "int64"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("CrossEntropyLoss", 5, "int64"),
    "price": ("MSELoss", 1, "float32"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% wrong: tags_by_cross_entropy_of_floats
# fails: choose-loss-test-classes
# says: expected 0.693
choices = {
    "digit": ("CrossEntropyLoss", 10, "int64"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("CrossEntropyLoss", 5, "float32"),
    "price": ("MSELoss", 1, "float32"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% wrong: logits_against_one_half
# fails: choose-loss-test-numbers
# says: a logit is no probability
# pitfall: 30
choices = {
    "digit": ("CrossEntropyLoss", 10, "int64"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("MSELoss", 1, "float32"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [0, 0, 1],
}

# %% wrong: probabilities_for_guesses
# fails: choose-loss-test-numbers
# says: you said [0.43
# pitfall: 30
choices = {
    "digit": ("CrossEntropyLoss", 10, "int64"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("MSELoss", 1, "float32"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [0.43, 0.57, 0.69],
}

# %% wrong: price_and_delay_swapped
# fails: choose-loss-test-numbers
# says: a miss of 20 costs 2 ×
choices = {
    "digit": ("CrossEntropyLoss", 10, "int64"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("L1Loss", 1, "float32"),
    "delay": ("MSELoss", 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% wrong: mse_for_everything
# fails: choose-loss-test-numbers
# says: a miss of 20 costs 4 ×
choices = {
    "digit": ("CrossEntropyLoss", 10, "int64"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("MSELoss", 1, "float32"),
    "delay": ("MSELoss", 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% wrong: price_in_whole_numbers
# fails: choose-loss-test-numbers
# says: in the model's dtype
choices = {
    "digit": ("CrossEntropyLoss", 10, "int64"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("MSELoss", 1, "int64"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% wrong: price_as_classes
# fails: choose-loss-test-numbers
# says: a quantity has no classes
choices = {
    "digit": ("CrossEntropyLoss", 10, "int64"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("CrossEntropyLoss", 1, "float32"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% wrong: softmax_is_no_loss
# fails: choose-loss-test-classes
# says: digit
choices = {
    "digit": ("Softmax", 10, "int64"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("MSELoss", 1, "float32"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [0, 1, 1],
}

# %% wrong: guesses_left_open
# fails: choose-loss-test-numbers
# says: you said [None
choices = {
    "digit": ("CrossEntropyLoss", 10, "int64"),
    "spam": ("BCEWithLogitsLoss", 1, "float32"),
    "tags": ("BCEWithLogitsLoss", 5, "float32"),
    "price": ("MSELoss", 1, "float32"),
    "delay": ("L1Loss", 1, "float32"),
    "spam_guesses": [None, None, None],
}
