"""One very wide hidden layer, half of it dropped out, with strong weight decay on the weights
alone (two parameter groups); the split takes shares of each class with a NumPy RandomState."""


# %% load-data
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split.

    Return a dictionary with train, val, test (positions), mean and std (floats).
    """
    state = np.random.RandomState(seed)
    train, val, test = [], [], []
    for digit in sorted(set(labels.tolist())):
        rows = np.where(labels.numpy() == digit)[0]
        state.shuffle(rows)
        fifteen = int(len(rows) * 0.15)
        test.extend(rows[:fifteen].tolist())
        val.extend(rows[fifteen : 2 * fifteen].tolist())
        train.extend(rows[2 * fifteen :].tolist())
    x = images[torch.tensor(train)].float() / 255.0
    return {
        "train": torch.tensor(train),
        "val": torch.tensor(val),
        "test": torch.tensor(test),
        "mean": torch.mean(x).item(),
        "std": torch.std(x).item(),
    }


# %% dataset-and-loaders
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images = images
        self.labels = labels
        self.scale = 1 / (255 * std)
        self.shift = mean / std
        self.augment = augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = self.images[i].float() * self.scale - self.shift
        image = image.reshape(1, *image.shape)
        if self.augment:
            image = self.augment(image)
        return image, self.labels[i].long()


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    mean, std = parts["mean"], parts["std"]
    a, b = parts["train"], parts["val"]
    gen = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(
        ImageDataset(images[a], labels[a], mean, std, augment),
        batch_size=batch_size,
        shuffle=True,
        generator=gen,
    )
    val_loader = DataLoader(
        ImageDataset(images[b], labels[b], mean, std), batch_size=batch_size
    )
    return train_loader, val_loader


# %% classifier
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes, hidden=1500):
        super().__init__()
        self.hidden = nn.Linear(height * width, hidden)
        self.out = nn.Linear(hidden, num_classes)

        self.drop_pixels = nn.Dropout(0.1)
        self.drop_hidden = nn.Dropout(0.5)

    def forward(self, X):
        """Return the logits."""
        X = self.drop_pixels(X.reshape(len(X), -1))
        X = self.hidden(X).relu()
        return self.out(self.drop_hidden(X))


# %% best-checkpoint
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path = path
        self.min_loss = math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        new_best = val_loss < self.min_loss
        if new_best:
            self.min_loss = val_loss
            checkpoint = dict(model_state_dict=model.state_dict(), epoch=epoch)
            torch.save(checkpoint, self.path)
        return new_best

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        checkpoint = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(checkpoint["model_state_dict"])
        model.eval()
        return checkpoint["epoch"]


# %% train-with-validation
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model.to(device)
    weights = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [
        {"params": weights, "weight_decay": 0.1},
        {"params": others, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-3)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total = 0.0
        n = 0
        for X, y in train_loader:
            X = X.to(device)
            y = y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        history["train_loss"].append(total / n)

        model.eval()
        total, right, n = 0.0, 0.0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X = X.to(device)
                y = y.to(device)
                out = model(X)
                total += F.cross_entropy(out, y).item() * len(X)
                right += (out.argmax(dim=1) == y).float().sum().item()
                n += len(X)
        history["val_loss"].append(total / n)
        history["val_accuracy"].append(right / n)

        show_progress(epoch, max_epochs, total / n)
        best = keeper.update(epoch, total / n, model)
        bad = 0 if best else bad + 1
        if bad == patience:
            break
    return history


# %% plot-curves
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = torch.arange(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-o", label="training", markersize=2)
    ax.plot(epochs, history["val_loss"], "-x", label="validation")
    ax.axvline(best_epoch, color="red", label="best epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.set_title("Loss curves")
    ax.legend()
    return ax


# %% evaluate-on-test
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    mode = model.training
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes * num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            y_hat = model(X.to(device)).argmax(dim=1)
            place = (y.to(device) * num_classes + y_hat).cpu()
            confusion.scatter_add_(0, place, torch.ones_like(place))
    model.train(mode)
    confusion = confusion.reshape(num_classes, num_classes)
    correct = torch.diag(confusion)
    return {
        "accuracy": float(correct.sum() / confusion.sum()),
        "confusion": confusion,
        "recall": correct / confusion.sum(dim=1),
    }
