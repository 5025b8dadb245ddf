"""Answers to load-data."""


# %% right: numpy_rng_lists
def prepare_data(images, labels, seed):
    rng = np.random.default_rng(seed)
    truth, found = labels.numpy(), {"train": [], "val": [], "test": []}
    for label in np.unique(truth):
        rows = rng.permutation(np.flatnonzero(truth == label)).tolist()
        held = math.floor(0.15 * len(rows))
        found["val"] += rows[:held]
        found["test"] += rows[held : 2 * held]
        found["train"] += rows[2 * held :]
    result = {k: torch.tensor(v, dtype=torch.int64) for k, v in found.items()}
    scaled = images.numpy()[result["train"].numpy()].astype(np.float64) / 255
    return result | {"mean": float(scaled.mean()), "std": float(scaled.std())}


# %% right: python_random_dict
import random
from collections import defaultdict


def prepare_data(images, labels, seed):
    chance, groups = random.Random(seed), defaultdict(list)
    for position, label in enumerate(labels.tolist()):
        groups[label].append(position)
    train, val, test = [], [], []
    for label in sorted(groups):
        members = groups[label]
        chance.shuffle(members)
        cut = (7 * len(members) + 5) // 10
        middle = cut + (len(members) - cut) // 2
        train.extend(members[:cut])
        val.extend(members[cut:middle])
        test.extend(members[middle:])
    values = images[train].double().div(255)
    return dict(
        train=torch.LongTensor(train),
        val=torch.LongTensor(val),
        test=torch.LongTensor(test),
        mean=values.mean().item(),
        std=values.std().item(),
    )


# %% right: hash_order
import hashlib


def _key(seed, position):
    return hashlib.sha256(f"{seed}/{position}".encode()).digest()


def prepare_data(images: torch.Tensor, labels: torch.Tensor, seed: int) -> dict:
    """No random numbers at all: a hash of seed and position orders each class."""
    split = {"train": [], "val": [], "test": []}
    for label in set(labels.tolist()):
        rows = [i for i, other in enumerate(labels.tolist()) if other == label]
        rows.sort(key=lambda i: _key(seed, i))
        ends = round(len(rows) * 0.70), round(len(rows) * 0.85)
        for name, part in zip(
            split, (rows[: ends[0]], rows[ends[0] : ends[1]], rows[ends[1] :])
        ):
            split[name].extend(part)
    out = {
        name: torch.tensor(sorted(rows), dtype=torch.long)
        for name, rows in split.items()
    }
    std, mean = torch.std_mean(
        images.index_select(0, out["train"]).to(torch.float64) / 255
    )
    out.update(mean=float(mean), std=float(std))
    return out


# %% right: global_state_put_back
def prepare_data(images, labels, seed):
    before = torch.get_rng_state()
    try:
        torch.default_generator.manual_seed(seed)
        order = torch.randperm(len(labels))
    finally:
        torch.set_rng_state(before)
    buckets = [[], [], []]
    for label in labels.unique():
        rows = order[labels[order] == label]
        held = round(0.15 * len(rows))
        for bucket, piece in zip(
            buckets, rows.split([len(rows) - 2 * held, held, held])
        ):
            bucket.append(piece)
    train, val, test = map(torch.cat, buckets)
    pixels = images[train].flatten().float() / 255
    mean = pixels.mean()
    std = ((pixels - mean) ** 2).mean().sqrt()
    return {
        "train": train,
        "val": val,
        "test": test,
        "mean": float(mean),
        "std": float(std),
    }


# %% right: vectorised_ranks
def prepare_data(images, labels, seed):
    """Rank of each image within its class, without a loop over classes."""
    g = torch.Generator()
    g.manual_seed(seed)
    order = torch.randperm(labels.numel(), generator=g)
    order = order[torch.argsort(labels[order], stable=True)]
    _, inverse, counts = labels[order].unique(return_inverse=True, return_counts=True)
    starts = counts.cumsum(0) - counts
    rank = torch.arange(len(order)) - starts[inverse]
    share = (rank + 0.5) / counts[inverse]
    masks = share < 0.7, (share >= 0.7) & (share < 0.85), share >= 0.85
    rows = dict(zip(("train", "val", "test"), (order[mask] for mask in masks)))
    values = torch.bincount(
        images[rows["train"]].flatten().long(), minlength=256
    ).double()
    levels = torch.arange(256, dtype=torch.float64) / 255
    mean = (values * levels).sum() / values.sum()
    variance = (values * (levels - mean) ** 2).sum() / values.sum()
    return {**rows, "mean": mean.item(), "std": variance.sqrt().item()}


