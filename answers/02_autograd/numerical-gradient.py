# Right and wrong answers to the exercise numerical-gradient of 02_autograd.


# %% right: one_copy_restored
def numerical_gradient(f, x):
    x = x.double().clone().contiguous()
    flat = x.view(-1)
    slopes = []
    for i in range(len(flat)):
        old = flat[i].item()
        h = 1e-5 * max(1, abs(old))
        flat[i] = old + h
        above = f(x).item()
        flat[i] = old - h
        below = f(x).item()
        flat[i] = old
        slopes.append((above - below) / (2 * h))
    return torch.tensor(slopes, dtype=torch.float64).reshape(x.shape)


# %% right: rows_of_a_diagonal
def numerical_gradient(f, x):
    x64 = x.to(torch.float64)
    h = 1e-5 * x64.abs().clamp(min=1.0)
    steps = torch.diag(h.flatten()).reshape(-1, *x.shape)
    slopes = [f(x64 + step) - f(x64 - step) for step in steps]
    return torch.stack(slopes).reshape(x.shape) / (2 * h)


# %% right: every_index
def numerical_gradient(f, x):
    import itertools

    out = torch.zeros_like(x, dtype=torch.float64)
    for index in itertools.product(*map(range, x.shape)):
        up, down = x.double().clone(), x.double().clone()
        h = 1e-5 * max(1.0, abs(float(x[index])))
        up[index] += h
        down[index] -= h
        out[index] = (f(up) - f(down)) / (2 * h)
    return out


# %% right: through_numpy
def numerical_gradient(f, x):
    import numpy as np

    array = x.numpy().astype(np.float64)
    out = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        h = 1e-5 * max(1.0, abs(array[index]))
        values = []
        for sign in (1, -1):
            moved = array.copy()
            moved[index] += sign * h
            values.append(float(f(torch.from_numpy(moved))))
        out[index] = (values[0] - values[1]) / (2 * h)
    return torch.tensor(out, dtype=torch.float64)


# %% right: under_no_grad_with_where
@torch.no_grad()
def numerical_gradient(f, x):
    x = x.double()
    place = torch.arange(x.numel()).reshape(x.shape)
    out = torch.zeros(x.shape, dtype=torch.float64)
    h = 1e-5 * torch.maximum(torch.ones_like(x), x.abs())
    for i in range(x.numel()):
        here = place == i
        rise = f(torch.where(here, x + h, x)) - f(torch.where(here, x - h, x))
        out = torch.where(here, rise / (2 * h), out)
    return out


# %% wrong: float_thirty_two
# fails: numerical-gradient-test-shape
# says: expected dtype float64
# fails: numerical-gradient-test-accuracy
# says: compute in float64
# pitfall: 20
def numerical_gradient(f, x):
    out = torch.zeros(x.shape, dtype=x.dtype)
    for i in range(x.numel()):
        h = 1e-5 * max(1.0, x.reshape(-1)[i].abs().item())
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[i] = h
        step = step.reshape(x.shape)
        out.view(-1)[i] = (f(x + step) - f(x - step)) / (2 * h)
    return out


# %% wrong: converted_at_the_end
# fails: numerical-gradient-test-shape
# says: f wants float64 tensors
# fails: numerical-gradient-test-accuracy
# says: compute in float64
# pitfall: 20
def numerical_gradient(f, x):
    out = torch.zeros(x.shape, dtype=torch.float64)
    for i in range(x.numel()):
        h = 1e-5 * max(1.0, x.reshape(-1)[i].abs().item())
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[i] = h
        step = step.reshape(x.shape)
        out.view(-1)[i] = ((f(x + step) - f(x - step)) / (2 * h)).double()
    return out


# %% wrong: one_step_for_all
# fails: numerical-gradient-test-accuracy
# says: an h of its own
# pitfall: 20
def numerical_gradient(f, x):
    h = 1e-5
    slopes = []
    for i in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=torch.float64)
        step[i] = h
        step = step.reshape(x.shape)
        slopes.append((f(x.double() + step) - f(x.double() - step)) / (2 * h))
    return torch.stack(slopes).reshape(x.shape)


# %% wrong: step_from_the_largest
# fails: numerical-gradient-test-accuracy
# says: an h of its own
# pitfall: 20
def numerical_gradient(f, x):
    h = 1e-5 * max(1.0, x.abs().max().item())
    slopes = []
    for i in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=torch.float64)
        step[i] = h
        step = step.reshape(x.shape)
        slopes.append((f(x.double() + step) - f(x.double() - step)) / (2 * h))
    return torch.stack(slopes).reshape(x.shape)


# %% wrong: one_sided
# fails: numerical-gradient-test-accuracy
# says: step to both sides
def numerical_gradient(f, x):
    x = x.double()
    h = 1e-5 * x.abs().clamp_min(1.0)
    steps = torch.diag(h.flatten()).reshape(-1, *x.shape)
    slopes = [f(x + step) - f(x) for step in steps]
    return torch.stack(slopes).reshape(x.shape) / h


# %% wrong: divided_by_h
# fails: numerical-gradient-test-values
# says: divide by 2h
# fails: numerical-gradient-test-accuracy
def numerical_gradient(f, x):
    x = x.double()
    h = 1e-5 * x.abs().clamp_min(1.0)
    steps = torch.diag(h.flatten()).reshape(-1, *x.shape)
    slopes = [f(x + step) - f(x - step) for step in steps]
    return torch.stack(slopes).reshape(x.shape) / h


