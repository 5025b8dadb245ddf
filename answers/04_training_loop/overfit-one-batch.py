# Right and wrong answers to the exercise overfit-one-batch of 04_training_loop.


# %% right: train_mode
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return loss_fn(model(X), y).item() < 0.1


# %% right: clears_after_step
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    clone = copy.deepcopy(model)
    adam = torch.optim.Adam(list(clone.parameters()), lr)
    for step in range(steps):
        loss = loss_fn(clone(X), y)
        loss.backward()
        adam.step()
        adam.zero_grad()
    final = loss_fn(clone(X), y).item()
    if final < 0.1:
        return True
    return False


# %% right: closure
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)

    def closure():
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        return loss

    for _ in range(steps):
        optimizer.step(closure)
    return bool(loss_fn(model(X), y) < 0.1)


# %% right: trainable_alone
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    trainable = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(trainable, lr=lr)
    while steps > 0:
        model.zero_grad(set_to_none=False)
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        steps -= 1
    with torch.inference_mode():
        loss = loss_fn(model(X), y).item()
    return not math.isnan(loss) and loss < 0.1


# %% right: loss_at_both_ends
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    twin = copy.deepcopy(model)
    twin.zero_grad()
    optimizer = torch.optim.Adam(twin.parameters(), lr=lr)
    losses = []
    for _ in range(steps + 1):
        optimizer.zero_grad()
        loss = loss_fn(twin(X), y)
        losses.append(loss.item())
        if len(losses) <= steps:
            loss.backward()
            optimizer.step()
    return losses[-1] < 0.1


# %% wrong: a_falling_loss_is_enough
# fails: overfit-one-batch-test-sick
# says: it falls to 0.55 and sticks
# fails: overfit-one-batch-test-healthy
# says: use the lr given
# pitfall: 28, 37
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    first = loss_fn(model(X), y).item()
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
    return loss.item() < first


# %% wrong: not_above_the_limit
# fails: overfit-one-batch-test-sick
# says: the loss is nan
# pitfall: 37
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return not loss_fn(model(X), y).item() >= 0.1


# %% wrong: limit_that_softmax_reaches
# fails: overfit-one-batch-test-sick
# says: it falls to 0.55 and sticks
# pitfall: 28
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return loss_fn(model(X), y).item() < 0.6


# %% wrong: trains_the_model_itself
# fails: overfit-one-batch-test-healthy
# says: has changed: train a copy
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return loss_fn(model(X), y).item() < 0.1


# %% wrong: shallow_copy
# fails: overfit-one-batch-test-healthy
# says: has changed: train a copy
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.copy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return loss_fn(model(X), y).item() < 0.1


# %% wrong: always_true
# fails: overfit-one-batch-test-healthy
# says: steps=1
# fails: overfit-one-batch-test-sick
# says: you said True
# pitfall: 37
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    return True


# %% wrong: always_false
# fails: overfit-one-batch-test-healthy
# says: you said False
# fails: overfit-one-batch-test-sick
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    return False


