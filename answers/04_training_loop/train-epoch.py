# Right and wrong answers to the exercise train-epoch of 04_training_loop.


# %% right: clears_after_step
def train_epoch(model, loss_fn, optimizer, loader):
    model.train(True)
    losses, sizes = [], []
    for X, y in loader:
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        losses.append(loss.item())
        sizes.append(X.shape[0])
    return sum(a * n for a, n in zip(losses, sizes)) / sum(sizes)


# %% right: closure
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    total = seen = 0
    for X, y in loader:

        def closure():
            model.zero_grad()
            loss = loss_fn(model(X), y)
            loss.backward()
            return loss

        total += float(optimizer.step(closure)) * y.size(0)
        seen += y.size(0)
    return total / seen


# %% right: grads_by_hand
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    parameters = list(model.parameters())
    total, n = 0.0, 0
    for batch in loader:
        X, y = batch
        loss = loss_fn(model(X), y)
        for p, g in zip(parameters, torch.autograd.grad(loss, parameters)):
            p.grad = g
        optimizer.step()
        total, n = total + loss.detach().item() * len(y), n + len(y)
    return total / n


# %% right: running_tensor_detached
def train_epoch(model, loss_fn, optimizer, loader):
    for module in model.modules():
        module.training = True
    total = 0
    count = 0
    for inputs, targets in loader:
        logits = model(inputs)
        loss = loss_fn(logits, targets)
        for p in model.parameters():
            p.grad = None
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(inputs)
        count += len(inputs)
    return (total / count).item()


# %% right: forward_called_by_name
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    running = []
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model.forward(X), y)
        loss.backward()
        optimizer.step()
        running += [loss.item()] * len(X)
    return sum(running) / len(running)


# %% wrong: never_clears
# fails: train-epoch-test-batches
# says: old gradients pile up
# fails: train-epoch-test-mean
# pitfall: 31
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    total, count = 0.0, 0
    for X, y in loader:
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
        count += len(X)
    return total / count


# %% wrong: clears_once_per_epoch
# fails: train-epoch-test-batches
# says: old gradients pile up
# pitfall: 31
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    optimizer.zero_grad()
    total, count = 0.0, 0
    for X, y in loader:
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
        count += len(X)
    return total / count


# %% wrong: clears_between_backward_and_step
# fails: train-epoch-test-batch
# says: no weight has moved
# fails: train-epoch-test-batches
# says: 1 that none was
# fails: train-epoch-test-mean
# pitfall: 31
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    total, count = 0.0, 0
    for X, y in loader:
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        total += loss.item() * len(X)
        count += len(X)
    return total / count


# %% wrong: steps_before_backward
# fails: train-epoch-test-batch
# says: does step come after backward
# fails: train-epoch-test-batches, train-epoch-test-mean
# pitfall: 31
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    total, count = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        optimizer.step()
        loss.backward()
        total += loss.item() * len(X)
        count += len(X)
    return total / count


# %% wrong: one_step_per_epoch
# fails: train-epoch-test-batches
# fails: train-epoch-test-mean
# pitfall: 31
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    optimizer.zero_grad()
    total, count = 0.0, 0
    for X, y in loader:
        loss = loss_fn(model(X), y)
        loss.backward()
        total += loss.item() * len(X)
        count += len(X)
    optimizer.step()
    return total / count


# %% wrong: mean_of_batch_means
# fails: train-epoch-test-mean
# says: 18.5 is the mean of the batch means
# pitfall: 32
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    losses = []
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


# %% wrong: returns_a_tensor
# fails: train-epoch-test-mean
# says: a loss tensor keeps its graph
# pitfall: 33
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    total, count = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss * len(X)
        count += len(X)
    return total / count


# %% wrong: sums_losses_by_sample_without_dividing
# fails: train-epoch-test-mean
# says: have the mean 40 / 5 = 8, got 40
# pitfall: 32
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    total = 0.0
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
    return total


# %% wrong: returns_the_last_batch
# fails: train-epoch-test-mean
# says: 36 the last batch
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
    return loss.item()


# %% wrong: loss_after_the_step
# fails: train-epoch-test-mode
# says: 3 passes in train mode
# fails: train-epoch-test-mean
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    total, count = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
        total += loss_fn(model(X), y).item() * len(X)
        count += len(X)
    return total / count


# %% wrong: keeps_the_mode_it_finds
# fails: train-epoch-test-mode
# says: where it arrived with False
# pitfall: 35
def train_epoch(model, loss_fn, optimizer, loader):
    total, count = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
        count += len(X)
    return total / count


# %% wrong: sets_train_mode_at_the_end
# fails: train-epoch-test-mode
# says: 3 passes in train mode
# pitfall: 35
def train_epoch(model, loss_fn, optimizer, loader):
    total, count = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
        count += len(X)
    model.train()
    return total / count


# %% wrong: trains_in_eval_mode
# fails: train-epoch-test-mode
# says: where it arrived with True
# pitfall: 35
def train_epoch(model, loss_fn, optimizer, loader):
    model.eval()
    total, count = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
        count += len(X)
    return total / count


# %% wrong: stops_after_one_batch
# fails: train-epoch-test-batches
# says: 0.5 that one step was made
# fails: train-epoch-test-mean, train-epoch-test-mode
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    total, count = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
        count += len(X)
        return total / count


# %% wrong: own_optimizer
# fails: train-epoch-test-batch, train-epoch-test-batches, train-epoch-test-mean
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    total, count = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
        count += len(X)
    return total / count


# %% wrong: divides_by_the_dataset
# fails: train-epoch-test-batch, train-epoch-test-batches, train-epoch-test-mean, train-epoch-test-mode
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    total = 0.0
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
    return total / len(loader.dataset)


# %% wrong: returns_nothing
# fails: train-epoch-test-mean
# says: return a Python float, not NoneType
def train_epoch(model, loss_fn, optimizer, loader):
    model.train()
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
    print(loss.item())


# %% wrong: train_flag_top_only
# fails: train-epoch-test-mode
# says: where it arrived with False
def train_epoch(model, loss_fn, optimizer, loader):
    """Train model for one epoch; return the mean loss per sample, a float."""
    model.training = True
    total, count = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
        count += len(X)
    return total / count
