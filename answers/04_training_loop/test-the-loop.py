# Right and wrong answers to the exercise test-the-loop of 04_training_loop.


# %% right: catches_its_own_asserts
def check_epoch(run_epoch):
    class Probe(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.tensor(1.0))
            self.log = []

        def forward(self, X):
            self.log.append((X.sum().item(), self.training, torch.is_grad_enabled()))
            return self.w * X

    batches = [(torch.ones(1), torch.zeros(1))] * 3
    others = [(2 * torch.ones(1), torch.ones(1))]
    try:
        for model in (Probe().eval(), Probe().train()):
            optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
            run_epoch(model, nn.MSELoss(), optimizer, batches, others)
            assert torch.isclose(model.w.detach(), torch.tensor(0.125))
            for x, training, recording in model.log:
                assert training == recording == (x == 1)
    except AssertionError:
        return False
    return True


# %% right: against_a_reference
def check_epoch(run_epoch):
    return all(check_from(run_epoch, mode) for mode in ("train", "eval"))


def check_from(run_epoch, mode):
    data = [
        (torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [1.0]])),
        (torch.ones(3, 1), torch.zeros(3, 1)),
    ]
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Dropout(0.0), nn.Linear(4, 1))
    twin = copy.deepcopy(model)
    opt, opt_twin = (torch.optim.Adam(m.parameters(), lr=0.1) for m in (model, twin))
    for X, y in data:
        opt_twin.zero_grad()
        nn.MSELoss()(twin(X), y).backward()
        opt_twin.step()
    modes = []
    model[2].register_forward_pre_hook(
        lambda m, a: modes.append((m.training, torch.is_grad_enabled()))
    )
    getattr(model, mode)()
    run_epoch(model, nn.MSELoss(), opt, data, data)
    same = all(
        torch.allclose(a, b) for a, b in zip(model.parameters(), twin.parameters())
    )
    return same and modes == [(True, True)] * 2 + [(False, False)] * 2


# %% right: two_epochs_and_batch_norm
def check_epoch(run_epoch):
    seen = []
    model = nn.Sequential(nn.BatchNorm1d(1, affine=False), nn.Linear(1, 1))
    model.register_forward_hook(
        lambda m, i, o: seen.append((m.training, o.requires_grad))
    )
    with torch.no_grad():
        model[1].weight.fill_(1.0), model[1].bias.fill_(0.0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    batch = torch.tensor([[1.0], [-1.0]]), torch.tensor([[0.0], [0.0]])
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(*batch), batch_size=2
    )
    for arrives in (model.eval, model.train):
        arrives()
        run_epoch(model, nn.MSELoss(), optimizer, loader, loader)
    ok = [(True, True), (False, False)] * 2
    return ok == seen and bool((model[1].weight - 0.25).abs() < 1e-3)


# %% right: modes_and_weights_apart
def check_epoch(run_epoch):
    def run(arrives):
        model = nn.Linear(1, 1)
        nn.init.constant_(model.weight, 2.0)
        nn.init.constant_(model.bias, 0.0)
        notes = []
        model.register_forward_hook(
            lambda m, *_: notes.append((m.training, torch.is_grad_enabled()))
        )
        model.train(arrives)
        sgd = torch.optim.SGD(model.parameters(), lr=0.1)
        batches = [
            (torch.tensor([[x]]), torch.tensor([[1.0]])) for x in (1.0, -2.0, 0.5)
        ]
        run_epoch(model, nn.MSELoss(), sgd, batches, batches[:1])
        return model.weight.item(), model.bias.item(), notes

    w, b = 2.0, 0.0
    for x in (1.0, -2.0, 0.5):
        slope = 2 * (w * x + b - 1)
        w, b = w - 0.1 * slope * x, b - 0.1 * slope
    for arrives in (True, False):
        got_w, got_b, notes = run(arrives)
        if abs(got_w - w) > 1e-4 or abs(got_b - b) > 1e-4:
            return False
        if notes != [(True, True)] * 3 + [(False, False)]:
            return False
    return True


