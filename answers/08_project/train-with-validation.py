"""Answers to train-with-validation."""


# %% right: sgd_nesterov_cosine
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-4
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
        optimizer, T_max=max(1, max_epochs)
    )
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    waiting = 0
    for epoch in range(1, max_epochs + 1):
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
        schedule.step()
        history["train_loss"].append(total / count)

        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(y)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(y)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
        show_progress(epoch, max_epochs, total / count)
        waiting = 0 if keeper.update(epoch, total / count, model) else waiting + 1
        if waiting >= patience:
            break
    return history


# %% right: one_cycle_per_batch
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with OneCycleLR, which moves after every batch."""
    model = model.to(device)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    one_cycle = torch.optim.lr_scheduler.OneCycleLR(
        adam, max_lr=0.01, epochs=max(1, max_epochs), steps_per_epoch=len(train_loader)
    )
    history = {name: [] for name in ("train_loss", "val_loss", "val_accuracy")}
    last_best = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        losses, sizes = [], []
        for X, y in train_loader:
            logits = model(X.to(device))
            loss = F.cross_entropy(logits, y.to(device))
            loss.backward()
            adam.step()
            adam.zero_grad(set_to_none=False)
            one_cycle.step()
            losses.append(loss.item())
            sizes.append(X.shape[0])
        history["train_loss"].append(float(np.average(losses, weights=sizes)))

        model.eval()
        losses, hits, sizes = [], [], []
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                losses.append(float(F.cross_entropy(logits, y)))
                hits.append(float((logits.argmax(-1) == y).float().mean()))
                sizes.append(X.shape[0])
        val_loss = float(np.average(losses, weights=sizes))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(float(np.average(hits, weights=sizes)))

        if keeper.update(epoch, val_loss, model):
            last_best = epoch
        if epoch - last_best >= patience:
            return history
    return history


# %% right: reduce_on_plateau
import itertools

from torch.optim.lr_scheduler import ReduceLROnPlateau


def fit(
    model: nn.Module,
    train_loader,
    val_loader,
    keeper,
    max_epochs: int,
    patience: int,
    device: torch.device,
) -> dict[str, list[float]]:
    """Train with Adamax; the rate falls where the validation loss does not."""
    model.to(device)
    optimizer = torch.optim.Adamax(model.parameters(), lr=0.01)
    scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=2)
    train_losses: list[float] = []
    val_losses: list[float] = []
    val_accuracies: list[float] = []
    bad_epochs = 0
    for epoch in itertools.count(1):
        if epoch > max_epochs or bad_epochs == patience:
            break
        model.train()
        loss_sum, seen = 0.0, 0
        for images, targets in train_loader:
            images = images.to(device, non_blocking=True)
            targets = targets.to(device, non_blocking=True)
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(images), targets)
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * targets.numel()
            seen += targets.numel()
        train_losses.append(loss_sum / seen)

        model.eval()
        loss_sum, hits, seen = 0.0, 0, 0
        with torch.no_grad():
            for images, targets in val_loader:
                images, targets = images.to(device), targets.to(device)
                logits = model(images)
                loss_sum += F.cross_entropy(logits, targets).item() * targets.numel()
                hits += int(logits.argmax(dim=1).eq(targets).sum())
                seen += targets.numel()
        val_losses.append(loss_sum / seen)
        val_accuracies.append(hits / seen)
        scheduler.step(val_losses[-1])
        bad_epochs += 1
        if keeper.update(epoch, val_losses[-1], model):
            bad_epochs = 0
    return dict(
        train_loss=train_losses, val_loss=val_losses, val_accuracy=val_accuracies
    )


# %% right: rmsprop_while_loop
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with RMSprop in a while loop."""
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    model.to(device)
    optimizer = torch.optim.RMSprop(
        model.parameters(), lr=0.002, alpha=0.9, weight_decay=1e-5
    )
    epoch, misses = 0, 0
    while epoch < max_epochs and misses < patience:
        epoch += 1
        model.train()
        weighted = []
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            loss = F.cross_entropy(model(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            weighted.append((loss.detach().item(), len(X)))
        images = sum(n for _, n in weighted)
        history["train_loss"].append(math.fsum(v * n for v, n in weighted) / images)

        was = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        try:
            model.eval()
            weighted, good = [], 0
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                weighted.append((F.cross_entropy(logits, y).item(), len(X)))
                good += torch.sum(logits.max(dim=1).indices == y).item()
        finally:
            torch.set_grad_enabled(was)
        images = sum(n for _, n in weighted)
        val_loss = math.fsum(v * n for v, n in weighted) / images
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(good / images)
        misses = [misses + 1, 0][bool(keeper.update(epoch, val_loss, model))]
    return history


# %% right: adamw_clip_norm
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with AdamW, and gradients no longer than 1."""
    model.to(device)
    adamw = torch.optim.AdamW(
        model.parameters(), lr=3e-3, weight_decay=0.05, amsgrad=True
    )
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    left = patience
    for epoch in range(1, max_epochs + 1):
        model.train()
        train_sum = train_n = 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            adamw.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
            adamw.step()
            train_sum, train_n = train_sum + loss.item() * len(X), train_n + len(X)
        model.eval()
        val_sum = val_n = val_right = 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                out = model(X)
                val_sum += F.cross_entropy(out, y).item() * len(X)
                val_right += (out.argmax(1) == y).sum().item()
                val_n += len(X)
        history["train_loss"] += [train_sum / train_n]
        history["val_loss"] += [val_sum / val_n]
        history["val_accuracy"] += [val_right / val_n]
        better = keeper.update(epoch, history["val_loss"][-1], model)
        left = patience if better else left - 1
        if not left:
            break
    return history


# %% right: one_helper_for_both
def run_epoch(model, loader, device, optimizer=None):
    """Go over the loader once, and train if there is an optimizer."""
    training = optimizer is not None
    model.train(training)
    loss_sum, hits, n = 0.0, 0, 0
    with torch.set_grad_enabled(training):
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            logits = model(X)
            loss = F.cross_entropy(logits, y)
            if training:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            loss_sum += loss.item() * y.size(0)
            hits += (logits.argmax(dim=1) == y).sum().item()
            n += y.size(0)
    return loss_sum / n, hits / n


def make_optimizer(model):
    """Return the optimizer and a schedule for it."""
    optimizer = torch.optim.NAdam(model.parameters(), lr=0.002)
    return optimizer, torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.97)


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer, schedule = make_optimizer(model)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    since_best = 0
    for epoch in range(1, 1 + max_epochs):
        train_loss, _ = run_epoch(model, train_loader, device, optimizer)
        val_loss, val_accuracy = run_epoch(model, val_loader, device)
        schedule.step()
        for name, value in zip(
            history, (train_loss, val_loss, val_accuracy), strict=True
        ):
            history[name].append(value)
        since_best = 0 if keeper.update(epoch, val_loss, model) else since_best + 1
        if since_best >= patience:
            break
    return history


# %% right: trainer_class_inside
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Hand the work to a trainer."""

    class Trainer:
        def __init__(self):
            self.model = model.to(device)
            self.optimizer = torch.optim.RAdam(self.model.parameters(), lr=0.005)
            self.history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
            self.epoch = self.stale = 0

        @property
        def hopeless(self):
            return self.epoch >= max_epochs or self.stale >= patience

        def batches(self, loader):
            for X, y in loader:
                yield X.to(device), y.to(device)

        def train(self):
            self.model.train()
            total, n = 0.0, 0
            for X, y in self.batches(train_loader):
                loss = F.cross_entropy(self.model(X), y)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                total, n = total + loss.item() * len(y), n + len(y)
            self.history["train_loss"].append(total / n)

        @torch.no_grad()
        def validate(self):
            self.model.eval()
            total, hits, n = 0.0, 0, 0
            for X, y in self.batches(val_loader):
                logits = self.model(X)
                total += F.cross_entropy(logits, y).item() * len(y)
                hits += (logits.argmax(dim=1) == y).sum().item()
                n += len(y)
            self.history["val_loss"].append(total / n)
            self.history["val_accuracy"].append(hits / n)
            return total / n

        def __call__(self):
            while not self.hopeless:
                self.epoch += 1
                self.train()
                val_loss = self.validate()
                best = keeper.update(self.epoch, val_loss, self.model)
                self.stale = 0 if best else self.stale + 1
            return self.history

    return Trainer()()


# %% right: loss_object_device_sums
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Sum on the device, and read the numbers once per epoch."""
    loss_fn = nn.CrossEntropyLoss()
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), 0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    epochs_without = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        train_sum, train_count = torch.zeros((), device=device), 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = loss_fn(model(X), y)
            loss.backward()
            optimizer.step()
            train_sum += loss.detach() * len(X)
            train_count += len(X)

        model.eval()
        val_sum = torch.zeros(2, device=device)
        val_count = 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                hits = (logits.argmax(dim=1) == y).sum()
                val_sum += torch.stack([loss_fn(logits, y) * len(X), hits])
                val_count += len(X)
        train_loss = (train_sum / train_count).item()
        val_loss, val_accuracy = (val_sum / val_count).tolist()
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            epochs_without = 0
        else:
            epochs_without += 1
            if epochs_without == patience:
                break
    return history


# %% right: inference_mode_cat_logits_to_cpu
@torch.inference_mode()
def _validate(model, loader, device):
    """Collect all logits on the CPU, and judge them together."""
    model.eval()
    logits, truth = [], []
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        logits.append(model(X).to("cpu"))
        truth.append(y.to("cpu"))
    logits, truth = torch.cat(logits), torch.cat(truth)
    accuracy = (logits.argmax(dim=1) == truth).float().mean()
    return F.cross_entropy(logits, truth).item(), accuracy.item()


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with Adagrad; rows of the history are turned into columns at the end."""
    model.to(device)
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.02)
    rows, fails = [], 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        met = []
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            loss = F.cross_entropy(model(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            met.extend([loss.item()] * len(y))
        val_loss, val_accuracy = _validate(model, val_loader, device)
        rows.append((sum(met) / len(met), val_loss, val_accuracy))
        fails = 0 if keeper.update(epoch, val_loss, model) else fails + 1
        if fails >= patience:
            break
    names = "train_loss", "val_loss", "val_accuracy"
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


# %% right: generator_and_clip_value
import itertools


def epochs_of(model, train_loader, val_loader, device):
    """Train for ever; yield the three numbers after each epoch."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.8)
    while True:
        model.train()
        total, n = 0.0, 0
        for X, y in ((X.to(device), y.to(device)) for X, y in train_loader):
            model.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            nn.utils.clip_grad_value_(model.parameters(), 0.5)
            optimizer.step()
            total, n = total + loss.item() * len(X), n + len(X)
        with torch.no_grad():
            model.eval()
            losses, hits, m = 0.0, 0, 0
            for X, y in ((X.to(device), y.to(device)) for X, y in val_loader):
                logits = model(X)
                losses += F.cross_entropy(logits, y).item() * len(X)
                hits += (logits.argmax(1) == y).sum().item()
                m += len(X)
        yield total / n, losses / m, hits / m


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Take epochs from a generator until there is no hope left."""
    model.to(device)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    answers = []
    work = epochs_of(model, train_loader, val_loader, device)
    for epoch, numbers in enumerate(itertools.islice(work, max_epochs), start=1):
        for values, number in zip(history.values(), numbers, strict=True):
            values.append(number)
        answers.append(bool(keeper.update(epoch, numbers[1], model)))
        if len(answers) >= patience and not any(answers[-patience:]):
            break
    work.close()
    return history


# %% right: parameter_groups_warm_up_autograd_grad
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """No weight decay for vectors; a warm-up; gradients by torch.autograd.grad."""
    model.to(device)
    weights = list(model.parameters())
    groups = [
        {"params": [p for p in weights if p.ndim > 1], "weight_decay": 0.01},
        {"params": [p for p in weights if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.004)
    warm_up = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda t: min(1.0, (t + 1) / 5)
    )
    trained = [p for p in weights if p.requires_grad]
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    in_a_row = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            loss = F.cross_entropy(model(X), y)
            found = torch.autograd.grad(loss, trained, allow_unused=True)
            for p, grad in zip(trained, found, strict=True):
                p.grad = grad
            optimizer.step()
            warm_up.step()
            total, n = total + loss.item() * len(X), n + len(X)
        history["train_loss"].append(total / n)
        judge = (
            copy.deepcopy(model).eval().requires_grad_(False)
        )  # model stays untouched
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = judge(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        history["val_loss"].append(total / n)
        history["val_accuracy"].append(good / n)
        best = keeper.update(epoch, total / n, model)
        in_a_row = (in_a_row + 1) * (not best)
        if in_a_row >= patience:
            break
    return history


# %% wrong: train_loss_mean_of_batches
# fails: train-with-validation-test-averages
# says: train_loss per image, over batches of
# pitfall: 32
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
            n += 1
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: val_loss_mean_of_batches
# fails: train-with-validation-test-averages
# says: val_loss after it, over batches of
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item()
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / len(val_loader), good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: val_accuracy_mean_of_batches
# fails: train-with-validation-test-averages
# says: validation images are right, val_accuracy is
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, [], 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good.append((logits.argmax(dim=1) == y).float().mean().item())
                n += len(X)
        val_loss, val_accuracy = total / n, sum(good) / len(good)
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: sizes_from_first_batch
# fails: train-with-validation-test-averages
# says: train_loss per image, over batches of
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * train_loader.batch_size
            n += train_loader.batch_size
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: train_loss_measured_afterwards
# fails: train-with-validation-test-averages
# says: train_loss per image, over batches of
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        model.eval()
        with torch.no_grad():
            total = n = 0
            for X, y in train_loader:
                X, y = X.to(device), y.to(device)
                total += F.cross_entropy(model(X), y).item() * len(X)
                n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: validation_in_training_mode
# fails: train-with-validation-test-modes
# says: validation happens in training mode: call eval() before it
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: train_mode_set_once
# fails: train-with-validation-test-modes
# says: training batches: call train() at the start of every epoch
# pitfall: 35
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    model.train()
    for epoch in range(1, max_epochs + 1):
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: train_mode_only_after_validation
# fails: train-with-validation-test-modes
# says: training batches: call train() at the start of every epoch
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        model.train()
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: validation_with_gradients
# fails: train-with-validation-test-modes
# says: validation records gradients: use torch.no_grad
# pitfall: 34
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        if True:
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: keeper_epoch_from_zero
# fails: train-with-validation-test-history
# says: update should hear of epochs
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch - 1, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: patience_one_too_late
# fails: train-with-validation-test-stopping
# says: how many in a row were no new best?
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad > patience:
            break
    return history


# %% wrong: patience_never_reset
# fails: train-with-validation-test-stopping
# says: how many in a row were no new best?
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if not keeper.update(epoch, val_loss, model):
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: compares_with_epoch_before
# fails: train-with-validation-test-stopping
# says: how many in a row were no new best?
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        keeper.update(epoch, val_loss, model)
        if epoch > 1 and not val_loss < history["val_loss"][-2]:
            bad += 1
        else:
            bad = 0
        if bad >= patience:
            break
    return history


# %% wrong: nan_is_a_best
# fails: train-with-validation-test-stopping
# says: stop after epoch
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad, best = 0, math.inf
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        keeper.update(epoch, val_loss, model)
        if not val_loss >= best:
            best, bad = val_loss, 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: stops_at_once_on_nan
# fails: train-with-validation-test-stopping
# says: stop after epoch
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience or math.isnan(val_loss):
            break
    return history


# %% wrong: keeper_only_when_better
# fails: train-with-validation-test-modes
# says: batches after the epochs, not
# fails: train-with-validation-test-stopping
# says: of them are in history
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad, best = 0, math.inf
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if val_loss < best:
            best, bad = val_loss, 0
            keeper.update(epoch, val_loss, model)
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: keeper_called_twice
# fails: train-with-validation-test-history
# says: update should hear of epochs
# fails: train-with-validation-test-averages
# says: val_loss after it, over batches of
# fails: train-with-validation-test-modes
# says: batches after the epochs, not
# fails: train-with-validation-test-stopping
# says: of them are in history
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            print(f"epoch {epoch}: new best")
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: stops_before_recording
# fails: train-with-validation-test-stopping
# says: of them are in history
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


# %% wrong: restores_at_the_end
# fails: train-with-validation-test-stopping
# says: fit restores weights: leave that to the keeper
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad, best_state = 0, copy.deepcopy(model.state_dict())
        else:
            bad += 1
        if bad >= patience:
            break
    model.load_state_dict(best_state)
    return history


# %% wrong: trains_a_copy
# fails: train-with-validation-test-history
# says: update should get the model that is trained, as it is after
# fails: train-with-validation-test-steps
# says: there are no gradients when the optimizer steps: where is
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model = copy.deepcopy(model).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: gradients_pile_up_in_epoch
# fails: train-with-validation-test-steps
# says: a step uses another gradient than that of its batch: is
# pitfall: 31
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        optimizer.zero_grad()
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: step_once_per_epoch
# fails: train-with-validation-test-steps
# says: steps of an optimizer expected, not
# fails: train-with-validation-test-learns
# says: % expected: is the learning rate far too small, or too
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            total += loss.item() * len(X)
            n += len(X)
        optimizer.step()
        optimizer.zero_grad()
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: skips_small_last_batch
# fails: train-with-validation-test-averages
# says: train_loss per image, over batches of
# fails: train-with-validation-test-modes
# says: batches after the epochs, not
# fails: train-with-validation-test-steps
# says: steps of an optimizer expected, not
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            if len(X) < train_loader.batch_size:
                continue
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: weights_only_no_biases
# fails: train-with-validation-test-steps
# says: the optimizer trains
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(
        [p for p in model.parameters() if p.ndim > 1] or model.parameters(), lr=0.002
    )
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: two_optimizers
# fails: train-with-validation-test-steps
# says: steps of an optimizer expected, not
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    *rest, last = model.parameters()
    optimizers = [torch.optim.Adam([last], lr=0.002)]
    if rest:
        optimizers.append(torch.optim.AdamW(rest, lr=0.002))
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            model.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            for optimizer in optimizers:
                optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: label_smoothing
# fails: train-with-validation-test-averages
# says: train_loss per image, over batches of
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y, label_smoothing=0.1)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: history_of_tensors
# fails: train-with-validation-test-history
# says: floats alone hold no graph: see .item
# pitfall: 33
def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += F.cross_entropy(logits, y) * len(X)
                good += (logits.argmax(dim=1) == y).sum()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% wrong: optimizer_on_global_device
# fails: train-with-validation-test-device
# says: device is meta; (weights, images) are on
DEVICE = device


def fit(model, train_loader, val_loader, keeper, max_epochs, patience, device):
    """Train with validation and early stopping; return history."""
    model.to(DEVICE)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    bad = 0
    for epoch in range(1, max_epochs + 1):
        model.train()
        total, n = 0.0, 0
        for X, y in train_loader:
            X, y = X.to(DEVICE), y.to(DEVICE)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(X)
            n += len(X)
        train_loss = total / n
        model.eval()
        total, good, n = 0.0, 0, 0
        with torch.no_grad():
            for X, y in val_loader:
                X, y = X.to(DEVICE), y.to(DEVICE)
                logits = model(X)
                total += F.cross_entropy(logits, y).item() * len(X)
                good += (logits.argmax(dim=1) == y).sum().item()
                n += len(X)
        val_loss, val_accuracy = total / n, good / n
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if keeper.update(epoch, val_loss, model):
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            break
    return history


# %% equivalent: optimizer = torch.optim.AdamW(model.parameters(), lr=0.002, weight_decay=0.01) => optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.01)
# reason: showing progress is free, and so are learning rate and weight decay as long as it learns


# %% equivalent: optimizer = torch.optim.AdamW(model.parameters(), lr=0.002, weight_decay=0.01) => optimizer = torch.optim.AdamW(model.parameters(), lr=0.002)
# reason: showing progress is free, and so are learning rate and weight decay as long as it learns


# %% equivalent: optimizer = torch.optim.AdamW(model.parameters(), lr=0.002, weight_decay=0.01) => optimizer = torch.optim.AdamW(model.parameters(), lr=0.002, weight_decay=1.01)
# reason: showing progress is free, and so are learning rate and weight decay as long as it learns


# %% equivalent: optimizer = torch.optim.AdamW(model.parameters(), lr=0.002, weight_decay=0.01) => optimizer = torch.optim.AdamW(model.parameters(), lr=0.002, weight_decay=0.0)
# reason: showing progress is free, and so are learning rate and weight decay as long as it learns


# %% equivalent: show_progress(epoch, max_epochs, val_loss) => pass
# reason: showing progress is free, and so are learning rate and weight decay as long as it learns


# %% equivalent: show_progress(epoch, max_epochs, val_loss) => show_progress(max_epochs, epoch, val_loss)
# reason: showing progress is free, and so are learning rate and weight decay as long as it learns
