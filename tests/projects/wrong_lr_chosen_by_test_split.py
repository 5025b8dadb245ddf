"""Tries three learning rates and keeps the one with the best accuracy on the test split. Breaks
step 5 / the data rules: "choose by validation alone"; the test split is read before step 7. The
student tunes for the number that is graded.
base: right_minimal
"""


# fails: evaluate-on-test-test-project
# says: test images were read before the end: choose by validation,


# %% train-with-validation
def epoch_of(model, loader, device, optimizer=None):
    """One pass; with an optimizer it trains. Return mean loss and accuracy."""
    model.train(optimizer is not None)
    loss_sum = hits = n = 0
    with torch.set_grad_enabled(optimizer is not None):
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            logits = model(X)
            loss = F.cross_entropy(logits, y)
            if optimizer:
                optimizer.zero_grad(), loss.backward(), optimizer.step()
            loss_sum += loss.item() * len(y)
            hits += int((logits.argmax(1) == y).sum())
            n += len(y)
    return loss_sum / n, hits / n


LR = 1e-3


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    optimizer = torch.optim.AdamW(model.to(device).parameters(), LR, weight_decay=0.02)
    rows, left = [], patience
    for epoch in range(1, max_epochs + 1):
        train_loss, _ = epoch_of(model, train_loader, device, optimizer)
        rows.append((train_loss, *epoch_of(model, val_loader, device)))
        left = patience if keeper.update(epoch, rows[-1][1], model) else left - 1
        if left <= 0:
            break
    names = "train_loss", "val_loss", "val_accuracy"
    return {name: list(column) for name, column in zip(names, zip(*rows))}


# which learning rate is best?
scores = {}
for LR in (3e-4, 1e-3, 3e-3):
    torch.manual_seed(SEED)
    candidate = Classifier(*images.shape[1:], num_classes)
    fit(candidate, train_loader, val_loader, SpareKeeper(), 8, 8, device)
    scores[LR] = epoch_of(candidate, test_loader, device)[1]
LR = max(scores, key=scores.get)
print("test accuracy by learning rate:", scores)
