# Right and wrong answers to the exercise balanced-loader of 05_data.


# %% right: two_generators
def balanced_loader(dataset, y, batch_size, seed):
    counts = torch.bincount(y)
    weights = [1 / counts[label].item() for label in y]
    sampler = WeightedRandomSampler(
        weights,
        num_samples=len(weights),
        replacement=True,
        generator=torch.Generator().manual_seed(seed),
    )
    own = torch.Generator().manual_seed(seed + 1)
    return DataLoader(dataset, batch_size=batch_size, sampler=sampler, generator=own)


# %% right: weights_from_unique
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator()
    generator.manual_seed(seed)
    _, place, counts = y.unique(return_inverse=True, return_counts=True)
    weights = (1.0 / counts)[place]
    sampler = WeightedRandomSampler(weights, len(dataset), generator=generator)
    return DataLoader(dataset, batch_size, sampler=sampler, generator=generator)


# %% right: class_by_class
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    rows = [(y == label).nonzero().flatten() for label in y.unique()]

    class Balanced(torch.utils.data.Sampler):
        def __len__(self):
            return len(y)

        def __iter__(self):
            for _ in range(len(y)):
                k = torch.randint(len(rows), (), generator=generator)
                i = torch.randint(len(rows[k]), (), generator=generator)
                yield rows[k][i].item()

    return DataLoader(dataset, batch_size, sampler=Balanced(), generator=generator)


# %% right: batch_sampler
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    weights = torch.zeros(len(y))
    for label in y.unique():
        weights[y == label] = 1 / (y == label).sum()
    sampler = WeightedRandomSampler(weights, len(y), generator=generator)
    batches = torch.utils.data.BatchSampler(sampler, batch_size, drop_last=False)
    return DataLoader(dataset, batch_sampler=batches, generator=generator)


# %% right: numpy_weights
def balanced_loader(dataset, y, batch_size, seed):
    counts = np.bincount(y.numpy())
    weights = 100.0 / counts[y.numpy()]
    g = torch.Generator().manual_seed(seed)
    sampler = WeightedRandomSampler(weights, len(y), generator=g)
    return DataLoader(dataset, batch_size, sampler=sampler, generator=g)


# %% wrong: loader_without_generator
# fails: balanced-loader-test-seed
# says: who draws without a generator
# pitfall: 41
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    sampler = WeightedRandomSampler(1 / y.bincount()[y], len(y), generator=generator)
    return DataLoader(dataset, batch_size, sampler=sampler)


# %% wrong: sampler_without_generator
# fails: balanced-loader-test-seed
# says: two loaders made with the same seed differ
# pitfall: 41
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    sampler = WeightedRandomSampler(1 / y.bincount()[y], len(y))
    return DataLoader(dataset, batch_size, sampler=sampler, generator=generator)


# %% wrong: seeds_the_global_state
# fails: balanced-loader-test-seed
# says: the global random state has moved
# pitfall: 41
def balanced_loader(dataset, y, batch_size, seed):
    torch.manual_seed(seed)
    sampler = WeightedRandomSampler(1 / y.bincount()[y], len(y))
    return DataLoader(dataset, batch_size, sampler=sampler)


# %% wrong: no_generators
# fails: balanced-loader-test-seed
# says: two loaders made with the same seed differ
# pitfall: 41
def balanced_loader(dataset, y, batch_size, seed):
    sampler = WeightedRandomSampler(1 / y.bincount()[y], len(y))
    return DataLoader(dataset, batch_size, sampler=sampler)


# %% wrong: shuffles
# fails: balanced-loader-test-shares
# says: larger weights for rarer classes
# fails: balanced-loader-test-seed
# says: the same rows, in another order
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, batch_size, shuffle=True, generator=generator)


# %% wrong: weights_are_counts
# fails: balanced-loader-test-shares
# says: larger weights for rarer classes
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    weights = y.bincount()[y].float()
    sampler = WeightedRandomSampler(weights, len(y), generator=generator)
    return DataLoader(dataset, batch_size, sampler=sampler, generator=generator)


# %% wrong: one_weight_per_class
# fails: balanced-loader-test-shares
# says: one weight per sample
# fails: balanced-loader-test-seed
# says: the same rows, in another order
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    weights = 1 / y.unique(return_counts=True)[1]
    sampler = WeightedRandomSampler(weights, len(y), generator=generator)
    return DataLoader(dataset, batch_size, sampler=sampler, generator=generator)


# %% wrong: root_of_the_count
# fails: balanced-loader-test-shares
# says: expected a third
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    weights = y.bincount()[y] ** -0.5
    sampler = WeightedRandomSampler(weights, len(y), generator=generator)
    return DataLoader(dataset, batch_size, sampler=sampler, generator=generator)


# %% wrong: without_replacement
# fails: balanced-loader-test-shares
# says: expected a third
# fails: balanced-loader-test-seed
# says: the same rows, in another order
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    weights = 1 / y.bincount()[y]
    sampler = WeightedRandomSampler(weights, len(y), False, generator=generator)
    return DataLoader(dataset, batch_size, sampler=sampler, generator=generator)


# %% wrong: as_many_as_the_rarest
# fails: balanced-loader-test-shares
# says: an epoch: 1200 samples, not 2700
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    counts = y.unique(return_counts=True)[1]
    weights = 1 / y.bincount()[y]
    size = len(counts) * int(counts.max())
    sampler = WeightedRandomSampler(weights, size, generator=generator)
    return DataLoader(dataset, batch_size, sampler=sampler, generator=generator)


