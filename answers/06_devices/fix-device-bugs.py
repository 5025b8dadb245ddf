# Right and wrong answers to the exercise fix-device-bugs of 06_devices.


# %% right: repaired_line_by_line
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% right: made_on_the_device
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.scale = nn.Buffer(scale)

    def forward(self, X):
        ones = torch.ones_like(X[:, :1])
        return self.linear(torch.hstack([X / self.scale, ones]))


def one_step(model, X, y, device):
    model = model.to(device)
    optimizer = torch.optim.Adam(list(model.parameters()), lr=0.25)
    X = torch.tensor(X, dtype=torch.float32, device=device)
    y = torch.tensor(y, dtype=torch.float32, device=device)
    y_hat = model(X)
    loss = (y_hat - y).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% right: cast_in_numpy
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale.clone())

    def forward(self, X):
        Z = X / self.scale
        return self.linear(torch.cat([Z, torch.ones(Z.shape[0], 1).to(Z)], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    X, y = X.astype(np.float32), y.astype("float32")
    X, y = torch.from_numpy(X).to(device), torch.from_numpy(y).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    loss = nn.functional.mse_loss(model(X), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        return optimizer, loss.clone()


# %% right: to_with_dtype
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale.float())

    def forward(self, X):
        ones = X.new_full((X.size(0), 1), 1.0)
        return self.linear(torch.cat((X.div(self.scale), ones), 1))


def one_step(model, X, y, device):
    optimizer = torch.optim.Adam(model.to(device).parameters(), lr=0.25)
    X = torch.as_tensor(X).to(device, torch.float32)
    y = torch.as_tensor(y).to(device=device, dtype=torch.float32)
    loss = torch.mean((model(X) - y) ** 2)
    loss.backward()
    optimizer.step()
    return (optimizer, loss.detach())


# %% right: padded
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        return self.linear(nn.functional.pad(X / self.scale, (0, 1), value=1.0))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: plain_attribute
# fails: fix-device-bugs-test-model
# says: state_dict holds ['linear.bias', 'linear.weight']
# pitfall: 23
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.scale = scale

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: moved_in_forward
# fails: fix-device-bugs-test-model
# says: state_dict holds ['linear.bias', 'linear.weight']
# pitfall: 23
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.scale = scale

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale.to(X.device), ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: scale_is_learned
# fails: fix-device-bugs-test-model
# says: an optimizer finds ['linear.bias', 'linear.weight', 'scale']
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.scale = nn.Parameter(scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: buffer_that_is_not_saved
# fails: fix-device-bugs-test-model
# says: state_dict holds ['linear.bias', 'linear.weight']
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale, persistent=False)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: ones_on_the_cpu
# fails: fix-device-bugs-test-model
# says: Made in forward?
# pitfall: 47
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: multiplies
# fails: fix-device-bugs-test-model
# says: the last, are
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X * self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: to_ignored
# fails: fix-device-bugs-test-data
# says: one_step on meta: Tensor on device meta is not on the
# fails: fix-device-bugs-test-optimizer
# says: on meta: Tensor on device meta is not on the expected device
# pitfall: 47
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X, y = torch.from_numpy(X).float(), torch.from_numpy(y).float()
    X.to(device), y.to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: y_stays
# fails: fix-device-bugs-test-data
# says: is not on the expected device
# fails: fix-device-bugs-test-optimizer
# pitfall: 47
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float()
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: float64_targets
# fails: fix-device-bugs-test-float
# says: float64 reaches the device
# pitfall: 47
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: cast_after_the_move
# fails: fix-device-bugs-test-float
# says: float64 reaches the device
# pitfall: 47
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).to(device).float()
    y = torch.from_numpy(y).to(device).float()
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: model_in_float64
# fails: fix-device-bugs-test-float
# says: float64 reaches the device
# pitfall: 47
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.double().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).double().to(device)
    y = torch.from_numpy(y).double().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: optimizer_before_the_move
# fails: fix-device-bugs-test-optimizer
# says: trains tensors on ['cpu', 'cpu']
# pitfall: 48
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    model.to(device)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: stays_on_the_cpu
# fails: fix-device-bugs-test-data
# says: one_step on meta gives a loss on cpu
# fails: fix-device-bugs-test-float
# says: neither reaches the device as float
# fails: fix-device-bugs-test-optimizer
# says: the optimizer trains tensors on
# pitfall: 47
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float()
    y = torch.from_numpy(y).float()
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: fetches_the_loss
# fails: fix-device-bugs-test-data
# says: Tensor.item() cannot be called on meta tensors
# fails: fix-device-bugs-test-float, fix-device-bugs-test-optimizer
# pitfall: 47
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.item()


# %% wrong: fetches_the_loss_to_the_cpu
# fails: fix-device-bugs-test-data
# says: Cannot copy out of meta tensor
# fails: fix-device-bugs-test-optimizer
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach().cpu()


# %% wrong: keeps_the_graph
# fails: fix-device-bugs-test-data
# says: detached?
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss


# %% wrong: trains_a_copy
# fails: fix-device-bugs-test-data
# says: weights are [1.0, 1.0, 0.0]
# fails: fix-device-bugs-test-optimizer
import copy


class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model = copy.deepcopy(model).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: another_optimizer
# fails: fix-device-bugs-test-data
# fails: fix-device-bugs-test-optimizer
# says: expected Adam
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: summed
# fails: fix-device-bugs-test-data
# says: is 9, not 45
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale)

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X = torch.from_numpy(X).float().to(device)
    y = torch.from_numpy(y).float().to(device)
    loss = ((model(X) - y) ** 2).sum()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: y_flattened
# fails: fix-device-bugs-test-data
# says: (0 + 0 + 3²) / 3 is 3
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale.float())

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X, y = torch.from_numpy(X).float(), torch.from_numpy(y).float().flatten()
    X, y = X.to(device), y.to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: ones_first
# fails: fix-device-bugs-test-model
# says: the last, are
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale.float())

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([ones, X / self.scale], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X, y = torch.from_numpy(X).float(), torch.from_numpy(y).float()
    X, y = X.to(device), y.to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: three_columns_only
# fails: fix-device-bugs-test-model
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(4, 1)
        self.register_buffer("scale", scale.float())

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X, y = torch.from_numpy(X).float(), torch.from_numpy(y).float()
    X, y = X.to(device), y.to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: float64_only_cast
# fails: fix-device-bugs-test-float
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale.float())

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X, y = (a.astype(np.float32) if a.dtype == np.float64 else a for a in (X, y))
    X, y = torch.from_numpy(X).to(device), torch.from_numpy(y).to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.detach()


# %% wrong: loss_item
# fails: fix-device-bugs-test-data
# says: number asked for?
# fails: fix-device-bugs-test-float
# fails: fix-device-bugs-test-optimizer
# says: on meta: Tensor.item() cannot be called on meta tensors
class Scaled(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.linear = nn.Linear(len(scale) + 1, 1)
        self.register_buffer("scale", scale.float())

    def forward(self, X):
        ones = torch.ones(len(X), 1, device=X.device)
        return self.linear(torch.cat([X / self.scale, ones], dim=1))


def one_step(model, X, y, device):
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.25)
    X, y = torch.from_numpy(X).float(), torch.from_numpy(y).float()
    X, y = X.to(device), y.to(device)
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return optimizer, loss.item()
