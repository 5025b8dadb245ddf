# Right and wrong answers to the exercise to-device of 06_devices.


# %% right: match
def to_device(batch, device):
    match batch:
        case torch.Tensor():
            return batch.to(device)
        case dict():
            return {key: to_device(value, device) for key, value in batch.items()}
        case list():
            return [to_device(value, device) for value in batch]
        case tuple() if hasattr(batch, "_make"):
            return batch._make(to_device(value, device) for value in batch)
        case tuple():
            return tuple(to_device(value, device) for value in batch)
        case _:
            return batch


# %% right: exact_types
def to_device(batch, device):
    if torch.is_tensor(batch):
        return batch.to(device=device, non_blocking=True)
    if type(batch) is dict:
        return dict((k, to_device(v, device)) for k, v in batch.items())
    if type(batch) is list:
        return list(map(lambda part: to_device(part, device), batch))
    if isinstance(batch, tuple):
        parts = [to_device(part, device) for part in batch]
        return tuple(parts) if type(batch) is tuple else type(batch)(*parts)
    return batch


# %% right: named_tuple_replaced
def to_device(batch, device):
    def move(part):
        return to_device(part, device)

    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if hasattr(batch, "_asdict"):
        return batch._replace(**{k: move(v) for k, v in batch._asdict().items()})
    if isinstance(batch, dict):
        return dict(zip(batch, map(move, batch.values())))
    if isinstance(batch, list | tuple):
        return type(batch)(map(move, batch))
    return batch


# %% right: loops
def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        moved = {}
        for key in batch:
            moved[key] = to_device(batch[key], device)
        return moved
    if isinstance(batch, list) or isinstance(batch, tuple):
        moved = []
        for part in batch:
            moved.append(to_device(part, device))
        if isinstance(batch, list):
            return moved
        if hasattr(batch, "_fields"):
            return batch.__class__(*moved)
        return tuple(moved)
    return batch


# %% right: shallow_copy_then_fill
import copy


def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, (dict, list)):
        moved = copy.copy(batch)
        keys = batch if isinstance(batch, dict) else range(len(batch))
        for key in keys:
            moved[key] = to_device(batch[key], device)
        return moved
    if isinstance(batch, tuple):
        parts = to_device(list(batch), device)
        make = getattr(type(batch), "_make", tuple)
        return make(parts)
    return batch


# %% wrong: result_ignored
# fails: to-device-test-nest
# says: device='meta'
# fails: to-device-test-rest
# pitfall: 47
def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        batch.to(device)
    elif isinstance(batch, dict):
        for value in batch.values():
            to_device(value, device)
    elif isinstance(batch, (list, tuple)):
        for value in batch:
            to_device(value, device)
    return batch


# %% wrong: one_level
# fails: to-device-test-nest
# says: device='meta'
# fails: to-device-test-rest
def to_device(batch, device):
    def move(part):
        return part.to(device) if isinstance(part, torch.Tensor) else part

    if isinstance(batch, dict):
        return {key: move(part) for key, part in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(move(part) for part in batch)
    return move(batch)


# %% wrong: fills_the_callers_batch
# fails: to-device-test-nest
# says: make a new container for
# fails: to-device-test-rest
# says: the caller's batch has changed
def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        for key in batch:
            batch[key] = to_device(batch[key], device)
        return batch
    if isinstance(batch, list):
        for i in range(len(batch)):
            batch[i] = to_device(batch[i], device)
        return batch
    if isinstance(batch, tuple):
        parts = [to_device(part, device) for part in batch]
        return type(batch)(*parts) if hasattr(batch, "_fields") else tuple(parts)
    return batch


# %% wrong: named_tuple_in_one_piece
# fails: to-device-test-rest
# says: missing 1 required positional argument
def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(part, device) for part in batch)
    return batch


# %% wrong: named_tuple_becomes_a_tuple
# fails: to-device-test-rest
# says: a named tuple came back as tuple
def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    if isinstance(batch, list):
        return [to_device(part, device) for part in batch]
    if isinstance(batch, tuple):
        return tuple(to_device(part, device) for part in batch)
    return batch


# %% wrong: tuples_become_lists
# fails: to-device-test-nest
# says: a tuple became a list
# fails: to-device-test-rest
def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    if isinstance(batch, (list, tuple)):
        return [to_device(part, device) for part in batch]
    return batch


# %% wrong: text_is_a_sequence
# fails: to-device-test-nest
# fails: to-device-test-rest
def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    if hasattr(batch, "_fields"):
        return type(batch)(*(to_device(part, device) for part in batch))
    if hasattr(batch, "__iter__"):
        return type(batch)([to_device(part, device) for part in batch])
    return batch


# %% wrong: everything_becomes_a_tensor
# fails: to-device-test-nest
# fails: to-device-test-rest
def to_device(batch, device):
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    if hasattr(batch, "_fields"):
        return type(batch)(*(to_device(part, device) for part in batch))
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(part, device) for part in batch)
    return torch.as_tensor(batch).to(device)


# %% wrong: everything_has_to
# fails: to-device-test-nest
# fails: to-device-test-rest
def to_device(batch, device):
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(part, device) for part in batch)
    return batch.to(device)


# %% wrong: arrays_move_too
# fails: to-device-test-rest
# says: should come back as it is
def to_device(batch, device):
    if isinstance(batch, np.ndarray):
        batch = torch.from_numpy(batch)
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    if hasattr(batch, "_fields"):
        return type(batch)(*(to_device(part, device) for part in batch))
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(part, device) for part in batch)
    return batch


