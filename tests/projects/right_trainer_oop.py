"""Object-oriented: a splitter, a Trainer with a running mean and gradient clipping, an
EarlyStopper, and an atomic checkpoint; the network is dense with batch norm blocks."""


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
    scaled = images[train].to(torch.float64).div(255)
    return {
        "train": train.sort().values,
        "val": val.sort().values,
        "test": test.sort().values,
        "mean": scaled.mean().item(),
        "std": scaled.std().item(),
    }


# %% dataset-and-loaders
class Standardise:
    """Pixels from 0 to 255 to numbers around 0."""

    def __init__(self, mean, std):
        self.mean, self.std = mean, std

    def __call__(self, image):
        """Return a new float32 image."""
        return (image.to(torch.float32) / 255 - self.mean) / self.std


class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        if len(images) != len(labels):
            raise ValueError("one label per image, please")
        self.images, self.labels = images, labels
        self.transforms = [Standardise(mean, std)]
        if augment is not None:
            self.transforms.append(augment)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = self.images[i].unsqueeze(0)
        for transform in self.transforms:
            image = transform(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    sets = {}
    for split, aug in (("train", augment), ("val", None)):
        rows = parts[split]
        sets[split] = ImageDataset(
            images[rows], labels[rows], parts["mean"], parts["std"], aug
        )
    shuffler = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(
        sets["train"],
        batch_size=batch_size,
        shuffle=True,
        drop_last=False,
        generator=shuffler,
    )
    val_loader = DataLoader(sets["val"], batch_size=2 * batch_size)
    return train_loader, val_loader


# %% classifier
class DenseBlock(nn.Module):
    """Linear, batch norm, activation, dropout."""

    def __init__(self, n_in, n_out, dropout):
        super().__init__()
        self.linear = nn.Linear(n_in, n_out, bias=False)
        self.norm = nn.BatchNorm1d(n_out)
        self.drop = nn.Dropout(dropout)

    def forward(self, x):
        """Return (batch, n_out)."""
        return self.drop(F.leaky_relu(self.norm(self.linear(x)), 0.1))


class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.flatten = nn.Flatten()
        self.body = nn.Sequential(
            DenseBlock(height * width, 256, 0.3),
            DenseBlock(256, 256, 0.3),
        )
        self.head = nn.Linear(256, num_classes)

    def forward(self, X):
        """Return the logits."""
        return self.head(self.body(self.flatten(X)))


# %% best-checkpoint
import os


class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path = Path(path)
        self.best = math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if math.isnan(val_loss) or val_loss >= self.best:
            return False
        self.best = val_loss
        partial = self.path.with_name(
            self.path.name + ".part"
        )  # a crash leaves the old file
        torch.save({"epoch": epoch, "state_dict": model.state_dict()}, partial)
        os.replace(partial, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["state_dict"], strict=True)
        model.eval()
        return kept["epoch"]


# %% train-with-validation
class RunningMean:
    """A mean over images, from means over batches."""

    def __init__(self):
        self.total, self.count = 0.0, 0

    def add(self, value, count):
        """Add the mean of `count` images."""
        self.total += value * count
        self.count += count

    @property
    def value(self):
        """Return the mean of all images so far."""
        return self.total / self.count


class EarlyStopper:
    """Counts the epochs in a row that were no best."""

    def __init__(self, patience):
        self.patience, self.waited = patience, 0

    def should_stop(self, improved):
        """Note one epoch; return whether it was the last."""
        self.waited = 0 if improved else self.waited + 1
        return self.waited >= self.patience


class Trainer:
    """Trains and validates one model."""

    def __init__(self, model, device, lr=2e-3, weight_decay=1e-2, max_norm=1.0):
        self.model = model.to(device)
        self.device = device
        self.max_norm = max_norm
        self.loss = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=lr, weight_decay=weight_decay
        )
        self.scheduler = torch.optim.lr_scheduler.ExponentialLR(
            self.optimizer, gamma=0.95
        )

    def train_epoch(self, loader):
        """Train one epoch; return the mean loss."""
        mean = RunningMean()
        self.model.train()
        for X, y in loader:
            X, y = X.to(self.device), y.to(self.device)
            self.optimizer.zero_grad()
            loss = self.loss(self.model(X), y)
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), self.max_norm)
            self.optimizer.step()
            mean.add(loss.item(), len(y))
        self.scheduler.step()
        return mean.value

    @torch.no_grad()
    def validate(self, loader):
        """Return mean loss and accuracy."""
        loss, accuracy = RunningMean(), RunningMean()
        self.model.eval()
        for X, y in loader:
            X, y = X.to(self.device), y.to(self.device)
            logits = self.model(X)
            loss.add(self.loss(logits, y).item(), len(y))
            accuracy.add((logits.argmax(dim=1) == y).float().mean().item(), len(y))
        return loss.value, accuracy.value


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    trainer, stopper = Trainer(model, device), EarlyStopper(patience)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(1, max_epochs + 1):
        history["train_loss"].append(trainer.train_epoch(train_loader))
        val_loss, val_accuracy = trainer.validate(val_loader)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        show_progress(epoch, max_epochs, val_loss)
        if stopper.should_stop(keeper.update(epoch, val_loss, model)):
            break
    return history


# %% plot-curves
class CurvePlot:
    """A figure with both losses."""

    def __init__(self, title):
        self.figure, self.axes = plt.subplots(figsize=(6.5, 4))
        self.axes.set(title=title, xlabel="epoch (from 1)", ylabel="loss per image")

    def add(self, values, name, **style):
        """Draw one curve, counted from 1."""
        self.axes.plot(range(1, 1 + len(values)), values, label=name, **style)

    def mark(self, epoch):
        """Draw a vertical line at the chosen epoch."""
        self.axes.axvline(epoch, color="0.4", linewidth=1, label="chosen epoch")


def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    plot = CurvePlot("Loss of training and validation")
    plot.add(history["train_loss"], "training", linestyle="--", marker=".")
    plot.add(history["val_loss"], "validation", linestyle="-", marker="x")
    plot.mark(best_epoch)
    plot.axes.legend()
    return plot.axes


# %% evaluate-on-test
class ConfusionMatrix:
    """Counts true class (row) against predicted class (column)."""

    def __init__(self, num_classes):
        self.n = num_classes
        self.counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)

    def add(self, truth, predicted):
        """Count one batch."""
        pairs = truth.cpu() * self.n + predicted.cpu()
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