# %% right: legacy_randomstate_generator
def _classes(labels, source):
    for label in labels.unique().tolist():
        rows = np.where(labels.numpy() == label)[0].copy()
        source.shuffle(rows)
        yield np.split(rows, [int(0.7 * len(rows)), int(0.85 * len(rows))])


def prepare_data(images, labels, seed):
    source = np.random.RandomState(seed)
    triples = list(_classes(labels, source))
    train, val, test = (
        torch.from_numpy(np.concatenate(t)).to(torch.int64) for t in zip(*triples)
    )
    seen = torch.true_divide(images[train], 255.0)
    return {
        "std": torch.std(seen).item(),
        "mean": torch.mean(seen).item(),
        "test": test,
        "val": val,
        "train": train,
    }


# %% right: dealt_like_cards
def prepare_data(images, labels, seed):
    """Deal the shuffled members of each class to whichever split is furthest behind."""
    wanted = {"train": 0.7, "val": 0.15, "test": 0.15}
    generator = torch.Generator().manual_seed(seed)
    dealt = {name: [] for name in wanted}
    for label in labels.unique():
        rows = (labels == label).nonzero()[:, 0]
        have = dict.fromkeys(wanted, 0)
        for count, k in enumerate(
            torch.randperm(rows.shape[0], generator=generator), start=1
        ):
            name = max(wanted, key=lambda n: wanted[n] * count - have[n])
            have[name] += 1
            dealt[name].append(int(rows[k]))
    parts = {
        name: torch.tensor(rows, dtype=torch.int64) for name, rows in dealt.items()
    }
    floats = images[parts["train"]].to(torch.float32) * (1 / 255)
    parts["mean"], parts["std"] = (
        floats.mean().tolist(),
        floats.std(correction=0).tolist(),
    )
    return parts


# %% right: random_keys_quantiles
def prepare_data(images, labels, seed):
    keys = torch.rand(
        len(labels), generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    )
    kind = torch.empty(len(labels), dtype=torch.int8)
    for label in labels.unique():
        mask = labels == label
        n = int(mask.sum())
        place = keys[mask].argsort().argsort()
        kind[mask] = (
            (place >= round(0.7 * n)).int() + (place >= round(0.85 * n)).int()
        ).to(torch.int8)
    parts = {
        name: torch.where(kind == k)[0]
        for k, name in enumerate(["train", "val", "test"])
    }
    chosen = images[kind == 0].double() / 255
    mean = chosen.mean().item()
    return parts | {"mean": mean, "std": math.sqrt((chosen**2).mean().item() - mean**2)}


# %% wrong: not_by_class
# fails: load-data-test-shares
# says: expected: split each class by itself
def prepare_data(images, labels, seed):
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    a, b = int(0.7 * len(order)), int(0.85 * len(order))
    train, val, test = order[:a], order[a:b], order[b:]
    pixels = images[train] / 255
    return {
        "train": train,
        "val": val,
        "test": test,
        "mean": pixels.mean().item(),
        "std": pixels.std().item(),
    }


# %% wrong: statistics_of_all
# fails: load-data-test-statistics
# says: mean is that of all images: the test split leaks into it
# pitfall: 45
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: without_255
# fails: load-data-test-statistics
# says: divide the pixels by
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train].float()
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: integer_division
# fails: load-data-test-statistics
# says: mean of the training pixels is
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = (images[train] // 255).float()
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: global_seed
# fails: load-data-test-seed
# says: a global random state moved: use a generator of your own,
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    torch.manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows))]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: numpy_global_seed
# fails: load-data-test-seed
# says: a global random state moved: use a generator of your own,
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    np.random.seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.from_numpy(np.random.permutation(len(rows)))]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: python_global_seed
# fails: load-data-test-seed
# says: a global random state moved: use a generator of your own,
import random


