"""A convolution network with Dropout2d that measures its own flat size by a trial image; the
dataset protects its images from augments that work in place; NAdam with step decay."""


# %% load-data
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split.

    Return a dictionary with train, val, test (positions), mean and std (floats).
    """
    with torch.random.fork_rng():  # puts the global state back afterwards
        torch.manual_seed(seed)
        order = torch.randperm(len(labels))
    home = torch.zeros(len(labels), dtype=torch.int64)  # 0 train, 1 val, 2 test
    for c in labels.unique():
        rows = order[labels[order] == c]
        held_out = round(0.3 * len(rows))
        home[rows[:held_out:2]] = 1
        home[rows[1:held_out:2]] = 2
    train, val, test = (torch.where(home == k)[0] for k in range(3))
    x = images[train].float().div_(255)
    mean = x.mean().item()
    std = x.sub(mean).square().mean().sqrt().item()
    return {"train": train, "val": val, "test": test, "mean": mean, "std": std}


# %% dataset-and-loaders
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images = images.clone()  # the caller may go on working with his
        self.labels = labels.clone()
        self.mean, self.std = float(mean), float(std)
        self.augment = augment

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        image = self.images[i].float()  # a copy: the uint8 store stays as it is
        image = image.div_(255).sub_(self.mean).div_(self.std).unsqueeze(0)
        if self.augment is not None:
            image = self.augment(image)  # the label stays: only the image is changed
        return image, self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    datasets = [
        ImageDataset(
            images[parts[name]],
            labels[parts[name]],
            parts["mean"],
            parts["std"],
            augment=augment if name == "train" else None,
        )
        for name in ("train", "val")
    ]
    order = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(datasets[0], batch_size, shuffle=True, generator=order)
    val_loader = DataLoader(datasets[1], batch_size, generator=torch.Generator())
    return train_loader, val_loader


# %% classifier
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 24, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(24, 48, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout2d(0.15),
            nn.Conv2d(48, 64, kernel_size=3),
            nn.ReLU(),
            nn.Flatten(),
        )
        with torch.no_grad():
            flat = self.features(torch.zeros(1, 1, height, width)).shape[1]
        self.head = nn.Sequential(
            nn.Linear(flat, 96), nn.ReLU(), nn.Linear(96, num_classes)
        )

    def forward(self, X):
        """Return the logits."""
        return self.head(self.features(X))


# %% best-checkpoint
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path = str(path)
        self.best_loss = None

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if val_loss != val_loss:  # only nan is not equal to itself
            return False
        if self.best_loss is None or val_loss < self.best_loss:
            self.best_loss = val_loss
            cpu = {name: t.detach().cpu() for name, t in model.state_dict().items()}
            torch.save({"epoch": epoch, "model_state": cpu}, self.path)
            return True
        return False

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        content = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(content["model_state"])
        model.eval()
        return content["epoch"]


# %% train-with-validation
def look(model, loader, device):
    """Return mean loss and accuracy over all images of the loader."""
    model.eval()
    logits, truth = [], []
    with torch.no_grad():
        for X, y in loader:
            logits.append(model(X.to(device)))
            truth.append(y.to(device))
    logits, truth = torch.cat(logits), torch.cat(truth)
    accuracy = (logits.argmax(dim=1) == truth).float().mean()
    return F.cross_entropy(logits, truth).item(), accuracy.item()


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model.to(device)
    optimizer = torch.optim.NAdam(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=12, gamma=0.5)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    epoch = fruitless = 0
    while epoch < max_epochs and fruitless < patience:
        epoch += 1
        model.train()
        losses, weights = [], []
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
            weights.append(len(y))
        scheduler.step()
        pairs = zip(losses, weights, strict=True)
        history["train_loss"].append(sum(a * b for a, b in pairs) / sum(weights))
        val_loss, val_accuracy = look(model, val_loader, device)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        fruitless = 0 if keeper.update(epoch, val_loss, model) else fruitless + 1
        show_progress(epoch, max_epochs, val_loss)
    return history


# %% plot-curves
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(6, 5))
    epochs = list(range(1, len(history["train_loss"]) + 1))
    top.plot(epochs, history["train_loss"], color="C0", linestyle="solid")
    top.plot(epochs, history["val_loss"], color="C1", linestyle="dashed")
    top.axvline(best_epoch, color="black", linestyle="dotted")
    top.legend(["training loss", "validation loss", "best epoch"])
    top.set_title("Loss and accuracy against the epoch")
    top.set_xlabel("epoch")
    top.set_ylabel("loss")
    if history.get("val_accuracy"):
        accuracy = history["val_accuracy"]
        bottom.plot(range(1, len(accuracy) + 1), accuracy, "k.-")
    bottom.set_xlabel("epoch")
    bottom.set_ylabel("validation accuracy")
    return top


# %% evaluate-on-test
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    training_before = model.training
    model.to(device)
    model.eval()
    hits, total = 0, 0
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            hits += (y_hat == y).sum().item()
            total += len(y)
            for t, p in zip(y.cpu(), y_hat.cpu(), strict=True):
                confusion[t, p] += 1
    model.train(training_before)
    per_class = confusion.sum(dim=1)
    recall = torch.where(per_class > 0, confusion.diagonal() / per_class, torch.nan)
    return {"accuracy": hits / total, "confusion": confusion, "recall": recall}
