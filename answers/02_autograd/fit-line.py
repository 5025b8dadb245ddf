# Right and wrong answers to the exercise fit-line of 02_autograd.


# %% right: zero_in_place
def fit_line(X, y, lr, steps):
    w, b = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    history = []
    for step in range(steps):
        if step > 0:
            w.grad.zero_()
            b.grad.zero_()
        loss = torch.nn.functional.mse_loss(X * w + b, y)
        history.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w.sub_(lr * w.grad)
            b.sub_(lr * b.grad)
    return w, b, history


# %% right: with_an_optimizer
def fit_line(X, y, lr, steps):
    w, b = torch.nn.Parameter(torch.zeros(1)), torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([w, b], lr=lr)
    history = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (X * w + b - y).pow(2).mean()
        loss.backward()
        optimizer.step()
        history.append(float(loss))
    return w, b, history


# %% right: gradients_by_formula
def fit_line(X, y, lr, steps):
    w, b, history = torch.zeros(1), torch.zeros(1), []
    for _ in range(steps):
        e = X * w + b - y
        history.append((e**2).mean().item())
        w = w - lr * 2 * (e * X).mean()
        b = b - lr * 2 * e.mean()
    return w.requires_grad_(), b.requires_grad_(), history


# %% right: autograd_grad
def fit_line(X, y, lr, steps):
    params = [torch.zeros(1, requires_grad=True) for _ in range(2)]
    history = []
    for _ in range(steps):
        w, b = params
        loss = ((y - b - w * X) ** 2).sum() / len(X)
        gradients = torch.autograd.grad(loss, params)
        history += [loss.item()]
        with torch.no_grad():
            for p, gradient in zip(params, gradients, strict=True):
                p -= lr * gradient
    return [*params, history]


# %% right: new_leaves_each_step
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    while len(history) < steps:
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss.detach().item())
        w = (w - lr * w.grad).detach().requires_grad_()
        b = (b - lr * b.grad).detach().requires_grad_()
    return w, b, history


# %% right: through_data
def fit_line(X, y, lr, steps):
    w = torch.tensor([0.0], requires_grad=True)
    b = torch.tensor([0.0], requires_grad=True)
    history = []
    for _ in range(steps):
        w.grad, b.grad = None, None
        loss = torch.square(X * w + b - y).mean()
        loss.backward()
        w.data -= lr * w.grad
        b.data -= lr * b.grad
        history.append(loss.item())
    return w, b, history


# %% wrong: never_cleared
# fails: fit-line-test-steps
# says: clear w.grad and b.grad
# fails: fit-line-test-learns
# says: 200 steps should find
# pitfall: 11
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss.item())
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
    return w, b, history


# %% wrong: one_cleared
# fails: fit-line-test-steps
# says: clear w.grad and b.grad
# fails: fit-line-test-learns
# pitfall: 11
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss.item())
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad.zero_()
    return w, b, history


# %% wrong: new_tensor_recorded
# fails: fit-line-test-form
# says: w = w - … makes a new w
# fails: fit-line-test-steps, fit-line-test-learns
# pitfall: 12
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss.item())
        w = w - lr * w.grad
        b = b - lr * b.grad
    return w, b, history


# %% wrong: new_tensor_without_record
# fails: fit-line-test-form
# says: no leaf or one without gradients
# fails: fit-line-test-first
# fails: fit-line-test-steps, fit-line-test-learns
# pitfall: 12
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss.item())
        with torch.no_grad():
            w = w - lr * w.grad
            b = b - lr * b.grad
        w.grad.zero_()
        b.grad.zero_()
    return w, b, history


# %% wrong: formula_without_leaves
# fails: fit-line-test-form
# says: leaves that require grad
# pitfall: 12
def fit_line(X, y, lr, steps):
    w, b, history = torch.zeros(1), torch.zeros(1), []
    for _ in range(steps):
        e = X * w + b - y
        history.append((e**2).mean().item())
        w = w - lr * 2 * (e * X).mean()
        b = b - lr * 2 * e.mean()
    return w, b, history


# %% wrong: history_of_tensors
# fails: fit-line-test-form
# says: want 3 floats in history
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss)
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad = b.grad = None
    return w, b, history


# %% wrong: returns_numbers
# fails: fit-line-test-form
# says: w or b is no tensor
# fails: fit-line-test-first, fit-line-test-steps, fit-line-test-learns
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss.item())
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad = b.grad = None
    return w.item(), b.item(), history


# %% wrong: uphill
# fails: fit-line-test-first
# says: go against their gradients
# fails: fit-line-test-steps, fit-line-test-learns
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss.item())
        with torch.no_grad():
            w += lr * w.grad
            b += lr * b.grad
        w.grad = b.grad = None
    return w, b, history


# %% wrong: sum_of_squares
# fails: fit-line-test-first
# says: a mean, before the update
# fails: fit-line-test-steps, fit-line-test-learns
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).sum()
        loss.backward()
        history.append(loss.item())
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad = b.grad = None
    return w, b, history


# %% wrong: loss_after_the_update
# fails: fit-line-test-first
# says: before the update
# fails: fit-line-test-steps
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
            history.append(((X * w + b - y) ** 2).mean().item())
        w.grad = b.grad = None
    return w, b, history


# %% wrong: random_start
# fails: fit-line-test-first
# says: the first loss should be 30
# fails: fit-line-test-steps
def fit_line(X, y, lr, steps):
    w = torch.randn(1, generator=torch.Generator().manual_seed(0)).requires_grad_()
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss.item())
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad = b.grad = None
    return w, b, history


# %% wrong: seed_in_constants
# fails: fit-line-test-form
# says: want 3 floats
# fails: fit-line-test-first
# says: one step should give one loss
# fails: fit-line-test-steps
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(100):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss.item())
        with torch.no_grad():
            w -= 0.1 * w.grad
            b -= 0.1 * b.grad
        w.grad = b.grad = None
    return w, b, history


# %% wrong: cleared_before_the_update
# fails: fit-line-test-first
# says: got (0.0, 0.0)
# fails: fit-line-test-steps, fit-line-test-learns
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss.item())
        w.grad.zero_()
        b.grad.zero_()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
    return w, b, history


# %% wrong: without_dimensions
# fails: fit-line-test-form
# says: want a float32 (1,)
def fit_line(X, y, lr, steps):
    w = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss.item())
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad = b.grad = None
    return w, b, history


# %% wrong: no_return
# fails: fit-line-test-form
# says: return w, b and history
# fails: fit-line-test-first, fit-line-test-steps, fit-line-test-learns
# says: nothing came back
def fit_line(X, y, lr, steps):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad = b.grad = None
    print(w, b)


# %% wrong: x_turned_trainable
# fails: fit-line-test-steps
# says: X or y requires gradients now
def fit_line(X, y, lr, steps):
    X.requires_grad_()
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        history.append(loss.item())
        dw, db = torch.autograd.grad(loss, (w, b))
        with torch.no_grad():
            w -= lr * dw
            b -= lr * db
    return w, b, history


# %% wrong: requires_grad_forgotten
# fails: fit-line-test-form
# says: make w and b with requires_grad=True
# fails: fit-line-test-first, fit-line-test-steps, fit-line-test-learns
def fit_line(X, y, lr, steps):
    w, b, history = torch.zeros(1), torch.zeros(1), []
    for _ in range(steps):
        loss = ((X * w + b - y) ** 2).mean()
        loss.backward()
        history.append(loss.item())
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad = b.grad = None
    return w, b, history
