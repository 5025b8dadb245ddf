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
# says: without workers the epochs repeat their noise
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
# says: each number of x its own noise
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
# says: noise: train True, validation True
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
# says: noise: train False, validation False
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
# says: noise: train False, validation False
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
# says: noise: train True, validation True
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


# %% equivalent: yield (x + self.noise * torch.randn(x.shape), y) => yield (x - self.noise * torch.randn(x.shape), y)
# reason: normal noise is as likely with the other sign

# %% equivalent: @staticmethod def split(dataset) => def split(dataset)
# reason: called on the class, a function is what a static method is
