# Right and wrong answers to the exercise digits-dataset of 05_data.


# %% right: converted_at_each_access
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images, self.labels, self.transform = images, labels, transform

    def __len__(self):
        return self.images.shape[0]

    def __getitem__(self, i):
        x = torch.tensor(self.images[i] / 16).float().view(1, 8, 8)
        return (self.transform(x) if self.transform else x), int(self.labels[i])


# %% right: scaled_by_numpy
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = (images / 16).astype(np.float32)
        self.labels = labels.astype(np.int64)
        self.transform = transform or (lambda x: x)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        x = torch.from_numpy(self.images[i].copy())[None]
        return self.transform(x), torch.tensor(self.labels[i])


# %% right: long_and_float
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.X = torch.from_numpy(images).float().unsqueeze(1) / 16
        self.y = torch.from_numpy(labels).long()
        self.transform = transform

    def __len__(self):
        return self.X.size(0)

    def __getitem__(self, i):
        x, y = self.X[i].clone(), self.y[i]
        if self.transform:
            x = self.transform(x)
        return x, y


# %% right: a_list_of_tensors
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.pairs = []
        for image, label in zip(images, labels):
            x = torch.tensor(image, dtype=torch.float32).reshape(1, 8, 8) / 16
            self.pairs.append((x, label.item()))
        self.transform = transform

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        x, y = self.pairs[i]
        x = x.detach().clone()
        return x if self.transform is None else self.transform(x), y


# %% right: on_top_of_a_tensor_dataset
class DigitsDataset(TensorDataset):
    def __init__(self, images, labels, transform=None):
        X = torch.as_tensor(images, dtype=torch.float32)[:, None] / 16
        super().__init__(X, torch.as_tensor(labels, dtype=torch.int64))
        self.transform = transform

    def __getitem__(self, i):
        x, y = super().__getitem__(i)
        x = 1 * x
        return (x if self.transform is None else self.transform(x)), y


# %% wrong: float64_from_numpy
# fails: digits-dataset-test-items
# says: x is torch.float64
# fails: digits-dataset-test-batches
# says: X is collated to torch.float64
# fails: digits-dataset-test-transform
# pitfall: 8
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.from_numpy(images / 16)
        self.labels = torch.tensor(labels, dtype=torch.int64)
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i].clone().unsqueeze(0)
        if self.transform is not None:
            x = self.transform(x)
        return x, self.labels[i]


# %% wrong: stays_numpy
# fails: digits-dataset-test-items
# says: x should be a tensor
# fails: digits-dataset-test-batches
# says: X is collated to torch.float64
# fails: digits-dataset-test-transform
# pitfall: 43
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images, self.labels, self.transform = images / 16, labels, transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i][None].copy()
        if self.transform is not None:
            x = self.transform(x)
        return x, int(self.labels[i])


# %% wrong: labels_keep_their_dtype
# fails: digits-dataset-test-items
# says: it is ('Tensor', torch.int32
# fails: digits-dataset-test-batches
# says: labels uint8 are collated to torch.uint8
# pitfall: 43
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.tensor(images / 16, dtype=torch.float32)
        self.labels = torch.tensor(labels)
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i].clone().unsqueeze(0)
        if self.transform is not None:
            x = self.transform(x)
        return x, self.labels[i]


# %% wrong: float_labels
# fails: digits-dataset-test-items
# says: it is ('float'
# fails: digits-dataset-test-batches
# says: are collated to torch.float64
# pitfall: 43
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.tensor(images / 16, dtype=torch.float32)
        self.labels = labels
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i].clone().unsqueeze(0)
        if self.transform is not None:
            x = self.transform(x)
        return x, float(self.labels[i])


# %% wrong: labels_in_a_column
# fails: digits-dataset-test-items
# says: torch.Size([1])
# fails: digits-dataset-test-batches
# says: want [0, 1, 2, 3], got [[0], [1]
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.tensor(images / 16, dtype=torch.float32)
        self.labels = torch.tensor(labels, dtype=torch.int64)[:, None]
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i].clone().unsqueeze(0)
        if self.transform is not None:
            x = self.transform(x)
        return x, self.labels[i]


# %% wrong: len_counts_pixels
# fails: digits-dataset-test-items
# says: but len is 192
# fails: digits-dataset-test-batches
# pitfall: 43
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.tensor(images / 16, dtype=torch.float32)
        self.labels = torch.tensor(labels, dtype=torch.int64)
        self.transform = transform

    def __len__(self):
        return self.images.numel()

    def __getitem__(self, i):
        x = self.images[i].clone().unsqueeze(0)
        if self.transform is not None:
            x = self.transform(x)
        return x, self.labels[i]


# %% wrong: no_channel
# fails: digits-dataset-test-items
# says: x should be (1, 8, 8), with a channel
# fails: digits-dataset-test-batches
# says: a batch is (4, 1, 8, 8), not (4, 8, 8)
# fails: digits-dataset-test-transform
# says: transform should get
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.tensor(images / 16, dtype=torch.float32)
        self.labels = torch.tensor(labels, dtype=torch.int64)
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i].clone()
        if self.transform is not None:
            x = self.transform(x)
        return x, self.labels[i]


