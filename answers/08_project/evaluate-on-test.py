"""Answers to evaluate-on-test."""


# %% right: bincount
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [(module, module.training) for module in model.modules()]
    model.to(device).eval()
    counts = torch.zeros(num_classes * num_classes, dtype=torch.int64)
    try:
        with torch.no_grad():
            for X, y in loader:
                X, y = X.to(device), y.to(device)
                cells = y * num_classes + model(X).argmax(dim=1)
                counts += torch.bincount(cells, minlength=num_classes**2).cpu()
    finally:
        for module, mode in modes:
            module.training = mode
    confusion = counts.reshape(num_classes, num_classes)
    right = confusion.diagonal()
    return {
        "accuracy": right.sum().item() / confusion.sum().item(),
        "confusion": confusion,
        "recall": right / confusion.sum(dim=1),
    }


# %% right: index_put_on_device
@torch.inference_mode()
def _count(model, loader, num_classes, device):
    table = torch.zeros(num_classes, num_classes, dtype=torch.long, device=device)
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        one = torch.ones_like(y)
        table.index_put_((y, model(X).argmax(-1)), one, accumulate=True)
    return table.cpu()


def evaluate_on_test(model, loader, num_classes, device):
    """Count on the device; divide at the end."""
    model.to(device)
    before = {name: module.training for name, module in model.named_modules()}
    model.eval()
    confusion = _count(model, loader, num_classes, device).clone()
    for name, module in model.named_modules():
        module.training = before[name]
    images = confusion.sum(1)
    recall = torch.full((num_classes,), math.nan)
    there = images > 0
    recall[there] = confusion.diag()[there].float() / images[there].float()
    return dict(
        accuracy=float(confusion.trace()) / int(images.sum()),
        confusion=confusion,
        recall=recall,
    )


# %% right: python_loops
def evaluate_on_test(model, loader, num_classes, device):
    """Count with lists, as on paper."""
    was = [m.training for m in model.modules()]
    model = model.to(device)
    model.eval()
    table = [[0] * num_classes for _ in range(num_classes)]
    right = total = 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        with torch.no_grad():
            logits = model(X)
        for true, predicted in zip(
            y.tolist(), logits.max(dim=1).indices.tolist(), strict=True
        ):
            table[true][predicted] += 1
            right += true == predicted
            total += 1
    for m, mode in zip(model.modules(), was, strict=True):
        m.training = mode
    recall = [
        row[i] / sum(row) if sum(row) else float("nan") for i, row in enumerate(table)
    ]
    return {
        "accuracy": right / total,
        "confusion": torch.tensor(table, dtype=torch.int64),
        "recall": torch.tensor(recall, dtype=torch.float32),
    }


# %% right: sklearn_metrics
def evaluate_on_test(model, loader, num_classes, device):
    """Let scikit-learn count."""
    from sklearn.metrics import confusion_matrix

    model.to(device)
    modes = [m.training for m in model.modules()]
    model.eval()
    truth, guesses = [], []
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            guesses.append(model(X).argmax(dim=1).cpu().numpy())
            truth.append(y.cpu().numpy())
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    truth, guesses = np.concatenate(truth), np.concatenate(guesses)
    table = confusion_matrix(truth, guesses, labels=np.arange(num_classes))
    with np.errstate(invalid="ignore"):
        recall = table.diagonal() / table.sum(axis=1)
    return {
        "accuracy": float((truth == guesses).mean()),
        "confusion": torch.from_numpy(table.astype(np.int64)),
        "recall": torch.from_numpy(recall.astype(np.float32)),
    }


# %% right: one_hot_product
def evaluate_on_test(model, loader, num_classes, device):
    """The confusion matrix is a product of two one-hot matrices."""
    model.to(device)
    modes = {m: m.training for m in model.modules()}
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            truth = F.one_hot(y.cpu(), num_classes)
            confusion += truth.T @ F.one_hot(y_hat.cpu(), num_classes)
    for m, mode in modes.items():
        m.training = mode
    recall = (confusion.diag().double() / confusion.sum(dim=1)).float()
    return {
        "accuracy": (confusion.trace() / confusion.sum()).item(),
        "confusion": confusion,
        "recall": recall,
    }


# %% right: context_manager_scatter_add
from contextlib import contextmanager


@contextmanager
def evaluation(model):
    """Evaluation mode without gradients inside; all modes as before outside."""
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            yield model
    finally:
        for m, mode in modes:
            m.training = mode


