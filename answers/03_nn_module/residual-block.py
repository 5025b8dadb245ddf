# Right and wrong answers to the exercise residual-block of 03_nn_module.


# %% right: step_by_step
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.relu = nn.ReLU()
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        h = self.layer1(x)
        h = self.relu(h)
        h = self.layer2(h)
        return h + x


# %% right: sequential_branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1, self.layer2 = nn.Linear(width, width), nn.Linear(width, width)
        self.f = nn.Sequential(self.layer1, nn.ReLU(), self.layer2)

    def forward(self, x):
        return torch.add(x, self.f(x))


# %% right: in_place_on_the_branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        h = F.relu(self.layer1(x), inplace=True)
        out = self.layer2(h)
        out += x
        return out


# %% right: copy_first
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        road = x.clone()
        x = torch.relu(self.layer1(x))
        x = self.layer2(x)
        return sum([road, x])


# %% right: by_hand_with_clamp
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        for name in ("layer1", "layer2"):
            setattr(self, name, nn.Linear(width, width))

    def forward(self, x):
        h = (x @ self.layer1.weight.T + self.layer1.bias).clamp_min(0)
        return x + h @ self.layer2.weight.T + self.layer2.bias


# %% wrong: layers_in_forward
# fails: residual-block-test-identity
# says: Python lists and forward hide layers
# fails: residual-block-test-branch
# pitfall: 27
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width

    def forward(self, x):
        layer1 = nn.Linear(self.width, self.width)
        layer2 = nn.Linear(self.width, self.width)
        return x + layer2(torch.relu(layer1(x)))


# %% wrong: made_anew_over_the_old
# fails: residual-block-test-identity
# says: all parameters are 0
# fails: residual-block-test-branch
# pitfall: 27
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        self.layer2 = nn.Linear(x.shape[1], x.shape[1])
        return x + self.layer2(torch.relu(self.layer1(x)))


# %% wrong: no_way_around
# fails: residual-block-test-identity
# says: x should pass as it is
# fails: residual-block-test-branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        return self.layer2(torch.relu(self.layer1(x)))


# %% wrong: relu_after_the_sum
# fails: residual-block-test-identity
# says: is there no ReLU after the sum?
# fails: residual-block-test-branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        return torch.relu(x + self.layer2(torch.relu(self.layer1(x))))


# %% wrong: relu_after_both_layers
# fails: residual-block-test-branch
# says: layer2 [40.5, -80]
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        return x + torch.relu(self.layer2(torch.relu(self.layer1(x))))


# %% wrong: no_relu
# fails: residual-block-test-branch
# says: the ReLU [4, 0]
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        return x + self.layer2(self.layer1(x))


# %% wrong: relu_before_layers
# fails: residual-block-test-branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        return x + self.layer2(self.layer1(torch.relu(x)))


# %% wrong: in_place_sum
# fails: residual-block-test-identity
# says: return a tensor, a new one
# fails: residual-block-test-branch
# says: the caller's x was changed
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        x += self.layer2(torch.relu(self.layer1(x)))
        return x


# %% wrong: in_place_relu_on_the_input
# fails: residual-block-test-identity
# fails: residual-block-test-branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        return x + self.layer2(self.layer1(self.relu(x)))


# %% wrong: one_layer_used_twice
# fails: residual-block-test-identity
# says: the block registers 12
# fails: residual-block-test-branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = self.layer1

    def forward(self, x):
        return x + self.layer2(torch.relu(self.layer1(x)))


# %% wrong: python_list
# fails: residual-block-test-identity
# says: the block registers 0
# fails: residual-block-test-branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = [nn.Linear(width, width), nn.Linear(width, width)]

    def forward(self, x):
        return x + self.layers[1](torch.relu(self.layers[0](x)))


# %% wrong: adds_the_input_in_the_middle
# fails: residual-block-test-identity
# fails: residual-block-test-branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        return self.layer2(x + torch.relu(self.layer1(x)))


# %% wrong: multiplies
# fails: residual-block-test-identity
# fails: residual-block-test-branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        return x * self.layer2(torch.relu(self.layer1(x)))


# %% wrong: forgets_return
# fails: residual-block-test-identity
# says: return a tensor, a new one
# fails: residual-block-test-branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        x = x + self.layer2(torch.relu(self.layer1(x)))


# %% wrong: detached_skip
# fails: residual-block-test-branch
# says: wrong gradients: is a road cut?
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        return x.detach() + self.layer2(torch.relu(self.layer1(x)))


# %% wrong: detached_f
# fails: residual-block-test-branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        return x + self.layer2(torch.relu(self.layer1(x))).detach()


# %% wrong: detached_road_input
# fails: residual-block-test-branch
# says: wrong gradients: is a road cut?
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        return x + self.layer2(torch.relu(self.layer1(x.detach())))


# %% wrong: detached_hidden
# fails: residual-block-test-branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        return x + self.layer2(torch.relu(self.layer1(x)).data)


# %% wrong: no_grad
# fails: residual-block-test-branch
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        with torch.no_grad():
            return x + self.layer2(torch.relu(self.layer1(x)))


# %% wrong: returns_x_itself
# fails: residual-block-test-identity
# says: return a tensor, a new one
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        f = self.layer2(torch.relu(self.layer1(x)))
        if not f.any():
            return x
        return x + f


# %% wrong: skip_only_in_train
# fails: residual-block-test-branch
# says: wrong for a fresh block of width
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)

    def forward(self, x):
        f = self.layer2(torch.relu(self.layer1(x)))
        return x + f if self.training else f


# %% wrong: cached_f
# fails: residual-block-test-branch
# says: wrong for a fresh block of width
class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(width, width)
        self.layer2 = nn.Linear(width, width)
        self.kept = None

    def forward(self, x):
        if self.kept is None or self.kept.shape != x.shape:
            self.kept = self.layer2(torch.relu(self.layer1(x)))
        return x + self.kept