# %% right: spying_module_in_a_sequential
def check_epoch(run_epoch):
    class Spy(nn.Identity):
        def forward(self, X):
            notes.append(f"{self.training}{torch.is_grad_enabled()}")
            return X

    notes = []
    model = nn.Sequential(Spy(), nn.Linear(1, 1, bias=False))
    model[1].weight.data.fill_(1)
    data = [(torch.ones(1, 1), torch.zeros(1, 1)) for _ in range(2)]
    optimizer = torch.optim.SGD(model.parameters(), 0.25)
    run_epoch(model.eval(), nn.MSELoss(), optimizer, data, data)
    run_epoch(model.train(), nn.MSELoss(), optimizer, data, data)
    return (
        notes == (["TrueTrue"] * 2 + ["FalseFalse"] * 2) * 2
        and model[1].weight.item() == 0.0625
    )


# %% wrong: the_loss_falls
# fails: test-the-loop-test-gradients
# says: 'backward step'
# fails: test-the-loop-test-modes
# says: modes and recording
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    before = nn.MSELoss()(model(one[0]), one[1]).item()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    return nn.MSELoss()(model(one[0]), one[1]).item() < before


# %% wrong: one_batch_alone
# fails: test-the-loop-test-gradients
# says: 'backward step'
# fails: test-the-loop-test-modes
# says: validates in the mode it arrived in
# pitfall: 31
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one], [one])
    modes_kept = seen == [(True, True), (False, False)]
    return modes_kept and abs(model.weight.item() - 0.5) < 1e-6


# %% wrong: weights_alone
# fails: test-the-loop-test-modes
# says: modes and recording
# pitfall: 34, 35
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    return abs(model.weight.item() - 0.25) < 1e-6


# %% wrong: modes_alone
# fails: test-the-loop-test-gradients
# says: 'backward step'
# pitfall: 31
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    run_epoch(model.eval(), nn.MSELoss(), optimizer, [one, one], [one])
    run_epoch(model.train(), nn.MSELoss(), optimizer, [one, one], [one])
    return seen == [(True, True), (True, True), (False, False)] * 2


# %% wrong: that_something_moved
# fails: test-the-loop-test-gradients
# says: 'backward step'
# fails: test-the-loop-test-modes
# says: validates in the mode it arrived in
# pitfall: 31
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = seen == [(True, True), (True, True), (False, False)]
    return modes_kept and model.weight.item() != 1.0


# %% wrong: arrives_in_train_mode
# fails: test-the-loop-test-modes
# says: ('modules', 'eval', False)
# pitfall: 35
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = seen == [(True, True), (True, True), (False, False)]
    return modes_kept and abs(model.weight.item() - 0.25) < 1e-6


# %% wrong: validation_unseen
# fails: test-the-loop-test-modes
# says: validates in train mode
# pitfall: 34
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = seen[:2] == [(True, True), (True, True)]
    return modes_kept and abs(model.weight.item() - 0.25) < 1e-6


# %% wrong: recording_unseen
# fails: test-the-loop-test-modes
# says: records validation
# pitfall: 34
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = [training for training, _ in seen] == [True, True, False]
    return modes_kept and abs(model.weight.item() - 0.25) < 1e-6


# %% wrong: gradient_state_alone
# fails: test-the-loop-test-modes
# pitfall: 34, 35
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = [recording for _, recording in seen] == [True, True, False]
    return modes_kept and abs(model.weight.item() - 0.25) < 1e-6


# %% wrong: training_mode_unseen
# fails: test-the-loop-test-modes
# pitfall: 35
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = seen[2:] == [(False, False)]
    return modes_kept and abs(model.weight.item() - 0.25) < 1e-6


# %% wrong: wants_train_mode_back
# fails: test-the-loop-test-modes
# pitfall: 35
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = seen == [(True, True), (True, True), (False, False)]
    return model.training and modes_kept and abs(model.weight.item() - 0.25) < 1e-6


# %% wrong: forbids_gradients_left
# fails: test-the-loop-test-gradients
# says: the right answer is True, yours is False
# fails: test-the-loop-test-modes
# pitfall: 31
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = seen == [(True, True), (True, True), (False, False)]
    return (
        model.weight.grad is None
        and modes_kept
        and abs(model.weight.item() - 0.25) < 1e-6
    )


