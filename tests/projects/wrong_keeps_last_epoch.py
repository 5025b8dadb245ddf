"""The keeper says rightly whether an epoch is the best, but writes every epoch to the file. Breaks
step 4 (best-checkpoint): "Else leave the file alone and return `False`." The `torch.save` slid
out of the if while the student moved lines.
base: right_wide_dropout
"""


# fails: best-checkpoint-test-choice
# says: no new best, and the file has changed: leave it alone
# fails: best-checkpoint-test-disk
# says: is best, with all values


# %% best-checkpoint
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path = path
        self.min_loss = math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        new_best = val_loss < self.min_loss
        if new_best:
            self.min_loss = val_loss
        checkpoint = dict(model_state_dict=model.state_dict(), epoch=epoch)
        torch.save(checkpoint, self.path)
        return new_best

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        checkpoint = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(checkpoint["model_state_dict"])
        model.eval()
        return checkpoint["epoch"]
