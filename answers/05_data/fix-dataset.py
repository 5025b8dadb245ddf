# Right and wrong answers to the exercise fix-dataset of 05_data.


# %% right: islice_of_everything
class Stream(IterableDataset):
    def __init__(self, dataset, rows, augment=False):
        self.dataset, self.rows, self.augment = dataset, rows, augment

    def __iter__(self):
        from itertools import islice

        info = get_worker_info()
        rows = iter(self.rows)
        if info is not None:
            rows = islice(rows, info.id, None, info.num_workers)
        for i in rows:
            x, y = self.dataset[i]
            if self.augment:
                x = x + 0.1 * torch.randn_like(x)
            yield x, y

    @staticmethod
    def split(dataset):
        cut = len(dataset) * 4 // 5
        train, val = range(cut), range(cut, len(dataset))
        return Stream(dataset, train, augment=True), Stream(dataset, val)


# %% right: one_block_for_each_worker
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise=0.0):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        info = get_worker_info()
        begin, end = 0, len(self.rows)
        if info is not None:
            size = -(-len(self.rows) // info.num_workers)
            begin, end = info.id * size, min((info.id + 1) * size, len(self.rows))
        for k in range(begin, end):
            x, y = self.dataset[self.rows[k]]
            yield x + torch.normal(0.0, 1.0, x.shape) * self.noise, y

    @classmethod
    def split(cls, dataset):
        cut = len(dataset) * 4 // 5
        rows = list(range(len(dataset)))
        return cls(dataset, rows[:cut], 0.1), cls(dataset, rows[cut:])


# %% right: a_generator_made_for_each_epoch
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        info = get_worker_info()
        seed = int(torch.randint(2**40, ())) if info is None else info.seed
        rng = torch.Generator().manual_seed(seed)
        for k, i in enumerate(self.rows):
            if info is None or k % info.num_workers == info.id:
                x, y = self.dataset[i]
                yield x + self.noise * torch.randn(x.shape, generator=rng), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% right: normal_around_x
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noisy):
        self.dataset, self.rows, self.noisy = dataset, rows, noisy

    def __iter__(self):
        info = get_worker_info()
        number, workers = (info.id, info.num_workers) if info else (0, 1)
        for k in range(number, len(self.rows), workers):
            x, y = self.dataset[self.rows[k]]
            if self.noisy:
                x = torch.normal(x, 0.1)
            yield x, y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, list(range(len(dataset)))
        return Stream(dataset, rows[:cut], True), Stream(dataset, rows[cut:], False)


# %% right: subsets
class Stream(IterableDataset):
    def __init__(self, part, noise):
        self.part, self.noise = part, noise

    def __iter__(self):
        info = get_worker_info()
        for k in range(len(self.part)):
            if info and k % info.num_workers != info.id:
                continue
            x, y = self.part[k]
            yield x.add(torch.randn(x.shape), alpha=self.noise), y

    def split(dataset):
        cut = len(dataset) * 4 // 5
        train = torch.utils.data.Subset(dataset, range(cut))
        val = torch.utils.data.Subset(dataset, range(cut, len(dataset)))
        return [Stream(train, 0.1), Stream(val, 0)]


# %% right: only_the_first_worker_reads
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        info = get_worker_info()
        for i in self.rows if info is None or info.id == 0 else ():
            x, y = self.dataset[i]
            yield x + self.noise * torch.randn(x.shape), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: every_worker_reads_all
# fails: fix-dataset-test-rows
# says: 2 workers: rows [0, 1, 2, 3, 4, 5, 6, 7] come as [0, 0, 1, 1
# pitfall: 42
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        for i in self.rows:
            x, y = self.dataset[i]
            yield x + self.noise * torch.randn(x.shape), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: breaks_without_workers
# fails: fix-dataset-test-rows
# fails: fix-dataset-test-noise
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        info = get_worker_info()
        for i in self.rows[info.id :: info.num_workers]:
            x, y = self.dataset[i]
            yield x + self.noise * torch.randn(x.shape), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: the_rest_is_lost
# fails: fix-dataset-test-rows
# says: workers: rows
# pitfall: 42
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        info = get_worker_info()
        first, count = (0, 1) if info is None else (info.id, info.num_workers)
        size = len(self.rows) // count
        for i in self.rows[first * size : (first + 1) * size]:
            x, y = self.dataset[i]
            yield x + self.noise * torch.randn(x.shape), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: stored_generator_stays