# %% wrong: drops_the_last_batch
# fails: balanced-loader-test-shares
# says: an epoch: 1200 samples, not 1152
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    sampler = WeightedRandomSampler(1 / y.bincount()[y], len(y), generator=generator)
    return DataLoader(
        dataset, batch_size, sampler=sampler, generator=generator, drop_last=True
    )


# %% wrong: batch_size_of_the_default
# fails: balanced-loader-test-shares
# says: batches should hold 64 samples, got sizes {1}
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    sampler = WeightedRandomSampler(1 / y.bincount()[y], len(y), generator=generator)
    return DataLoader(dataset, sampler=sampler, generator=generator)


# %% wrong: the_same_epoch_again
# fails: balanced-loader-test-seed
# says: the second epoch repeats the first
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    sampler = WeightedRandomSampler(1 / y.bincount()[y], len(y), generator=generator)
    return DataLoader(dataset, batch_size, sampler=list(sampler), generator=generator)


# %% wrong: forgets_the_seed
# fails: balanced-loader-test-seed
# says: seeds 4 and 8 give the same epochs
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(0)
    sampler = WeightedRandomSampler(1 / y.bincount()[y], len(y), generator=generator)
    return DataLoader(dataset, batch_size, sampler=sampler, generator=generator)


# %% wrong: one_row_for_each_class
# fails: balanced-loader-test-shares
# says: 10 rare samples, drawn
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    weights = torch.zeros(len(y))
    for label in y.unique():
        weights[(y == label).nonzero()[0]] = 1.0
    sampler = WeightedRandomSampler(weights, len(y), generator=generator)
    return DataLoader(dataset, batch_size, sampler=sampler, generator=generator)


# %% wrong: absent_classes_count
# fails: balanced-loader-test-shares
# says: expected a third
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    weights = 1 / (1 + y.bincount()[y]) ** 0.5
    sampler = WeightedRandomSampler(weights, len(y), generator=generator)
    return DataLoader(dataset, batch_size, sampler=sampler, generator=generator)


# %% wrong: returns_the_sampler
# fails: balanced-loader-test-shares
# says: return a DataLoader
# fails: balanced-loader-test-seed
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    return WeightedRandomSampler(1 / y.bincount()[y], len(y), generator=generator)


# %% wrong: subset_drawn_once
# fails: balanced-loader-test-seed
# says: the second epoch draws the same rows, in another order
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    counts = torch.bincount(y)
    weights = 1 / counts[y]
    sampler = WeightedRandomSampler(weights, num_samples=len(y), generator=generator)
    chosen = torch.utils.data.Subset(dataset, list(sampler))
    return DataLoader(chosen, batch_size=batch_size, shuffle=True, generator=generator)


# %% wrong: missing_class_counts
# fails: balanced-loader-test-shares
# says: of two classes, not in order, one makes up
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    counts = torch.bincount(y)
    counts = counts[counts > 0]
    weights = (1 / counts).repeat_interleave(counts)
    sampler = WeightedRandomSampler(weights, num_samples=len(y), generator=generator)
    return DataLoader(
        dataset, batch_size=batch_size, sampler=sampler, generator=generator
    )


# %% wrong: repeats_floor
# fails: balanced-loader-test-shares
# says: of two classes, not in order, one makes up
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    counts = torch.bincount(y)
    rows = torch.arange(len(y)).repeat_interleave(counts.max() // counts[y])
    pick = torch.utils.data.RandomSampler(rows, True, len(y), generator)
    order = torch.utils.data.Subset(dataset, rows.tolist())
    return DataLoader(order, batch_size=batch_size, sampler=pick, generator=generator)


# %% wrong: generator_unseeded
# fails: balanced-loader-test-seed
# says: give the same epochs
def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator()
    counts = torch.bincount(y)
    weights = 1 / counts[y]
    sampler = WeightedRandomSampler(weights, num_samples=len(y), generator=generator)
    return DataLoader(
        dataset, batch_size=batch_size, sampler=sampler, generator=generator
    )


# %% right: own_sampler_class
class ClassFirst(torch.utils.data.Sampler):
    """Draw a class, then one of its rows."""

    def __init__(self, y, seed):
        self.groups = [(y == c).nonzero().flatten() for c in y.unique()]
        self.n = len(y)
        self.generator = torch.Generator().manual_seed(seed)

    def __len__(self):
        return self.n

    def __iter__(self):
        for c in torch.randint(
            len(self.groups), (self.n,), generator=self.generator
        ).tolist():
            rows = self.groups[c]
            yield rows[torch.randint(len(rows), (), generator=self.generator)].item()


def balanced_loader(dataset, y, batch_size, seed):
    return DataLoader(
        dataset, batch_size, sampler=ClassFirst(y, seed), generator=torch.Generator()
    )


# %% right: exact_shares
class Exact(torch.utils.data.Sampler):
    def __init__(self, y, generator):
        self.groups = [(y == c).nonzero().flatten() for c in y.unique()]
        self.n, self.g = len(y), generator

    def __len__(self):
        return self.n

    def __iter__(self):
        first = torch.randperm(len(self.groups), generator=self.g).tolist()
        rows = []
        for k in range(self.n):
            group = self.groups[first[k % len(first)]]
            rows.append(int(group[torch.randint(len(group), (), generator=self.g)]))
        return iter([rows[k] for k in torch.randperm(self.n, generator=self.g)])


def balanced_loader(dataset, y, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(
        dataset, batch_size=batch_size, sampler=Exact(y, generator), generator=generator
    )


# %% equivalent: weights = 1 / y.bincount()[y] => weights = 2 / y.bincount()[y]
# reason: only the ratios of the weights count