# %% wrong: never_clears
# fails: overfit-one-batch-test-sick
# says: 30 step(s) of Adam
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        loss_fn(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return loss_fn(model(X), y).item() < 0.1


# %% wrong: loss_before_the_last_step
# fails: overfit-one-batch-test-sick
# says: 1 step(s) of Adam
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
    return loss.item() < 0.1


# %% wrong: optimizer_of_the_original
# fails: overfit-one-batch-test-healthy
# says: you said False
# fails: overfit-one-batch-test-sick
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    model = copy.deepcopy(model)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    return loss_fn(model(X), y).item() < 0.1


# %% wrong: steps_of_its_own
# fails: overfit-one-batch-test-healthy
# says: steps=1: one step
# fails: overfit-one-batch-test-sick
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(300):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return loss_fn(model(X), y).item() < 0.1


# %% wrong: rate_of_its_own
# fails: overfit-one-batch-test-healthy
# says: use the lr given
# fails: overfit-one-batch-test-sick
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return loss_fn(model(X), y).item() < 0.1


# %% wrong: loss_of_its_own
# fails: overfit-one-batch-test-healthy
# says: frozen parts stay, all others learn
# fails: overfit-one-batch-test-sick
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return nn.functional.cross_entropy(model(X), y).item() < 0.1


# %% wrong: returns_a_tensor
# fails: overfit-one-batch-test-healthy
# says: return True or False, not Tensor
# fails: overfit-one-batch-test-sick
# says: return True or False, not Tensor
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return loss_fn(model(X), y) < 0.1


# %% wrong: returns_the_loss
# fails: overfit-one-batch-test-healthy
# says: return True or False, not float
# fails: overfit-one-batch-test-sick
# says: return True or False, not float
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return loss_fn(model(X), y).item()


# %% wrong: leaves_gradients
# fails: overfit-one-batch-test-healthy
# says: mode or gradients have changed
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    original = model
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    loss_fn(original(X), y).backward()
    return loss_fn(model(X), y).item() < 0.1


# %% wrong: changes_the_mode
# fails: overfit-one-batch-test-healthy
# says: mode or gradients have changed
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model.train()
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return loss_fn(model(X), y).item() < 0.1


# %% wrong: plain_sgd
# fails: overfit-one-batch-test-healthy
# says: you said False
# fails: overfit-one-batch-test-sick
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    model = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return loss_fn(model(X), y).item() < 0.1


# %% wrong: clears_callers_gradients
# fails: overfit-one-batch-test-healthy
# says: the caller's gradients or mode are gone
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    """Return whether a copy of model can learn the batch (X, y) by heart."""
    model.zero_grad()
    student = copy.deepcopy(model)
    optimizer = torch.optim.Adam(student.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(student(X), y)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        loss = loss_fn(student(X), y)
    return loss.item() < 0.1


# %% wrong: leaves_caller_in_eval
# fails: overfit-one-batch-test-healthy
# says: the caller's gradients or mode are gone
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    """Return whether a copy of model can learn the batch (X, y) by heart."""
    student = copy.deepcopy(model)
    optimizer = torch.optim.Adam(student.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(student(X), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        loss = loss_fn(student(X), y)
    return loss.item() < 0.1


# %% wrong: adamw_default_decay
# fails: overfit-one-batch-test-sick
# says: loss w²: False, got True
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    """Return whether a copy of model can learn the batch (X, y) by heart."""
    student = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(student.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(student(X), y)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        loss = loss_fn(student(X), y)
    return loss.item() < 0.1


# %% wrong: lowest_loss_of_all
# fails: overfit-one-batch-test-sick
# says: loss w²: False, got True
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    """Return whether a copy of model can learn the batch (X, y) by heart."""
    student = copy.deepcopy(model)
    optimizer = torch.optim.Adam(student.parameters(), lr=lr)
    lowest = float("inf")
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(student(X), y)
        loss.backward()
        lowest = min(lowest, loss.item())
        optimizer.step()
    with torch.no_grad():
        loss = loss_fn(student(X), y)
    return min(lowest, loss.item()) < 0.1


# %% wrong: stops_early
# fails: overfit-one-batch-test-sick
# says: loss w²: False, got True
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    """Return whether a copy of model can learn the batch (X, y) by heart."""
    student = copy.deepcopy(model)
    optimizer = torch.optim.Adam(student.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(student(X), y)
        if loss.item() < 0.1:
            return True
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        loss = loss_fn(student(X), y)
    return loss.item() < 0.1


# %% wrong: mini_batches
# fails: overfit-one-batch-test-sick
# says: loss w²: True, got False
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    """Return whether a copy of model can learn the batch (X, y) by heart."""
    student = copy.deepcopy(model)
    optimizer = torch.optim.Adam(student.parameters(), lr=lr)
    for i in range(steps):
        rows = slice(4 * i % len(X), 4 * i % len(X) + 4)
        optimizer.zero_grad()
        loss = loss_fn(student(X[rows]), y[rows])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        loss = loss_fn(student(X), y)
    return loss.item() < 0.1


# %% wrong: first_rows_only
# fails: overfit-one-batch-test-sick
# says: loss w²: False, got True
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    """Return whether a copy of model can learn the batch (X, y) by heart."""
    X, y = X[:8], y[:8]
    student = copy.deepcopy(model)
    optimizer = torch.optim.Adam(student.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(student(X), y)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        loss = loss_fn(student(X), y)
    return loss.item() < 0.1


# %% wrong: new_adam_each_step
# fails: overfit-one-batch-test-sick
# says: loss w²: False, got True
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    """Return whether a copy of model can learn the batch (X, y) by heart."""
    student = copy.deepcopy(model)
    for _ in range(steps):
        optimizer = torch.optim.Adam(student.parameters(), lr=lr)
        optimizer.zero_grad()
        loss = loss_fn(student(X), y)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        loss = loss_fn(student(X), y)
    return loss.item() < 0.1


# %% wrong: unfreezes
# fails: overfit-one-batch-test-healthy
# says: frozen parts stay, all others learn: False, got True
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    """Return whether a copy of model can learn the batch (X, y) by heart."""
    student = copy.deepcopy(model)
    student.requires_grad_(True)
    optimizer = torch.optim.Adam(student.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(student(X), y)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        loss = loss_fn(student(X), y)
    return loss.item() < 0.1


# %% wrong: last_layer_only
# fails: overfit-one-batch-test-healthy
# says: frozen parts stay, all others learn: True, got False
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    """Return whether a copy of model can learn the batch (X, y) by heart."""
    student = copy.deepcopy(model)
    optimizer = torch.optim.Adam(list(student.parameters())[-2:], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(student(X), y)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        loss = loss_fn(student(X), y)
    return loss.item() < 0.1


# %% wrong: frozen_raises
# fails: overfit-one-batch-test-healthy
def overfits(model, loss_fn, X, y, steps=300, lr=0.01):
    """Return whether a copy of model can learn the batch (X, y) by heart."""
    student = copy.deepcopy(model)
    optimizer = torch.optim.Adam(student.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(student(X), y)
        loss.backward()
        assert all(p.grad is not None for p in student.parameters())
        optimizer.step()
    with torch.no_grad():
        loss = loss_fn(student(X), y)
    return loss.item() < 0.1


# %% equivalent: with torch.no_grad() => without it
# reason: recording the last loss changes neither its value nor the verdict

# %% equivalent: return loss_fn(model(X), y).item() < 0.1 => return loss_fn(model(X), y).item() <= 0.1
# reason: no float32 loss is exactly the double 0.1