# fails: fix-dataset-test-noise
# says: workers 0 and 1 draw the same noise
# pitfall: 40
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise
        self.rng = np.random.default_rng(0)

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            noise = self.noise * self.rng.standard_normal(x.shape)
            yield x + torch.tensor(noise, dtype=torch.float32), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: stored_torch_generator
# fails: fix-dataset-test-noise
# says: workers 0 and 1 draw the same noise
# pitfall: 40
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise
        self.generator = torch.Generator().manual_seed(0)

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            noise = torch.randn(x.shape, generator=self.generator)
            yield x + self.noise * noise, y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: seeded_by_the_worker_number
# fails: fix-dataset-test-noise
# says: the next epoch repeats the noise
# pitfall: 40
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        rng = torch.Generator().manual_seed(first)
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            yield x + self.noise * torch.randn(x.shape, generator=rng), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: repeats_without_workers
# fails: fix-dataset-test-noise
# says: without workers epochs repeat their noise
# pitfall: 40
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        rng = torch.Generator().manual_seed(torch.initial_seed())
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            yield x + self.noise * torch.randn(x.shape, generator=rng), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: seeded_by_the_clock
# fails: fix-dataset-test-noise
# says: the same seeds give other noise
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        rng = torch.Generator()
        rng.seed()
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            yield x + self.noise * torch.randn(x.shape, generator=rng), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: one_draw_per_epoch
# fails: fix-dataset-test-noise
# says: each row its own noise
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        noise = self.noise * torch.randn(self.dataset[0][0].shape)
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            yield x + noise, y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: one_number_for_each_row
# fails: fix-dataset-test-noise
# says: x of 3 zeros should get 3 random numbers
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            yield x + self.noise * torch.randn(()), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: drawn_once_at_the_start
# fails: fix-dataset-test-noise
# says: the next epoch repeats the noise
# pitfall: 40
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows = dataset, rows
        self.noise = [noise * torch.randn(dataset[i][0].shape) for i in rows]

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        for k in range(first, len(self.rows), step):
            x, y = self.dataset[self.rows[k]]
            yield x + self.noise[k], y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: validation_has_noise
# fails: fix-dataset-test-noise
# says: validation rows carry noise
# pitfall: 44
class Stream(IterableDataset):
    def __init__(self, dataset, rows):
        self.dataset, self.rows = dataset, rows

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            yield x + 0.1 * torch.randn(x.shape), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut]), Stream(dataset, rows[cut:])


# %% wrong: noise_is_a_setting_of_the_class
# fails: fix-dataset-test-noise
# says: x of 3 zeros should get 3 random numbers, is (0.0
# pitfall: 44
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows = dataset, rows
        Stream.noise = noise

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            yield x + self.noise * torch.randn(x.shape), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: nobody_has_noise
# fails: fix-dataset-test-noise
# says: x of 3 zeros should get 3 random numbers, is (0.0
class Stream(IterableDataset):
    def __init__(self, dataset, rows):
        self.dataset, self.rows = dataset, rows

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        for i in self.rows[first::step]:
            yield self.dataset[i]

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut]), Stream(dataset, rows[cut:])


# %% wrong: uniform_noise
# fails: fix-dataset-test-noise
# says: the noise should be 0 on average
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            yield x + self.noise * torch.rand(x.shape), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: float64_noise
# fails: fix-dataset-test-noise
# says: x should be float32, not torch.float64
class Stream(IterableDataset):
    def __init__(self, dataset, rows, noise):
        self.dataset, self.rows, self.noise = dataset, rows, noise

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            yield x + self.noise * torch.randn(x.shape, dtype=torch.float64), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], 0.1), Stream(dataset, rows[cut:], 0.0)


# %% wrong: only_duplicates_mended
# fails: fix-dataset-test-noise
# says: validation rows carry noise
# pitfall: 40
# pitfall: 44
class Stream(IterableDataset):
    def __init__(self, dataset, rows):
        self.dataset, self.rows = dataset, rows
        self.rng = np.random.default_rng(0)

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            noise = self.rng.normal(0.0, 0.1, size=x.shape)
            yield x + torch.tensor(noise, dtype=torch.float32), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut]), Stream(dataset, rows[cut:])


