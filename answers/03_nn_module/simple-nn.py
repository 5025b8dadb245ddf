# Right and wrong answers to the exercise simple-nn of 03_nn_module.


# %% right: functional_relu
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        x = self.layer1(x)
        x = F.relu(x)
        x = self.layer2(x)
        return x


# %% right: sequential_of_named_layers
class SimpleNN(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super(SimpleNN, self).__init__()
        self.layer1 = nn.Linear(n_in, n_hidden)
        self.layer2 = nn.Linear(n_hidden, n_out)
        self.net = nn.Sequential(self.layer1, nn.ReLU(), self.layer2)

    def forward(self, x):
        return self.net(x)


# %% right: subclass_of_sequential
from collections import OrderedDict


class SimpleNN(nn.Sequential):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__(
            OrderedDict(
                layer1=nn.Linear(input_size, hidden_size),
                relu=nn.ReLU(),
                layer2=nn.Linear(hidden_size, output_size),
            )
        )


# %% right: clamp
class SimpleNN(torch.nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        torch.nn.Module.__init__(self)
        self.layer1 = torch.nn.Linear(input_size, hidden_size, bias=True)
        self.layer2 = torch.nn.Linear(hidden_size, output_size, bias=True)

    def forward(self, X):
        return self.layer2(self.layer1(X).clamp(min=0))


# %% right: relu_in_place
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer2 = nn.Linear(hidden_size, output_size)
        self.act = nn.ReLU(inplace=True)
        self.layer1 = nn.Linear(input_size, hidden_size)

    def forward(self, x):
        h = self.act(self.layer1(x))
        return self.layer2(h)


# %% right: add_module_and_where
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.add_module("layer1", nn.Linear(input_size, hidden_size))
        self.add_module("layer2", nn.Linear(hidden_size, output_size))

    def forward(self, x):
        h = self.layer1(x)
        return self.layer2(torch.where(h > 0, h, 0.0))


# %% wrong: calls_forward_of_layers
# fails: simple-nn-test-calls
# says: self.layer1.forward(x) passes hooks by
# pitfall: 24
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        x = torch.relu(self.layer1.forward(x))
        return self.layer2.forward(x)


# %% wrong: calls_forward_of_the_last_layer
# fails: simple-nn-test-calls
# says: their hooks saw ['layer1', 'model']
# pitfall: 24
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        return self.layer2.forward(torch.relu(self.layer1(x)))


# %% wrong: softmax_at_the_end
# fails: simple-nn-test-logits
# says: return logits, the loss does the softmax
# fails: simple-nn-test-calls
# says: wrong for a batch of 20
# pitfall: 28
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        return torch.softmax(self.layer2(torch.relu(self.layer1(x))), dim=1)


# %% wrong: log_softmax_at_the_end
# fails: simple-nn-test-logits
# says: layer1, ReLU, layer2, no more
# fails: simple-nn-test-calls
# pitfall: 28
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        return F.log_softmax(self.layer2(torch.relu(self.layer1(x))), dim=1)


# %% wrong: no_activation
# fails: simple-nn-test-logits, simple-nn-test-calls
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        return self.layer2(self.layer1(x))


# %% wrong: relu_after_the_last_layer
# fails: simple-nn-test-logits
# says: got [[2.5, 0.0], [11.0, 0.0]]
# fails: simple-nn-test-calls
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.relu = nn.ReLU()
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        return self.relu(self.layer2(self.relu(self.layer1(x))))


# %% wrong: sizes_of_the_example
# fails: simple-nn-test-layers
# says: layer1 should go (6, 4), it goes (10, 32)
# fails: simple-nn-test-logits, simple-nn-test-calls
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(10, 32)
        self.layer2 = nn.Linear(32, 2)

    def forward(self, x):
        return self.layer2(torch.relu(self.layer1(x)))


# %% wrong: no_super_init
# fails: simple-nn-test-layers
# says: before Module.__init__() call
# fails: simple-nn-test-logits, simple-nn-test-calls
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        return self.layer2(torch.relu(self.layer1(x)))


# %% wrong: sizes_swapped
# fails: simple-nn-test-layers
# says: layer1 should go (6, 4), it goes (4, 6)
# fails: simple-nn-test-logits, simple-nn-test-calls
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(hidden_size, input_size)
        self.layer2 = nn.Linear(output_size, hidden_size)

    def forward(self, x):
        return self.layer2(torch.relu(self.layer1(x)))


# %% wrong: one_layer_too_many
# fails: simple-nn-test-layers
# says: expected a weight and a bias of layer1 and layer2 each
# fails: simple-nn-test-logits, simple-nn-test-calls
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.middle = nn.Linear(hidden_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        x = torch.relu(self.layer1(x))
        return self.layer2(torch.relu(self.middle(x)))


# %% wrong: forward_prints
# fails: simple-nn-test-logits
# says: not NoneType
# fails: simple-nn-test-calls
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        print(self.layer2(torch.relu(self.layer1(x))))


# %% wrong: other_names
# fails: simple-nn-test-layers
# says: model.layer1 should be an nn.Linear, it is NoneType
# fails: simple-nn-test-logits, simple-nn-test-calls
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.fc1 = nn.Linear(input_size, hidden_size)
        self.fc2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


# %% wrong: layers_run_twice
# fails: simple-nn-test-calls
# says: once each
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        h = torch.where(self.layer1(x) > 0, self.layer1(x), 0.0)
        return self.layer2(h)


# %% wrong: relu6
# fails: simple-nn-test-calls
# says: and another model: layer
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        return self.layer2(F.relu6(self.layer1(x)))


# %% wrong: squeeze
# fails: simple-nn-test-calls
# says: and another model: layer
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        return self.layer2(torch.relu(self.layer1(x))).squeeze()


# %% wrong: detached_hidden
# fails: simple-nn-test-calls
# says: compute without detach and no_grad
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        h = torch.relu(self.layer1(x)).detach()
        return self.layer2(h)


# %% wrong: no_grad
# fails: simple-nn-test-calls
class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.layer2 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        with torch.no_grad():
            return self.layer2(torch.relu(self.layer1(x)))
