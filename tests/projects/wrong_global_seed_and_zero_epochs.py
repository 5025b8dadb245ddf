"""Seeds torch's global generator for the split, and plots against the list index. Breaks step 1
(load-data): "Leave the global random states of torch, NumPy and Python as they are", and step 6
(plot-curves): "against the epoch, **counted from 1**". `torch.manual_seed` is the one seeding
call students know; `plt.plot(values)` is the shortest plot.
base: right_convnet
"""


# fails: load-data-test-seed
# says: a global random state moved: use a generator of your own,
# fails: plot-curves-test-lines
# says: train_loss: epochs are counted from


# %% load-data
def prepare_data(images, labels, seed):
    """Split images (N, H, W) by class, and measure the training split.

    Return a dictionary with train, val, test (positions), mean and std (floats).
    """
    torch.manual_seed(seed)
    train, val, test = [], [], []
    for c in labels.unique():
        # all positions of this class, in random order
        rows = torch.nonzero(labels == c).flatten()
        rows = rows[torch.randperm(len(rows))]
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


# %% plot-curves
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots(figsize=(6, 4))
    ax.plot(history["train_loss"], "-", label="training loss")
    ax.plot(history["val_loss"], "--", label="validation loss")
    ax.axvline(
        best_epoch, color="gray", linestyle=":", label=f"best epoch ({best_epoch})"
    )
    ax.set_title("Training and validation loss")
    ax.set_xlabel("epoch")
    ax.set_ylabel("cross-entropy loss")
    ax.legend()
    return ax