# %% wrong: counts_calls_of_zero_grad
# fails: test-the-loop-test-gradients
# says: is right too
# fails: test-the-loop-test-modes
# says: validates in the mode it arrived in
# pitfall: 31
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    calls = []
    clear = optimizer.zero_grad
    optimizer.zero_grad = lambda *a, **k: (calls.append(1), clear(*a, **k))
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = seen == [(True, True), (True, True), (False, False)]
    return len(calls) == 2 and modes_kept and abs(model.weight.item() - 0.25) < 1e-6


# %% wrong: clear_must_come_first
# fails: test-the-loop-test-gradients
# says: 'backward step zero_grad' is right too
# fails: test-the-loop-test-modes
# says: validates in the mode it arrived in
# pitfall: 31
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    calls = []
    model.register_full_backward_hook(lambda *_: calls.append("b"))
    clear = optimizer.zero_grad
    optimizer.zero_grad = lambda *a, **k: (calls.append("z"), clear(*a, **k))
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = seen == [(True, True), (True, True), (False, False)]
    return calls[:1] != ["b"] and modes_kept and abs(model.weight.item() - 0.25) < 1e-6


# %% wrong: always_true
# fails: test-the-loop-test-gradients
# says: 'backward step'
# fails: test-the-loop-test-modes
# says: ('modules', 'eval', False)
def check_epoch(run_epoch):
    return True


# %% wrong: always_false
# fails: test-the-loop-test-gradients
# says: the right answer is True, yours is False
# fails: test-the-loop-test-modes
# says: it is True, you say False
def check_epoch(run_epoch):
    return False


# %% wrong: returns_nothing
# fails: test-the-loop-test-gradients
# says: None
# fails: test-the-loop-test-modes
# says: None
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = seen == [(True, True), (True, True), (False, False)]
    result = modes_kept and abs(model.weight.item() - 0.25) < 1e-6


# %% wrong: asserts_and_returns_nothing
# fails: test-the-loop-test-gradients
# says: None
# fails: test-the-loop-test-modes
# says: None
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = seen == [(True, True), (True, True), (False, False)]
    assert modes_kept and abs(model.weight.item() - 0.25) < 1e-6


