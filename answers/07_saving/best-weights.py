# Right and wrong answers to the exercise best-weights of 07_saving.


# %% right: clones
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        better = val_loss < self.best
        if better:
            self.best = val_loss
            self.state = {k: v.detach().clone() for k, v in model.state_dict().items()}
        return better

    def restore(self, model):
        model.load_state_dict(self.state)


# %% right: in_a_buffer
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.bytes = b""

    def update(self, val_loss, model):
        import io

        if val_loss >= self.best or val_loss != val_loss:
            return False
        buffer = io.BytesIO()
        torch.save(model.state_dict(), buffer)
        self.best, self.bytes = val_loss, buffer.getvalue()
        return True

    def restore(self, model):
        import io

        model.load_state_dict(torch.load(io.BytesIO(self.bytes)))


# %% right: in_a_file
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.folder = tempfile.TemporaryDirectory()

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            torch.save(model.state_dict(), Path(self.folder.name, "best.pt"))
            return True
        return False

    def restore(self, model):
        path = Path(self.folder.name, "best.pt")
        model.load_state_dict(torch.load(path, map_location="cpu"))


# %% right: copy_of_the_model
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.model = None

    def update(self, val_loss, model):
        if not (val_loss < self.best):
            return False
        self.best = val_loss
        self.model = copy.deepcopy(model)
        return True

    def restore(self, model):
        model.load_state_dict(self.model.state_dict())


# %% right: copied_by_hand
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.kept = []

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.kept = [torch.clone(t) for t in model.state_dict().values()]
            return True
        else:
            return False

    @torch.no_grad()
    def restore(self, model):
        for tensor, kept in zip(model.state_dict().values(), self.kept, strict=True):
            tensor.copy_(kept)


# %% right: through_numpy_copies
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = {}

    def update(self, val_loss, model):
        import math

        if math.isnan(val_loss) or not val_loss < self.best:
            return False
        self.best = val_loss
        for name, tensor in model.state_dict().items():
            self.state[name] = torch.tensor(tensor.cpu().numpy().copy())
        return True

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong: state_dict_is_no_snapshot
# fails: best-weights-test-drift
# says: is it a copy
# fails: best-weights-test-restore
# says: weights are not back
# pitfall: 52
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.state = model.state_dict()
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong: shallow_copy
# fails: best-weights-test-drift
# says: is it a copy
# fails: best-weights-test-restore
# says: weights are not back
# pitfall: 52
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.state = dict(copy.copy(model.state_dict()))
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong: to_the_cpu_without_copy
# fails: best-weights-test-drift
# says: is it a copy
# fails: best-weights-test-restore
# says: weights are not back
# pitfall: 52
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.state = {k: v.detach().cpu() for k, v in model.state_dict().items()}
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong: the_model_itself
# fails: best-weights-test-drift
# says: is it a copy
# fails: best-weights-test-restore
# says: weights are not back
# pitfall: 52
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.model = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best, self.model = val_loss, model
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.model.state_dict())


# %% wrong: drifts_after_restore
# fails: best-weights-test-drift
# says: is it a copy
# fails: best-weights-test-restore
# says: fill the parameters in place
# pitfall: 52
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.state = copy.deepcopy(model.state_dict())
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state, assign=True)


# %% wrong: data_of_the_kept
# fails: best-weights-test-drift
# says: is it a copy
# fails: best-weights-test-restore
# says: second restore: weights are not back
# pitfall: 52
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.model = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best, self.model = val_loss, copy.deepcopy(model)
            return True
        return False

    def restore(self, model):
        for mine, kept in zip(model.parameters(), self.model.parameters(), strict=True):
            mine.data = kept.data
        for mine, kept in zip(model.buffers(), self.model.buffers(), strict=True):
            mine.copy_(kept)


# %% wrong: parameters_alone
# fails: best-weights-test-restore
# says: keep the whole state_dict()
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.state = {k: p.detach().clone() for k, p in model.named_parameters()}
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state, strict=False)


# %% wrong: equal_is_better
# fails: best-weights-test-choice
# says: equal, or nan?
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss <= self.best:
            self.best = val_loss
            self.state = copy.deepcopy(model.state_dict())
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong: nan_is_a_best
# fails: best-weights-test-choice
# says: when is it updated?
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss >= self.best:
            return False
        self.best = val_loss
        self.state = copy.deepcopy(model.state_dict())
        return True

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong: highest_is_best
# fails: best-weights-test-choice
# says: when is it updated?
# fails: best-weights-test-drift
# says: best should be
# fails: best-weights-test-restore
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if self.state is None or val_loss > self.best:
            self.best = val_loss
            self.state = copy.deepcopy(model.state_dict())
            return True
        return False

    def restore(self, model):
        self.state = model.load_state_dict(self.state)


# %% wrong: says_nothing
# fails: best-weights-test-choice
# says: update should return True or False
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.state = copy.deepcopy(model.state_dict())

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong: best_is_never_noted
# fails: best-weights-test-choice
# fails: best-weights-test-drift
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.state = copy.deepcopy(model.state_dict())
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong: one_state_for_all_keepers
# fails: best-weights-test-drift
# says: is it a copy
class BestKeeper:
    state = {}

    def __init__(self):
        self.best = float("inf")

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.state.update(copy.deepcopy(model.state_dict()))
            return True
        return False

    def restore(self, model):
        model.load_state_dict({k: self.state[k] for k in model.state_dict()})


# %% wrong: restored_once
# fails: best-weights-test-drift, best-weights-test-restore
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.state = copy.deepcopy(model.state_dict())
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)
        self.state = None


# %% wrong: clears_gradients
# fails: best-weights-test-restore
# says: the gradients were
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.state = copy.deepcopy(model.state_dict())
            return True
        return False

    def restore(self, model):
        model.zero_grad()
        model.load_state_dict(self.state)


# %% wrong: back_to_train_mode
# fails: best-weights-test-restore
# says: modes were True, False, True, now
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.state = copy.deepcopy(model.state_dict())
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)
        model.train()


# %% wrong: min_delta
# fails: best-weights-test-choice
# says: when is it updated?
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best - 1e-4:
            self.best = val_loss
            self.state = copy.deepcopy(model.state_dict())
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong: restore_resets_best
# fails: best-weights-test-restore
# says: restore has made it inf
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.state = copy.deepcopy(model.state_dict())
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)
        self.best = float("inf")


# %% wrong: update_evals
# fails: best-weights-test-restore
# says: modes were True, False, True, now
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        model.eval()
        if val_loss < self.best:
            self.best = val_loss
            self.state = copy.deepcopy(model.state_dict())
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong: modes_mixed_up
# fails: best-weights-test-restore
# says: modes were True, False, True, now
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            mode = model.training
            model.eval()
            self.best = val_loss
            self.state = copy.deepcopy(model.state_dict())
            model.train(mode)
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong: rounded_best
# fails: best-weights-test-choice
# says: when is it updated?
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = round(val_loss, 3)
            self.state = copy.deepcopy(model.state_dict())
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)


# %% wrong: float32_copy
# fails: best-weights-test-restore
# says: and comes back as
class BestKeeper:
    def __init__(self):
        self.best = float("inf")
        self.state = None

    def update(self, val_loss, model):
        if val_loss < self.best:
            self.best = val_loss
            self.state = {
                n: torch.tensor(t.tolist()) for n, t in model.state_dict().items()
            }
            return True
        return False

    def restore(self, model):
        model.load_state_dict(self.state)
