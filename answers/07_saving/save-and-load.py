# Right and wrong answers to the exercise save-and-load of 07_saving.


# %% right: weights_only_spelled_out
def save_weights(model, path):
    state = model.state_dict()
    torch.save(state, str(path))


def load_weights(model, path):
    state = torch.load(str(path), map_location=torch.device("cpu"), weights_only=True)
    model.load_state_dict(state, strict=True)
    model.eval()
    return model


# %% right: copies_on_the_cpu
def save_weights(model, path):
    on_cpu = {name: tensor.cpu().clone() for name, tensor in model.state_dict().items()}
    with path.open("wb") as file:
        torch.save(on_cpu, file)


def load_weights(model, path):
    with path.open("rb") as file:
        state = torch.load(file, map_location=lambda storage, location: storage)
    model.load_state_dict(state)
    model.train(False)
    return model


# %% right: onto_the_device_of_the_model
def save_weights(model, path):
    torch.save(obj=copy.deepcopy(model.state_dict()), f=path)


def load_weights(model, path):
    where = next(model.parameters()).device
    model.load_state_dict(torch.load(path, map_location=where))
    for module in model.modules():
        module.eval()
    return model


# %% right: filled_by_hand
def save_weights(model, path):
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    state = torch.load(path, map_location="cpu", mmap=True)
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            tensor.copy_(state[name])
    return model.eval()


# %% right: onto_the_lesson_device
def save_weights(model, path):
    torch.save(dict(model.state_dict()), path)


def load_weights(model, path):
    model.load_state_dict(torch.load(path, map_location=device))
    return model.eval()


# %% right: through_a_buffer
def save_weights(model, path):
    import io

    buffer = io.BytesIO()
    torch.save(model.state_dict(), buffer)
    path.write_bytes(buffer.getvalue())


def load_weights(model, path):
    import io

    state = torch.load(io.BytesIO(path.read_bytes()), "cpu")
    if model.load_state_dict(state).missing_keys:
        raise RuntimeError("some entries are missing")
    return model.eval()


# %% wrong: the_report_for_the_model
# fails: save-and-load-test-back
# says: load_state_dict returns is a report
# pitfall: 54
def save_weights(model, path):
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    model.eval()
    model = model.load_state_dict(torch.load(path, map_location="cpu"))
    return model


# %% wrong: strict_is_off
# fails: save-and-load-test-device
# says: a file that lacks an entry should raise an error: strict?
# pitfall: 54
def save_weights(model, path):
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    model.load_state_dict(torch.load(path, map_location="cpu"), strict=False)
    return model.eval()


# %% wrong: no_map_location
# fails: save-and-load-test-device
# says: Attempting to deserialize object on
# pitfall: 56
def save_weights(model, path):
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    model.load_state_dict(torch.load(path))
    return model.eval()


# %% wrong: moved_after_loading
# fails: save-and-load-test-device
# says: Attempting to deserialize object on
# pitfall: 56
def save_weights(model, path):
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    state = {name: tensor.to("cpu") for name, tensor in torch.load(path).items()}
    model.load_state_dict(state)
    return model.eval()


# %% wrong: whole_model
# fails: save-and-load-test-back
# says: fill and return the model that you are given
# fails: save-and-load-test-file
# says: it gives no dictionary of tensors: save the state_dict()
# fails: save-and-load-test-device
# says: has no attribute 'eval'
# pitfall: 51
def save_weights(model, path):
    torch.save(model, path)


def load_weights(model, path):
    model = torch.load(path, map_location="cpu", weights_only=False)
    return model.eval()


# %% wrong: weights_only_is_off
# fails: save-and-load-test-file
# says: ran a program from the file
# pitfall: 51
def save_weights(model, path):
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    state = torch.load(path, map_location="cpu", weights_only=False)
    model.load_state_dict(state)
    return model.eval()


# %% wrong: pickled
# fails: save-and-load-test-file
# says: it gives no dictionary of tensors: save the state_dict()
# fails: save-and-load-test-device
# pitfall: 51
def save_weights(model, path):
    path.write_bytes(pickle.dumps(model.state_dict()))


def load_weights(model, path):
    model.load_state_dict(pickle.loads(path.read_bytes()))
    return model.eval()


# %% wrong: train_mode
# fails: save-and-load-test-back
# says: is in train mode
def save_weights(model, path):
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    model.load_state_dict(torch.load(path, map_location="cpu"))
    return model


