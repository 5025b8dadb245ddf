"""The training loader does not shuffle. Breaks step 2 (dataset-and-loaders): "Training batches come
in a new order each epoch." The split was already shuffled, so the student thinks that is enough.
base: right_sklearn_style
"""


# fails: dataset-and-loaders-test-order
# says: training batches are not shuffled


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
    )
    val_loader = DataLoader(
        ImageDataset(X_val, y_val, parts["mean"], parts["std"]), batch_size=batch_size
    )
    return train_loader, val_loader
