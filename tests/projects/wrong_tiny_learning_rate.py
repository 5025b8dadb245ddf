"""Plain SGD with a learning rate of 1e-4 and no momentum: 60 epochs are by far too few. Breaks the
goal of step 7 (evaluate-on-test): "The last check wants 95 % there", through step 5. The student
lowered the rate "to be safe" after a diverged run.
base: right_onecycle_sgd
"""


# fails: train-with-validation-test-learns
# says: % expected: is the learning rate far too small, or too
# fails: evaluate-on-test-test-project
# says: %. Improve the network or its training by looking at


# %% train-with-validation
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model.to(device)
    sgd = torch.optim.SGD(model.parameters(), lr=1e-4)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    since_best = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        loss_sum = images_seen = 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            loss = F.cross_entropy(model(X), y)
            sgd.zero_grad(set_to_none=True)
            loss.backward()
            sgd.step()
            loss_sum += loss.item() * y.shape[0]
            images_seen += y.shape[0]
        train_loss = loss_sum / images_seen

        model.eval()
        loss_sum = hits = images_seen = 0
        with torch.inference_mode():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                loss_sum += F.cross_entropy(logits, y).item() * y.shape[0]
                hits += int((logits.argmax(-1) == y).sum())
                images_seen += y.shape[0]
        val_loss, val_accuracy = loss_sum / images_seen, hits / images_seen

        for name, value in zip(
            history, (train_loss, val_loss, val_accuracy), strict=True
        ):
            history[name].append(value)
        show_progress(epoch, max_epochs, val_loss)
        since_best = 0 if keeper.update(epoch, val_loss, model) else since_best + 1
        if since_best >= patience:
            break
    return history
