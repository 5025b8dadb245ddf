"""The best state is kept in memory, without a copy, and never on disk: later epochs change it.
Breaks step 4 (best-checkpoint): "write the model's `state_dict()` and the epoch to `path`" and
"It reads from disk every time". The student saw `best = model.state_dict()` in a tutorial.
base: right_residual_mlp
"""


# fails: best-checkpoint-test-choice
# says: update returned True, and there is no file at path
# fails: best-checkpoint-test-disk
# says: is best, with all values
# fails: best-checkpoint-test-restore


# %% best-checkpoint
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path = Path(path)
        self.best_loss = math.inf
        self.best_epoch = None
        self.best_state = None

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if val_loss < self.best_loss:
            self.best_loss = val_loss
            self.best_epoch = epoch
            self.best_state = model.state_dict()
            return True
        return False

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        model.load_state_dict(self.best_state)
        model.eval()
        return self.best_epoch
