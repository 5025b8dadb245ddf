"""Answers to best-checkpoint."""

# %% right: atomic_replace
import os


class BestCheckpoint:
    def __init__(self, path):
        self._target = Path(path)
        self._lowest = None

    def update(self, epoch, val_loss, model):
        if math.isnan(val_loss) or (
            self._lowest is not None and val_loss >= self._lowest
        ):
            return False
        handle, name = tempfile.mkstemp(dir=self._target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                torch.save((epoch, model.state_dict()), file)
            os.replace(name, self._target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        self._lowest = val_loss
        return True

    def restore(self, model):
        epoch, state = torch.load(
            self._target, map_location=torch.device("cpu"), weights_only=True
        )
        model.load_state_dict(state)
        model.train(False)
        return epoch


# %% right: bytes_in_memory_first
import io


class BestCheckpoint:
    def __init__(self, path):
        self.path = Path(path)
        self.losses = []

    def update(self, epoch, val_loss, model):
        better = val_loss == val_loss and all(val_loss < old for old in self.losses)
        if val_loss == val_loss:
            self.losses.append(val_loss)
        if better:
            buffer = io.BytesIO()
            torch.save([model.state_dict(), epoch], buffer)
            self.path.write_bytes(buffer.getvalue())
        return better

    def restore(self, model):
        state, epoch = torch.load(
            io.BytesIO(self.path.read_bytes()), map_location="cpu", weights_only=True
        )
        model.eval().load_state_dict(state)
        return int(epoch)


# %% right: epoch_as_tensor_entry
class BestCheckpoint:
    KEY = "epoch of the best"

    def __init__(self, path):
        self.path = str(path)
        self.bar = float("inf")

    def update(self, epoch: int, val_loss: float, model: nn.Module) -> bool:
        if val_loss < self.bar:
            self.bar = val_loss
            state = dict(model.state_dict())
            state[self.KEY] = torch.tensor(epoch, dtype=torch.int64)
            with open(self.path, "wb") as file:
                torch.save(state, file)
            return True
        return False

    def restore(self, model: nn.Module) -> int:
        with open(self.path, "rb") as file:
            state = torch.load(
                file, weights_only=True, map_location=lambda storage, location: storage
            )
        epoch = state.pop(self.KEY).item()
        model.load_state_dict(state)
        model.eval()
        return epoch


# %% right: inheritance
class Lowest:
    def __init__(self):
        self.value = math.inf

    def beaten_by(self, number):
        better = number < self.value
        self.value = min(self.value, number) if better else self.value
        return better


class BestCheckpoint(Lowest):
    def __init__(self, path):
        super().__init__()
        self.path = path

    def update(self, epoch, val_loss, model):
        better = self.beaten_by(val_loss)
        if better:
            torch.save(dict(weights=model.state_dict(), number=epoch), self.path)
        return better

    def restore(self, model):
        content = torch.load(self.path, "cpu", weights_only=True)
        missing, unexpected = model.load_state_dict(content["weights"])
        assert not missing and not unexpected
        model.eval()
        return content["number"]


# %% right: copy_by_hand
class BestCheckpoint:
    def __init__(self, path):
        self.path, self.best = path, float("nan")

    def update(self, epoch, val_loss, model):
        if math.isnan(val_loss) or self.best <= val_loss:
            return False
        self.best = float(val_loss)
        state = {
            name: value.detach().cpu().clone()
            for name, value in model.state_dict().items()
        }
        torch.save({"state": state, "epoch": int(epoch)}, self.path)
        return True

    @torch.no_grad()
    def restore(self, model):
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        own = model.state_dict()
        assert own.keys() == kept["state"].keys()
        for name, value in kept["state"].items():
            own[name].copy_(value)
        model.eval()
        return kept["epoch"]


# %% right: dataclass
from dataclasses import dataclass, field


@dataclass
class BestCheckpoint:
    path: Path
    best: float = field(default=math.inf, init=False)

    def update(self, epoch, val_loss, model):
        match val_loss < self.best:
            case True:
                self.best = val_loss
                torch.save(
                    {"epoch": epoch}
                    | {"model." + k: v for k, v in model.state_dict().items()},
                    self.path,
                )
                return True
            case _:
                return False

    def restore(self, model):
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(
            {k.removeprefix("model."): v for k, v in kept.items() if k != "epoch"}
        )
        for module in model.modules():
            module.training = False
        return kept["epoch"]


# %% right: closure_of_functions
class BestCheckpoint:
    def __init__(self, path):
        met = []

        def update(epoch, val_loss, model):
            if math.isnan(val_loss):
                return False
            met.append(val_loss)
            if met.index(min(met)) != len(met) - 1:
                return False
            torch.save({"epoch": epoch, "state": model.state_dict()}, path)
            return True

        def restore(model):
            kept = torch.load(path, map_location="cpu", weights_only=True)
            model.load_state_dict(kept["state"], strict=True)
            model.eval()
            return kept["epoch"]

        self.update, self.restore = update, restore


# %% right: mapped_file
class BestCheckpoint:
    __slots__ = ("_path", "_best")

    def __init__(self, path):
        self._path, self._best = path, math.inf

    def update(self, epoch, val_loss, model):
        try:
            return bool(val_loss < self._best)
        finally:
            if val_loss < self._best:
                torch.save({"model": model.state_dict(), "epoch": epoch}, self._path)
                self._best = val_loss

    def restore(self, model):
        kept = torch.load(
            str(self._path), map_location="cpu", weights_only=True, mmap=True
        )
        model.load_state_dict(kept["model"])
        epoch = kept["epoch"]
        del kept
        model.eval()
        return epoch


# %% wrong: ties_count
# fails: best-checkpoint-test-choice
# says: a tie is no new best, and update returned True
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss <= self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: nan_is_a_best
# fails: best-checkpoint-test-choice
# says: nan is no new best, and update returned True
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if val_loss >= self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: nan_first
# fails: best-checkpoint-test-choice
# says: False and True expected, not
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, None

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if self.best is not None and not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: zero_is_none
# fails: best-checkpoint-test-choice
# says: True, True, True, False expected, not
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, None

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if math.isnan(val_loss) or (self.best and val_loss >= self.best):
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: starts_at_ten
# fails: best-checkpoint-test-choice
# says: False and True expected, not
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, 10.0

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: compares_with_the_last
# fails: best-checkpoint-test-choice
# says: False and True expected, not
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        last, self.best = self.best, val_loss
        if not val_loss < last:
            return False
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: min_delta
# fails: best-checkpoint-test-choice
# says: True, True, True, False expected, not
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best - 1e-3:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: whole_model
# fails: best-checkpoint-test-restore
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=False)
        model.load_state_dict(kept["model"].state_dict())
        model.eval()
        return kept["epoch"]


# %% wrong: runs_code_from_files
# fails: best-checkpoint-test-restore
# says: restore ran a program from the file: weights_only?
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=False)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: no_map_location
# fails: best-checkpoint-test-restore
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: no_evaluation_mode
# fails: best-checkpoint-test-restore
# says: after restore the model should be in evaluation mode
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        return kept["epoch"]


