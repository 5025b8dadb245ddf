"""Residual dense blocks with layer norm and dropout, the last layer of each block starting at
zero; AdamW with a cosine schedule per epoch. The split ranks every image within its class."""


# %% load-data
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split.

    Return a dictionary with train, val, test (positions), mean and std (floats).
    """
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    order = order[torch.argsort(labels[order], stable=True)]  # by class, random inside
    counts = labels.unique(return_counts=True)[1]  # sorted by class
    starts = counts.cumsum(0) - counts
    rank = torch.arange(len(order)) - starts.repeat_interleave(counts)
    share = (rank + 0.5) / counts.repeat_interleave(counts)
    train = order[share < 0.7]
    val = order[(share >= 0.7) & (share < 0.85)]
    test = order[share >= 0.85]
    pixels = images[train].flatten() / 255
    mean, std = pixels.mean().item(), pixels.std(correction=0).item()
    return dict(train=train, val=val, test=test, mean=mean, std=std)


# %% dataset-and-loaders
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        super().__init__()
        self.images = images
        self.labels = labels
        self.mean = mean
        self.std = std
        self.augment = augment if augment is not None else nn.Identity()

    def __len__(self):
        return self.labels.numel()

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        standardised = (self.images[i].float() / 255 - self.mean) / self.std
        return self.augment(standardised.unsqueeze(0)), self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    from torch.utils.data import Subset

    rule = parts["mean"], parts["std"]
    train_set = Subset(
        ImageDataset(images, labels, *rule, augment), parts["train"].tolist()
    )
    val_set = Subset(ImageDataset(images, labels, *rule), parts["val"].tolist())
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size, shuffle=False)
    return train_loader, val_loader


# %% classifier
class Block(nn.Module):
    """x + f(x), with f a small dense network that starts as zero."""

    def __init__(self, width, dropout):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)
        self.drop = nn.Dropout(dropout)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def forward(self, x):
        return x + self.drop(self.down(F.gelu(self.up(self.norm(x)))))


class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.stem = nn.Linear(height * width, 128)
        self.blocks = nn.ModuleList(Block(128, 0.3) for _ in range(3))
        self.norm = nn.LayerNorm(128)
        self.head = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        x = self.stem(X.flatten(start_dim=1))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


# %% best-checkpoint
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path = Path(path)
        self.losses = []

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if math.isnan(val_loss):
            return False
        is_best = all(val_loss < other for other in self.losses)
        self.losses.append(val_loss)
        if is_best:
            torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return is_best

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        device = next(model.parameters()).device
        state = torch.load(self.path, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        model.eval()
        return state["epoch"]


# %% train-with-validation
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=max_epochs)
    train_losses, val_losses, val_accuracies = [], [], []
    best_at = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        running = torch.zeros((), device=device)
        count = 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            running += loss.detach() * len(X)  # stays on the device: no waiting
            count += len(X)
        cosine.step()
        train_losses.append(running.item() / count)

        model.eval()
        running, hits = torch.zeros((), device=device), torch.zeros((), device=device)
        count = 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                running += F.cross_entropy(logits, y) * len(X)
                hits += (logits.argmax(dim=1) == y).sum()
                count += len(X)
        val_losses.append(running.item() / count)
        val_accuracies.append(hits.item() / count)

        if keeper.update(epoch, val_losses[-1], model):
            best_at = epoch
        show_progress(epoch, max_epochs, val_losses[-1])
        if epoch - best_at >= patience:
            break
    return {
        "train_loss": train_losses,
        "val_loss": val_losses,
        "val_accuracy": val_accuracies,
    }


# %% plot-curves
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots(figsize=(6, 3.5))
    n = len(history["train_loss"])
    ax.plot(
        range(1, n + 1),
        history["train_loss"],
        color="tab:blue",
        ls="--",
        label="training",
    )
    ax.plot(
        range(1, n + 1),
        history["val_loss"],
        color="tab:red",
        ls="-",
        label="validation",
    )
    ax.scatter(
        [best_epoch],
        [history["val_loss"][best_epoch - 1]],
        marker="*",
        s=120,
        color="k",
        zorder=3,
        label="best epoch",
    )
    ax.set_yscale("log")
    ax.set_title("Learning curves")
    ax.set_xlabel("epoch")
    ax.set_ylabel("mean cross-entropy (log scale)")
    ax.legend()
    return ax


# %% evaluate-on-test
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = {module: module.training for module in model.modules()}
    model.to(device).eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64, device=device)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            confusion.index_put_((y, y_hat), torch.ones_like(y), accumulate=True)
    for module, mode in modes.items():
        module.training = mode
    confusion = confusion.cpu()
    correct = confusion.diagonal()
    return {
        "accuracy": correct.sum().item() / confusion.sum().item(),
        "confusion": confusion,
        "recall": correct.float() / confusion.sum(dim=1),
    }