def evaluate_on_test(model: nn.Module, loader, num_classes: int, device) -> dict:
    """Gather predictions in one pass, then count by scatter_add_."""
    model.to(device)
    with evaluation(model):
        pairs = [
            torch.stack([y.to(device), model(X.to(device)).argmax(dim=1)])
            for X, y in loader
        ]
    truth, predicted = torch.cat(pairs, dim=1).cpu()
    flat = torch.zeros(num_classes**2, dtype=torch.int64)
    flat.scatter_add_(0, truth * num_classes + predicted, torch.ones_like(truth))
    confusion = flat.view(num_classes, num_classes)
    return {
        "accuracy": (truth == predicted).sum().item() / len(truth),
        "confusion": confusion,
        "recall": confusion.diagonal().div(confusion.sum(dim=1)),
    }


# %% right: counter_of_pairs
def evaluate_on_test(model, loader, num_classes, device):
    """Count pairs with a Counter."""
    from collections import Counter

    model.to(device)
    training = [m for m in model.modules() if m.training]
    model.eval()

    def pairs():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            with torch.inference_mode():
                scores = model(X)
            yield from zip(y.tolist(), scores.argmax(dim=1).tolist(), strict=True)

    counted = Counter(pairs())
    for m in training:
        m.training = True
    confusion = torch.zeros((num_classes,) * 2, dtype=torch.int64)
    for (i, j), n in counted.items():
        confusion[i, j] = n
    right = sum(n for (i, j), n in counted.items() if i == j)
    recall = torch.empty(num_classes)
    for i in range(num_classes):
        images = int(confusion[i].sum())
        recall[i] = counted[i, i] / images if images else torch.nan
    return {
        "accuracy": right / counted.total(),
        "confusion": confusion,
        "recall": recall,
    }


# %% right: sparse_tensor
class Evaluation(dict):
    """A dictionary that fills itself."""

    def __init__(self, truth, predicted, num_classes):
        hits = torch.ones(len(truth), dtype=torch.int64)
        places = torch.stack([truth, predicted])
        table = torch.sparse_coo_tensor(
            places, hits, (num_classes, num_classes)
        ).to_dense()
        recall = [
            table[k, k].item() / n if n else math.nan
            for k, n in enumerate(table.sum(1).tolist())
        ]
        super().__init__(
            accuracy=truth.eq(predicted).double().mean().item(),
            confusion=table,
            recall=torch.tensor(recall),
        )


def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    model.to(device)
    modes = [m.training for m in model.modules()]
    grad = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    truth, predicted = [], []
    try:
        model.eval()
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            truth += y.tolist()
            predicted += model(X).argmax(dim=1).tolist()
    finally:
        torch.set_grad_enabled(grad)
        for m, mode in zip(model.modules(), modes, strict=True):
            m.training = mode
    return Evaluation(torch.tensor(truth), torch.tensor(predicted), num_classes)


# %% wrong: transposed
# fails: evaluate-on-test-test-confusion
# says: rows and columns are swapped: the row is the true class
# pitfall: 58
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion.T,
        "recall": right / images,
    }


# %% wrong: precision_for_recall
# fails: evaluate-on-test-test-recall
# says: divide by the number of true images of the class
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=0)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: accuracy_mean_of_batches
# fails: evaluate-on-test-test-accuracy
# says: images are right, in batches of
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    shares = []
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            shares.append((y_hat == y).float().mean().item())
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": sum(shares) / len(shares),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: accuracy_mean_of_recalls
# fails: evaluate-on-test-test-accuracy
# says: images are right, in batches of
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": (right / images).nanmean().item(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: accuracy_as_tensor
# fails: evaluate-on-test-test-accuracy
# says: accuracy is a Tensor, not a Python float
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum() / images.sum(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: accuracy_in_percent
# fails: evaluate-on-test-test-accuracy
# says: images are right, in batches of
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": 100 * right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: total_from_loader
# fails: evaluate-on-test-test-accuracy
# says: images are right, in batches of
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / (len(loader) * loader.batch_size),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: recall_zero_for_empty_class
# fails: evaluate-on-test-test-recall
# says: has no image: its recall is nan, not
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images.clamp(min=1),
    }


# %% wrong: recall_of_all_images
# fails: evaluate-on-test-test-recall
# says: divide by the number of true images of the class
# pitfall: 59
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images.sum(),
    }