# %% wrong: numpy_rng_by_worker_seed
# fails: fix-dataset-test-noise
# says: without workers noise ignores manual_seed
class Stream(IterableDataset):
    """The pairs of some rows of a map-style dataset, one after the other."""

    def __init__(self, dataset, rows, noisy):
        self.dataset, self.rows, self.noisy = dataset, rows, noisy

    def __iter__(self):
        worker = get_worker_info()
        first, step = (0, 1) if worker is None else (worker.id, worker.num_workers)
        rng = np.random.default_rng(None if worker is None else worker.seed)
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            if self.noisy:
                x = x + torch.tensor(
                    rng.normal(0.0, 0.1, size=x.shape), dtype=torch.float32
                )
            yield x, y

    @staticmethod
    def split(dataset):
        """Return (train_stream, val_stream)."""
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], True), Stream(dataset, rows[cut:], False)


# %% wrong: small_noise_validation
# fails: fix-dataset-test-noise
# says: validation rows carry noise
class Stream(IterableDataset):
    """The pairs of some rows of a map-style dataset, one after the other."""

    def __init__(self, dataset, rows, noisy):
        self.dataset, self.rows, self.noisy = dataset, rows, noisy

    def __iter__(self):
        worker = get_worker_info()
        first, step = (0, 1) if worker is None else (worker.id, worker.num_workers)
        for i in self.rows[first::step]:
            x, y = self.dataset[i]
            x = x + (0.1 if self.noisy else 1e-6) * torch.randn(x.shape)
            yield x, y

    @staticmethod
    def split(dataset):
        """Return (train_stream, val_stream)."""
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return Stream(dataset, rows[:cut], True), Stream(dataset, rows[cut:], False)


# %% right: subclass_hook
class Stream(IterableDataset):
    def __init__(self, dataset, rows):
        self.dataset, self.rows = dataset, rows

    def change(self, x):
        return x

    def __iter__(self):
        info = get_worker_info()
        for place, i in enumerate(self.rows):
            if info is not None and place % info.num_workers != info.id:
                continue
            x, y = self.dataset[i]
            yield self.change(x), y

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        return NoisyStream(dataset, rows[:cut]), Stream(dataset, rows[cut:])


class NoisyStream(Stream):
    def change(self, x):
        return x + torch.normal(0.0, 0.1, size=tuple(x.shape))


# %% right: own_generator_from_global
class Stream(IterableDataset):
    def __init__(self, dataset, rows, augment=False):
        self.dataset, self.rows, self.augment = dataset, rows, augment

    def __iter__(self):
        info = get_worker_info()
        number, workers = (info.id, info.num_workers) if info else (0, 1)
        generator = torch.Generator()
        if (
            self.augment
        ):  # the global state is the worker's seed, or goes on without one
            generator.manual_seed(torch.randint(2**62, ()).item())
        for i in range(number, len(self.rows), workers):
            x, y = self.dataset[self.rows[i]]
            if self.augment:
                x = torch.randn(x.shape, generator=generator).mul_(0.1).add_(x)
            yield x, y

    @staticmethod
    def split(dataset):
        n = len(dataset)
        return (
            Stream(dataset, range(0, n * 4 // 5), augment=True),
            Stream(dataset, range(n * 4 // 5, n)),
        )


# %% right: contiguous_blocks
class Stream(IterableDataset):
    def __init__(self, source, transform=None):
        self.source, self.transform = source, transform

    def __iter__(self):
        info, n = get_worker_info(), len(self.source)
        k, of = (0, 1) if info is None else (info.id, info.num_workers)
        for i in range(n * k // of, n * (k + 1) // of):
            x, y = self.source[i]
            yield (x if self.transform is None else self.transform(x)), y

    @staticmethod
    def add_noise(x):
        return torch.add(x, torch.empty_like(x).normal_(), alpha=0.1)

    @staticmethod
    def split(dataset):
        cut, rows = len(dataset) * 4 // 5, range(len(dataset))
        train, val = (
            torch.utils.data.Subset(dataset, r) for r in (rows[:cut], rows[cut:])
        )
        return Stream(train, Stream.add_noise), Stream(val)


# %% equivalent: yield (x + self.noise * torch.randn(x.shape), y) => yield (x - self.noise * torch.randn(x.shape), y)
# reason: normal noise is as likely with the other sign

# %% equivalent: @staticmethod def split(dataset) => def split(dataset)
# reason: called on the class, a function is what a static method is
