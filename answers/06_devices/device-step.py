# Right and wrong answers to the exercise device-step of 06_devices.


# %% right: clears_after_step
def train_on(model, loss_fn, make_optimizer, batches, device):
    model = model.to(device)
    optimizer = make_optimizer(model.parameters())
    model.zero_grad()
    losses = []
    for X, y in batches:
        loss = loss_fn(model(X.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses += [loss.detach()]
    return optimizer, losses


# %% right: closure
def train_on(model, loss_fn, make_optimizer, batches, device):
    optimizer = make_optimizer(model.to(device).parameters())

    def one(X, y):
        def closure():
            optimizer.zero_grad()
            loss = loss_fn(model(X), y)
            loss.backward()
            return loss

        return optimizer.step(closure).detach()

    losses = [one(*(part.to(device) for part in batch)) for batch in batches]
    return optimizer, losses


# %% right: zeros_filled
def train_on(model, loss_fn, make_optimizer, batches, device):
    for module in [model]:
        module.to(torch.device(device))
    optimizer = make_optimizer(list(model.parameters()))
    losses = []
    for batch in batches:
        X, y = [t.to(device, non_blocking=True) for t in batch]
        optimizer.zero_grad(set_to_none=False)
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            losses.append(loss.clone())
    return optimizer, losses


# %% right: moves_all_batches_first
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    there = [(X.to(device), y.to(device)) for X, y in batches]
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in there:
        for p in model.parameters():
            p.grad = None
        y_hat = model(X)
        loss = loss_fn(y_hat, y)
        losses.append(loss.detach())
        loss.backward()
        optimizer.step()
    return (optimizer, losses)


# %% right: with_grads_by_hand
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    weights = list(model.parameters())
    optimizer, losses = make_optimizer(weights), []
    for X, y in batches:
        X = X.to(device)
        y = y.to(device)
        loss = loss_fn(model(X), y)
        for w, g in zip(weights, torch.autograd.grad(loss, weights)):
            w.grad = g
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: optimizer_before_the_move
# fails: device-step-test-optimizer
# says: its parameters were on ['cpu', 'cpu']: move first
# pitfall: 48
def train_on(model, loss_fn, make_optimizer, batches, device):
    optimizer = make_optimizer(model.parameters())
    model.to(device)
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: result_of_to_ignored
# fails: device-step-test-places
# says: what was left behind
# pitfall: 47
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X.to(device)
        y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: forgets_the_targets
# fails: device-step-test-places
# says: is not on the expected device
# pitfall: 47
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X = X.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: forgets_the_model
# fails: device-step-test-places
# says: is not on the expected device
# fails: device-step-test-optimizer
# pitfall: 47
def train_on(model, loss_fn, make_optimizer, batches, device):
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: items
# fails: device-step-test-steps
# says: losses are ['float']
# fails: device-step-test-places, device-step-test-optimizer
# pitfall: 47
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return optimizer, losses


# %% wrong: losses_fetched_to_the_cpu
# fails: device-step-test-places
# says: Cannot copy out of meta tensor
# fails: device-step-test-optimizer
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach().cpu())
    return optimizer, losses


# %% wrong: keeps_the_graph
# fails: device-step-test-steps
# says: still holds its graph
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return optimizer, losses


# %% wrong: never_clears
# fails: device-step-test-steps
# says: steps halve w =
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: loss_after_the_step
# fails: device-step-test-steps
# says: each before its step?
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
        with torch.no_grad():
            losses.append(loss_fn(model(X), y))
    return optimizer, losses


# %% wrong: an_optimizer_per_batch
# fails: device-step-test-optimizer
# says: called 2 times
# pitfall: 48
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    losses = []
    for X, y in batches:
        optimizer = make_optimizer(model.parameters())
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: returns_the_losses_alone
# fails: device-step-test-steps
# says: expected a pair
# fails: device-step-test-places, device-step-test-optimizer
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return losses


# %% wrong: trains_a_copy
# fails: device-step-test-steps
# fails: device-step-test-places
# says: parameters of the model
# fails: device-step-test-optimizer
import copy


def train_on(model, loss_fn, make_optimizer, batches, device):
    model = copy.deepcopy(model).to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: one_batch_alone
# fails: device-step-test-steps
# says: batches, losses are
# fails: device-step-test-places
# says: losses on meta, no dimensions; got
# fails: device-step-test-optimizer
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        return optimizer, losses


# %% wrong: stacked
# fails: device-step-test-steps
# says: expected a pair of an optimizer and a list, not (SGD
# fails: device-step-test-optimizer
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, torch.stack(losses)


# %% wrong: half_a_device
# fails: device-step-test-places, device-step-test-optimizer
def train_on(model, loss_fn, make_optimizer, batches, device):
    if torch.cuda.is_available():
        device = "cuda"
    elif torch.backends.mps.is_available():
        device = "mps"
    else:
        device = "cpu"
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: targets_first
# fails: device-step-test-steps
# says: the prediction comes first
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(y, model(X))
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: changes_the_mode
# fails: device-step-test-steps
# says: leave the model's mode as it is
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.train()
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: zero_after_step_only
# fails: device-step-test-steps
# says: steps halve w =
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: eval_afterwards
# fails: device-step-test-steps
# says: leave the model's mode as it is
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    model.eval()
    return optimizer, losses


# %% wrong: optimizer_per_batch_lazy_first_missing
# fails: device-step-test-optimizer
# says: without batches, make_optimizer was called
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    losses, optimizer = [], None
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer = optimizer or make_optimizer(model.parameters())
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: targets_to_float
# fails: device-step-test-steps
# says: came to loss_fn as torch.float
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.float().to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: skips_if_there
# fails: device-step-test-places
# says: half of the model is there already: Tensor on device cpu is
def train_on(model, loss_fn, make_optimizer, batches, device):
    if next(model.parameters()).device.type != torch.device(device).type:
        model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: needs_len
# fails: device-step-test-places
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for i in range(len(batches)):
        X, y = batches[i]
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses


# %% wrong: prints_the_loss
# fails: device-step-test-places
# says: on meta your function says: Tensor.item() cannot be called
# fails: device-step-test-optimizer
# says: on meta: Tensor.item() cannot be called on meta tensors:
def train_on(model, loss_fn, make_optimizer, batches, device):
    model.to(device)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for X, y in batches:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        print(f"loss {float(loss):.3f}")
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return optimizer, losses
