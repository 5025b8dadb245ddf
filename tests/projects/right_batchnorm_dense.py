"""A dense network with BatchNorm1d (biases left in), plain Adam with weight decay and a NumPy
generator for the split; all pixels are standardised once, in the dataset's constructor."""


# %% load-data
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split.

    Return a dictionary with train, val, test (positions), mean and std (floats).
    """
    rng = np.random.default_rng(seed)
    y = labels.numpy()
    pieces = {"train": [], "val": [], "test": []}
    for c in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == c))
        a, b = round(0.7 * len(rows)), round(0.85 * len(rows))
        for name, piece in zip(pieces, np.split(rows, [a, b])):
            pieces[name].append(piece)
    parts = {k: torch.from_numpy(np.concatenate(v)).long() for k, v in pieces.items()}
    scaled = images[parts["train"]].double() / 255
    parts["mean"], parts["std"] = float(scaled.mean()), float(scaled.std())
    return parts


# %% dataset-and-loaders
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.X = ((images.float() / 255 - mean) / std).unsqueeze(1)
        self.y = labels
        self.augment = augment

    def __len__(self):
        return self.X.shape[0]

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        x = self.X[i]
        if self.augment:
            # a copy, lest an augment that works in place changes our store
            x = self.augment(x.clone())
        return x, self.y[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""

    def dataset(name, aug):
        idx = parts[name]
        return ImageDataset(images[idx], labels[idx], parts["mean"], parts["std"], aug)

    g = torch.Generator().manual_seed(seed)
    return (
        DataLoader(dataset("train", augment), batch_size, shuffle=True, generator=g),
        DataLoader(dataset("val", None), batch_size),
    )


# %% classifier
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.net = nn.Sequential(
            nn.Flatten(),
            nn.Linear(height * width, 256),
            nn.BatchNorm1d(256),
            nn.ReLU(),
            nn.Dropout(0.4),
            nn.Linear(256, 128),
            nn.BatchNorm1d(128),
            nn.ReLU(),
            nn.Dropout(0.4),
            nn.Linear(128, num_classes),
        )

    def forward(self, X):
        """Return the logits."""
        return self.net(X)


# %% best-checkpoint
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.lowest = Path(path), None

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if math.isnan(val_loss):
            return False
        if self.lowest is not None and val_loss >= self.lowest:
            return False
        self.lowest = val_loss
        torch.save(
            {"epoch": epoch, "val_loss": val_loss, "state_dict": model.state_dict()},
            self.path,
        )
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        saved = torch.load(
            self.path, weights_only=True, map_location=torch.device("cpu")
        )
        model.load_state_dict(saved["state_dict"])
        model.eval()
        return int(saved["epoch"])


# %% train-with-validation
def train_one_epoch(model, loader, optimizer, loss_fn, device):
    """Train one epoch; return the mean loss over the images."""
    model.train()
    losses, n = 0.0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses += loss.item() * X.size(0)
        n += X.size(0)
    return losses / n


@torch.no_grad()
def validate(model, loader, loss_fn, device):
    """Return the mean loss and the accuracy over the images."""
    model.eval()
    losses, hits, n = 0.0, 0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        logits = model(X)
        losses += loss_fn(logits, y).item() * X.size(0)
        hits += (logits.argmax(1) == y).sum().item()
        n += X.size(0)
    return losses / n, hits / n


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model = model.to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-4)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    waiting = 0
    for epoch in range(1, max_epochs + 1):
        train_loss = train_one_epoch(model, train_loader, optimizer, loss_fn, device)
        val_loss, val_accuracy = validate(model, val_loader, loss_fn, device)
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        waiting = 0 if keeper.update(epoch, val_loss, model) else waiting + 1
        if waiting == patience:
            break
    return history


# %% plot-curves
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig = plt.figure(figsize=(7, 4))
    ax = fig.add_subplot()
    x = np.arange(len(history["val_loss"])) + 1
    ax.plot(x, history["train_loss"], marker="o", markersize=3, label="train")
    ax.plot(x, history["val_loss"], marker="s", markersize=3, label="validation")
    ax.axvline(x=best_epoch, c="k", lw=1, label="kept")
    ax.set(title="Loss per epoch", xlabel="Epoch", ylabel="Loss")
    ax.legend(loc="upper right")
    return ax


# %% evaluate-on-test
@torch.no_grad()
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    mode = model.training
    model.to(device).eval()
    truth, guess = [], []
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        truth.append(y.cpu())
        guess.append(model(X).argmax(1).cpu())
    model.train(mode)
    truth, guess = torch.cat(truth), torch.cat(guess)
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.long)
    for i in range(num_classes):
        for j in range(num_classes):
            confusion[i, j] = ((truth == i) & (guess == j)).sum()
    return {
        "accuracy": (truth == guess).double().mean().item(),
        "confusion": confusion,
        "recall": confusion.diag().float() / confusion.sum(1).float(),
    }
