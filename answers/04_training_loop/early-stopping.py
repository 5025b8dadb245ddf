# Right and wrong answers to the exercise early-stopping of 04_training_loop.


# %% right: counts_back_from_the_best
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0

    def step(self, val_loss):
        if val_loss < self.best:
            self.best = val_loss
            self.best_epoch = self.epoch
        self.epoch += 1
        last = -1 if self.best_epoch is None else self.best_epoch
        return self.epoch - 1 - last >= self.patience


# %% right: keeps_the_whole_history
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.improved = []

    def step(self, val_loss):
        better = not math.isnan(val_loss) and val_loss < self.best
        if better:
            self.best, self.best_epoch = val_loss, len(self.improved)
        self.improved.append(better)
        recent = self.improved[-self.patience :]
        return len(recent) == self.patience and not any(recent)


# %% right: nan_becomes_infinite
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = -1
        self.left = patience

    def step(self, val_loss):
        self.epoch += 1
        if val_loss != val_loss:
            val_loss = float("inf")
        if val_loss >= self.best:
            self.left -= 1
            return self.left <= 0
        self.best = val_loss
        self.best_epoch = self.epoch
        self.left = self.patience
        return False


# %% right: properties
class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.losses = patience, []

    @property
    def best_epoch(self):
        real = [k for k, loss in enumerate(self.losses) if loss < math.inf]
        return min(real, key=lambda k: self.losses[k]) if real else None

    @property
    def best(self):
        return math.inf if self.best_epoch is None else self.losses[self.best_epoch]

    def step(self, val_loss):
        self.losses.append(val_loss)
        since = (
            len(self.losses) - 1 - (-1 if self.best_epoch is None else self.best_epoch)
        )
        return bool(since >= self.patience)


# %% right: early_return
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        self.epoch += 1
        self.bad_epochs += 1
        if val_loss < self.best:
            self.best = val_loss
            self.best_epoch = self.epoch - 1
            self.bad_epochs = 0
        if self.bad_epochs < self.patience:
            return False
        return True


# %% wrong: nan_is_a_best
# fails: early-stopping-test-nan
# says: is nan a best
# pitfall: 37
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if val_loss >= self.best:
            self.bad_epochs += 1
        else:
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: first_loss_is_a_best
# fails: early-stopping-test-nan
# says: is nan a best
# pitfall: 37
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if self.best_epoch is None or val_loss < self.best:
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: nan_is_no_bad_epoch
# fails: early-stopping-test-nan
# says: nan is an epoch without a new best
# pitfall: 37
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if val_loss < self.best:
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
        elif val_loss >= self.best:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: nan_skips_the_epoch
# fails: early-stopping-test-nan
# says: should be
# pitfall: 37
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if math.isnan(val_loss):
            return False
        if val_loss < self.best:
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: stops_at_once_at_nan
# fails: early-stopping-test-nan
# says: is nan a best, or does it hide one
# pitfall: 37
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if math.isnan(val_loss):
            return True
        if val_loss < self.best:
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: minimum_of_both
# fails: early-stopping-test-nan
# says: best and best_epoch should be
# pitfall: 37
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        lower = min(val_loss, self.best)
        if lower == self.best:
            self.bad_epochs += 1
        else:
            self.best, self.best_epoch = lower, self.epoch
            self.bad_epochs = 0
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: equal_is_a_best
# fails: early-stopping-test-patience
# says: an equal loss is no new best
# fails: early-stopping-test-best
# says: count epochs from 0
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if val_loss <= self.best:
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: one_epoch_too_late
# fails: early-stopping-test-patience
# says: two epochs in a row above 2
# fails: early-stopping-test-nan
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if val_loss < self.best:
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs > self.patience


# %% wrong: count_never_starts_again
# fails: early-stopping-test-patience
# says: a new best: count from 0
# fails: early-stopping-test-nan
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if val_loss < self.best:
            self.best, self.best_epoch = val_loss, self.epoch
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: compares_with_the_epoch_before
# fails: early-stopping-test-patience
# says: two epochs in a row above 2
# fails: early-stopping-test-nan
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if val_loss < getattr(self, "last", float("inf")):
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.last = val_loss
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: epochs_from_one
# fails: early-stopping-test-best
# says: count epochs from 0
# fails: early-stopping-test-nan
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        self.epoch += 1
        if val_loss < self.best:
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        return self.bad_epochs >= self.patience


# %% wrong: epoch_counts_bests
# fails: early-stopping-test-best
# says: count epochs from 0
# fails: early-stopping-test-nan
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if val_loss < self.best:
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
            self.epoch += 1
        else:
            self.bad_epochs += 1
        return self.bad_epochs >= self.patience


# %% wrong: higher_is_better
# fails: early-stopping-test-patience
# fails: early-stopping-test-best
# fails: early-stopping-test-nan
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if val_loss > self.best:
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: returns_nothing
# fails: early-stopping-test-patience
# says: step should return True or False, got ['NoneType']
# fails: early-stopping-test-nan
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if val_loss < self.best:
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1


# %% wrong: returns_the_count
# fails: early-stopping-test-patience
# says: step should return True or False, got ['int']
# fails: early-stopping-test-nan
class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0
        self.bad_epochs = 0

    def step(self, val_loss):
        if val_loss < self.best:
            self.best, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs


