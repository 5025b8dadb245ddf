# Right and wrong answers to the exercise evaluate of 04_training_loop.


# %% right: inference_mode
def evaluate(model, loss_fn, loader):
    mode = model.training
    model.train(False)
    with torch.inference_mode():
        pairs = [(model(X), y) for X, y in loader]
        n = sum(len(y) for _, y in pairs)
        loss = sum(float(loss_fn(z, y)) * len(y) for z, y in pairs) / n
        accuracy = sum(int((z.argmax(1) == y).sum()) for z, y in pairs) / n
    model.train(mode)
    return loss, accuracy


# %% right: everything_at_once
def evaluate(model, loss_fn, loader):
    was = model.training
    model.eval()
    with torch.no_grad():
        outputs, labels = zip(*[(model(X), y) for X, y in loader])
        logits, y = torch.cat(outputs), torch.cat(labels)
        result = (
            loss_fn(logits, y).item(),
            (logits.max(1).indices == y).float().mean().item(),
        )
    if was:
        model.train()
    return result


# %% right: decorated
@torch.no_grad()
def evaluate(model, loss_fn, loader):
    training = model.training
    model.eval()
    total, hits, count = 0.0, 0, 0
    try:
        for X, y in loader:
            logits = model(X)
            total += loss_fn(logits, y).item() * y.numel()
            hits += torch.eq(logits.argmax(-1), y).sum().item()
            count += y.numel()
    finally:
        model.train(training)
    return total / count, hits / count


# %% right: each_module_restored
def evaluate(model, loss_fn, loader):
    modes = {module: module.training for module in model.modules()}
    recording = torch.is_grad_enabled()
    model.eval()
    torch.set_grad_enabled(False)
    losses, rights = [], []
    for X, y in loader:
        logits = model(X)
        losses += [loss_fn(logits, y).item()] * len(y)
        rights += (logits.argmax(dim=1) == y).tolist()
    torch.set_grad_enabled(recording)
    for module, mode in modes.items():
        module.training = mode
    return sum(losses) / len(losses), sum(rights) / len(rights)


# %% right: on_a_copy
def evaluate(model, loss_fn, loader):
    clone = copy.deepcopy(model).eval()
    loss = hits = count = 0
    with torch.set_grad_enabled(False):
        for X, y in loader:
            out = clone(X)
            loss += loss_fn(out, y) * len(X)
            hits += (out.argmax(dim=1) == y).sum()
            count += len(X)
    return (loss / count).item(), hits.item() / count


# %% wrong: mean_of_batch_means
# fails: evaluate-test-values
# says: 4.347 averages batches
# pitfall: 32
def evaluate(model, loss_fn, loader):
    was = model.training
    model.eval()
    losses, rights = [], []
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            losses.append(loss_fn(logits, y).item())
            rights.append((logits.argmax(1) == y).float().mean().item())
    model.train(was)
    return sum(losses) / len(losses), sum(rights) / len(rights)


# %% wrong: accuracy_averaged_over_batches
# fails: evaluate-test-values
# says: 4 of 5 right is 0.8, got 0.5
# pitfall: 32
def evaluate(model, loss_fn, loader):
    was = model.training
    model.eval()
    loss, count, rights = 0.0, 0, []
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            loss += loss_fn(logits, y).item() * len(X)
            count += len(X)
            rights.append((logits.argmax(1) == y).float().mean().item())
    model.train(was)
    return loss / count, sum(rights) / len(rights)


# %% wrong: eval_stops_gradients
# fails: evaluate-test-gradients
# says: eval() stops none
# pitfall: 34
def evaluate(model, loss_fn, loader):
    was = model.training
    model.eval()
    loss, hits, count = 0.0, 0, 0
    for X, y in loader:
        logits = model(X)
        loss += loss_fn(logits, y).item() * len(X)
        hits += (logits.argmax(1) == y).sum().item()
        count += len(X)
    model.train(was)
    return loss / count, hits / count


# %% wrong: no_grad_freezes_statistics
# fails: evaluate-test-mode
# says: no_grad is not eval()
# pitfall: 34
def evaluate(model, loss_fn, loader):
    loss, hits, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            loss += loss_fn(logits, y).item() * len(X)
            hits += (logits.argmax(1) == y).sum().item()
            count += len(X)
    return loss / count, hits / count


# %% wrong: leaves_eval_mode
# fails: evaluate-test-mode
# says: training was True, you left it as [False, False, False]
# pitfall: 35
def evaluate(model, loss_fn, loader):
    model.eval()
    loss, hits, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            loss += loss_fn(logits, y).item() * len(X)
            hits += (logits.argmax(1) == y).sum().item()
            count += len(X)
    return loss / count, hits / count


# %% wrong: always_back_to_train
# fails: evaluate-test-mode
# says: training was False, you left it as [True, True, True]
# pitfall: 35
def evaluate(model, loss_fn, loader):
    model.eval()
    loss, hits, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            loss += loss_fn(logits, y).item() * len(X)
            hits += (logits.argmax(1) == y).sum().item()
            count += len(X)
    model.train()
    return loss / count, hits / count


