# Right and wrong answers to the exercise mlp of 03_nn_module.


# %% right: sequential_of_parts
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        parts = []
        for i in range(len(sizes) - 1):
            parts.append(nn.Linear(sizes[i], sizes[i + 1]))
            if i < len(sizes) - 2:
                parts.append(nn.ReLU())
        self.net = nn.Sequential(*parts)

    def forward(self, x):
        return self.net(x)


# %% right: subclass_of_sequential
class MLP(nn.Sequential):
    def __init__(self, sizes):
        parts = []
        for n, m in zip(sizes, sizes[1:]):
            parts += [nn.Linear(n, m), nn.ReLU()]
        super().__init__(*parts[:-1])


# %% right: add_module
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.depth = len(sizes) - 1
        for i in range(self.depth):
            self.add_module(f"layer{i}", nn.Linear(sizes[i], sizes[i + 1]))

    def forward(self, x):
        for i in range(self.depth):
            x = getattr(self, f"layer{i}")(x)
            if i != self.depth - 1:
                x = F.relu(x)
        return x


# %% right: head_and_body
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        *body, last = sizes
        self.body = nn.ModuleList(map(nn.Linear, body[:-1], body[1:]))
        self.head = nn.Linear(body[-1], last)

    def forward(self, x):
        for layer in self.body:
            x = layer(x).clamp(min=0)
        return self.head(x)


# %% right: recursive
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.first = nn.Linear(sizes[0], sizes[1])
        self.rest = MLP(sizes[1:]) if len(sizes) > 2 else None

    def forward(self, x):
        x = self.first(x)
        return x if self.rest is None else self.rest(torch.relu(x))


# %% right: module_dict
from itertools import pairwise


class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleDict(
            {str(i): nn.Linear(*pair) for i, pair in enumerate(pairwise(sizes))}
        )

    def forward(self, x):
        for i, layer in enumerate(self.layers.values(), 1):
            x = layer(x)
            x = torch.maximum(x, torch.zeros(())) if i < len(self.layers) else x
        return x


# %% wrong: python_list
# fails: mlp-test-registered
# says: a Python list hides layers
# fails: mlp-test-forward
# fails: mlp-test-stable
# says: MLP((3, 2)) is one linear layer
# pitfall: 21
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = [nn.Linear(n, m) for n, m in zip(sizes[:-1], sizes[1:])]

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


# %% wrong: dictionary
# fails: mlp-test-registered
# says: it registers []
# fails: mlp-test-forward
# says: no registered parameter has the shape
# fails: mlp-test-stable
# pitfall: 21
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        pairs = zip(sizes[:-1], sizes[1:])
        self.layers = {i: nn.Linear(n, m) for i, (n, m) in enumerate(pairs)}

    def forward(self, x):
        for i in range(len(self.layers) - 1):
            x = torch.relu(self.layers[i](x))
        return self.layers[len(self.layers) - 1](x)


# %% wrong: layers_in_forward
# fails: mlp-test-registered
# says: forward is too late to make them
# fails: mlp-test-forward
# fails: mlp-test-stable
# says: random, on every call
# pitfall: 27
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.sizes = sizes

    def forward(self, x):
        for n, m in zip(self.sizes[:-1], self.sizes[1:]):
            x = nn.Linear(n, m)(x)
            if m != self.sizes[-1]:
                x = torch.relu(x)
        return x


# %% wrong: made_in_the_first_call
# fails: mlp-test-registered
# says: it registers []
# fails: mlp-test-forward
# fails: mlp-test-stable
# pitfall: 27
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.sizes, self.layers = sizes, nn.ModuleList()

    def forward(self, x):
        if not self.layers:
            pairs = zip(self.sizes[:-1], self.sizes[1:])
            self.layers.extend(nn.Linear(n, m) for n, m in pairs)
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


# %% wrong: fresh_head_in_forward
# fails: mlp-test-registered
# fails: mlp-test-forward
# fails: mlp-test-stable
# says: two passes differ
# pitfall: 27
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.sizes = sizes
        pairs = zip(sizes[:-2], sizes[1:-1])
        self.layers = nn.ModuleList([nn.Linear(n, m) for n, m in pairs])

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        self.head = nn.Linear(self.sizes[-2], self.sizes[-1])
        return self.head(x)


# %% wrong: relu_after_the_last_too
# fails: mlp-test-forward
# says: no ReLU after the last layer
# fails: mlp-test-stable
# says: one layer has no ReLU
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.net = nn.Sequential()
        for n, m in zip(sizes[:-1], sizes[1:]):
            self.net.append(nn.Linear(n, m))
            self.net.append(nn.ReLU())

    def forward(self, x):
        return self.net(x)


# %% wrong: no_relu
# fails: mlp-test-forward
# says: a ReLU follows every layer but the last
# fails: mlp-test-stable
# says: wrong for 5 layers
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        pairs = zip(sizes[:-1], sizes[1:])
        self.net = nn.Sequential(*[nn.Linear(n, m) for n, m in pairs])

    def forward(self, x):
        return self.net(x)


