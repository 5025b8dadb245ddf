"""Early stopping counts the epochs that are worse than the epoch before, not those that are no
best. Breaks step 5 (train-with-validation): "After `patience` epochs in a row that are not [the
best so far], stop". The student compares the last two entries of the history.
base: right_convnet
"""


# fails: train-with-validation-test-stopping
# says: how many in a row were no new best?


# %% train-with-validation
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-2)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=3
    )
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad_epochs = 0
    for epoch in range(1, max_epochs + 1):
        # training
        model.train()
        total, count = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
        history["train_loss"].append(total / count)

        # validation
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(y)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(y)
        val_loss = total / count
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(right / count)
        scheduler.step(val_loss)
        show_progress(epoch, max_epochs, val_loss)

        # early stopping
        keeper.update(epoch, val_loss, model)
        losses = history["val_loss"]
        if len(losses) < 2 or losses[-1] < losses[-2]:
            bad_epochs = 0
        else:
            bad_epochs += 1
            if bad_epochs >= patience:
                break
    return history