# %% wrong: shared_between_objects
# fails: early-stopping-test-patience
# fails: early-stopping-test-best
# says: count epochs from 0
# fails: early-stopping-test-nan
class EarlyStopping:
    best = float("inf")
    best_epoch = None
    epoch = 0
    bad_epochs = 0

    def __init__(self, patience):
        self.patience = patience

    def step(self, val_loss):
        cls = EarlyStopping
        if val_loss < cls.best:
            cls.best, cls.best_epoch = val_loss, cls.epoch
            cls.bad_epochs = 0
        else:
            cls.bad_epochs += 1
        cls.epoch += 1
        return cls.bad_epochs >= self.patience


# %% wrong: only_once_true
# fails: early-stopping-test-patience
# says: False, False, True, False, False, False, False
class EarlyStopping:
    """Remember the best validation loss; say when to stop."""

    def __init__(self, patience):
        self.patience = patience  # 1 or more
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0  # the number of the epoch that comes next
        self.bad_epochs = 0  # without a new best, in a row

    def step(self, val_loss):
        """Note the loss of one more epoch; return True when it is time to stop."""
        if val_loss < self.best:
            self.best = val_loss
            self.best_epoch = self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs == self.patience


# %% wrong: every_patience_epochs
# fails: early-stopping-test-patience
# says: False, False, True, False, True, False, False
class EarlyStopping:
    """Remember the best validation loss; say when to stop."""

    def __init__(self, patience):
        self.patience = patience  # 1 or more
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0  # the number of the epoch that comes next
        self.bad_epochs = 0  # without a new best, in a row

    def step(self, val_loss):
        """Note the loss of one more epoch; return True when it is time to stop."""
        if val_loss < self.best:
            self.best = val_loss
            self.best_epoch = self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs > 0 and self.bad_epochs % self.patience == 0


# %% wrong: reset_by_one
# fails: early-stopping-test-patience
# says: False, False, False, False, False, False, True
class EarlyStopping:
    """Remember the best validation loss; say when to stop."""

    def __init__(self, patience):
        self.patience = patience  # 1 or more
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0  # the number of the epoch that comes next
        self.bad_epochs = 0  # without a new best, in a row

    def step(self, val_loss):
        """Note the loss of one more epoch; return True when it is time to stop."""
        if val_loss < self.best:
            self.best = val_loss
            self.best_epoch = self.epoch
            self.bad_epochs = max(0, self.bad_epochs - 1)
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: latched
# fails: early-stopping-test-patience
# says: False, False, True, True, True, False, False
class EarlyStopping:
    """Remember the best validation loss; say when to stop."""

    def __init__(self, patience):
        self.patience = patience  # 1 or more
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0  # the number of the epoch that comes next
        self.bad_epochs = 0
        self.stopped = False

    def step(self, val_loss):
        """Note the loss of one more epoch; return True when it is time to stop."""
        if val_loss < self.best:
            self.best = val_loss
            self.best_epoch = self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        self.stopped = self.stopped or self.bad_epochs >= self.patience
        return self.stopped


# %% wrong: min_delta
# fails: early-stopping-test-best
# says: below the best, by however little
class EarlyStopping:
    """Remember the best validation loss; say when to stop."""

    def __init__(self, patience):
        self.patience = patience  # 1 or more
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0  # the number of the epoch that comes next
        self.bad_epochs = 0  # without a new best, in a row

    def step(self, val_loss):
        """Note the loss of one more epoch; return True when it is time to stop."""
        if val_loss < self.best - 1e-3:
            self.best = val_loss
            self.best_epoch = self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: best_rounded
# fails: early-stopping-test-best
# says: below the best, by however little
class EarlyStopping:
    """Remember the best validation loss; say when to stop."""

    def __init__(self, patience):
        self.patience = patience  # 1 or more
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0  # the number of the epoch that comes next
        self.bad_epochs = 0  # without a new best, in a row

    def step(self, val_loss):
        """Note the loss of one more epoch; return True when it is time to stop."""
        if val_loss < self.best:
            self.best = round(val_loss, 2)
            self.best_epoch = self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: best_as_tensor
# fails: early-stopping-test-best
# says: no Python float
class EarlyStopping:
    """Remember the best validation loss; say when to stop."""

    def __init__(self, patience):
        self.patience = patience  # 1 or more
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0  # the number of the epoch that comes next
        self.bad_epochs = 0  # without a new best, in a row

    def step(self, val_loss):
        """Note the loss of one more epoch; return True when it is time to stop."""
        if val_loss < self.best:
            self.best = torch.tensor(val_loss)
            self.best_epoch = self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs >= self.patience


# %% wrong: falsy_best
# fails: early-stopping-test-best
# says: best and best_epoch should be
class EarlyStopping:
    """Remember the best validation loss; say when to stop."""

    def __init__(self, patience):
        self.patience = patience  # 1 or more
        self.best = float("inf")
        self.best_epoch = None
        self.epoch = 0  # the number of the epoch that comes next
        self.bad_epochs = 0  # without a new best, in a row

    def step(self, val_loss):
        """Note the loss of one more epoch; return True when it is time to stop."""
        if not self.best or val_loss < self.best:
            self.best = val_loss
            self.best_epoch = self.epoch
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        self.epoch += 1
        return self.bad_epochs >= self.patience
