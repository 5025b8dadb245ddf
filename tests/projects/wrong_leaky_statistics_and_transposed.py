"""Mean and std over all images, and a confusion matrix with predictions in the rows. Breaks step 1
(load-data): "standard deviation of all pixels of the **training** images", and step 7
(evaluate-on-test): "entry `[i, j]` counts the images of true class `i` that were predicted as
`j`". A student normalises before splitting by habit, and mixes up the axes of the matrix.
base: right_trainer_oop
"""


# fails: load-data-test-statistics
# says: mean is that of all images: the test split leaks into it
# fails: evaluate-on-test-test-confusion
# says: rows and columns are swapped: the row is the true class
# fails: evaluate-on-test-test-recall
# says: divide by the number of true images of the class


# %% load-data
class StratifiedSplitter:
    """Cuts each class by shares, seeded by a generator of its own."""

    def __init__(self, seed, shares=(0.7, 0.15, 0.15)):
        self.generator = torch.Generator().manual_seed(seed)
        self.shares = shares

    def __call__(self, labels):
        """Return one tensor of positions per share."""
        splits = [[] for _ in self.shares]
        for c in torch.unique(labels).tolist():
            rows = (labels == c).nonzero(as_tuple=True)[0]
            rows = rows[torch.randperm(rows.numel(), generator=self.generator)]
            sizes = [round(rows.numel() * s) for s in self.shares[1:]]
            sizes.insert(0, rows.numel() - sum(sizes))
            for split, piece in zip(splits, rows.split(sizes), strict=True):
                split.append(piece)
        return [torch.cat(split) for split in splits]


def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split.

    Return a dictionary with train, val, test (positions), mean and std (floats).
    """
    train, val, test = StratifiedSplitter(seed)(labels)
    scaled = images.to(torch.float64).div(255)
    return {
        "train": train.sort().values,
        "val": val.sort().values,
        "test": test.sort().values,
        "mean": scaled.mean().item(),
        "std": scaled.std().item(),
    }


# %% evaluate-on-test
class ConfusionMatrix:
    """Counts predicted class against true class."""

    def __init__(self, num_classes):
        self.n = num_classes
        self.counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)

    def add(self, truth, predicted):
        """Count one batch."""
        pairs = predicted.cpu() * self.n + truth.cpu()
        self.counts += torch.bincount(pairs, minlength=self.n**2).view(self.n, self.n)

    @property
    def accuracy(self):
        """Return the share that is right."""
        return self.counts.trace().item() / self.counts.sum().item()

    @property
    def recall(self):
        """Return the share that is right, of each class."""
        recall = torch.full((self.n,), math.nan)
        for c in range(self.n):
            if (images_of_c := self.counts[c].sum()) > 0:
                recall[c] = self.counts[c, c] / images_of_c
        return recall


def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    matrix, was_training = ConfusionMatrix(num_classes), model.training
    model.to(device)
    try:
        model.eval()
        with torch.no_grad():
            for X, y in loader:
                matrix.add(y, model(X.to(device)).argmax(dim=1))
    finally:
        model.train(was_training)
    return {
        "accuracy": matrix.accuracy,
        "confusion": matrix.counts,
        "recall": matrix.recall,
    }