def prepare_data(images, labels, seed):
    random.seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten().tolist()
        random.shuffle(rows)
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train, val, test = train + rows[:a], val + rows[a:b], test + rows[b:]
    train, val, test = torch.tensor(train), torch.tensor(val), torch.tensor(test)
    pixels = images[train] / 255
    return {
        "train": train,
        "val": val,
        "test": test,
        "mean": pixels.mean().item(),
        "std": pixels.std().item(),
    }


# %% wrong: image_depends
# fails: load-data-test-seed
# says: one seed, the same labels: two splits. Whose chance is it?
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed + int(images.long().sum()))
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: one_generator_for_all_calls
# fails: load-data-test-seed
# says: one seed, the same labels: two splits. Whose chance is it?
generators = {}


def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = generators.setdefault(seed, torch.Generator().manual_seed(seed))
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: seed_ignored
# fails: load-data-test-seed
# says: gave the same test split
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(42)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: leftovers_dropped
# fails: load-data-test-cover
# says: images: not each one is in exactly one split
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a = int(0.7 * len(rows))
        b = a + int(0.15 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b : b + b - a])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: ten_classes_only
# fails: load-data-test-cover
# says: images: not each one is in exactly one split
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in range(10):
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: labels_without_gaps
# fails: load-data-test-cover
# says: images: not each one is in exactly one split
# fails: load-data-test-shares
# says: images of classes
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in range(len(labels.unique())):
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: positions_in_class
# fails: load-data-test-cover
# says: positions are there twice: do the splits overlap?
# fails: load-data-test-shares
# says: expected: split each class by itself
def prepare_data(images, labels, seed):
    generator = torch.Generator().manual_seed(seed)
    parts = {"train": [], "val": [], "test": []}
    for label in labels.unique():
        n = int((labels == label).sum())
        order = torch.randperm(n, generator=generator)
        pieces = order.tensor_split((round(0.7 * n), round(0.85 * n)))
        for name, piece in zip(parts, pieces):
            parts[name].append(piece)
    parts = {name: torch.cat(pieces) for name, pieces in parts.items()}
    pixels = images[parts["train"]] / 255
    return parts | {"mean": pixels.mean().item(), "std": pixels.std().item()}


# %% wrong: eighty_ten_ten
# fails: load-data-test-shares
# says: expected: split each class by itself
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.8 * len(rows)), round(0.9 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: tensors_for_floats
# fails: load-data-test-statistics
# says: mean: return a Python float, not Tensor
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean(), pixels.std()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: int32_positions
# fails: load-data-test-cover
# says: train: positions, (n,) int
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = (torch.cat(p).int() for p in (train, val, test))
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: python_lists
# fails: load-data-test-cover
# says: train should be a tensor, not list
# fails: load-data-test-seed
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {
        "train": train.tolist(),
        "val": val.tolist(),
        "test": test.tolist(),
        "mean": mean,
        "std": std,
    }


# %% wrong: channel_in_place
# fails: load-data-test-statistics
# says: the images were changed: compute on a copy
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    images.unsqueeze_(1)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: mean_of_image_stds
# fails: load-data-test-statistics
# says: std of the training pixels is
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.flatten(1).std(dim=1).mean().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: last_image_of_each_class_lost
# fails: load-data-test-cover
# says: images are in no split: did rounding drop them?
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        test.append(rows[b:-1])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% wrong: val_is_drawn_again
# fails: load-data-test-cover
# says: positions are there twice: do the splits overlap?
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split."""
    generator = torch.Generator().manual_seed(seed)
    train, val, test = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        train.append(rows[:a])
        val.append(rows[a:b])
        rest = rows[a:]
        test.append(
            rest[torch.randperm(len(rest), generator=generator)][: len(rows) - b]
        )
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train] / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% equivalent: for name, part in zip(rows, here.tensor_split(ends), strict=True) => for name, part in zip(rows, here.tensor_split(ends))
# reason: tensor_split gives three parts for three names, so strict has nothing to object to


# %% equivalent: for name, part in zip(rows, here.tensor_split(ends), strict=True) => for name, part in zip(rows, here.tensor_split(ends), strict=False)
# reason: tensor_split gives three parts for three names, so strict has nothing to object to