# %% wrong: relu_after_the_first_alone
# fails: mlp-test-forward
# fails: mlp-test-stable
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        pairs = zip(sizes[:-1], sizes[1:])
        self.layers = nn.ModuleList([nn.Linear(n, m) for n, m in pairs])

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = torch.relu(layer(x)) if i == 0 and len(self.layers) > 1 else layer(x)
        return x


# %% wrong: always_three_layers
# fails: mlp-test-stable
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.a = nn.Linear(sizes[0], sizes[1])
        self.b = nn.Linear(sizes[1], sizes[2])
        self.c = nn.Linear(sizes[2], sizes[3])

    def forward(self, x):
        return self.c(torch.relu(self.b(torch.relu(self.a(x)))))


# %% wrong: drops_the_last_size
# fails: mlp-test-registered, mlp-test-forward, mlp-test-stable
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        parts = []
        for i in range(len(sizes) - 2):
            parts += [nn.Linear(sizes[i], sizes[i + 1]), nn.ReLU()]
        self.net = nn.Sequential(*parts[:-1])

    def forward(self, x):
        return self.net(x)


# %% wrong: eats_the_callers_list
# fails: mlp-test-stable
# says: the caller's list has become
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList()
        sizes = sizes if isinstance(sizes, list) else list(sizes)
        while len(sizes) > 1:
            self.layers.append(nn.Linear(sizes.pop(0), sizes[0]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


# %% wrong: sigmoid_at_the_end
# fails: mlp-test-forward
# says: no logit is negative
# fails: mlp-test-stable
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        pairs = zip(sizes[:-1], sizes[1:])
        self.layers = nn.ModuleList([nn.Linear(n, m) for n, m in pairs])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return torch.sigmoid(self.layers[-1](x))


# %% wrong: without_biases
# fails: mlp-test-registered, mlp-test-forward, mlp-test-stable
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        pairs = zip(sizes[:-1], sizes[1:])
        self.layers = nn.ModuleList([nn.Linear(n, m, bias=False) for n, m in pairs])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


# %% wrong: detached_between_layers
# fails: mlp-test-registered
# says: no gradient reaches
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        pairs = zip(sizes[:-1], sizes[1:])
        self.layers = nn.ModuleList([nn.Linear(n, m) for n, m in pairs])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x)).detach()
        return self.layers[-1](x)


# %% wrong: forgets_return
# fails: mlp-test-registered
# fails: mlp-test-forward
# says: not NoneType
# fails: mlp-test-stable
# says: not NoneType
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        pairs = zip(sizes[:-1], sizes[1:])
        self.layers = nn.ModuleList([nn.Linear(n, m) for n, m in pairs])

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))


# %% wrong: relu_before_every_layer
# fails: mlp-test-forward
# says: none comes before the first
# fails: mlp-test-stable
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        pairs = zip(sizes[:-1], sizes[1:], strict=True)
        self.layers = nn.ModuleList([nn.Linear(n, m) for n, m in pairs])

    def forward(self, x):
        for layer in self.layers:
            x = layer(torch.relu(x))
        return x


# %% wrong: relu_by_width
# fails: mlp-test-stable
# says: parameters, -
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:], strict=True)
        )
        self.out = sizes[-1]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
            if layer.out_features != self.out:
                x = torch.relu(x)
        return x


# %% wrong: shared_by_shape
# fails: mlp-test-stable
# says: parameters, -
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.keys = [f"{a}-{b}" for a, b in zip(sizes[:-1], sizes[1:])]
        self.parts = nn.ModuleDict()
        for key, a, b in zip(self.keys, sizes[:-1], sizes[1:]):
            if key not in self.parts:
                self.parts[key] = nn.Linear(a, b)

    def forward(self, x):
        for i, key in enumerate(self.keys):
            x = self.parts[key](x)
            if i < len(self.keys) - 1:
                x = torch.relu(x)
        return x


# %% wrong: residual
# fails: mlp-test-stable
# says: parameters, -
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:], strict=True)
        )

    def forward(self, x):
        for layer in self.layers[:-1]:
            h = torch.relu(layer(x))
            x = x + h if x.shape == h.shape else h
        return self.layers[-1](x)


# %% wrong: cached
# fails: mlp-test-stable
# says: wrong for
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:], strict=True)
        )
        self.last = None

    def forward(self, x):
        if self.last is None or self.last[0] != x.shape:
            shape = x.shape
            for layer in self.layers[:-1]:
                x = torch.relu(layer(x))
            self.last = (shape, self.layers[-1](x))
        return self.last[1]


# %% equivalent: pairs = zip(sizes[:-1], sizes[1:], strict=True) => pairs = zip(sizes[:-1], sizes[1:])
# reason: both have one item less than sizes, so there is nothing for strict to object to


# %% equivalent: pairs = zip(sizes[:-1], sizes[1:], strict=True) => pairs = zip(sizes[:-1], sizes[1:], strict=False)
# reason: both have one item less than sizes, so there is nothing for strict to object to
