"""Validation images are augmented too, and the evaluation makes two passes over the loader. Breaks
step 2 (dataset-and-loaders): "Only the training images are augmented", and step 7
(evaluate-on-test): "makes **one** pass over the loader". One loop builds both datasets; accuracy
and matrix come from two helpers that were easier to test.
base: right_conv_augment
"""


# fails: dataset-and-loaders-test-augment
# says: Only training images are augmented
# fails: evaluate-on-test-test-modes
# says: images, and the model saw
# fails: evaluate-on-test-test-project
# says: test images: one pass over each


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
            augment=augment,
        )
        for name in ("train", "val")
    ]
    order = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(datasets[0], batch_size, shuffle=True, generator=order)
    val_loader = DataLoader(datasets[1], batch_size, generator=torch.Generator())
    return train_loader, val_loader


# %% evaluate-on-test
def accuracy_of(model, loader, device):
    """Return the share of images that are right."""
    hits, total = 0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        hits += (model(X).argmax(dim=1) == y).sum().item()
        total += len(y)
    return hits / total


def confusion_of(model, loader, num_classes, device):
    """Return the matrix, rows: truth."""
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for X, y in loader:
        y_hat = model(X.to(device)).argmax(dim=1)
        for t, p in zip(y.cpu(), y_hat.cpu(), strict=True):
            confusion[t, p] += 1
    return confusion


def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    training_before = model.training
    model.to(device)
    model.eval()
    with torch.no_grad():
        accuracy = accuracy_of(model, loader, device)
        confusion = confusion_of(model, loader, num_classes, device)
    model.train(training_before)
    recall = confusion.diagonal() / confusion.sum(dim=1)
    return {"accuracy": accuracy, "confusion": confusion, "recall": recall}