# %% wrong: restores_one_flag_alone
# fails: evaluate-test-mode
# says: you left it as [True, False, False]
# pitfall: 35
def evaluate(model, loss_fn, loader):
    was = model.training
    model.eval()
    loss, hits, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            loss += loss_fn(logits, y).item() * len(X)
            hits += (logits.argmax(1) == y).sum().item()
            count += len(X)
    model.training = was
    return loss / count, hits / count


# %% wrong: clears_gradients
# fails: evaluate-test-gradients
# says: evaluation needs no zero_grad
def evaluate(model, loss_fn, loader):
    was = model.training
    model.eval()
    model.zero_grad()
    loss, hits, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            loss += loss_fn(logits, y).item() * len(X)
            hits += (logits.argmax(1) == y).sum().item()
            count += len(X)
    model.train(was)
    return loss / count, hits / count


# %% wrong: freezes_the_parameters
# fails: evaluate-test-gradients
# pitfall: 34
def evaluate(model, loss_fn, loader):
    was = model.training
    model.eval().requires_grad_(False)
    loss, hits, count = 0.0, 0, 0
    for X, y in loader:
        logits = model(X)
        loss += loss_fn(logits, y).item() * len(X)
        hits += (logits.argmax(1) == y).sum().item()
        count += len(X)
    model.train(was)
    return loss / count, hits / count


# %% wrong: turns_recording_on
# fails: evaluate-test-gradients
# says: recording was False before the call, True after it
def evaluate(model, loss_fn, loader):
    was = model.training
    model.eval()
    torch.set_grad_enabled(False)
    loss, hits, count = 0.0, 0, 0
    for X, y in loader:
        logits = model(X)
        loss += loss_fn(logits, y).item() * len(X)
        hits += (logits.argmax(1) == y).sum().item()
        count += len(X)
    torch.set_grad_enabled(True)
    model.train(was)
    return loss / count, hits / count


# %% wrong: returns_tensors
# fails: evaluate-test-values
# says: return two Python floats, not ['Tensor', 'Tensor']
def evaluate(model, loss_fn, loader):
    was = model.training
    model.eval()
    loss, hits, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            loss += loss_fn(logits, y) * len(X)
            hits += (logits.argmax(1) == y).sum()
            count += len(X)
    model.train(was)
    return loss / count, hits / count


# %% wrong: accuracy_first
# fails: evaluate-test-values
# says: have the mean 2.155, got 0.8
def evaluate(model, loss_fn, loader):
    was = model.training
    model.eval()
    loss, hits, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            loss += loss_fn(logits, y).item() * len(X)
            hits += (logits.argmax(1) == y).sum().item()
            count += len(X)
    model.train(was)
    return hits / count, loss / count


# %% wrong: per_cent
# fails: evaluate-test-values
# says: 4 of 5 right is 0.8, got 80
def evaluate(model, loss_fn, loader):
    was = model.training
    model.eval()
    loss, hits, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            loss += loss_fn(logits, y).item() * len(X)
            hits += (logits.argmax(1) == y).sum().item()
            count += len(X)
    model.train(was)
    return loss / count, 100 * hits / count


# %% wrong: returns_nothing
# fails: evaluate-test-values
# says: return (loss, accuracy), not None
def evaluate(model, loss_fn, loader):
    was = model.training
    model.eval()
    with torch.no_grad():
        for X, y in loader:
            print(loss_fn(model(X), y).item())
    model.train(was)


# %% wrong: restores_direct_children_only
# fails: evaluate-test-mode
# says: training was True, you left it as
def evaluate(model, loss_fn, loader):
    """Return the mean loss per sample and the accuracy, two floats."""
    modes = [(m, m.training) for m in [model, *model.children()]]
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            total += loss_fn(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    for m, mode in modes:
        m.training = mode
    return total / count, correct / count


# %% wrong: eval_children_only
# fails: evaluate-test-mode
# says: False, False, True, False, False, True
def evaluate(model, loss_fn, loader):
    """Return the mean loss per sample and the accuracy, two floats."""
    modes = [(m, m.training) for m in model.modules()]
    for child in model.children():
        child.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            total += loss_fn(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    for m, mode in modes:
        m.training = mode
    return total / count, correct / count


# %% wrong: requires_grad_always_on
# fails: evaluate-test-gradients
# says: you froze or thawed parameters
def evaluate(model, loss_fn, loader):
    """Return the mean loss per sample and the accuracy, two floats."""
    modes = [(m, m.training) for m in model.modules()]
    model.requires_grad_(False)
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            total += loss_fn(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    for m, mode in modes:
        m.training = mode
    model.requires_grad_(True)
    return total / count, correct / count


# %% wrong: resets_statistics
# fails: evaluate-test-mode
# says: running means moved from
def evaluate(model, loss_fn, loader):
    """Return the mean loss per sample and the accuracy, two floats."""
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            total += loss_fn(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    for m, mode in modes:
        m.training = mode
    for m in model.modules():
        if hasattr(m, "reset_running_stats"):
            m.reset_running_stats()
    return total / count, correct / count


# %% wrong: always_cross_entropy
# fails: evaluate-test-values
# says: use the loss_fn given
def evaluate(model, loss_fn, loader):
    """Return the mean loss per sample and the accuracy, two floats."""
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            total += nn.CrossEntropyLoss()(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    for m, mode in modes:
        m.training = mode
    return total / count, correct / count
