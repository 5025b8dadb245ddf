"""The validation images are standardised with their own mean and std. Breaks step 2
(dataset-and-loaders): "minus `mean`, divided by `std`" of step 1's training statistics. The
student reasons that every split should be "properly normalised".
base: right_convnet
"""


# fails: dataset-and-loaders-test-batches
# says: val: images do not fit their labels, or do not use the
# fails: dataset-and-loaders-test-augment
# says: Only training images are augmented


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
    val_pixels = images[val].float() / 255
    val_set = ImageDataset(
        images[val], labels[val], val_pixels.mean().item(), val_pixels.std().item()
    )
    gen = torch.Generator()
    gen.manual_seed(seed)
    train_loader = DataLoader(
        train_set, batch_size=batch_size, shuffle=True, generator=gen
    )
    val_loader = DataLoader(val_set, batch_size=batch_size, shuffle=False)
    return train_loader, val_loader