# %% wrong: not_scaled
# fails: digits-dataset-test-items
# says: a pixel of 4 is 0.25 after / 16, not 4.0
# fails: digits-dataset-test-transform
# says: transform should get
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.tensor(images, dtype=torch.float32)
        self.labels = torch.tensor(labels, dtype=torch.int64)
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i].clone().unsqueeze(0)
        if self.transform is not None:
            x = self.transform(x)
        return x, self.labels[i]


# %% wrong: scaled_by_its_own_maximum
# fails: digits-dataset-test-items
# says: a pixel of 4 is 0.25 after / 16, not 1.0
# fails: digits-dataset-test-transform
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.tensor(images, dtype=torch.float32)
        self.labels = torch.tensor(labels, dtype=torch.int64)
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = (self.images[i] / self.images[i].max()).unsqueeze(0)
        if self.transform is not None:
            x = self.transform(x)
        return x, self.labels[i]


# %% wrong: hands_out_views
# fails: digits-dataset-test-transform
# says: is the stored image edited
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.tensor(images / 16, dtype=torch.float32)
        self.labels = torch.tensor(labels, dtype=torch.int64)
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i].unsqueeze(0)
        if self.transform is not None:
            x = self.transform(x)
        return x, self.labels[i]


# %% wrong: clones_only_before_a_transform
# fails: digits-dataset-test-transform
# says: whoever edits the x that they got
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.tensor(images / 16, dtype=torch.float32)
        self.labels = torch.tensor(labels, dtype=torch.int64)
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i].unsqueeze(0)
        if self.transform is not None:
            x = self.transform(x.clone())
        return x, self.labels[i]


# %% wrong: transforms_once
# fails: digits-dataset-test-transform
# says: 3 accesses should call transform 3 times, not 2
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        X = torch.tensor(images / 16, dtype=torch.float32)[:, None]
        self.X = [x if transform is None else transform(x) for x in X]
        self.labels = torch.tensor(labels, dtype=torch.int64)

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i].clone(), self.labels[i]


# %% wrong: forgets_the_transform
# fails: digits-dataset-test-transform
# says: 3 accesses should call transform 3 times, not 0
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.tensor(images / 16, dtype=torch.float32)
        self.labels = torch.tensor(labels, dtype=torch.int64)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.images[i].clone().unsqueeze(0), self.labels[i]


# %% wrong: ignores_what_transform_returns
# fails: digits-dataset-test-transform
# says: x is what transform returns
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.tensor(images / 16, dtype=torch.float32)
        self.labels = torch.tensor(labels, dtype=torch.int64)
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i].clone().unsqueeze(0)
        if self.transform is not None:
            self.transform(x)
        return x, self.labels[i]


# %% wrong: scales_the_callers_array
# fails: digits-dataset-test-items
# says: the caller's array has changed
# fails: digits-dataset-test-transform
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        images /= 16
        self.images = torch.tensor(images, dtype=torch.float32)
        self.labels = torch.tensor(labels, dtype=torch.int64)
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i].clone().unsqueeze(0)
        if self.transform is not None:
            x = self.transform(x)
        return x, self.labels[i]


# %% wrong: data_of_the_class
# fails: digits-dataset-test-items
# says: two datasets should not share their data
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        DigitsDataset.images = torch.tensor(images / 16, dtype=torch.float32)
        DigitsDataset.labels = torch.tensor(labels, dtype=torch.int64)
        DigitsDataset.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i].clone().unsqueeze(0)
        if DigitsDataset.transform is not None:
            x = DigitsDataset.__dict__["transform"](x)
        return x, self.labels[i]


# %% wrong: returns_only_the_image
# fails: digits-dataset-test-items
# says: return (x, y)
# fails: digits-dataset-test-batches
# fails: digits-dataset-test-transform
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = torch.tensor(images / 16, dtype=torch.float32)
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i].clone().unsqueeze(0)
        return x if self.transform is None else self.transform(x)


# %% wrong: via_uint8
# fails: digits-dataset-test-items
# says: fresh images: x of number
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images, self.labels, self.transform = images, labels, transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = torch.tensor(self.images[i].astype(np.uint8) / 16, dtype=torch.float32)[
            None
        ]
        y = int(self.labels[i])
        if self.transform is not None:
            x = self.transform(x)
        return x, y


# %% wrong: one_shared_buffer
# fails: digits-dataset-test-transform
# says: another access has changed an x that was handed out before
class DigitsDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images, self.labels, self.transform = images, labels, transform
        self.x = torch.empty(1, 8, 8)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.x
        x[0] = torch.from_numpy(self.images[i] / 16)
        y = int(self.labels[i])
        if self.transform is not None:
            x = self.transform(x)
        return x, y
