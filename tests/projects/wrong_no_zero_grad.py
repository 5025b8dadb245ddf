"""The gradients are never zeroed; clipping hides the growth. Breaks step 5
(train-with-validation): one optimizer step per training batch must use that batch's gradient
(the loss of the batch). A classic forgotten line.
base: right_trainer_oop
"""


# fails: train-with-validation-test-steps
# says: a step uses another gradient than that of its batch: is


# %% train-with-validation
class RunningMean:
    """A mean over images, from means over batches."""

    def __init__(self):
        self.total, self.count = 0.0, 0

    def add(self, value, count):
        """Add the mean of `count` images."""
        self.total += value * count
        self.count += count

    @property
    def value(self):
        """Return the mean of all images so far."""
        return self.total / self.count


class EarlyStopper:
    """Counts the epochs in a row that were no best."""

    def __init__(self, patience):
        self.patience, self.waited = patience, 0

    def should_stop(self, improved):
        """Note one epoch; return whether it was the last."""
        self.waited = 0 if improved else self.waited + 1
        return self.waited >= self.patience


class Trainer:
    """Trains and validates one model."""

    def __init__(self, model, device, lr=2e-3, weight_decay=1e-2, max_norm=1.0):
        self.model = model.to(device)
        self.device = device
        self.max_norm = max_norm
        self.loss = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=lr, weight_decay=weight_decay
        )
        self.scheduler = torch.optim.lr_scheduler.ExponentialLR(
            self.optimizer, gamma=0.95
        )

    def train_epoch(self, loader):
        """Train one epoch; return the mean loss."""
        mean = RunningMean()
        self.model.train()
        for X, y in loader:
            X, y = X.to(self.device), y.to(self.device)
            loss = self.loss(self.model(X), y)
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), self.max_norm)
            self.optimizer.step()
            mean.add(loss.item(), len(y))
        self.scheduler.step()
        return mean.value

    @torch.no_grad()
    def validate(self, loader):
        """Return mean loss and accuracy."""
        loss, accuracy = RunningMean(), RunningMean()
        self.model.eval()
        for X, y in loader:
            X, y = X.to(self.device), y.to(self.device)
            logits = self.model(X)
            loss.add(self.loss(logits, y).item(), len(y))
            accuracy.add((logits.argmax(dim=1) == y).float().mean().item(), len(y))
        return loss.value, accuracy.value


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history.

    history: train_loss, val_loss, val_accuracy, each one float per epoch.
    """
    trainer, stopper = Trainer(model, device), EarlyStopper(patience)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(1, max_epochs + 1):
        history["train_loss"].append(trainer.train_epoch(train_loader))
        val_loss, val_accuracy = trainer.validate(val_loader)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        show_progress(epoch, max_epochs, val_loss)
        if stopper.should_stop(keeper.update(epoch, val_loss, model)):
            break
    return history
