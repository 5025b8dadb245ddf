# Right and wrong answers to the exercise standardise-layer of 03_nn_module.


# %% right: cloned_buffers
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean.clone())
        self.register_buffer("std", std.detach().clone(), persistent=True)

    def forward(self, x):
        return x.sub(self.mean).div(self.std)


# %% right: buffer_class
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.mean = nn.Buffer(mean)
        self.std = nn.Buffer(std)

    def forward(self, x):
        return torch.div(x - self.mean, self.std)


# %% right: loop_over_names
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        for name, value in {"mean": mean, "std": std}.items():
            self.register_buffer(name, value)

    def forward(self, x):
        z = x.clone()
        z -= self.mean
        z /= self.std
        return z


# %% right: row_by_row
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", torch.as_tensor(mean))
        self.register_buffer("std", torch.as_tensor(std))

    def forward(self, x):
        return torch.stack([(row - self.mean) / self.std for row in x])


# %% right: annotated
class Standardise(nn.Module):
    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, mean, std):
        super(Standardise, self).__init__()
        self.register_buffer("std", std)
        self.register_buffer("mean", mean)

    def forward(self, x):
        mean, std = self.mean.expand_as(x), self.std.expand_as(x)
        return (x - mean) / std


# %% wrong: plain_attributes
# fails: standardise-layer-test-travels
# says: a plain attribute is neither saved nor moved
# pitfall: 23
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.mean = mean
        self.std = std

    def forward(self, x):
        return (x - self.mean) / self.std


# %% wrong: moved_to_the_input_by_hand
# fails: standardise-layer-test-travels
# says: it holds []
# pitfall: 23
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.mean, self.std = mean, std

    def forward(self, x):
        return (x - self.mean.to(x)) / self.std.to(x)


# %% wrong: buffers_that_are_not_saved
# fails: standardise-layer-test-travels
# says: state_dict() should hold mean and std
# pitfall: 23
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean, persistent=False)
        self.register_buffer("std", std, persistent=False)

    def forward(self, x):
        return (x - self.mean) / self.std


# %% wrong: one_buffer_forgotten
# fails: standardise-layer-test-travels
# says: it holds ['mean']
# pitfall: 23
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.std = std

    def forward(self, x):
        return (x - self.mean) / self.std


# %% wrong: parameters
# fails: standardise-layer-test-values
# says: an optimizer would find ['mean', 'std']
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.mean = nn.Parameter(mean)
        self.std = nn.Parameter(std)

    def forward(self, x):
        return (x - self.mean) / self.std


# %% wrong: frozen_parameters
# fails: standardise-layer-test-values
# says: they are no parameters
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.mean = nn.Parameter(mean, requires_grad=False)
        self.std = nn.Parameter(std, requires_grad=False)

    def forward(self, x):
        return (x - self.mean) / self.std


# %% wrong: statistics_of_the_batch
# fails: standardise-layer-test-values
# says: subtract the given mean
# fails: standardise-layer-test-travels
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)

    def forward(self, x):
        return (x - x.mean(dim=0)) / x.std(dim=0)


# %% wrong: batch_norm
# fails: standardise-layer-test-values
# says: an optimizer would find
# fails: standardise-layer-test-travels
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.norm = nn.BatchNorm1d(len(mean))

    def forward(self, x):
        return self.norm(x)


# %% wrong: in_place
# fails: standardise-layer-test-values
# says: the caller's x was changed
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)

    def forward(self, x):
        x -= self.mean
        x /= self.std
        return x


# %% wrong: multiplies
# fails: standardise-layer-test-values
# says: then divide by the given std
# fails: standardise-layer-test-travels
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)

    def forward(self, x):
        return (x - self.mean) * self.std


# %% wrong: divides_the_mean_alone
# fails: standardise-layer-test-values
# says: subtract the given mean
# fails: standardise-layer-test-travels
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)

    def forward(self, x):
        return x - self.mean / self.std


# %% wrong: in_train_mode_alone
# fails: standardise-layer-test-values
# says: in train and eval mode
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)

    def forward(self, x):
        return (x - self.mean) / self.std if self.training else x


# %% wrong: stored_as_one_table
# fails: standardise-layer-test-travels
# says: it holds ['statistics']
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("statistics", torch.stack([mean, std]))

    def forward(self, x):
        return (x - self.statistics[0]) / self.statistics[1]


# %% wrong: result_always_float32
# fails: standardise-layer-test-travels
# says: a torch.float64 layer gave torch.float32
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)

    def forward(self, x):
        return ((x - self.mean) / self.std).float()


# %% wrong: forgets_return
# fails: standardise-layer-test-values
# says: not NoneType
# fails: standardise-layer-test-travels
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)

    def forward(self, x):
        x = (x - self.mean) / self.std


# %% wrong: row_buffers
# fails: standardise-layer-test-travels
# says: mean': (torch.float
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean.unsqueeze(0))
        self.register_buffer("std", std.unsqueeze(0))

    def forward(self, x):
        return (x - self.mean) / self.std


# %% wrong: clamped_std
# fails: standardise-layer-test-travels
# says: divide by std as it is, a small one too: got
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean.clone())
        self.register_buffer("std", std.clone())

    def forward(self, x):
        return (x - self.mean) / self.std.clamp(min=1e-3)


# %% wrong: x_float
# fails: standardise-layer-test-travels
# says: in torch.float
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean.clone())
        self.register_buffer("std", std.clone())

    def forward(self, x):
        return (x.float() - self.mean) / self.std


# %% wrong: stored_double
# fails: standardise-layer-test-travels
# says: layer gave torch.float
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean.double())
        self.register_buffer("std", std.double())

    def forward(self, x):
        return (x - self.mean) / self.std


# %% wrong: no_grad
# fails: standardise-layer-test-travels
# says: the gradient to x is cut off: no detach, no no_grad
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean.clone())
        self.register_buffer("std", std.clone())

    def forward(self, x):
        with torch.no_grad():
            return (x - self.mean) / self.std


# %% wrong: detached
# fails: standardise-layer-test-travels
# says: the gradient to x is cut off: no detach, no no_grad
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean.clone())
        self.register_buffer("std", std.clone())

    def forward(self, x):
        return (x.detach() - self.mean) / self.std
