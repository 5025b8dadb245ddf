"""As few lines as possible: one helper `epoch_of` for training and validation, comprehensions,
samplers over one dataset in place of slices; dense network with Mish and dropout, plain AdamW."""


# %% load-data
def prepare_data(images, labels, seed):
    g = torch.Generator().manual_seed(seed)
    shuffled = torch.randperm(len(labels), generator=g)
    groups = [shuffled[labels[shuffled] == c] for c in labels.unique()]
    cut = [r.tensor_split((int(0.7 * len(r)), int(0.85 * len(r)))) for r in groups]
    train, val, test = map(torch.cat, zip(*cut))
    x = images[train] / 255
    return dict(
        train=train, val=val, test=test, mean=x.mean().item(), std=x.std().item()
    )


# %% dataset-and-loaders
class ImageDataset(Dataset):
    def __init__(self, images, labels, mean, std, augment=None):
        self.get = lambda i: (images[i : i + 1] / 255 - mean) / std
        self.labels, self.augment = labels, augment or (lambda x: x)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.augment(self.get(i)), self.labels[i]


def make_loaders(images, labels, parts, batch_size, seed, augment=None):
    from torch.utils.data import SubsetRandomSampler

    data = [
        ImageDataset(images, labels, parts["mean"], parts["std"], a)
        for a in (augment, None)
    ]
    rows, g = parts["train"].tolist(), torch.Generator().manual_seed(seed)
    return (
        DataLoader(data[0], batch_size, sampler=SubsetRandomSampler(rows, generator=g)),
        DataLoader(data[1], batch_size, sampler=parts["val"].tolist()),
    )


# %% classifier
class Classifier(nn.Sequential):
    def __init__(self, height, width, num_classes):
        super().__init__(
            nn.Flatten(),
            nn.Linear(height * width, 512),
            nn.Mish(),
            nn.Dropout(0.4),
            nn.Linear(512, 128),
            nn.Mish(),
            nn.Dropout(0.2),
            nn.Linear(128, num_classes),
        )


# %% best-checkpoint
class BestCheckpoint:
    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        if better := val_loss < self.best:
            self.best = val_loss
            torch.save((epoch, model.state_dict()), self.path)
        return better

    def restore(self, model):
        epoch, state = torch.load(self.path, "cpu", weights_only=True)
        model.eval().load_state_dict(state)
        return epoch


# %% train-with-validation
def epoch_of(model, loader, device, optimizer=None):
    """One pass; with an optimizer it trains. Return mean loss and accuracy."""
    model.train(optimizer is not None)
    loss_sum = hits = n = 0
    with torch.set_grad_enabled(optimizer is not None):
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            logits = model(X)
            loss = F.cross_entropy(logits, y)
            if optimizer:
                optimizer.zero_grad(), loss.backward(), optimizer.step()
            loss_sum += loss.item() * len(y)
            hits += int((logits.argmax(1) == y).sum())
            n += len(y)
    return loss_sum / n, hits / n


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    optimizer = torch.optim.AdamW(
        model.to(device).parameters(), 3e-3, weight_decay=0.02
    )
    rows, left = [], patience
    for epoch in range(1, max_epochs + 1):
        train_loss, _ = epoch_of(model, train_loader, device, optimizer)
        rows.append((train_loss, *epoch_of(model, val_loader, device)))
        left = patience if keeper.update(epoch, rows[-1][1], model) else left - 1
        if left <= 0:
            break
    names = "train_loss", "val_loss", "val_accuracy"
    return {name: list(column) for name, column in zip(names, zip(*rows))}


# %% plot-curves
def plot_curves(history, best_epoch):
    ax = plt.figure().gca()
    for name, style in (("train_loss", "-"), ("val_loss", ":")):
        ax.plot(range(1, len(history[name]) + 1), history[name], style, label=name)
    ax.plot(best_epoch, history["val_loss"][best_epoch - 1], "ko", label="best")
    ax.set(title="losses", xlabel="epoch", ylabel="cross-entropy")
    ax.legend()
    return ax


# %% evaluate-on-test
@torch.no_grad()
def evaluate_on_test(model, loader, num_classes, device):
    n, mode = num_classes, model.training
    model.to(device).eval()
    codes = [
        (y.to(device) * n + model(X.to(device)).argmax(1)).cpu() for X, y in loader
    ]
    model.train(mode)
    confusion = torch.bincount(torch.cat(codes), minlength=n * n).reshape(n, n)
    right = confusion.diag()
    return {
        "accuracy": right.sum().item() / confusion.sum().item(),
        "confusion": confusion,
        "recall": right / confusion.sum(1),
    }
