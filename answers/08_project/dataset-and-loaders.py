"""Answers to dataset-and-loaders."""


# %% right: precomputed_with_clone
class ImageDataset(Dataset):
    def __init__(self, images, labels, mean, std, augment=None):
        self.X = images[:, None].to(torch.float32).div_(255).sub_(mean).div_(std)
        self.y = labels.clone()
        self.augment = augment or (lambda image: image)

    def __len__(self):
        return self.X.shape[0]

    def __getitem__(self, i):
        return self.augment(self.X[i].clone()), self.y[i].clone()


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    def loader(name, **options):
        rows = parts[name]
        change = augment if name == "train" else None
        data = ImageDataset(
            images[rows], labels[rows], parts["mean"], parts["std"], change
        )
        return DataLoader(data, batch_size=batch_size, **options)

    own = torch.Generator()
    own.manual_seed(seed)
    return loader("train", shuffle=True, generator=own), loader("val")


# %% right: own_sampler_numpy_per_epoch
class ImageDataset(Dataset):
    def __init__(self, images, labels, mean, std, augment=None):
        self.images = images.numpy()
        self.labels = labels.numpy()
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return self.labels.size

    def __getitem__(self, i):
        image = (self.images[i].astype(np.float64) / 255 - self.mean) / self.std
        image = torch.from_numpy(image).float()[None]
        if self.augment is not None:
            image = self.augment(image)
        return image, torch.tensor(int(self.labels[i]), dtype=torch.int64)


class EpochOrder(torch.utils.data.Sampler):
    def __init__(self, count, seed):
        self.count, self.seed, self.epoch = count, seed, 0

    def __len__(self):
        return self.count

    def __iter__(self):
        rng = np.random.default_rng([self.seed, self.epoch])
        self.epoch += 1
        return iter(rng.permutation(self.count).tolist())


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    sets = [
        ImageDataset(images[parts[k]], labels[parts[k]], parts["mean"], parts["std"], f)
        for k, f in (("train", augment), ("val", None))
    ]
    order = EpochOrder(len(sets[0]), seed)
    return DataLoader(sets[0], batch_size, sampler=order), DataLoader(
        sets[1], batch_size
    )


# %% right: subset_and_batch_sampler
from torch.utils.data import BatchSampler, RandomSampler, SequentialSampler, Subset


class ImageDataset(TensorDataset):
    def __init__(self, images, labels, mean, std, augment=None):
        super().__init__(images, labels)
        self.scale, self.shift = 1 / (255 * std), mean / std
        self.augment = augment

    def __len__(self):
        return len(self.tensors[1])

    def __getitem__(self, i):
        image, label = super().__getitem__(i)
        image = image.float().mul(self.scale).sub(self.shift).unsqueeze(0)
        return (image if self.augment is None else self.augment(image)), label


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    plain = ImageDataset(images, labels, parts["mean"], parts["std"])
    varied = ImageDataset(images, labels, parts["mean"], parts["std"], augment)
    train, val = (
        Subset(varied, parts["train"].tolist()),
        Subset(plain, parts["val"].tolist()),
    )
    mixed = RandomSampler(train, generator=torch.Generator().manual_seed(seed))
    return (
        DataLoader(
            train, batch_sampler=BatchSampler(mixed, batch_size, drop_last=False)
        ),
        DataLoader(
            val, batch_sampler=BatchSampler(SequentialSampler(val), batch_size, False)
        ),
    )


# %% right: dataclass
from dataclasses import dataclass
from typing import Callable, Optional


@dataclass(eq=False)
class ImageDataset(Dataset):
    images: torch.Tensor
    labels: torch.Tensor
    mean: float
    std: float
    augment: Optional[Callable[[torch.Tensor], torch.Tensor]] = None

    def __len__(self) -> int:
        return self.labels.numel()

    def __getitem__(self, i):
        image = self.images[i].to(dtype=torch.float32) / 255
        image = (
            torch.sub(image, self.mean).true_divide(self.std).reshape(1, *image.shape)
        )
        return (self.augment(image) if self.augment else image), self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    pick = lambda name: (
        images[parts[name]],
        labels[parts[name]],
        parts["mean"],
        parts["std"],
    )
    source = torch.Generator().manual_seed(seed)
    train = DataLoader(
        ImageDataset(*pick("train"), augment=augment),
        batch_size,
        True,
        generator=source,
    )
    return train, DataLoader(ImageDataset(*pick("val")), batch_size, False)