# %% wrong: model_to_cpu
# fails: best-checkpoint-test-restore
# says: restore moved the model to another device
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.to("cpu").eval()
        return kept["epoch"]


# %% wrong: assigned
# fails: best-checkpoint-test-disk
# says: restore should fill the model in place
# fails: best-checkpoint-test-restore
# says: restore moved the model to another device
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"], assign=True)
        model.eval()
        return kept["epoch"]


# %% wrong: from_memory
# fails: best-checkpoint-test-disk
# says: restore should read the file as it is now
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        self.kept = {"epoch": epoch, "model": copy.deepcopy(model.state_dict())}
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = getattr(self, "kept", None)
        if kept is None:
            kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: epoch_in_memory
# fails: best-checkpoint-test-disk
# fails: best-checkpoint-test-restore
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save({"model": model.state_dict()}, self.path)
        self.epoch = epoch
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return self.epoch


# %% wrong: old_file_deleted
# fails: best-checkpoint-test-disk
# fails: best-checkpoint-test-restore
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf
        Path(path).unlink(missing_ok=True)

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: compares_with_the_file
# fails: best-checkpoint-test-disk
# fails: best-checkpoint-test-restore
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        best = math.inf
        if Path(self.path).exists():
            best = torch.load(self.path, map_location="cpu", weights_only=True)["loss"]
        if not val_loss < best:
            return False
        self.best = val_loss
        torch.save(
            {"loss": val_loss, "epoch": epoch, "model": model.state_dict()}, self.path
        )
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: one_file_per_epoch
# fails: best-checkpoint-test-choice
# says: update returned True, and there is no file at path
# fails: best-checkpoint-test-disk
# fails: best-checkpoint-test-restore
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        self.last = Path(self.path).with_suffix(f".{epoch}.pt")
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.last)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.last, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: epoch_beside_the_file
# fails: best-checkpoint-test-disk
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save(model.state_dict(), self.path)
        Path(f"{self.path}.epoch").write_text(str(epoch))
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept)
        model.eval()
        return int(Path(f"{self.path}.epoch").read_text())


# %% wrong: parameters_only
# fails: best-checkpoint-test-disk
# says: is best, with all values
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save(
            {
                "epoch": epoch,
                "model": {k: p.detach() for k, p in model.named_parameters()},
            },
            self.path,
        )
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"], strict=False)
        model.eval()
        return kept["epoch"]


# %% wrong: last_epoch_written
# fails: best-checkpoint-test-choice
# says: no new best, and the file has changed: leave it alone
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            if Path(self.path).exists():
                kept = torch.load(self.path, map_location="cpu", weights_only=True)
                torch.save(kept | {"last": epoch}, self.path)
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% wrong: file_removed_after_restore
# fails: best-checkpoint-test-disk
class BestCheckpoint:
    """The epoch with the lowest validation loss, in a file."""

    def __init__(self, path):
        self.path, self.best = path, math.inf

    def update(self, epoch, val_loss, model):
        """Keep the model if `val_loss` is a new best; return whether it is."""
        if not val_loss < self.best:
            return False
        self.best = val_loss
        torch.save({"epoch": epoch, "model": model.state_dict()}, self.path)
        return True

    def restore(self, model):
        """Load the kept epoch into the model; return its number."""
        kept = torch.load(self.path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["model"])
        model.eval()
        Path(self.path).unlink()
        return kept["epoch"]


# %% wrong: keeps_the_last
# fails: best-checkpoint-test-choice
# says: update should return False, not True
# fails: best-checkpoint-test-disk
# says: is best, with all values
# pitfall: 57
class BestCheckpoint:
    def __init__(self, path):
        self.path = path

    def update(self, epoch, val_loss, model):
        torch.save({"model": model.state_dict(), "epoch": epoch}, self.path)
        return True

    def restore(self, model):
        kept = torch.load(self.path, map_location="cpu")
        model.load_state_dict(kept["model"])
        model.eval()
        return kept["epoch"]


# %% equivalent: kept = torch.load(self.path, map_location='cpu', weights_only=True) => kept = torch.load(self.path, map_location='cpu')
# reason: weights_only is True by default
