"""A dense dropout network trained with SGD, Nesterov momentum and the OneCycle schedule, one
scheduler step per batch; the split uses Python's own random.Random."""

# %% load-data
import random


def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split.

    Return a dictionary with train, val, test (positions), mean and std (floats).
    """
    rng = random.Random(seed)
    by_class = {}
    for position, label in enumerate(labels.tolist()):
        by_class.setdefault(label, []).append(position)
    split = {"train": [], "val": [], "test": []}
    for label in sorted(by_class):
        rows = by_class[label]
        rng.shuffle(rows)
        n_train = int(len(rows) * 0.7 + 0.5)
        n_val = (len(rows) - n_train) // 2
        split["train"] += rows[:n_train]
        split["val"] += rows[n_train : n_train + n_val]
        split["test"] += rows[n_train + n_val :]
    parts = {
        name: torch.tensor(rows, dtype=torch.int64) for name, rows in split.items()
    }
    std, mean = torch.std_mean(images[parts["train"]] / 255)
    return {**parts, "mean": mean.item(), "std": std.item()}


# %% dataset-and-loaders
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images, self.labels = images, labels
        self.mean, self.std, self.augment = mean, std, augment

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        x = self.images[i][None].to(torch.float32).div(255).sub(self.mean).div(self.std)
        return (self.augment(x) if self.augment else x), self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    stats = {"mean": parts["mean"], "std": parts["std"]}
    train_set = ImageDataset(
        images[parts["train"]], labels[parts["train"]], **stats, augment=augment
    )
    val_set = ImageDataset(images[parts["val"]], labels[parts["val"]], **stats)
    sampler = torch.utils.data.RandomSampler(
        train_set, generator=torch.Generator().manual_seed(seed)
    )
    train_loader = DataLoader(train_set, batch_size=batch_size, sampler=sampler)
    return train_loader, DataLoader(val_set, batch_size=batch_size)


# %% classifier
import itertools


class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        sizes = [height * width, 384, 192]
        layers = [nn.Flatten()]
        for n_in, n_out in itertools.pairwise(sizes):
            layers += [nn.Linear(n_in, n_out), nn.GELU(), nn.Dropout(0.25)]
        layers.append(nn.Linear(sizes[-1], num_classes))
        self.layers = nn.Sequential(*layers)

    def forward(self, X):
        """Return the logits."""
        return self.layers(X)


# %% best-checkpoint
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path = path
        self.best = math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        with open(self.path, "wb") as file:
            torch.save({"epoch": epoch, "weights": model.state_dict()}, file)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        with open(self.path, "rb") as file:
            kept = torch.load(file, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["weights"])
        model.eval()
        return kept["epoch"]


# %% train-with-validation
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model.to(device)
    sgd = torch.optim.SGD(
        model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        sgd, max_lr=0.1, total_steps=max_epochs * len(train_loader), pct_start=0.3
    )
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    since_best = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        loss_sum = images_seen = 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            loss = F.cross_entropy(model(X), y)
            sgd.zero_grad(set_to_none=True)
            loss.backward()
            sgd.step()
            schedule.step()
            loss_sum += loss.item() * y.shape[0]
            images_seen += y.shape[0]
        train_loss = loss_sum / images_seen

        model.eval()
        loss_sum = hits = images_seen = 0
        with torch.inference_mode():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                loss_sum += F.cross_entropy(logits, y).item() * y.shape[0]
                hits += int((logits.argmax(-1) == y).sum())
                images_seen += y.shape[0]
        val_loss, val_accuracy = loss_sum / images_seen, hits / images_seen

        for name, value in zip(
            history, (train_loss, val_loss, val_accuracy), strict=True
        ):
            history[name].append(value)
        show_progress(epoch, max_epochs, val_loss)
        since_best = 0 if keeper.update(epoch, val_loss, model) else since_best + 1
        if since_best >= patience:
            break
    return history


# %% plot-curves
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, (ax, right) = plt.subplots(1, 2, figsize=(9, 3.5))
    styles = {"train_loss": ("training", "-"), "val_loss": ("validation", "-.")}
    for key, (name, style) in styles.items():
        values = history[key]
        ax.plot(range(1, len(values) + 1), values, linestyle=style, label=name)
    ax.axvline(best_epoch, linestyle=":", color="black")
    ax.set(xlabel="epoch", ylabel="loss", title="Loss while training")
    ax.legend()
    accuracy = history.get("val_accuracy", [])
    right.plot(range(1, len(accuracy) + 1), accuracy)
    right.set(xlabel="epoch", ylabel="accuracy", title="Validation accuracy")
    return ax


# %% evaluate-on-test
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    before = model.training
    model.to(device)
    model.eval()
    confusion = torch.zeros((num_classes, num_classes), dtype=torch.int64)
    with torch.inference_mode():
        for X, y in loader:
            y_hat = model(X.to(device)).argmax(dim=1).to("cpu")
            rows = F.one_hot(y.to("cpu"), num_classes)
            columns = F.one_hot(y_hat, num_classes)
            confusion += rows.T @ columns
    model.train(before)
    right, all_of_class = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": (right.sum() / confusion.sum()).item(),
        "confusion": confusion,
        "recall": right / all_of_class,
    }
