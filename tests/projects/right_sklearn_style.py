"""Scikit-learn and NumPy wherever they fit: stratified train_test_split, a dataset of NumPy
arrays, metrics from sklearn; a dense dropout network with Adam does the learning."""

# %% load-data
from sklearn.model_selection import train_test_split


def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split.

    Return a dictionary with train, val, test (positions), mean and std (floats).
    """
    y = labels.numpy()
    rows = np.arange(len(y))
    train, rest = train_test_split(rows, test_size=0.3, stratify=y, random_state=seed)
    val, test = train_test_split(
        rest, test_size=0.5, stratify=y[rest], random_state=seed
    )
    pixels = images.numpy()[train] / 255
    return {
        "train": torch.from_numpy(train),
        "val": torch.from_numpy(val),
        "test": torch.from_numpy(test),
        "mean": float(pixels.mean()),
        "std": float(pixels.std()),
    }


# %% dataset-and-loaders
class ImageDataset(Dataset):
    """Images (N, H, W) uint8 and labels (N,) int64, ready for a network."""

    def __init__(self, images, labels, mean, std, augment=None):
        self.images = images.numpy()
        self.labels = labels.numpy()
        self.mean, self.std = np.float32(mean), np.float32(std)
        self.augment = augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        """Return image i, (1, H, W) float32, standardised, and its label."""
        array = (self.images[i].astype(np.float32) / 255 - self.mean) / self.std
        image = torch.from_numpy(array[np.newaxis])
        if self.augment is not None:
            image = self.augment(image)
        return image, torch.tensor(self.labels[i], dtype=torch.int64)


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    """Return train_loader, shuffled by seed, and val_loader."""
    X_train, y_train = images[parts["train"]], labels[parts["train"]]
    X_val, y_val = images[parts["val"]], labels[parts["val"]]
    train_loader = DataLoader(
        ImageDataset(X_train, y_train, parts["mean"], parts["std"], augment=augment),
        batch_size=batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(seed),
    )
    val_loader = DataLoader(
        ImageDataset(X_val, y_val, parts["mean"], parts["std"]), batch_size=batch_size
    )
    return train_loader, val_loader


# %% classifier
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden_1 = nn.Linear(height * width, 300)
        self.hidden_2 = nn.Linear(300, 150)
        self.out = nn.Linear(150, num_classes)
        self.dropout = nn.Dropout(p=0.3)

    def forward(self, X):
        """Return the logits."""
        X = X.view(X.shape[0], -1)
        X = self.dropout(torch.relu(self.hidden_1(X)))
        X = self.dropout(torch.relu(self.hidden_2(X)))
        return self.out(X)


# %% best-checkpoint
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path = path
        self.best_ = np.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        is_best = bool(val_loss < self.best_)
        if is_best:
            self.best_ = float(val_loss)
            torch.save({"epoch": int(epoch), "state": model.state_dict()}, self.path)
        return is_best

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        content = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(content["state"])
        model.eval()
        return content["epoch"]


# %% train-with-validation
from sklearn.metrics import accuracy_score


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1.5e-3, weight_decay=1e-4)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    n_bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        losses, sizes = [], []
        for X, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(X.to(device)), y.to(device))
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            sizes.append(len(y))
        history["train_loss"].append(float(np.average(losses, weights=sizes)))

        model.eval()
        losses, sizes, truth, predicted = [], [], [], []
        with torch.no_grad():
            for X, y in val_loader:
                logits = model(X.to(device))
                losses.append(criterion(logits, y.to(device)).item())
                sizes.append(len(y))
                truth.extend(y.numpy())
                predicted.extend(logits.argmax(dim=1).cpu().numpy())
        val_loss = float(np.average(losses, weights=sizes))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(float(accuracy_score(truth, predicted)))

        if keeper.update(epoch, val_loss, model):
            n_bad = 0
        else:
            n_bad += 1
        if n_bad >= patience:
            break
    return history


# %% plot-curves
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    plt.figure(figsize=(6, 4))
    epochs = np.arange(1, len(history["train_loss"]) + 1)
    plt.plot(epochs, history["train_loss"], "b.-", label="train_loss")
    plt.plot(epochs, history["val_loss"], "r^--", markersize=4, label="val_loss")
    plt.axvline(best_epoch, color="k", alpha=0.5)
    plt.title(f"Training history (best epoch: {best_epoch})")
    plt.xlabel("Epoch")
    plt.ylabel("Loss")
    plt.legend()
    return plt.gca()


# %% evaluate-on-test
from sklearn.metrics import confusion_matrix, recall_score


def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    was_training = model.training
    model.to(device)
    model.eval()
    truth, predicted = [], []
    with torch.no_grad():
        for X, y in loader:
            predicted.append(model(X.to(device)).argmax(dim=1).cpu().numpy())
            truth.append(y.cpu().numpy())
    model.train(was_training)
    truth, predicted = np.concatenate(truth), np.concatenate(predicted)
    classes = np.arange(num_classes)
    recall = recall_score(
        truth, predicted, labels=classes, average=None, zero_division=np.nan
    )
    matrix = confusion_matrix(truth, predicted, labels=classes)
    return {
        "accuracy": float((truth == predicted).mean()),
        "confusion": torch.from_numpy(matrix).to(torch.int64),
        "recall": torch.from_numpy(recall).to(torch.float32),
    }
