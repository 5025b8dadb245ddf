# Right and wrong answers to the exercise own-linear of 03_nn_module.


# %% right: init_uniform
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = 1 / in_features**0.5
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        self.bias = nn.Parameter(torch.empty(out_features))
        nn.init.uniform_(self.weight, -k, k)
        nn.init.uniform_(self.bias, -k, k)

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


# %% right: einsum_and_register
import math


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = 1 / math.sqrt(in_features)
        weight = torch.empty(out_features, in_features).uniform_(-k, k)
        self.register_parameter("weight", nn.Parameter(weight))
        bias = torch.empty(out_features).uniform_(-k, k)
        self.register_parameter("bias", nn.Parameter(bias))

    def forward(self, x):
        return torch.einsum("...i,oi->...o", x, self.weight) + self.bias


# %% right: borrowed_start
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        model = nn.Linear(in_features, out_features)
        self.weight, self.bias = model.weight, model.bias

    def forward(self, x):
        return torch.matmul(x, self.weight.t()).add(self.bias)


# %% right: filled_without_gradients
class MyLinear(nn.Module):
    def __init__(self, n, m):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(m, n))
        self.bias = nn.Parameter(torch.zeros(m))
        with torch.no_grad():
            for p in self.parameters():
                p.copy_((torch.rand(p.shape) - 0.5) * 2 / n**0.5)

    def forward(self, x):
        return (x[..., None, :] * self.weight).sum(dim=-1) + self.bias


# %% right: kaiming_uniform
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)
        k = in_features**-0.5
        self.bias = nn.Parameter(
            torch.distributions.Uniform(-k, k).sample([out_features])
        )

    def forward(self, x):
        flat = x.reshape(-1, x.shape[-1])
        y = torch.addmm(self.bias, flat, self.weight.mT)
        return y.reshape(*x.shape[:-1], -1)


# %% right: through_numpy
import numpy as np


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = 1 / np.sqrt(in_features)
        seed = int(torch.randint(2**31, (1,)))
        draw = np.random.default_rng(seed).uniform(
            -k, k, (out_features, in_features + 1)
        )
        draw = torch.tensor(draw, dtype=torch.float32)
        self.weight = nn.Parameter(draw[:, :-1])
        self.bias = nn.Parameter(draw[:, -1])

    def forward(self, x):
        return (self.weight @ x.unsqueeze(-1)).squeeze(-1) + self.bias


# %% wrong: parameter_cast
# fails: own-linear-test-parameters
# says: .to(...) on an nn.Parameter gives a plain tensor
# pitfall: 22
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        draw = torch.rand(out_features, in_features + 1, dtype=torch.float64)
        draw = draw * 2 * k - k
        self.weight = nn.Parameter(draw[:, 1:].clone()).to(torch.float32)
        self.bias = nn.Parameter(draw[:, 0].float())
        self.weight.retain_grad()

    def double(self):
        self.weight = self.weight.detach().double()
        return super().double()

    def forward(self, x):
        return x @ self.weight.T + self.bias


# %% wrong: parameter_times_k
# fails: own-linear-test-parameters
# says: it has {}
# fails: own-linear-test-forward
# pitfall: 22
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * 2 - 1) * k
        self.bias = nn.Parameter(torch.rand(out_features) * 2 - 1) * k

    def forward(self, x):
        return x @ self.weight.T + self.bias


# %% wrong: moved_to_the_device
# fails: own-linear-test-parameters
# says: MyLinear(4, 3) should register weight (3, 4)
# fails: own-linear-test-forward
# pitfall: 22
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        weight = torch.empty(out_features, in_features, dtype=torch.float64)
        bias = torch.empty(out_features, dtype=torch.float64)
        self.weight = nn.Parameter(weight.uniform_(-k, k)).to("cpu", torch.float32)
        self.bias = nn.Parameter(bias.uniform_(-k, k)).to("cpu", torch.float32)

    def forward(self, x):
        return x @ self.weight.T + self.bias


# %% wrong: tensors_with_gradients
# fails: own-linear-test-parameters
# says: it has {}
# fails: own-linear-test-forward
# says: a float64 layer gave torch.float32
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = torch.empty(out_features, in_features).uniform_(-k, k)
        self.bias = torch.empty(out_features).uniform_(-k, k)
        self.weight.requires_grad_()
        self.bias.requires_grad_()

    def forward(self, x):
        return x.to(self.weight.dtype) @ self.weight.T + self.bias


# %% wrong: weight_turned
# fails: own-linear-test-parameters
# says: it has {'weight': (4, 3), 'bias': (3,)}
# fails: own-linear-test-forward
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(torch.rand(in_features, out_features) * 2 * k - k)
        self.bias = nn.Parameter(torch.rand(out_features) * 2 * k - k)

    def forward(self, x):
        return x @ self.weight + self.bias


