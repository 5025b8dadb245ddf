# Right and wrong answers to the exercise fix-model of 03_nn_module.


# %% right: named_layers
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.hidden = nn.Linear(D, H)
        self.norm = nn.BatchNorm1d(H)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(H, C)

    def forward(self, X):
        h = torch.relu(self.norm(self.hidden(X)))
        return self.head(self.dropout(h))


# %% right: sequential
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.norm = nn.BatchNorm1d(H)
        self.net = nn.Sequential(
            nn.Linear(D, H), self.norm, nn.ReLU(), nn.Dropout(p=0.5), nn.Linear(H, C)
        )

    def forward(self, X):
        return self.net(X)


# %% right: train_that_calls_super
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def train(self, mode=True):
        super().train(mode)
        return self

    def forward(self, X):
        h = F.relu(self.norm(self.layers[0](X)))
        if self.training:
            h = F.dropout(h, 0.5)
        return self.layers[1](h)


# %% right: body_and_head
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.first = nn.Linear(D, H)
        self.norm = nn.BatchNorm1d(H)
        self.rest = nn.Sequential(nn.ReLU(), nn.Dropout(), nn.Linear(H, C))

    def forward(self, X):
        return self.rest(self.norm(self.first(X)))


# %% right: dropout_by_hand
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(D, H), nn.Linear(H, C))
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = self.norm(self.layers[0](X)).clamp(min=0)
        if self.training:
            h = h * (torch.rand_like(h) < 0.5) * 2
        return self.layers[1](h)


# %% right: module_dict
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleDict({"a": nn.Linear(D, H), "b": nn.Linear(H, C)})
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers["a"](X)))
        return self.layers["b"](F.dropout(h, p=0.5, training=self.training))


# %% wrong: list_still
# fails: fix-model-test-registered
# says: a Python list are invisible
# pitfall: 21
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = [nn.Linear(D, H), nn.Linear(H, C)]
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        h = F.dropout(h, 0.5, training=self.training)
        return self.layers[1](h)


# %% wrong: own_train_still
# fails: fix-model-test-modes
# says: eval() did not reach ['norm']
# pitfall: 25
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def train(self, mode=True):
        self.training = mode
        for layer in self.layers:
            layer.train(mode)
        self.layers.training = mode
        return self

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        h = F.dropout(h, 0.5, training=self.training)
        return self.layers[1](h)


# %% wrong: train_forgets_to_return
# fails: fix-model-test-modes
# says: should return the model
# fails: fix-model-test-logits
# pitfall: 25
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def train(self, mode=True):
        super().train(mode)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        h = F.dropout(h, 0.5, training=self.training)
        return self.layers[1](h)


# %% wrong: function_dropout_still
# fails: fix-model-test-modes
# says: F.dropout drops unless told
# pitfall: 26
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        h = F.dropout(h, 0.5)
        return self.layers[1](h)


# %% wrong: dropout_made_in_forward
# fails: fix-model-test-modes
# says: two eval passes differ
# pitfall: 26
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        return self.layers[1](nn.Dropout(0.5)(h))


# %% wrong: softmax_still
# fails: fix-model-test-logits
# says: rows sum to 1
# pitfall: 28
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        h = F.dropout(h, 0.5, training=self.training)
        return torch.softmax(self.layers[1](h), dim=1)


# %% wrong: log_softmax_in_its_place
# fails: fix-model-test-logits
# says: the logits go from
# pitfall: 28
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        h = F.dropout(h, 0.5, training=self.training)
        return torch.log_softmax(self.layers[1](h), dim=1)


# %% wrong: sigmoid_in_its_place
# fails: fix-model-test-logits
# says: the logits go from
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        h = F.dropout(h, 0.5, training=self.training)
        return torch.sigmoid(self.layers[1](h))


# %% wrong: dropout_removed
# fails: fix-model-test-modes
# says: no dropout in train mode
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        return self.layers[1](torch.relu(self.norm(self.layers[0](X))))


# %% wrong: dropout_switched_off
# fails: fix-model-test-modes
# says: no dropout in train mode
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        return self.layers[1](F.dropout(h, 0.5, training=False))


# %% wrong: modes_the_wrong_way_round
# fails: fix-model-test-modes
# says: two eval passes differ
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        return self.layers[1](F.dropout(h, 0.5, training=not self.training))


# %% wrong: norm_removed
# fails: fix-model-test-registered, fix-model-test-modes, fix-model-test-logits
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.dropout = nn.Dropout(0.5)

    def forward(self, X):
        return self.layers[1](self.dropout(torch.relu(self.layers[0](X))))


# %% wrong: norm_frozen_in_eval_mode
# fails: fix-model-test-modes
# says: train() did not reach ['norm']
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def train(self, mode=True):
        super().train(mode)
        self.norm.eval()
        return self

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        h = F.dropout(h, 0.5, training=self.training)
        return self.layers[1](h)


# %% wrong: dropout_at_a_tenth
# fails: fix-model-test-modes
# says: dropout with 0.5 makes 0 or 2
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        h = F.dropout(h, 0.1, training=self.training)
        return self.layers[1](h)