# %% right: lookup_table
class ImageDataset(Dataset):
    """Only 256 pixel values exist: a table holds what becomes of each."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.table = (torch.arange(256, dtype=torch.float32) / 255 - mean) / std
        self.images, self.labels, self.augment = images, labels, augment

    def __len__(self):
        return self.images.size(0)

    def __getitem__(self, i):
        image = self.table[self.images[i].long()].unsqueeze(dim=0)
        return (
            (image, self.labels[i])
            if self.augment is None
            else (self.augment(image), self.labels[i])
        )


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    loaders = []
    for name in ("train", "val"):
        training = name == "train"
        data = ImageDataset(
            images.index_select(0, parts[name]),
            labels.index_select(0, parts[name]),
            mean=parts["mean"],
            std=parts["std"],
            augment=augment if training else None,
        )
        # each loader has a generator of its own
        loaders.append(
            DataLoader(
                data,
                batch_size=batch_size,
                shuffle=training,
                generator=torch.Generator().manual_seed(seed),
            )
        )
    return loaders


# %% right: state_put_back_at_each_order
import itertools

from contextlib import contextmanager


@contextmanager
def untouched():
    before = torch.random.get_rng_state()
    try:
        yield
    finally:
        torch.random.set_rng_state(before)


class ImageDataset(Dataset):
    def __init__(self, images, labels, mean, std, augment=None):
        self.pairs = list(zip(images, labels))
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        image, label = self.pairs[i]
        ready = image.float().div(255).add(-self.mean).div(self.std)[None]
        if self.augment is not None:
            ready = self.augment(ready)
        return ready, label


class Order:
    """Positions in an order that the seed and the number of the epoch decide."""

    def __init__(self, count, seed):
        self.count, self.seed = count, seed
        self.epochs = itertools.count()

    def __len__(self):
        return self.count

    def __iter__(self):
        epoch = next(self.epochs)
        with untouched():
            torch.default_generator.manual_seed(1_000_003 * self.seed + epoch)
            order = torch.randperm(self.count)
        yield from order.tolist()


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    rows = parts["train"]
    train = ImageDataset(
        images[rows], labels[rows], parts["mean"], parts["std"], augment
    )
    rows = parts["val"]
    val = ImageDataset(images[rows], labels[rows], parts["mean"], parts["std"])
    return DataLoader(train, batch_size, sampler=Order(len(train), seed)), DataLoader(
        val, batch_size
    )


# %% right: collate_stacks
def standardise(image, mean, std):
    return (image.to(torch.float32) / 255.0 - mean) / std


def stack(pairs):
    X, y = zip(*pairs)
    return torch.stack(X), torch.stack(y)


class ImageDataset(Dataset):
    def __init__(self, images, labels, mean, std, augment=None):
        super().__init__()
        self._data = images.unsqueeze(1), labels
        self._rules = mean, std
        self._augment = augment

    def __len__(self):
        return self._data[0].shape[0]

    def __getitem__(self, i):
        image, label = (tensor[i] for tensor in self._data)
        image = standardise(image, *self._rules)
        if callable(self._augment):
            image = self._augment(image)
        return image, label.long()


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    rules = parts["mean"], parts["std"]
    train_set = ImageDataset(
        images[parts["train"]], labels[parts["train"]], *rules, augment
    )
    val_set = ImageDataset(images[parts["val"]], labels[parts["val"]], *rules)
    g = torch.Generator(device="cpu").manual_seed(seed)
    train = DataLoader(
        train_set,
        batch_size,
        shuffle=True,
        collate_fn=stack,
        generator=g,
        num_workers=0,
    )
    val = DataLoader(val_set, max(batch_size, 1), collate_fn=stack)
    return train, val


# %% right: val_shuffled_too
class ImageDataset(Dataset):
    def __init__(self, images, labels, mean, std, augment=None):
        self.get = lambda i: (images[i], labels[i])
        self.count = len(labels)
        self.steps = [lambda x: x[None] / 255, lambda x: (x - mean) / std]
        if augment is not None:
            self.steps.append(augment)

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        if not -self.count <= i < self.count:
            raise IndexError(i)
        image, label = self.get(i)
        for change in self.steps:
            image = change(image)
        return image, label


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Validation is shuffled too, by a generator of its own: no order is asked of it."""
    first = torch.Generator().manual_seed(seed)
    second = torch.Generator().manual_seed(seed + 1)
    made = []
    for name, g, f in (("train", first, augment), ("val", second, None)):
        data = ImageDataset(
            images[parts[name]], labels[parts[name]], parts["mean"], parts["std"], f
        )
        made.append(DataLoader(data, batch_size, shuffle=True, generator=g))
    return tuple(made)


# %% wrong: no_generator
# fails: dataset-and-loaders-test-order
# says: gave two orders: whose random numbers are used?
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    train_loader = DataLoader(train_set, batch_size, shuffle=True)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: global_seed
# fails: dataset-and-loaders-test-order
# says: make_loaders moves the global random state: give the loader
# pitfall: 41
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    torch.manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: fork_around_the_making
# fails: dataset-and-loaders-test-order
# says: gave two orders: whose random numbers are used?
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        train_loader = DataLoader(train_set, batch_size, shuffle=True)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: generator_shared_with_val
# fails: dataset-and-loaders-test-order
# says: gave two orders: whose random numbers are used?
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size, generator=generator)
    return train_loader, val_loader