# %% wrong: starts_at_zero
# fails: own-linear-test-start
# says: two new layers have the same weight
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(out_features, in_features))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        return x @ self.weight.T + self.bias


# %% wrong: zero_bias
# fails: own-linear-test-start
# says: two new layers have the same bias
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * 2 * k - k)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        return x @ self.weight.T + self.bias


# %% wrong: bell_curve
# fails: own-linear-test-start
# says: with 100 inputs k is 0.1
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(torch.randn(out_features, in_features) * k)
        self.bias = nn.Parameter(torch.randn(out_features) * k)

    def forward(self, x):
        return x @ self.weight.T + self.bias


# %% wrong: positive_half
# fails: own-linear-test-start
# says: with 100 inputs k is 0.1
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * k)
        self.bias = nn.Parameter(torch.rand(out_features) * k)

    def forward(self, x):
        return x @ self.weight.T + self.bias


# %% wrong: k_from_the_outputs
# fails: own-linear-test-start
# says: with 100 inputs k is 0.1
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = out_features**-0.5
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * 2 * k - k)
        self.bias = nn.Parameter(torch.rand(out_features) * 2 * k - k)

    def forward(self, x):
        return x @ self.weight.T + self.bias


# %% wrong: wraps_the_real_one
# fails: own-linear-test-parameters
# says: it has {'inner.weight': (3, 4), 'inner.bias': (3,)}
# fails: own-linear-test-forward, own-linear-test-start
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.inner = nn.Linear(in_features, out_features)

    def forward(self, x):
        return self.inner(x)


# %% wrong: is_the_real_one
# fails: own-linear-test-parameters
# says: build it without nn.Linear
class MyLinear(nn.Linear):
    pass


# %% wrong: batches_alone
# fails: own-linear-test-forward
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * 2 * k - k)
        self.bias = nn.Parameter(torch.rand(out_features) * 2 * k - k)

    def forward(self, x):
        return torch.mm(x, self.weight.T) + self.bias


# %% wrong: forgets_the_bias
# fails: own-linear-test-forward
# says: not x @ W^T + b
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * 2 * k - k)
        self.bias = nn.Parameter(torch.rand(out_features) * 2 * k - k)

    def forward(self, x):
        return x @ self.weight.T


# %% wrong: computes_with_data
# fails: own-linear-test-forward
# says: compute with x, weight and bias themselves
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * 2 * k - k)
        self.bias = nn.Parameter(torch.rand(out_features) * 2 * k - k)

    def forward(self, x):
        return x @ self.weight.data.T + self.bias


# %% wrong: bias_does_not_learn
# fails: own-linear-test-parameters
# says: bias should learn
# fails: own-linear-test-forward
# says: wrong gradient of bias
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * 2 * k - k)
        bias = torch.rand(out_features) * 2 * k - k
        self.bias = nn.Parameter(bias, requires_grad=False)

    def forward(self, x):
        return x @ self.weight.T + self.bias


# %% wrong: drawn_anew_in_forward
# fails: own-linear-test-parameters, own-linear-test-forward, own-linear-test-start
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.shape = (out_features, in_features)

    def forward(self, x):
        k = self.shape[1] ** -0.5
        weight = nn.Parameter(torch.rand(self.shape) * 2 * k - k)
        return x @ weight.T + torch.rand(self.shape[0]) * 2 * k - k


# %% wrong: cuts_off_the_input
# fails: own-linear-test-forward
# says: wrong gradient of x
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(k * (2 * torch.rand(out_features, in_features) - 1))
        self.bias = nn.Parameter(k * (2 * torch.rand(out_features) - 1))

    def forward(self, x):
        return x.detach() @ self.weight.T + self.bias


# %% wrong: casts_the_input
# fails: own-linear-test-forward
# says: have the same dtype
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(k * (2 * torch.rand(out_features, in_features) - 1))
        self.bias = nn.Parameter(k * (2 * torch.rand(out_features) - 1))

    def forward(self, x):
        return x.float() @ self.weight.T + self.bias


# %% wrong: computes_in_single_precision
# fails: own-linear-test-forward
# says: float64 throughout
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(k * (2 * torch.rand(out_features, in_features) - 1))
        self.bias = nn.Parameter(k * (2 * torch.rand(out_features) - 1))

    def forward(self, x):
        y = x.float() @ self.weight.float().T + self.bias.float()
        return y.to(x.dtype)


# %% wrong: rows_alike
# fails: own-linear-test-start
# says: draw each number of the weight; many are equal
class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = 1 / in_features**0.5
        self.weight = nn.Parameter(
            (k * (2 * torch.rand(in_features) - 1)).repeat(out_features, 1)
        )
        self.bias = nn.Parameter(k * (2 * torch.rand(out_features) - 1))

    def forward(self, x):
        return x @ self.weight.T + self.bias
