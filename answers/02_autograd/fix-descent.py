# Right and wrong answers to the exercise fix-descent of 02_autograd.


# %% right: zero_before_backward
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        for p in (w, b):
            if p.grad is not None:
                p.grad.zero_()
        loss = ((X * w + b - y) ** 2).mean() + decay * (w**2).sum()
        history.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for p in (w, b):
                p -= lr * p.grad
    return history


# %% right: autograd_grad
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * w.square().sum()
        history.append(loss.item())
        dw, db = torch.autograd.grad(loss, [w, b])
        with torch.no_grad():
            w.sub_(dw, alpha=lr)
            b.sub_(db, alpha=lr)
    return history


# %% right: gradients_by_formula
@torch.no_grad()
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        e = X * w + b - y
        history.append(float((e**2).mean() + decay * w**2))
        w.sub_(lr * (2 * (e * X).mean() + 2 * decay * w))
        b.sub_(lr * 2 * e.mean())
    return history


# %% right: with_an_optimizer
def descend(w, b, X, y, lr, decay, steps):
    optimizer = torch.optim.SGD([w, b], lr=lr)
    history = []
    for _ in range(steps):
        loss = torch.nn.functional.mse_loss(X * w + b, y) + decay * w.pow(2).sum()
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history


# %% right: copy_into
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        w.grad, b.grad = None, None
        loss = ((X * w + b - y) ** 2).mean() + (decay * w * w).sum()
        history.append(loss.detach().item())
        loss.backward()
        with torch.no_grad():
            w.copy_(w - lr * w.grad)
            b.copy_(b - lr * b.grad)
    return history


# %% right: update_through_data
def descend(w, b, X, y, lr, decay, steps):
    history = []
    w.grad = b.grad = None
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * (w**2).sum()
        history.append(loss.item())
        loss.backward()
        w.data = w.data - lr * w.grad
        b.data = b.data - lr * b.grad
        w.grad = b.grad = None
    return history


# %% wrong: never_cleared
# fails: fix-descent-test-drift
# says: clear both before each backward
# pitfall: 11
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * (w**2).sum()
        history.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
    return history


# %% wrong: only_w_cleared
# fails: fix-descent-test-drift
# says: .grad was None before
# pitfall: 11
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * (w**2).sum()
        history.append(loss.item())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
    return history


# %% wrong: cleared_after_alone
# fails: fix-descent-test-drift
# says: .grad was 50.0 before
# pitfall: 11
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * (w**2).sum()
        history.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad = b.grad = None
    return history


# %% wrong: new_w_still
# fails: fix-descent-test-caller
# says: gives the name to a new tensor
# pitfall: 12
def descend(w, b, X, y, lr, decay, steps):
    history = []
    w.grad = None
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * (w**2).sum()
        history.append(loss.item())
        b.grad = None
        loss.backward()
        w = (w - lr * w.grad).detach().requires_grad_()
        with torch.no_grad():
            b -= lr * b.grad
    return history


# %% wrong: both_new
# fails: fix-descent-test-caller
# says: should be (1.3, 0.8), got (0.0, 0.0)
# pitfall: 12
def descend(w, b, X, y, lr, decay, steps):
    history = []
    w.grad = b.grad = None
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * (w**2).sum()
        history.append(loss.item())
        loss.backward()
        w = (w - lr * w.grad).detach().requires_grad_()
        b = (b - lr * b.grad).detach().requires_grad_()
    return history


# %% wrong: new_without_record
# fails: fix-descent-test-caller, fix-descent-test-drift, fix-descent-test-penalty
# pitfall: 12
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * (w**2).sum()
        history.append(loss.item())
        w.grad = b.grad = None
        loss.backward()
        with torch.no_grad():
            w = w - lr * w.grad
            b = b - lr * b.grad
    return history


# %% wrong: penalty_still_data
# fails: fix-descent-test-penalty
# says: has a value, but no gradient
# pitfall: 13
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * (w.data**2).sum()
        history.append(loss.item())
        w.grad = b.grad = None
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
    return history


# %% wrong: penalty_detached
# fails: fix-descent-test-penalty
# says: A term with .data or detach()
# pitfall: 13
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * w.detach().square().sum()
        history.append(loss.item())
        w.grad = b.grad = None
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
    return history


# %% wrong: penalty_dropped
# fails: fix-descent-test-penalty
# says: the loss is 1 + 0.5
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        history.append(loss.item())
        w.grad = b.grad = None
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
    return history


# %% wrong: everything_through_data
# fails: fix-descent-test-caller, fix-descent-test-drift, fix-descent-test-penalty
# says: does not require grad
# pitfall: 13
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        loss = ((X * w.data + b.data - y) ** 2).mean() + decay * (w.data**2).sum()
        history.append(loss.item())
        w.grad = b.grad = None
        loss.backward()
        w.data -= lr * w.grad
        b.data -= lr * b.grad
    return history


# %% wrong: penalty_by_hand_without_its_two
# fails: fix-descent-test-penalty
# says: +2 from decay
# pitfall: 13
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * (w.data**2).sum()
        history.append(loss.item())
        w.grad = b.grad = None
        loss.backward()
        with torch.no_grad():
            w -= lr * (w.grad + decay * w)
            b -= lr * b.grad
    return history


# %% wrong: losses_as_tensors
# fails: fix-descent-test-caller
# says: want one float
def descend(w, b, X, y, lr, decay, steps):
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * (w**2).sum()
        history.append(loss.detach())
        w.grad = b.grad = None
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
    return history


# %% wrong: no_return
# fails: fix-descent-test-caller
# says: return a list, not NoneType
# fails: fix-descent-test-drift, fix-descent-test-penalty
# says: losses, got None
def descend(w, b, X, y, lr, decay, steps):
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean() + decay * (w**2).sum()
        w.grad = b.grad = None
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad


# %% equivalent: loss = ((X * w + b - y) ** 2).mean() + decay * (w ** 2).sum() => loss = ((X * w + b - y) ** 2).mean() + decay * w ** 2
# reason: w has one entry, and item and backward take shape (1,) as well as ()