# %% wrong: drop_last
# fails: dataset-and-loaders-test-batches
# says: train: an epoch should visit
# pitfall: 43
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(
        train_set, batch_size, shuffle=True, generator=generator, drop_last=True
    )
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: val_augmented
# fails: dataset-and-loaders-test-augment
# says: Only training images are augmented
# pitfall: 44
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std, augment)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: augment_once
# fails: dataset-and-loaders-test-augment
# says: augment ran while the dataset was made: call it on each read
class ImageDataset(Dataset):
    def __init__(self, images, labels, mean, std, augment=None):
        X = (images.unsqueeze(1) / 255 - mean) / std
        if augment is not None:
            X = torch.stack([augment(x) for x in X])
        self.X, self.y = X, labels

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: augment_cached_by_item
# fails: dataset-and-loaders-test-augment
# says: two reads, and augment was called
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment
        self.cache = {}

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        if i not in self.cache:
            image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
            if self.augment is not None:
                image = self.augment(image)
            self.cache[i] = image, self.labels[i]
        return self.cache[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: unsqueeze_in_place
# fails: dataset-and-loaders-test-item
# says: the caller's images were changed
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images.unsqueeze_(1), labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i] / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: no_channel
# fails: dataset-and-loaders-test-item
# says: the image should be a tensor
# fails: dataset-and-loaders-test-batches
# says: train: a batch should be
# fails: dataset-and-loaders-test-augment
# says: augment gets the image
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i] / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: float64_images
# fails: dataset-and-loaders-test-item
# says: the image should be a tensor
# fails: dataset-and-loaders-test-batches
# pitfall: 43
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = torch.from_numpy(
            (self.images[i].numpy()[None].astype(float) / 255 - self.mean) / self.std
        )
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: std_before_mean
# fails: dataset-and-loaders-test-item
# says: with mean
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = self.images[i].unsqueeze(0) / 255 / self.std - self.mean
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: own_statistics
# fails: dataset-and-loaders-test-item
# says: with mean
# fails: dataset-and-loaders-test-batches
# says: train: images do not fit their labels, or do not use the
# fails: dataset-and-loaders-test-augment
# says: what augment returns is not what the dataset gives
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std = (images / 255).mean(), (images / 255).std()
        self.augment = augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: val_measured_by_itself
# fails: dataset-and-loaders-test-batches
# says: val: images do not fit their labels, or do not use the
# fails: dataset-and-loaders-test-augment
# says: Only training images are augmented
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    pixels = images[val] / 255
    val_set = ImageDataset(
        images[val], labels[val], pixels.mean().item(), pixels.std().item()
    )
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: same_order_every_epoch
# fails: dataset-and-loaders-test-order
# says: both epochs have one order: shuffle anew in each
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    train = train[
        torch.randperm(len(train), generator=torch.Generator().manual_seed(seed))
    ]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    train_loader = DataLoader(train_set, batch_size)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: reseeded_every_epoch
# fails: dataset-and-loaders-test-order
# says: both epochs have one order: shuffle anew in each
class Shuffled(torch.utils.data.Sampler):
    def __init__(self, count, seed):
        self.count, self.seed = count, seed

    def __len__(self):
        return self.count

    def __iter__(self):
        generator = torch.Generator().manual_seed(self.seed)
        return iter(torch.randperm(self.count, generator=generator).tolist())


class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    train_loader = DataLoader(
        train_set, batch_size, sampler=Shuffled(len(train_set), seed)
    )
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: with_replacement
# fails: dataset-and-loaders-test-batches
# says: train: an epoch should visit
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    sampler = torch.utils.data.RandomSampler(
        train_set, replacement=True, generator=generator
    )
    train_loader = DataLoader(train_set, batch_size, sampler=sampler)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: class_level_tensors
# fails: dataset-and-loaders-test-batches
# says: train: an epoch should visit
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        ImageDataset.images, ImageDataset.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: generator_in_default
# fails: dataset-and-loaders-test-order
# says: gave two orders: whose random numbers are used?
_generators = {}


class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = _generators.setdefault(seed, torch.Generator().manual_seed(seed))
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: peeks_at_a_batch
# fails: dataset-and-loaders-test-order
# says: make_loaders moves the global random state: give the loader
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    X, y = next(iter(val_loader))
    assert X.ndim == 4 and len(X) == len(y)
    return train_loader, val_loader


# %% wrong: trains_on_val_too
# fails: dataset-and-loaders-test-batches
# says: train: an epoch should visit
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = torch.cat([parts["train"], parts["val"]]), parts["val"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% wrong: test_as_val
# fails: dataset-and-loaders-test-batches
# says: val: an epoch should visit
# fails: dataset-and-loaders-test-order
# fails: dataset-and-loaders-test-augment
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    train, val = parts["train"], parts["test"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size)
    return train_loader, val_loader


# %% equivalent: X = (self.images[i].float().unsqueeze(0) / 255 - self.mean) / self.std => X = (self.images[i].unsqueeze(0) / 255 - self.mean) / self.std
# reason: a uint8 tensor divided by 255 is float32 already