# %% wrong: returns_a_tensor
# fails: test-the-loop-test-gradients
# says: yours is
# fails: test-the-loop-test-modes
# says: you say tensor
def check_epoch(run_epoch):
    model, seen = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(model.weight)
    model.register_forward_hook(
        lambda module, *_: seen.append((module.training, torch.is_grad_enabled()))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    one = torch.ones(1, 1), torch.zeros(1, 1)
    model.eval()
    run_epoch(model, nn.MSELoss(), optimizer, [one, one], [one])
    modes_kept = seen == [(True, True), (True, True), (False, False)]
    return (model.weight - 0.25).abs().sum() < 1e-6


# %% wrong: arrives_in_eval_only
# fails: test-the-loop-test-modes
# says: your check passes a loop that validates in the mode it
class Probe(nn.Module):
    """Two linear layers; in train mode the inner one doubles and the outer one triples."""

    def __init__(self):
        super().__init__()
        self.inner, self.outer = nn.Linear(2, 2), nn.Linear(2, 1)
        self.seen = []

    def forward(self, X):
        """Note what happens on validation data, which is marked by values above 50."""
        hidden = self.inner(X) * (2 if self.inner.training else 1)
        y_hat = self.outer(hidden) * (3 if self.training else 1)
        if X.max() > 50:
            modes = [m.training for m in self.modules()]
            self.seen.append(not any(modes) and not y_hat.requires_grad)
        return y_hat


def batches(sizes, shift, seed):
    """Return seeded (X, y) pairs."""
    g = torch.Generator().manual_seed(seed)
    return [
        (torch.randn(n, 2, generator=g) + shift, torch.randn(n, 1, generator=g))
        for n in sizes
    ]


def check_epoch(run_epoch):
    """Compare with a loop of our own, arriving in train mode and in eval mode."""
    for mode in [False]:
        for sizes in [(3,), (3, 2, 4, 1)]:
            with torch.random.fork_rng():
                torch.manual_seed(4)
                model = Probe()
            twin = copy.deepcopy(model).train()
            data, loss_fn = batches(sizes, 0, 1), nn.MSELoss()
            optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
            reference = torch.optim.SGD(twin.parameters(), lr=0.01, momentum=0.9)
            for X, y in data:
                reference.zero_grad()
                loss_fn(twin(X), y).backward()
                reference.step()
            model.train(mode)
            run_epoch(model, loss_fn, optimizer, data, batches((2, 1), 100, 2))
            pairs = zip(model.parameters(), twin.parameters(), strict=True)
            if not all(torch.allclose(p, q, atol=1e-6) for p, q in pairs):
                return False
            if not model.seen or not all(model.seen):
                return False
    return True


# %% wrong: final_mode_must_be_eval
# fails: test-the-loop-test-gradients
# says: steps 'zero_grad backward step': the right answer is True,
class Probe(nn.Module):
    """Two linear layers; in train mode the inner one doubles and the outer one triples."""

    def __init__(self):
        super().__init__()
        self.inner, self.outer = nn.Linear(2, 2), nn.Linear(2, 1)
        self.seen = []

    def forward(self, X):
        """Note what happens on validation data, which is marked by values above 50."""
        hidden = self.inner(X) * (2 if self.inner.training else 1)
        y_hat = self.outer(hidden) * (3 if self.training else 1)
        if X.max() > 50:
            modes = [m.training for m in self.modules()]
            self.seen.append(not any(modes) and not y_hat.requires_grad)
        return y_hat


def batches(sizes, shift, seed):
    """Return seeded (X, y) pairs."""
    g = torch.Generator().manual_seed(seed)
    return [
        (torch.randn(n, 2, generator=g) + shift, torch.randn(n, 1, generator=g))
        for n in sizes
    ]


def check_epoch(run_epoch):
    """Compare with a loop of our own, arriving in train mode and in eval mode."""
    for mode in [True, False]:
        for sizes in [(3,), (3, 2, 4, 1)]:
            with torch.random.fork_rng():
                torch.manual_seed(4)
                model = Probe()
            twin = copy.deepcopy(model).train()
            data, loss_fn = batches(sizes, 0, 1), nn.MSELoss()
            optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
            reference = torch.optim.SGD(twin.parameters(), lr=0.01, momentum=0.9)
            for X, y in data:
                reference.zero_grad()
                loss_fn(twin(X), y).backward()
                reference.step()
            model.train(mode)
            run_epoch(model, loss_fn, optimizer, data, batches((2, 1), 100, 2))
            pairs = zip(model.parameters(), twin.parameters(), strict=True)
            if not all(torch.allclose(p, q, atol=1e-6) for p, q in pairs):
                return False
            if model.training:
                return False
            if not model.seen or not all(model.seen):
                return False
    return True


# %% wrong: zero_grad_counted
# fails: test-the-loop-test-gradients
# says: zero_grad backward step zero_grad' is right too
class Probe(nn.Module):
    """Two linear layers; in train mode the inner one doubles and the outer one triples."""

    def __init__(self):
        super().__init__()
        self.inner, self.outer = nn.Linear(2, 2), nn.Linear(2, 1)
        self.seen = []

    def forward(self, X):
        """Note what happens on validation data, which is marked by values above 50."""
        hidden = self.inner(X) * (2 if self.inner.training else 1)
        y_hat = self.outer(hidden) * (3 if self.training else 1)
        if X.max() > 50:
            modes = [m.training for m in self.modules()]
            self.seen.append(not any(modes) and not y_hat.requires_grad)
        return y_hat


def batches(sizes, shift, seed):
    """Return seeded (X, y) pairs."""
    g = torch.Generator().manual_seed(seed)
    return [
        (torch.randn(n, 2, generator=g) + shift, torch.randn(n, 1, generator=g))
        for n in sizes
    ]


def check_epoch(run_epoch):
    """Compare with a loop of our own, arriving in train mode and in eval mode."""
    for mode in [True, False]:
        for sizes in [(3,), (3, 2, 4, 1)]:
            with torch.random.fork_rng():
                torch.manual_seed(4)
                model = Probe()
            twin = copy.deepcopy(model).train()
            data, loss_fn = batches(sizes, 0, 1), nn.MSELoss()
            optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
            reference = torch.optim.SGD(twin.parameters(), lr=0.01, momentum=0.9)
            for X, y in data:
                reference.zero_grad()
                loss_fn(twin(X), y).backward()
                reference.step()
            model.train(mode)
            cleared = []
            zero, zero_model = optimizer.zero_grad, model.zero_grad
            optimizer.zero_grad = lambda *a, **k: (cleared.append(1), zero(*a, **k))
            model.zero_grad = lambda *a, **k: (cleared.append(1), zero_model(*a, **k))
            run_epoch(model, loss_fn, optimizer, data, batches((2, 1), 100, 2))
            if len(cleared) != len(sizes):
                return False
            pairs = zip(model.parameters(), twin.parameters(), strict=True)
            if not all(torch.allclose(p, q, atol=1e-6) for p, q in pairs):
                return False
            if not model.seen or not all(model.seen):
                return False
    return True


# %% wrong: must_return_float
# fails: test-the-loop-test-gradients
# says: steps 'zero_grad backward step': the right answer is True,
class Probe(nn.Module):
    """Two linear layers; in train mode the inner one doubles and the outer one triples."""

    def __init__(self):
        super().__init__()
        self.inner, self.outer = nn.Linear(2, 2), nn.Linear(2, 1)
        self.seen = []

    def forward(self, X):
        """Note what happens on validation data, which is marked by values above 50."""
        hidden = self.inner(X) * (2 if self.inner.training else 1)
        y_hat = self.outer(hidden) * (3 if self.training else 1)
        if X.max() > 50:
            modes = [m.training for m in self.modules()]
            self.seen.append(not any(modes) and not y_hat.requires_grad)
        return y_hat


def batches(sizes, shift, seed):
    """Return seeded (X, y) pairs."""
    g = torch.Generator().manual_seed(seed)
    return [
        (torch.randn(n, 2, generator=g) + shift, torch.randn(n, 1, generator=g))
        for n in sizes
    ]


def check_epoch(run_epoch):
    """Compare with a loop of our own, arriving in train mode and in eval mode."""
    for mode in [True, False]:
        for sizes in [(3,), (3, 2, 4, 1)]:
            with torch.random.fork_rng():
                torch.manual_seed(4)
                model = Probe()
            twin = copy.deepcopy(model).train()
            data, loss_fn = batches(sizes, 0, 1), nn.MSELoss()
            optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
            reference = torch.optim.SGD(twin.parameters(), lr=0.01, momentum=0.9)
            for X, y in data:
                reference.zero_grad()
                loss_fn(twin(X), y).backward()
                reference.step()
            model.train(mode)
            value = run_epoch(model, loss_fn, optimizer, data, batches((2, 1), 100, 2))
            pairs = zip(model.parameters(), twin.parameters(), strict=True)
            if not all(torch.allclose(p, q, atol=1e-6) for p, q in pairs):
                return False
            if type(value) is not float:
                return False
            if not model.seen or not all(model.seen):
                return False
    return True


# %% equivalent: one = (torch.ones(1, 1), torch.zeros(1, 1)) => one = (torch.ones(2, 1), torch.zeros(1, 1))
# reason: two equal rows against a broadcast target have the same mean loss

# %% equivalent: one = (torch.ones(1, 1), torch.zeros(1, 1)) => one = (torch.ones(1, 1), torch.zeros(2, 1))
# reason: the one output broadcasts to two equal targets, with the same mean loss

# %% equivalent: one = (torch.ones(1, 1), torch.zeros(1, 1)) => one = (torch.ones(1, 1), torch.zeros(1, 2))
# reason: the one output broadcasts to two equal targets, with the same mean loss

# %% equivalent: if abs(model.weight.item() - 0.25) > 1e-06 => if abs(model.weight.item() - 0.25) >= 1e-06
# reason: no loop ends at exactly that distance from 0.25

# %% equivalent: if abs(model.weight.item() - 0.25) > 1e-06 => if abs(model.weight - 0.25) > 1e-06
# reason: an if reads a tensor of one number as it reads the number

# %% equivalent: if abs(model.weight.item() - 0.25) > 1e-06 => if abs(model.weight.item() - 0.25) > 0.0
# reason: halving is exact in binary, so right loops end at 0.25 exactly
