# Right and wrong answers to the exercise fix-resume of 07_saving.


# %% right: random_state_back_to_the_cpu
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location=device)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"].cpu())
    return checkpoint["epoch"] + 1


# %% right: in_another_order
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location=torch.device("cpu"), weights_only=True)
    torch.random.set_rng_state(checkpoint["random"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    model.load_state_dict(checkpoint["model"])
    return 1 + checkpoint["epoch"]


# %% right: in_a_loop
def resume(path, model, optimizer, scheduler, device):
    parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    checkpoint = torch.load(path, "cpu")
    for name, part in parts.items():
        part.load_state_dict(checkpoint.pop(name))
    torch.default_generator.set_state(checkpoint.pop("random"))
    return checkpoint["epoch"] + 1


# %% right: loaded_twice
def resume(path, model, optimizer, scheduler, device):
    here = torch.load(path, map_location=device)
    model.load_state_dict(here["model"])
    optimizer.load_state_dict(here["optimizer"])
    scheduler.load_state_dict(here["scheduler"])
    file = torch.load(path, map_location=lambda storage, location: storage)
    torch.set_rng_state(file["random"])
    start = file["epoch"]
    start += 1
    return start


# %% right: random_state_to_the_cpu_by_to
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location=device)
    for name in ("model", "optimizer", "scheduler"):
        locals()[name].load_state_dict(checkpoint[name])
    torch.set_rng_state(checkpoint["random"].to("cpu", torch.uint8))
    return checkpoint["epoch"] + 1


# %% wrong: optimizer_lost
# fails: fix-resume-test-goes-on
# says: momentum should be -
# pitfall: 53
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    model.load_state_dict(checkpoint["model"])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    return checkpoint["epoch"] + 1


# %% wrong: schedule_lost
# fails: fix-resume-test-goes-on
# says: scheduler's count should be
# pitfall: 53
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    torch.set_rng_state(checkpoint["random"])
    return checkpoint["epoch"] + 1


# %% wrong: new_optimizer_filled
# fails: fix-resume-test-goes-on
# says: momentum should be -
# pitfall: 53
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    model.load_state_dict(checkpoint["model"])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=4, gamma=0.3)
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    return checkpoint["epoch"] + 1


# %% wrong: last_epoch_again
# fails: fix-resume-test-goes-on
# says: next epoch should be
# pitfall: 53
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    return checkpoint["epoch"]


# %% wrong: random_state_moved
# fails: fix-resume-test-random
# says: RNG state must be a torch.ByteTensor
# pitfall: 56
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location=device)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    return checkpoint["epoch"] + 1


# %% wrong: random_state_cast_where_it_is
# fails: fix-resume-test-random
# says: RNG state must be a torch.ByteTensor
# pitfall: 56
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location=device)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"].byte())
    return checkpoint["epoch"] + 1


# %% wrong: no_map_location
# fails: fix-resume-test-random
# says: Attempting to deserialize object on
# pitfall: 56
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    return checkpoint["epoch"] + 1


# %% wrong: random_state_left_out
# fails: fix-resume-test-random
# says: other random numbers follow than saved
# pitfall: 53
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    return checkpoint["epoch"] + 1


# %% wrong: refusal_ignored
# fails: fix-resume-test-random
# says: other random numbers follow than saved
# pitfall: 56
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location=device)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    try:
        torch.set_rng_state(checkpoint["random"])
    except TypeError:
        pass
    return checkpoint["epoch"] + 1


# %% wrong: random_state_set_and_used
# fails: fix-resume-test-random
# says: other random numbers follow than saved
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    torch.set_rng_state(checkpoint["random"])
    nn.init.normal_(torch.empty(1))
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    return checkpoint["epoch"] + 1


# %% wrong: model_not_filled
# fails: fix-resume-test-goes-on
# says: weight should be
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    model = copy.deepcopy(model)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    return checkpoint["epoch"] + 1


# %% wrong: objects_returned
# fails: fix-resume-test-goes-on
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    return model, optimizer, scheduler, checkpoint["epoch"] + 1


# %% wrong: returns_nothing
# fails: fix-resume-test-goes-on
# says: next epoch should be
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    print("go on with epoch", checkpoint["epoch"] + 1)


# %% wrong: epoch_or_one
# fails: fix-resume-test-goes-on
# says: after epoch
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    return checkpoint["epoch"] + 1 if checkpoint["epoch"] else 0


# %% wrong: scheduler_count_returned
# fails: fix-resume-test-goes-on
# says: next epoch should be
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    return scheduler.last_epoch


# %% wrong: eval_after_load
# fails: fix-resume-test-goes-on
# says: the model was in train mode, and resume has changed that
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    model.load_state_dict(checkpoint["model"])
    model.eval()
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    return checkpoint["epoch"] + 1


# %% wrong: map_location_device
# fails: fix-resume-test-random
# says: the random state must be on the CPU
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location=device)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    return checkpoint["epoch"] + 1


# %% right: map_to_device_random_back
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location=device)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"].cpu())
    return checkpoint["epoch"] + 1


# %% wrong: draws_after_set
# fails: fix-resume-test-random
# says: model on meta: other random numbers follow than saved
def resume(path, model, optimizer, scheduler, device):
    checkpoint = torch.load(path, map_location="cpu")
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["random"])
    print("resumed, check number", torch.rand(()).item())
    return checkpoint["epoch"] + 1
