"""`model.eval()` is missing in validation, so dropout is on while the epoch is judged. Breaks
step 5 (train-with-validation): "validation in evaluation mode". The student believes that
`torch.no_grad()` is all that evaluation needs.
base: right_sklearn_style
"""


# fails: train-with-validation-test-modes
# says: validation happens in training mode: call eval() before it

# %% train-with-validation
from sklearn.metrics import accuracy_score


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1.5e-3, weight_decay=1e-4)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    n_bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        losses, sizes = [], []
        for X, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(X.to(device)), y.to(device))
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            sizes.append(len(y))
        history["train_loss"].append(float(np.average(losses, weights=sizes)))

        losses, sizes, truth, predicted = [], [], [], []
        with torch.no_grad():
            for X, y in val_loader:
                logits = model(X.to(device))
                losses.append(criterion(logits, y.to(device)).item())
                sizes.append(len(y))
                truth.extend(y.numpy())
                predicted.extend(logits.argmax(dim=1).cpu().numpy())
        val_loss = float(np.average(losses, weights=sizes))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(float(accuracy_score(truth, predicted)))

        if keeper.update(epoch, val_loss, model):
            n_bad = 0
        else:
            n_bad += 1
        if n_bad >= patience:
            break
    return history
