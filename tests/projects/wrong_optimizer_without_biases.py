"""Splits weights from biases to spare the biases weight decay, then gives the optimizer the weights
alone. Breaks step 5 (train-with-validation): "One optimizer step per training batch, over all
parameters." A second parameter group got lost.
base: right_wide_dropout
"""


# fails: train-with-validation-test-steps
# says: the optimizer trains
# fails: train-with-validation-test-stopping


# %% train-with-validation
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model.to(device)
    # no weight decay for biases and norms
    weights = [p for p in model.parameters() if p.ndim > 1]
    optimizer = torch.optim.AdamW(weights, lr=1e-3, weight_decay=0.1)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total = 0.0
        n = 0
        for X, y in train_loader:
            X = X.to(device)
            y = y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        history["train_loss"].append(total / n)

        model.eval()
        total, right, n = 0.0, 0.0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X = X.to(device)
                y = y.to(device)
                out = model(X)
                total += F.cross_entropy(out, y).item() * len(X)
                right += (out.argmax(dim=1) == y).float().sum().item()
                n += len(X)
        history["val_loss"].append(total / n)
        history["val_accuracy"].append(right / n)

        show_progress(epoch, max_epochs, total / n)
        best = keeper.update(epoch, total / n, model)
        bad = 0 if best else bad + 1
        if bad == patience:
            break
    return history