# %% wrong: recall_float64
# fails: evaluate-on-test-test-recall
# says: recall should be a tensor
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right.double() / images,
    }


# %% wrong: recall_list
# fails: evaluate-on-test-test-recall
# says: recall should be a tensor
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": (right / images).tolist(),
    }


# %% wrong: recall_without_empty_classes
# fails: evaluate-on-test-test-recall
# says: recall should be a tensor
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": (right / images)[images > 0],
    }


# %% wrong: confusion_float
# fails: evaluate-on-test-test-confusion
# says: confusion should be a tensor
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.float32)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: classes_from_labels
# fails: evaluate-on-test-test-recall
# says: recall should be a tensor
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    used = int(torch.nonzero(confusion).max()) + 1
    confusion = confusion[:used, :used]
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: duplicates_lost
# fails: evaluate-on-test-test-accuracy
# says: are right, accuracy is
# fails: evaluate-on-test-test-confusion
# says: predicted
# fails: evaluate-on-test-test-recall
# says: fresh data: recall should be
# fails: evaluate-on-test-test-project
# says: the matrix counts
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            confusion[y.cpu(), y_hat.cpu()] += 1
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: last_batch_only
# fails: evaluate-on-test-test-accuracy
# says: images are right, in batches of
# fails: evaluate-on-test-test-confusion
# says: predicted
# fails: evaluate-on-test-test-recall
# says: fresh data: recall should be
# fails: evaluate-on-test-test-project
# says: the matrix counts
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion = counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: counts_kept_between_calls
# fails: evaluate-on-test-test-confusion
# says: predicted
# fails: evaluate-on-test-test-recall
# says: divide by the number of true images of the class
TABLES = {}


def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = TABLES.setdefault(
        num_classes, torch.zeros(num_classes, num_classes, dtype=torch.int64)
    )
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: two_passes
# fails: evaluate-on-test-test-modes
# says: images, and the model saw
# fails: evaluate-on-test-test-project
# says: test images: one pass over each
# pitfall: 57
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    model.eval()
    with torch.no_grad():
        hits = [
            (model(X.to(device)).argmax(dim=1) == y.to(device)).float()
            for X, y in loader
        ]
    accuracy = torch.cat(hits).mean().item()
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": accuracy,
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: peeks_at_first_batch
# fails: evaluate-on-test-test-project
# says: test images: one pass over each
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    X, y = next(iter(loader))
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: reads_the_dataset
# fails: evaluate-on-test-test-project
# says: test images: one pass over each
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader.dataset:
            X, y = X[None].to(device), torch.as_tensor(y)[None].to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: squeezes_the_batch
# fails: evaluate-on-test-test-accuracy
# fails: evaluate-on-test-test-recall
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    model.eval()
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).squeeze().argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% wrong: training_mode
# fails: evaluate-on-test-test-modes
# says: the model evaluates in training mode: eval() comes first
def evaluate_on_test(model, loader, num_classes, device):
    """Return accuracy, confusion (rows: truth) and recall per class."""
    modes = [m.training for m in model.modules()]
    model.to(device)
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            y_hat = model(X).argmax(dim=1)
            cells = y * num_classes + y_hat
            counts = torch.bincount(cells, minlength=num_classes**2).cpu()
            confusion += counts.view(num_classes, num_classes)
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    right, images = confusion.diagonal(), confusion.sum(dim=1)
    return {
        "accuracy": right.sum().item() / images.sum().item(),
        "confusion": confusion,
        "recall": right / images,
    }


# %% equivalent: model.to(device).eval() => model.eval()
# reason: the same on a CPU, where nothing needs to move; a division of integers gives floats


# %% equivalent: y_hat = model(X.to(device)).argmax(dim=1).cpu() => y_hat = model(X.to(device)).argmax(dim=1)
# reason: the same on a CPU, where nothing needs to move; a division of integers gives floats


# %% equivalent: y_hat = model(X.to(device)).argmax(dim=1).cpu() => y_hat = model(X).argmax(dim=1).cpu()
# reason: the same on a CPU, where nothing needs to move; a division of integers gives floats


# %% equivalent: cells = y.cpu() * num_classes + y_hat => cells = y * num_classes + y_hat
# reason: the same on a CPU, where nothing needs to move; a division of integers gives floats


# %% equivalent: recall = right.float() / confusion.sum(dim=1) => recall = right / confusion.sum(dim=1)
# reason: the same on a CPU, where nothing needs to move; a division of integers gives floats
