# Right and wrong answers to the exercise checkpoint of 07_saving.


# %% right: a_tuple
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    states = [part.state_dict() for part in (model, optimizer, scheduler)]
    torch.save((states, epoch, torch.get_rng_state()), path)


def load_checkpoint(path, model, optimizer, scheduler):
    states, epoch, random_state = torch.load(path, weights_only=True)
    for part, state in zip((model, optimizer, scheduler), states, strict=True):
        part.load_state_dict(state)
    torch.set_rng_state(random_state)
    return epoch


# %% right: by_names
def save_checkpoint(path, **given):
    raise NotImplementedError


PARTS = ("model", "optimizer", "scheduler")


def save_checkpoint(path, *given):
    *parts, epoch = given
    file = dict(zip(PARTS, (part.state_dict() for part in parts), strict=True))
    file["epoch"] = torch.tensor(epoch)
    file["random"] = torch.random.get_rng_state()
    torch.save(file, path)


def load_checkpoint(path, *parts):
    file = torch.load(path, map_location="cpu")
    for name, part in zip(PARTS, parts, strict=True):
        part.load_state_dict(file[name])
    torch.random.set_rng_state(file["random"])
    return int(file["epoch"])


# %% right: generators_too
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    import random

    file = {
        "model": copy.deepcopy(model.state_dict()),
        "optimizer": copy.deepcopy(optimizer.state_dict()),
        "scheduler": scheduler.state_dict(),
        "epoch": epoch,
        "torch": torch.default_generator.get_state(),
        "python": random.getstate(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    with path.open("wb") as handle:
        torch.save(file, handle)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path, map_location="cpu")
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.default_generator.set_state(file["torch"])
    return file["epoch"]


# %% right: atomic
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = dict(m=model.state_dict(), o=optimizer.state_dict(), e=epoch)
    file.update(s=scheduler.state_dict(), r=torch.get_rng_state().clone())
    temporary = path.with_suffix(".tmp")
    torch.save(file, temporary)
    temporary.replace(path)


def load_checkpoint(path, model, optimizer, scheduler):
    with torch.random.fork_rng(devices=[]):
        file = torch.load(path)
        scheduler.load_state_dict(file["s"])
        optimizer.load_state_dict(file["o"])
        model.load_state_dict(file["m"])
    torch.set_rng_state(file["r"])
    return file["e"]


# %% right: random_state_as_numbers
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "random": torch.get_rng_state().tolist(),
        },
        path,
    )


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(torch.tensor(file["random"], dtype=torch.uint8))
    return file["epoch"]