# %% wrong: all_entries_at_once
# fails: numerical-gradient-test-shape
# says: the result ()
# fails: numerical-gradient-test-values, numerical-gradient-test-accuracy
def numerical_gradient(f, x):
    x = x.double()
    h = 1e-5 * x.abs().clamp_min(1.0)
    return (f(x + h) - f(x - h)) / (2 * h.max())


# %% wrong: flat_input
# fails: numerical-gradient-test-shape
# says: it was given
# fails: numerical-gradient-test-values
# fails: numerical-gradient-test-accuracy
def numerical_gradient(f, x):
    flat = x.double().flatten()
    h = 1e-5 * flat.abs().clamp_min(1.0)
    slopes = [f(flat + step) - f(flat - step) for step in torch.diag(h)]
    return (torch.stack(slopes) / (2 * h)).reshape(x.shape)


# %% wrong: flat_result
# fails: numerical-gradient-test-shape
# says: x has shape ()
# fails: numerical-gradient-test-values
# fails: numerical-gradient-test-accuracy
def numerical_gradient(f, x):
    x = x.double()
    h = 1e-5 * x.abs().clamp_min(1.0)
    steps = torch.diag(h.flatten()).reshape(-1, *x.shape)
    slopes = [f(x + step) - f(x - step) for step in steps]
    return torch.stack(slopes) / (2 * h.flatten())


# %% wrong: writes_into_a_copy
# fails: numerical-gradient-test-values
# says: a transposed table keeps its order
def numerical_gradient(f, x):
    x = x.double().clone()
    flat = x.reshape(-1)
    slopes = []
    for i in range(len(flat)):
        old = flat[i].item()
        h = 1e-5 * max(1, abs(old))
        flat[i] = old + h
        above = f(x).item()
        flat[i] = old - h
        below = f(x).item()
        flat[i] = old
        slopes.append((above - below) / (2 * h))
    return torch.tensor(slopes, dtype=torch.float64).reshape(x.shape)


# %% wrong: caller_left_moved
# fails: numerical-gradient-test-values
# says: changed the caller's x
def numerical_gradient(f, x):
    x = x.double()
    flat = x.reshape(-1)
    out = torch.zeros(x.shape, dtype=torch.float64)
    for i in range(x.numel()):
        h = 1e-5 * max(1.0, flat[i].abs().item())
        flat[i] += h
        above = f(x).item()
        flat[i] -= 2 * h
        out.view(-1)[i] = (above - f(x).item()) / (2 * h)
    return out


# %% wrong: with_autograd
# fails: numerical-gradient-test-accuracy
# says: does not require grad
def numerical_gradient(f, x):
    x = x.detach().double().clone().requires_grad_()
    f(x).backward()
    return x.grad


# %% wrong: a_list
# fails: numerical-gradient-test-shape
# says: return a tensor, not list
# fails: numerical-gradient-test-values, numerical-gradient-test-accuracy
def numerical_gradient(f, x):
    x = x.double()
    h = 1e-5 * x.abs().clamp_min(1.0)
    steps = torch.diag(h.flatten()).reshape(-1, *x.shape)
    return [((f(x + s) - f(x - s)) / (2 * s.sum())).item() for s in steps]


# %% wrong: vectors_alone
# fails: numerical-gradient-test-shape
# says: 0-d tensor
# fails: numerical-gradient-test-values, numerical-gradient-test-accuracy
def numerical_gradient(f, x):
    x = x.double()
    out = torch.zeros(x.shape, dtype=torch.float64)
    for i in range(len(x)):
        h = 1e-5 * max(1.0, x[i].abs().max().item())
        step = torch.zeros_like(x)
        step[i] = h
        out[i] = (f(x + step) - f(x - step)) / (2 * h)
    return out


# %% wrong: never_restored
# fails: numerical-gradient-test-values
# says: put each back before the next
def numerical_gradient(f, x):
    x = x.double().clone().contiguous()
    out = torch.zeros(x.shape, dtype=torch.float64)
    for i in range(x.numel()):
        old = x.view(-1)[i].item()
        h = 1e-5 * max(1.0, abs(old))
        x.view(-1)[i] = old + h
        above = f(x).item()
        x.view(-1)[i] = old - h
        out.view(-1)[i] = (above - f(x).item()) / (2 * h)
    return out


# %% wrong: old_is_a_view
# fails: numerical-gradient-test-values
# says: x[i] is a view
# fails: numerical-gradient-test-accuracy
def numerical_gradient(f, x):
    moved = x.double().contiguous().clone()
    flat = moved.view(-1)
    out = torch.zeros(x.shape, dtype=torch.float64)
    for i in range(x.numel()):
        old = flat[i]
        h = 1e-5 * max(1.0, old.abs().item())
        flat[i] = old + h
        above = f(moved).item()
        flat[i] = old - h
        below = f(moved).item()
        flat[i] = old
        out.view(-1)[i] = (above - below) / (2 * h)
    return out


# %% equivalent: h = 1e-05 * max(1.0, x.reshape(-1)[i].abs().item()) => h = 1e-05 * max(x.reshape(-1)[i].abs().item(), 1.0)
# reason: the larger of two numbers, in either order

# %% equivalent: h = 1e-05 * max(1.0, x.reshape(-1)[i].abs().item()) => h = 1e-05 * max(2.0, x.reshape(-1)[i].abs().item())
# reason: a step twice as long is as good, within the tolerance that any step needs

# %% equivalent: h = 1e-05 * max(1.0, x.reshape(-1)[i].abs().item()) => h = 1e-05 * max(1.0, x.reshape(-1)[i].abs())
# reason: max and the arithmetic take a tensor of shape () for a number
