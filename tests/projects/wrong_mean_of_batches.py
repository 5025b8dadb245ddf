"""Losses and accuracy are averaged over batches, so that a small last batch counts as much as a
full one. Breaks step 5 (train-with-validation): "the mean over the **images**" and "means over
the validation images". `sum / len(loader)` is in most tutorials.
base: right_onecycle_sgd
"""


# fails: train-with-validation-test-averages
# says: train_loss per image, over batches of


# %% train-with-validation
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model.to(device)
    sgd = torch.optim.SGD(
        model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        sgd, max_lr=0.1, total_steps=max_epochs * len(train_loader), pct_start=0.3
    )
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    since_best = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        loss_sum = 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            loss = F.cross_entropy(model(X), y)
            sgd.zero_grad(set_to_none=True)
            loss.backward()
            sgd.step()
            schedule.step()
            loss_sum += loss.item()
        train_loss = loss_sum / len(train_loader)

        model.eval()
        loss_sum = accuracy_sum = 0
        with torch.inference_mode():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                loss_sum += F.cross_entropy(logits, y).item()
                accuracy_sum += (logits.argmax(-1) == y).float().mean().item()
        val_loss, val_accuracy = (
            loss_sum / len(val_loader),
            accuracy_sum / len(val_loader),
        )

        for name, value in zip(
            history, (train_loss, val_loss, val_accuracy), strict=True
        ):
            history[name].append(value)
        show_progress(epoch, max_epochs, val_loss)
        since_best = 0 if keeper.update(epoch, val_loss, model) else since_best + 1
        if since_best >= patience:
            break
    return history
