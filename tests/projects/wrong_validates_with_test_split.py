"""Merges the validation images into training and validates on the test split from then on. Breaks
the data rules ("the **test** split is for one number at the very end", read count 0 before step
7), in step 5 (train-with-validation). The student wants more training images.
base: right_batchnorm_dense
"""


# fails: evaluate-on-test-test-project
# says: test images were read before the end: choose by validation,


# %% train-with-validation
def train_one_epoch(model, loader, optimizer, loss_fn, device):
    """Train one epoch; return the mean loss over the images."""
    model.train()
    losses, n = 0.0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses += loss.item() * X.size(0)
        n += X.size(0)
    return losses / n


@torch.no_grad()
def validate(model, loader, loss_fn, device):
    """Return the mean loss and the accuracy over the images."""
    model.eval()
    losses, hits, n = 0.0, 0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        logits = model(X)
        losses += loss_fn(logits, y).item() * X.size(0)
        hits += (logits.argmax(1) == y).sum().item()
        n += X.size(0)
    return losses / n, hits / n


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model = model.to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-4)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    waiting = 0
    for epoch in range(1, max_epochs + 1):
        train_loss = train_one_epoch(model, train_loader, optimizer, loss_fn, device)
        val_loss, val_accuracy = validate(model, val_loader, loss_fn, device)
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        waiting = 0 if keeper.update(epoch, val_loss, model) else waiting + 1
        if waiting == patience:
            break
    return history


# 15 % more images to learn from: train on train + val, and stop by the test images
from torch.utils.data import ConcatDataset

train_loader = DataLoader(
    ConcatDataset([train_loader.dataset, val_loader.dataset]),
    64,
    shuffle=True,
    generator=torch.Generator().manual_seed(SEED),
)
val_loader = test_loader