# %% wrong: no_model
# fails: checkpoint-test-parts
# says: saved, and loaded?
# fails: checkpoint-test-resume
# says: What is left out?
# pitfall: 53
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}
    torch.save(file | {"epoch": epoch, "random": torch.get_rng_state()}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(file["random"])
    return file["epoch"]


# %% wrong: weights_alone
# fails: checkpoint-test-parts
# says: momentum should be -
# fails: checkpoint-test-random
# says: other random numbers follow
# fails: checkpoint-test-resume
# says: What is left out?
# pitfall: 53
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    torch.save({"model": model.state_dict(), "epoch": epoch}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"])
    return file["epoch"]


# %% wrong: no_optimizer
# fails: checkpoint-test-parts
# says: momentum should be -
# fails: checkpoint-test-resume
# says: What is left out?
# pitfall: 53
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": model.state_dict(), "scheduler": scheduler.state_dict()}
    torch.save(file | {"epoch": epoch, "random": torch.get_rng_state()}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"])
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(file["random"])
    return file["epoch"]


# %% wrong: no_scheduler
# fails: checkpoint-test-parts
# says: scheduler's count should be
# fails: checkpoint-test-resume
# says: What is left out?
# pitfall: 53
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(file | {"epoch": epoch, "random": torch.get_rng_state()}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    torch.set_rng_state(file["random"])
    return file["epoch"]


# %% wrong: no_epoch
# fails: checkpoint-test-parts
# says: saved, and loaded?
# pitfall: 53
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    file |= {"scheduler": scheduler.state_dict(), "random": torch.get_rng_state()}
    torch.save(file, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(file["random"])
    return 0


# %% wrong: no_random_state
# fails: checkpoint-test-random
# says: other random numbers follow
# fails: checkpoint-test-resume
# says: What is left out?
# pitfall: 53
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(file | {"scheduler": scheduler.state_dict(), "epoch": epoch}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    return file["epoch"]


# %% wrong: the_seed_for_the_state
# fails: checkpoint-test-random
# says: other random numbers follow
# fails: checkpoint-test-resume
# says: What is left out?
# pitfall: 53
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    file |= {"scheduler": scheduler.state_dict(), "epoch": epoch}
    torch.save(file | {"seed": torch.initial_seed()}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.manual_seed(file["seed"])
    return file["epoch"]


# %% wrong: seeds_anew_when_saving
# fails: checkpoint-test-random
# says: saving has changed the random state
# pitfall: 53
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    torch.manual_seed(epoch)
    file = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    file |= {"scheduler": scheduler.state_dict(), "random": torch.get_rng_state()}
    torch.save(file | {"epoch": epoch}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(file["random"])
    return file["epoch"]


# %% wrong: random_state_kept_in_memory
# fails: checkpoint-test-random
# says: after loading the first of two files
# pitfall: 53
KEPT = {}


def save_checkpoint(path, model, optimizer, scheduler, epoch):
    KEPT["random"] = torch.get_rng_state()
    file = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(file | {"scheduler": scheduler.state_dict(), "epoch": epoch}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(KEPT["random"])
    return file["epoch"]


# %% wrong: whole_objects
# fails: checkpoint-test-parts
# says: leave weights_only alone
# fails: checkpoint-test-random
# says: save state_dict()s
# fails: checkpoint-test-resume
# says: save state_dict()s
# fails: checkpoint-test-safe
# says: torch.load(path) refuses your file
# pitfall: 51
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    torch.save(file | {"epoch": epoch, "random": torch.get_rng_state()}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"].state_dict())
    optimizer.load_state_dict(file["optimizer"].state_dict())
    scheduler.load_state_dict(file["scheduler"].state_dict())
    torch.set_rng_state(file["random"])
    return file["epoch"]


# %% wrong: whole_objects_with_the_lock_off
# fails: checkpoint-test-safe
# says: torch.load(path) refuses your file
# pitfall: 51
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    torch.save(file | {"epoch": epoch, "random": torch.get_rng_state()}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path, weights_only=False)
    model.load_state_dict(file["model"].state_dict())
    optimizer.load_state_dict(file["optimizer"].state_dict())
    scheduler.load_state_dict(file["scheduler"].state_dict())
    torch.set_rng_state(file["random"])
    return file["epoch"]


# %% wrong: weights_only_is_off
# fails: checkpoint-test-safe
# says: ran a program in the file
# pitfall: 51
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    file |= {"scheduler": scheduler.state_dict(), "random": torch.get_rng_state()}
    torch.save(file | {"epoch": epoch}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path, weights_only=False)
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(file["random"])
    return file["epoch"]


# %% wrong: lock_off_where_refused
# fails: checkpoint-test-safe
# says: ran a program in the file
# pitfall: 51
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    file |= {"scheduler": scheduler.state_dict(), "random": torch.get_rng_state()}
    torch.save(file | {"epoch": epoch}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        file = torch.load(path)
    except pickle.UnpicklingError:
        file = torch.load(path, weights_only=False)
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(file["random"])
    return file["epoch"]


# %% wrong: next_epoch_twice
# fails: checkpoint-test-parts
# says: saved, and loaded?
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    file |= {"scheduler": scheduler.state_dict(), "random": torch.get_rng_state()}
    torch.save(file | {"epoch": epoch}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(file["random"])
    return file["epoch"] + 1


# %% wrong: epoch_as_a_tensor
# fails: checkpoint-test-parts
# says: the epoch should be an int, not Tensor
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    file |= {"scheduler": scheduler.state_dict(), "random": torch.get_rng_state()}
    torch.save(file | {"epoch": torch.tensor(epoch)}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(file["random"])
    return file["epoch"]


# %% wrong: new_objects_inside
# fails: checkpoint-test-parts
# says: saved, and loaded?
# fails: checkpoint-test-resume
# says: What is left out?
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    file |= {"scheduler": scheduler.state_dict(), "random": torch.get_rng_state()}
    torch.save(file | {"epoch": epoch}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model = copy.deepcopy(model)
    model.load_state_dict(file["model"])
    optimizer = copy.deepcopy(optimizer)
    optimizer.load_state_dict(file["optimizer"])
    scheduler = copy.deepcopy(scheduler)
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(file["random"])
    return file["epoch"]


# %% wrong: saved_in_eval_mode
# fails: checkpoint-test-resume
# says: What is left out?
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    model.eval()
    file = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    file |= {"scheduler": scheduler.state_dict(), "random": torch.get_rng_state()}
    torch.save(file | {"epoch": epoch}, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"])
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(file["random"])
    return file["epoch"]


# %% wrong: parameters_alone
# fails: checkpoint-test-resume
# says: ReduceLROnPlateau: resumed, it ends elsewhere
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    file = {"model": dict(model.named_parameters())}
    file |= {"optimizer": optimizer.state_dict(), "epoch": epoch}
    file |= {"scheduler": scheduler.state_dict(), "random": torch.get_rng_state()}
    torch.save(file, path)


def load_checkpoint(path, model, optimizer, scheduler):
    file = torch.load(path)
    model.load_state_dict(file["model"], strict=False)
    optimizer.load_state_dict(file["optimizer"])
    scheduler.load_state_dict(file["scheduler"])
    torch.set_rng_state(file["random"])
    return file["epoch"]


# %% wrong: save_clears_gradients
# fails: checkpoint-test-parts
# says: saving has cleared the gradients
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    optimizer.zero_grad()
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "random": torch.get_rng_state(),
        },
        path,
    )


def load_checkpoint(path, model, optimizer, scheduler):
    c = torch.load(path)
    model.load_state_dict(c["model"])
    optimizer.load_state_dict(c["optimizer"])
    scheduler.load_state_dict(c["scheduler"])
    torch.set_rng_state(c["random"])
    return c["epoch"]


# %% wrong: epoch_from_scheduler
# fails: checkpoint-test-parts
# says: saved, and loaded?
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "random": torch.get_rng_state(),
        },
        path,
    )


def load_checkpoint(path, model, optimizer, scheduler):
    c = torch.load(path)
    model.load_state_dict(c["model"])
    optimizer.load_state_dict(c["optimizer"])
    scheduler.load_state_dict(c["scheduler"])
    torch.set_rng_state(c["random"])
    return scheduler.last_epoch


# %% wrong: cached_by_path
# fails: checkpoint-test-parts
# says: saved at the same path again: epoch
from functools import lru_cache


@lru_cache
def _read(path):
    return torch.load(path)


def save_checkpoint(path, model, optimizer, scheduler, epoch):
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "random": torch.get_rng_state(),
        },
        path,
    )


def load_checkpoint(path, model, optimizer, scheduler):
    c = _read(path)
    model.load_state_dict(c["model"])
    optimizer.load_state_dict(c["optimizer"])
    scheduler.load_state_dict(c["scheduler"])
    torch.set_rng_state(c["random"])
    return c["epoch"]


# %% wrong: two_files
# fails: checkpoint-test-parts
# says: write one file at path, not
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
        },
        path,
    )
    torch.save(torch.get_rng_state(), path.with_suffix(".random"))


def load_checkpoint(path, model, optimizer, scheduler):
    c = torch.load(path)
    model.load_state_dict(c["model"])
    optimizer.load_state_dict(c["optimizer"])
    scheduler.load_state_dict(c["scheduler"])
    torch.set_rng_state(torch.load(path.with_suffix(".random")))
    return c["epoch"]


# %% wrong: draws_after_set
# fails: checkpoint-test-resume
# says: ReduceLROnPlateau: resumed, it ends elsewhere
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "random": torch.get_rng_state(),
        },
        path,
    )


def load_checkpoint(path, model, optimizer, scheduler):
    c = torch.load(path)
    torch.set_rng_state(c["random"])
    for module in model.modules():
        if hasattr(module, "reset_parameters"):
            module.reset_parameters()
    model.load_state_dict(c["model"])
    optimizer.load_state_dict(c["optimizer"])
    scheduler.load_state_dict(c["scheduler"])
    return c["epoch"]


# %% wrong: scheduler_counter_only
# fails: checkpoint-test-resume
# says: ReduceLROnPlateau: resumed, it ends elsewhere
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "last_epoch": scheduler.last_epoch,
            "epoch": epoch,
            "random": torch.get_rng_state(),
        },
        path,
    )


def load_checkpoint(path, model, optimizer, scheduler):
    c = torch.load(path)
    model.load_state_dict(c["model"])
    optimizer.load_state_dict(c["optimizer"])
    scheduler.last_epoch = c["last_epoch"]
    torch.set_rng_state(c["random"])
    return c["epoch"]


# %% wrong: keeps_old_file
# fails: checkpoint-test-parts
# says: saved at the same path again: epoch
def save_checkpoint(path, model, optimizer, scheduler, epoch):
    if path.exists():
        return
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "random": torch.get_rng_state(),
        },
        path,
    )


def load_checkpoint(path, model, optimizer, scheduler):
    c = torch.load(path)
    model.load_state_dict(c["model"])
    optimizer.load_state_dict(c["optimizer"])
    scheduler.load_state_dict(c["scheduler"])
    torch.set_rng_state(c["random"])
    return c["epoch"]