# %% wrong: relu_lost
# fails: fix-model-test-logits
# says: put ReLU after it
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = F.dropout(self.norm(self.layers[0](X)), 0.5, training=self.training)
        return self.layers[1](h)


# %% wrong: one_layer_registered
# fails: fix-model-test-registered
# says: found [(3,), (3, 8), (8,), (8,)]
# pitfall: 21
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = [nn.Linear(D, H), nn.Linear(H, C)]
        self.head = self.layers[1]
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        h = F.dropout(h, 0.5, training=self.training)
        return self.head(h)


# %% wrong: norm_after_the_relu
# fails: fix-model-test-logits
# says: put ReLU after it
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.first, self.last = nn.Linear(D, H), nn.Linear(H, C)
        self.norm = nn.BatchNorm1d(H)
        self.dropout = nn.Dropout(0.5)

    def forward(self, X):
        return self.last(self.dropout(self.norm(torch.relu(self.first(X)))))


# %% wrong: dropout_at_a_fifth
# fails: fix-model-test-modes
# says: dropout with 0.5 makes 0 or 2
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        return self.layers[1](F.dropout(h, 0.2, self.training))


# %% wrong: parameters_overridden
# fails: fix-model-test-registered
# says: layers in a Python list are invisible to the optimizer
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = [nn.Linear(D, H), nn.Linear(H, C)]
        self.norm = nn.BatchNorm1d(H)
        self.dropout = nn.Dropout(0.5)

    def parameters(self, recurse=True):
        yield from super().parameters(recurse)
        for layer in self.layers:
            yield from layer.parameters()

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))  # (N, H)
        h = self.dropout(h)
        return self.layers[1](h)


# %% wrong: mask_per_unit
# fails: fix-model-test-modes
# says: each number is dropped by itself, not by columns
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        if self.training:
            h = h * (torch.rand(h.shape[1], device=h.device) < 0.5) * 2
        return self.layers[1](h)


# %% wrong: dropout_in_place
# fails: fix-model-test-logits
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)
        self.dropout = nn.Dropout(0.5, inplace=True)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))  # (N, H)
        h = self.dropout(h)
        return self.layers[1](h)


# %% wrong: two_dropouts
# fails: fix-model-test-modes
# says: dropout with
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)
        self.dropout = nn.Dropout(0.5)

    def forward(self, X):
        X = self.dropout(X)
        h = torch.relu(self.norm(self.layers[0](X)))  # (N, H)
        h = self.dropout(h)
        return self.layers[1](h)


# %% wrong: two_relus
# fails: fix-model-test-logits
# says: large inputs, and the logits go from -
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)
        self.dropout = nn.Dropout(0.5)

    def forward(self, X):
        h = torch.relu(self.norm(torch.relu(self.layers[0](X))))
        h = self.dropout(h)
        return self.layers[1](h)


# %% wrong: norm_skipped_for_one_row
# fails: fix-model-test-logits
# says: one row takes the same steps as many
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)
        self.dropout = nn.Dropout(0.5)

    def forward(self, X):
        h = self.layers[0](X)
        if len(X) > 1:
            h = self.norm(h)
        h = self.dropout(torch.relu(h))
        return self.layers[1](h)


# %% wrong: squeeze
# fails: fix-model-test-logits
# says: one row: expected
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)
        self.dropout = nn.Dropout(0.5)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))  # (N, H)
        h = self.dropout(h)
        return self.layers[1](h).squeeze()


# %% wrong: detached_hidden
# fails: fix-model-test-logits
# says: bias', 'norm.weight', 'norm.bias
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)
        self.dropout = nn.Dropout(0.5)

    def forward(self, X):
        h = torch.relu(self.norm(self.layers[0](X)))
        h = self.dropout(h.detach())
        return self.layers[1](h)


# %% wrong: cached_in_eval
# fails: fix-model-test-logits
# says: another norm, and the answer is the old one
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(D, H), nn.Linear(H, C)])
        self.norm = nn.BatchNorm1d(H)
        self.dropout = nn.Dropout(0.5)
        self.kept = None

    def forward(self, X):
        if not self.training and self.kept is not None and len(self.kept) == len(X):
            return self.kept
        h = self.dropout(torch.relu(self.norm(self.layers[0](X))))
        self.kept = self.layers[1](h)
        return self.kept


# %% right: functional_batch_norm
class Classifier(nn.Module):
    def __init__(self, D, H, C):
        super().__init__()
        self.inner = nn.Linear(D, H)
        self.norm = nn.BatchNorm1d(H)
        self.outer = nn.Linear(H, C)

    def forward(self, X):
        h = F.linear(X, self.inner.weight, self.inner.bias)
        n = self.norm
        h = F.batch_norm(
            h,
            n.running_mean,
            n.running_var,
            n.weight,
            n.bias,
            self.training,
            n.momentum,
            n.eps,
        )
        return self.outer(F.dropout(F.relu(h), training=self.training))
