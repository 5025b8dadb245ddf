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
# says: a ReLU belongs right after batch norm
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