# %% wrong: forgets_dicts
# fails: to-device-test-nest
# fails: to-device-test-rest
def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if hasattr(batch, "_fields"):
        return type(batch)(*(to_device(part, device) for part in batch))
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(part, device) for part in batch)
    return batch


# %% wrong: drops_what_is_no_tensor
# fails: to-device-test-rest
# says: should come back as it is
def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    if hasattr(batch, "_fields"):
        return type(batch)(*(to_device(part, device) for part in batch))
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(part, device) for part in batch)


# %% wrong: keys_sorted
# fails: to-device-test-nest
def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(batch[key], device) for key in sorted(batch)}
    if hasattr(batch, "_fields"):
        return type(batch)(*(to_device(part, device) for part in batch))
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(part, device) for part in batch)
    return batch


# %% wrong: always_to_one_device
# fails: to-device-test-nest
# fails: to-device-test-rest
def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to("cpu")
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    if hasattr(batch, "_fields"):
        return type(batch)(*(to_device(part, device) for part in batch))
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(part, device) for part in batch)
    return batch


# %% wrong: new_tensors_of_the_same_shape
# fails: to-device-test-nest
# says: device='meta', size=
def to_device(batch, device):
    if isinstance(batch, torch.Tensor):
        return torch.zeros_like(batch, device=device)
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    if hasattr(batch, "_fields"):
        return type(batch)(*(to_device(part, device) for part in batch))
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(part, device) for part in batch)
    return batch


# %% wrong: whatever_has_to
# fails: to-device-test-rest
# says: a module is no tensor: leave it where it is
def to_device(batch, device):
    if hasattr(batch, "to"):
        return batch.to(device)
    if isinstance(batch, dict):
        return {k: to_device(v, device) for k, v in batch.items()}
    if isinstance(batch, list):
        return [to_device(v, device) for v in batch]
    if isinstance(batch, tuple):
        parts = [to_device(v, device) for v in batch]
        return type(batch)(*parts) if hasattr(batch, "_fields") else tuple(parts)
    return batch


# %% wrong: three_levels
# fails: to-device-test-nest
# says: device='meta', size=
def to_device(batch, device, depth=0):
    if torch.is_tensor(batch):
        return batch.to(device)
    if depth > 3:
        return batch
    if isinstance(batch, dict):
        return {k: to_device(v, device, depth + 1) for k, v in batch.items()}
    if isinstance(batch, list):
        return [to_device(v, device, depth + 1) for v in batch]
    if isinstance(batch, tuple):
        parts = [to_device(v, device, depth + 1) for v in batch]
        return type(batch)(*parts) if hasattr(batch, "_fields") else tuple(parts)
    return batch


# %% wrong: empty_same_object
# fails: to-device-test-nest
# says: make a new container for
def to_device(batch, device):
    if torch.is_tensor(batch):
        return batch.to(device)
    if not isinstance(batch, (dict, list, tuple)) or len(batch) == 0:
        return batch
    if isinstance(batch, dict):
        return {k: to_device(v, device) for k, v in batch.items()}
    if isinstance(batch, list):
        return [to_device(v, device) for v in batch]
    parts = [to_device(v, device) for v in batch]
    return type(batch)(*parts) if hasattr(batch, "_fields") else tuple(parts)


# %% wrong: keys_to_text
# fails: to-device-test-nest
# says: device='meta', size=
def to_device(batch, device):
    if torch.is_tensor(batch):
        return batch.to(device)
    if isinstance(batch, dict):
        return dict(**{str(k): to_device(v, device) for k, v in batch.items()})
    if isinstance(batch, list):
        return [to_device(v, device) for v in batch]
    if isinstance(batch, tuple):
        parts = [to_device(v, device) for v in batch]
        return type(batch)(*parts) if hasattr(batch, "_fields") else tuple(parts)
    return batch


# %% wrong: exact_tensor_type
# fails: to-device-test-nest
# says: Parameter containing
def to_device(batch, device):
    if type(batch) is torch.Tensor:
        return batch.to(device)
    if isinstance(batch, dict):
        return {k: to_device(v, device) for k, v in batch.items()}
    if isinstance(batch, list):
        return [to_device(v, device) for v in batch]
    if isinstance(batch, tuple):
        parts = [to_device(v, device) for v in batch]
        return type(batch)(*parts) if hasattr(batch, "_fields") else tuple(parts)
    return batch


# %% wrong: casts_to_float
# fails: to-device-test-nest
# says: device='meta', size=
def to_device(batch, device):
    if torch.is_tensor(batch):
        return batch.float().to(device)
    if isinstance(batch, dict):
        return {k: to_device(v, device) for k, v in batch.items()}
    if isinstance(batch, list):
        return [to_device(v, device) for v in batch]
    if isinstance(batch, tuple):
        parts = [to_device(v, device) for v in batch]
        return type(batch)(*parts) if hasattr(batch, "_fields") else tuple(parts)
    return batch


# %% wrong: new_only_if_something_moved
# fails: to-device-test-nest
# says: make a new container for
def to_device(batch, device):
    if torch.is_tensor(batch):
        return batch.to(device)
    if isinstance(batch, dict):
        new = {k: to_device(v, device) for k, v in batch.items()}
        return new if any(new[k] is not batch[k] for k in batch) else batch
    if isinstance(batch, (list, tuple)):
        parts = [to_device(v, device) for v in batch]
        if all(a is b for a, b in zip(parts, batch)):
            return batch
        if isinstance(batch, list):
            return parts
        return type(batch)(*parts) if hasattr(batch, "_fields") else tuple(parts)
    return batch
