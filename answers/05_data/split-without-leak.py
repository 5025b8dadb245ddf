# Right and wrong answers to the exercise split-without-leak of 05_data.


# %% right: sklearn_splits
def split_sets(make_dataset, X, y, seed):
    from sklearn.model_selection import train_test_split

    train, val = train_test_split(
        np.arange(len(y)), test_size=0.2, stratify=y.numpy(), random_state=seed
    )
    mean, std = X[train].mean().item(), X[train].std().item()
    train_set = make_dataset(train, mean, std, augment=True)
    return train_set, make_dataset(val, mean, std, augment=False)


# %% right: lists_of_rows
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(y), generator=generator).tolist()
    train, val = [], []
    for label in set(y.tolist()):
        rows = [i for i in order if y[i] == label]
        cut = len(rows) // 5
        val += rows[:cut]
        train += rows[cut:]
    mean, std = float(X[train].mean()), float(X[train].std(correction=0))
    sets = [(train, True), (val, False)]
    return tuple(make_dataset(rows, mean, std, flag) for rows, flag in sets)


# %% right: by_numpy
def split_sets(make_dataset, X, y, seed):
    rng = np.random.default_rng(seed)
    classes, train, val = y.numpy(), [], []
    for label in np.unique(classes):
        rows = rng.permutation(np.flatnonzero(classes == label))
        val.append(rows[: len(rows) // 5])
        train.append(rows[len(rows) // 5 :])
    train, val = np.concatenate(train), np.concatenate(val)
    mean, std = X.numpy()[train].mean(), X.numpy()[train].std()
    return (
        make_dataset(rows=train, mean=mean, std=std, augment=True),
        make_dataset(rows=val, mean=mean, std=std, augment=False),
    )


# %% right: own_random
def split_sets(make_dataset, X, y, seed):
    import random

    rng = random.Random(seed)
    val = []
    for label in y.unique().tolist():
        rows = (y == label).nonzero()[:, 0].tolist()
        val += rng.sample(rows, len(rows) // 5)
    train = sorted(set(range(len(y))) - set(val))
    mean, std = X[train].mean(), X[train].std()
    return [
        make_dataset(torch.tensor(train), mean, std, True),
        make_dataset(torch.tensor(val), mean, std, False),
    ]


# %% right: two_whole_datasets_and_views
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    noise = torch.rand(len(y), generator=generator)
    val = []
    for label in range(int(y.max()) + 1):
        rows = torch.where(y == label)[0]
        val += rows[noise[rows].argsort()][: len(rows) // 5].tolist()
    train = [i for i in range(len(y)) if i not in set(val)]
    mean, std = X[train].mean(), X[train].std()
    every = list(range(len(y)))
    loud = make_dataset(every, mean, std, True)
    quiet = make_dataset(every, mean, std, False)
    subset = torch.utils.data.Subset
    return subset(loud, train), subset(quiet, val)


# %% wrong: statistics_of_all_rows
# fails: split-without-leak-test-sets
# says: train: not the training mean
# pitfall: 45
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    is_val = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        order = torch.randperm(len(rows), generator=generator)
        is_val[rows[order][: len(rows) // 5]] = True
    train, val = (~is_val).nonzero().flatten(), is_val.nonzero().flatten()
    mean, std = X.mean(), X.std()
    train_set = make_dataset(train, mean, std, True)
    return train_set, make_dataset(val, mean, std, False)


# %% wrong: std_of_all_rows
# fails: split-without-leak-test-sets
# says: train: not the training std
# pitfall: 45
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    is_val = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        order = torch.randperm(len(rows), generator=generator)
        is_val[rows[order][: len(rows) // 5]] = True
    train, val = (~is_val).nonzero().flatten(), is_val.nonzero().flatten()
    mean, std = X[train].mean(), X.std()
    train_set = make_dataset(train, mean, std, True)
    return train_set, make_dataset(val, mean, std, False)


# %% wrong: validation_by_its_own_statistics
# fails: split-without-leak-test-sets
# says: val: not the training mean
# pitfall: 45
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    is_val = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        order = torch.randperm(len(rows), generator=generator)
        is_val[rows[order][: len(rows) // 5]] = True
    train, val = (~is_val).nonzero().flatten(), is_val.nonzero().flatten()
    train_set = make_dataset(train, X[train].mean(), X[train].std(), True)
    return train_set, make_dataset(val, X[val].mean(), X[val].std(), False)


# %% wrong: one_dataset_for_both
# fails: split-without-leak-test-sets
# says: one dataset for each
# pitfall: 44
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    is_val = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        order = torch.randperm(len(rows), generator=generator)
        is_val[rows[order][: len(rows) // 5]] = True
    train, val = (~is_val).nonzero().flatten(), is_val.nonzero().flatten()
    both = make_dataset(torch.arange(len(y)), X[train].mean(), X[train].std(), True)
    subset = torch.utils.data.Subset
    return subset(both, train.tolist()), subset(both, val.tolist())


# %% wrong: random_split_of_one_dataset
# fails: split-without-leak-test-rows
# says: validation rows per class
# fails: split-without-leak-test-sets
# says: one dataset for each
# pitfall: 44
# pitfall: 45
def split_sets(make_dataset, X, y, seed):
    both = make_dataset(torch.arange(len(y)), X.mean(), X.std(), True)
    generator = torch.Generator().manual_seed(seed)
    return torch.utils.data.random_split(both, [0.8, 0.2], generator=generator)


# %% wrong: nobody_augments
# fails: split-without-leak-test-sets
# says: train, val augment: [False, False]
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    is_val = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        order = torch.randperm(len(rows), generator=generator)
        is_val[rows[order][: len(rows) // 5]] = True
    train, val = (~is_val).nonzero().flatten(), is_val.nonzero().flatten()
    mean, std = X[train].mean(), X[train].std()
    train_set = make_dataset(train, mean, std, False)
    return train_set, make_dataset(val, mean, std, False)


# %% wrong: drawn_with_replacement
# fails: split-without-leak-test-rows
# says: want each of 45 rows once
# fails: split-without-leak-test-seed
# says: are never for validation
# pitfall: 45
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    is_val = torch.zeros(len(y), dtype=torch.bool)
    is_val[: len(y) // 5] = True
    train, val = (~is_val).nonzero().flatten(), is_val.nonzero().flatten()
    train = train[torch.randint(len(train), (len(train),), generator=generator)]
    mean, std = X[train].mean(), X[train].std()
    train_set = make_dataset(train, mean, std, True)
    return train_set, make_dataset(val, mean, std, False)


# %% wrong: sets_overlap
# fails: split-without-leak-test-rows
# says: training sees validation rows
# pitfall: 45
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    val = []
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        order = torch.randperm(len(rows), generator=generator)
        val += rows[order][: len(rows) // 5].tolist()
    train = list(range(len(y)))
    mean, std = X[train].mean(), X[train].std()
    train_set = make_dataset(train, mean, std, True)
    return train_set, make_dataset(val, mean, std, False)


# %% wrong: two_independent_draws
# fails: split-without-leak-test-rows
# says: training sees validation rows
# pitfall: 45
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    train, val = [], []
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        order = torch.randperm(len(rows), generator=generator)
        val += rows[order][: len(rows) // 5].tolist()
        order = torch.randperm(len(rows), generator=generator)
        train += rows[order][len(rows) // 5 :].tolist()
    mean, std = X[train].mean(), X[train].std()
    train_set = make_dataset(train, mean, std, True)
    return train_set, make_dataset(val, mean, std, False)


# %% wrong: not_stratified
# fails: split-without-leak-test-rows
# says: validation rows per class
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(y), generator=generator)
    val, train = order[: len(y) // 5], order[len(y) // 5 :]
    mean, std = X[train].mean(), X[train].std()
    train_set = make_dataset(train, mean, std, True)
    return train_set, make_dataset(val, mean, std, False)


# %% wrong: the_first_fifth
# fails: split-without-leak-test-seed
# says: seeds 5 and 6 give the same split
def split_sets(make_dataset, X, y, seed):
    is_val = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        is_val[rows[: len(rows) // 5]] = True
    train, val = (~is_val).nonzero().flatten(), is_val.nonzero().flatten()
    mean, std = X[train].mean(), X[train].std()
    train_set = make_dataset(train, mean, std, True)
    return train_set, make_dataset(val, mean, std, False)


# %% wrong: seeds_the_global_state
# fails: split-without-leak-test-seed
# says: PyTorch's random state moved
# pitfall: 41
def split_sets(make_dataset, X, y, seed):
    torch.manual_seed(seed)
    is_val = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        is_val[rows[torch.randperm(len(rows))][: len(rows) // 5]] = True
    train, val = (~is_val).nonzero().flatten(), is_val.nonzero().flatten()
    mean, std = X[train].mean(), X[train].std()
    train_set = make_dataset(train, mean, std, True)
    return train_set, make_dataset(val, mean, std, False)


# %% wrong: forgets_the_seed
# fails: split-without-leak-test-seed
# says: seeds 5 and 6 give the same split
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(0)
    is_val = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        order = torch.randperm(len(rows), generator=generator)
        is_val[rows[order][: len(rows) // 5]] = True
    train, val = (~is_val).nonzero().flatten(), is_val.nonzero().flatten()
    mean, std = X[train].mean(), X[train].std()
    train_set = make_dataset(train, mean, std, True)
    return train_set, make_dataset(val, mean, std, False)


# %% wrong: sets_swapped
# fails: split-without-leak-test-rows
# says: validation rows per class
# fails: split-without-leak-test-sets
# says: train, val augment: [False, True]
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    is_val = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        order = torch.randperm(len(rows), generator=generator)
        is_val[rows[order][: len(rows) // 5]] = True
    train, val = (~is_val).nonzero().flatten(), is_val.nonzero().flatten()
    mean, std = X[train].mean(), X[train].std()
    train_set = make_dataset(train, mean, std, True)
    return make_dataset(val, mean, std, False), train_set


# %% wrong: standardises_in_place
# fails: split-without-leak-test-sets
# says: X has changed
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    is_val = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        order = torch.randperm(len(rows), generator=generator)
        is_val[rows[order][: len(rows) // 5]] = True
    train, val = (~is_val).nonzero().flatten(), is_val.nonzero().flatten()
    mean, std = X[train].mean(), X[train].std()
    X -= mean
    X /= std
    train_set = make_dataset(train, mean, std, True)
    return train_set, make_dataset(val, mean, std, False)


# %% wrong: prints_instead
# fails: split-without-leak-test-rows
# says: return two datasets, not
# fails: split-without-leak-test-seed
# fails: split-without-leak-test-sets
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    is_val = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        order = torch.randperm(len(rows), generator=generator)
        is_val[rows[order][: len(rows) // 5]] = True
    print(is_val)


# %% wrong: rows_as_a_column
# fails: split-without-leak-test-rows
# says: want flat int64 numbers
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    is_val = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        order = torch.randperm(len(rows), generator=generator)
        is_val[rows[order][: len(rows) // 5]] = True
    train, val = (~is_val).nonzero(), is_val.nonzero()
    mean, std = X[train].mean(), X[train].std()
    train_set = make_dataset(train, mean, std, True)
    return train_set, make_dataset(val, mean, std, False)


# %% wrong: int32_rows
# fails: split-without-leak-test-rows
# says: rows: want flat int
def split_sets(make_dataset, X, y, seed):
    generator = torch.Generator().manual_seed(seed)
    train, val = [], []
    for label in y.unique():
        rows = (y == label).nonzero().flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        fifth = len(rows) // 5
        val.append(rows[:fifth])
        train.append(rows[fifth:])
    train, val = torch.cat(train), torch.cat(val)
    mean, std = X[train].mean(), X[train].std()
    train_set = make_dataset(train.int(), mean, std, True)
    val_set = make_dataset(val.int(), mean, std, False)
    return train_set, val_set


# %% equivalent: rows = (y == label).nonzero().flatten() => rows = (y == label).nonzero()
# reason: a column of row numbers marks the same rows of is_val