# %% wrong: returns_nothing
# fails: save-and-load-test-back
# says: return the model, not NoneType
def save_weights(model, path):
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    model.load_state_dict(torch.load(path, map_location="cpu"))
    model.eval()


# %% wrong: parameters_alone
# fails: save-and-load-test-back, save-and-load-test-file
def save_weights(model, path):
    torch.save({name: p.detach() for name, p in model.named_parameters()}, path)


def load_weights(model, path):
    model.load_state_dict(torch.load(path, map_location="cpu"))
    return model.eval()


# %% wrong: in_a_list
# fails: save-and-load-test-file
# says: it gives no dictionary of tensors: save the state_dict()
# fails: save-and-load-test-device
def save_weights(model, path):
    torch.save(list(model.state_dict().values()), path)


def load_weights(model, path):
    names, tensors = model.state_dict(), torch.load(path, map_location="cpu")
    if len(names) != len(tensors):
        raise ValueError("another number of entries")
    model.load_state_dict(dict(zip(names, tensors, strict=True)))
    return model.eval()


# %% wrong: in_memory
# fails: save-and-load-test-back
# says: there is no file at path
# fails: save-and-load-test-file, save-and-load-test-device
STORE = {}


def save_weights(model, path):
    STORE[path] = copy.deepcopy(model.state_dict())


def load_weights(model, path):
    model.load_state_dict(STORE[path])
    return model.eval()


# %% wrong: file_of_its_own
# fails: save-and-load-test-back
# says: there is no file at path
# fails: save-and-load-test-file
# fails: save-and-load-test-device
def save_weights(model, path):
    torch.save(model.state_dict(), path.with_suffix(".pth"))


def load_weights(model, path):
    state = torch.load(path.with_suffix(".pth"), map_location="cpu")
    model.load_state_dict(state)
    return model.eval()


# %% wrong: arguments_swapped
# fails: save-and-load-test-back, save-and-load-test-file
def save_weights(model, path):
    torch.save(path, model.state_dict())


def load_weights(model, path):
    model.load_state_dict(torch.load(path, map_location="cpu"))
    return model.eval()


# %% wrong: assigned_to_meta
# fails: save-and-load-test-back, save-and-load-test-device
def save_weights(model, path):
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    model.load_state_dict(torch.load(path, map_location="meta"), assign=True)
    return model.eval()


# %% wrong: shallow_eval
# fails: save-and-load-test-back
# says: the loaded model is in train mode: what does eval() do?
def save_weights(model, path):
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    model.load_state_dict(torch.load(path, map_location="cpu"))
    model.training = False
    return model


# %% wrong: memory_cache
# fails: save-and-load-test-back
# says: there is another file at path now: read it again
# fails: save-and-load-test-device
# says: a file that lacks an entry should raise an error: strict?
_cache = {}


def save_weights(model, path):
    _cache[path] = copy.deepcopy(model.state_dict())
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    if path not in _cache:
        _cache[path] = torch.load(path, map_location="cpu")
    model.load_state_dict(_cache[path])
    return model.eval()


# %% wrong: assign_from_cpu
# fails: save-and-load-test-device
# says: a model on the device meta was moved: fill it where it is
def save_weights(model, path):
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    model.load_state_dict(torch.load(path, map_location="cpu"), assign=True)
    return model.eval()


# %% wrong: model_to_cpu
# fails: save-and-load-test-device
# says: a model on the device meta was moved: fill it where it is
def save_weights(model, path):
    torch.save(model.state_dict(), path)


def load_weights(model, path):
    model.load_state_dict(torch.load(path, map_location="cpu"))
    return model.cpu().eval()


# %% wrong: half_precision
# fails: save-and-load-test-file
# says: weight was torch.float
def save_weights(model, path):
    torch.save({n: t.half() for n, t in model.state_dict().items()}, path)


def load_weights(model, path):
    model.load_state_dict(torch.load(path, map_location="cpu"))
    return model.eval()


# %% wrong: keeps_old_file
# fails: save-and-load-test-file
# says: an old file is not replaced
def save_weights(model, path):
    if not path.exists():
        torch.save(model.state_dict(), path)


def load_weights(model, path):
    model.load_state_dict(torch.load(path, map_location="cpu"))
    return model.eval()


# %% wrong: lists
# fails: save-and-load-test-file
# says: should give tensors
def save_weights(model, path):
    torch.save({n: t.tolist() for n, t in model.state_dict().items()}, path)


def load_weights(model, path):
    state = torch.load(path, map_location="cpu")
    model.load_state_dict({n: torch.tensor(v) for n, v in state.items()})
    return model.eval()
