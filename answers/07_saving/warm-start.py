# Right and wrong answers to the exercise warm-start of 07_saving.


# %% right: loop_with_copy
def warm_start(model, state):
    fresh = []
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if name in state and state[name].shape == tensor.shape:
                tensor.copy_(state[name])
            else:
                fresh.append(name)
    return fresh


# %% right: missing_keys
def warm_start(model, state):
    own = model.state_dict()
    fits = {}
    for name in own:
        if name in state and state[name].size() == own[name].size():
            fits[name] = state[name]
    return list(model.load_state_dict(fits, strict=False).missing_keys)


# %% right: merged_states
def warm_start(model, state):
    own = model.state_dict()
    skipped = [n for n, t in own.items() if n not in state or state[n].shape != t.shape]
    merged = {name: own[name] if name in skipped else state[name] for name in own}
    model.load_state_dict(merged)
    return skipped


# %% right: copy_without_the_rest
def warm_start(model, state):
    own, state = model.state_dict(), dict(state)
    for name in list(state):
        if name not in own or own[name].shape != state[name].shape:
            del state[name]
    result = model.load_state_dict(state, strict=False)
    return result.missing_keys


# %% right: by_sets
def warm_start(model, state):
    own = {name: tuple(t.shape) for name, t in model.state_dict().items()}
    given = {name: tuple(t.shape) for name, t in state.items()}
    common = own.items() & given.items()
    model.load_state_dict({name: state[name] for name, _ in common}, strict=False)
    return [item[0] for item in own.items() if item not in common]


# %% right: through_data
def warm_start(model, state):
    skipped = []
    tensors = dict(model.named_parameters()) | dict(model.named_buffers())
    for name in model.state_dict():
        found = state.get(name)
        if found is not None and found.shape == tensors[name].shape:
            tensors[name].data.copy_(found)
        else:
            skipped.append(name)
    return skipped


# %% wrong: strict_is_off
# fails: warm-start-test-fits
# says: size mismatch
# pitfall: 54
def warm_start(model, state):
    return list(model.load_state_dict(state, strict=False).missing_keys)


# %% wrong: nothing_is_chosen
# fails: warm-start-test-fits
# pitfall: 54
def warm_start(model, state):
    own = model.state_dict()
    try:
        model.load_state_dict(state, strict=False)
    except RuntimeError:
        return [name for name in own if name not in state]
    return [name for name in own if name not in state]


# %% wrong: copies_broadcast
# fails: warm-start-test-fits
# says: mind names, shapes and order
# pitfall: 54
def warm_start(model, state):
    fresh = []
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            try:
                tensor.copy_(state[name])
            except (KeyError, RuntimeError):
                fresh.append(name)
    return fresh


# %% wrong: as_many_numbers
# fails: warm-start-test-fits
# says: not filled
def warm_start(model, state):
    own = model.state_dict()
    fits = {
        name: tensor.reshape(own[name].shape)
        for name, tensor in state.items()
        if name in own and tensor.numel() == own[name].numel()
    }
    model.load_state_dict(fits, strict=False)
    return [name for name in own if name not in fits]


# %% wrong: assigned
# fails: warm-start-test-optimizer
# says: does the optimizer still hold
# pitfall: 38
def warm_start(model, state):
    own = model.state_dict()
    fits = {
        k: v.clone() for k, v in state.items() if k in own and v.shape == own[k].shape
    }
    model.load_state_dict(fits, strict=False, assign=True)
    return [name for name in own if name not in fits]


# %% wrong: assigned_and_shared
# fails: warm-start-test-optimizer
# says: does the optimizer still hold
# pitfall: 38
def warm_start(model, state):
    own = model.state_dict()
    fits = {k: v for k, v in state.items() if k in own and v.shape == own[k].shape}
    model.load_state_dict(fits, strict=False, assign=True)
    return [name for name in own if name not in fits]


# %% wrong: new_parameters
# fails: warm-start-test-optimizer
# says: does the optimizer still hold
# pitfall: 38
def warm_start(model, state):
    fresh, buffers = [], dict(model.named_buffers())
    for name, tensor in model.state_dict().items():
        if name not in state or state[name].shape != tensor.shape:
            fresh.append(name)
        elif name in buffers:
            buffers[name].copy_(state[name])
        else:
            where, _, last = name.rpartition(".")
            old = model.get_parameter(name)
            new = nn.Parameter(state[name].clone(), requires_grad=old.requires_grad)
            model.get_submodule(where).register_parameter(last, new)
    return fresh


# %% wrong: state_shared
# fails: warm-start-test-optimizer
# says: state has changed with the model
def warm_start(model, state):
    fresh, buffers = [], dict(model.named_buffers())
    for name, tensor in model.state_dict().items():
        if name not in state or state[name].shape != tensor.shape:
            fresh.append(name)
        elif name in buffers:
            buffers[name].copy_(state[name])
        else:
            model.get_parameter(name).data = state[name]
    return fresh


# %% wrong: parameters_alone
# fails: warm-start-test-fits
def warm_start(model, state):
    fresh = []
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if name in state and state[name].shape == tensor.shape:
                tensor.copy_(state[name])
            else:
                fresh.append(name)
    return fresh


# %% wrong: names_of_the_file
# fails: warm-start-test-fits
# says: not filled
def warm_start(model, state):
    own = model.state_dict()
    fits = {k: v for k, v in state.items() if k in own and v.shape == own[k].shape}
    model.load_state_dict(fits, strict=False)
    return [name for name in state if name not in fits]


# %% wrong: names_that_were_filled
# fails: warm-start-test-fits
# says: not filled
def warm_start(model, state):
    own = model.state_dict()
    fits = {k: v for k, v in state.items() if k in own and v.shape == own[k].shape}
    model.load_state_dict(fits, strict=False)
    return [name for name in own if name in fits]


# %% wrong: the_report
# fails: warm-start-test-fits
# says: return a list of names, not _IncompatibleKeys
def warm_start(model, state):
    own = model.state_dict()
    fits = {k: v for k, v in state.items() if k in own and v.shape == own[k].shape}
    return model.load_state_dict(fits, strict=False)


# %% wrong: returns_nothing
# fails: warm-start-test-fits
# says: return a list of names, not NoneType
def warm_start(model, state):
    own = model.state_dict()
    fits = {k: v for k, v in state.items() if k in own and v.shape == own[k].shape}
    model.load_state_dict(fits, strict=False)
    print([name for name in own if name not in fits])


# %% wrong: sorted_names
# fails: warm-start-test-fits
# says: mind names, shapes and order
def warm_start(model, state):
    own = model.state_dict()
    fits = {k: v for k, v in state.items() if k in own and v.shape == own[k].shape}
    model.load_state_dict(fits, strict=False)
    return sorted(own.keys() - fits.keys())


# %% wrong: last_layer_by_number
# fails: warm-start-test-fits
# fails: warm-start-test-optimizer
# says: a.weight, with the same name and shape, was not filled
def warm_start(model, state):
    own = model.state_dict()
    fits = {k: v for k, v in state.items() if k.startswith("0.")}
    model.load_state_dict(fits, strict=False)
    return [name for name in own if name not in fits]


# %% wrong: changes_state
# fails: warm-start-test-fits
# says: state has other names now
def warm_start(model, state):
    own = model.state_dict()
    for name in list(state):
        if name not in own or own[name].shape != state[name].shape:
            del state[name]
    return list(model.load_state_dict(state, strict=False).missing_keys)


# %% wrong: frozen_body
# fails: warm-start-test-optimizer
# says: requires_grad was
def warm_start(model, state):
    own = model.state_dict()
    fits = {k: v for k, v in state.items() if k in own and v.shape == own[k].shape}
    model.load_state_dict(fits, strict=False)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name not in fits)
    return [name for name in own if name not in fits]


# %% wrong: order_of_state
# fails: warm-start-test-fits
# says: mind names, shapes and order
def warm_start(model, state):
    own = model.state_dict()
    fits = {n for n in own if n in state and own[n].shape == state[n].shape}
    for n in fits:
        own[n].copy_(state[n])
    first = [n for n in state if n in own and n not in fits]
    return first + [n for n in own if n not in state]


# %% wrong: try_load_one_by_one
# fails: warm-start-test-fits
# says: another model: not filled
def warm_start(model, state):
    left = []
    own = model.state_dict()
    for name in own:
        if name not in state:
            left.append(name)
            continue
        try:
            model.load_state_dict({name: state[name]}, strict=False)
        except RuntimeError:
            left.append(name)
    return left


# %% wrong: trainable_only
# fails: warm-start-test-optimizer
# says: b.weight, with the same name and shape, was not filled
def warm_start(model, state):
    trainable = {n for n, p in model.named_parameters() if p.requires_grad}
    buffers = {n for n, _ in model.named_buffers()}
    left = []
    for name, own in model.state_dict().items():
        fits = name in state and state[name].shape == own.shape
        if fits and (name in trainable or name in buffers):
            own.copy_(state[name])
        else:
            left.append(name)
    return left


# %% wrong: dtype_too
# fails: warm-start-test-fits
# says: and no dtypes
def warm_start(model, state):
    left = []
    for name, own in model.state_dict().items():
        other = state.get(name)
        if other is not None and (other.shape, other.dtype) == (own.shape, own.dtype):
            own.copy_(other)
        else:
            left.append(name)
    return left


# %% wrong: ends_with_name
# fails: warm-start-test-fits
# says: another model: not filled
def warm_start(model, state):
    left = []
    for name, own in model.state_dict().items():
        for other, t in state.items():
            if (other.endswith(name) or name.endswith(other)) and t.shape == own.shape:
                own.copy_(t)
                break
        else:
            left.append(name)
    return left


# %% wrong: fills_state_up
# fails: warm-start-test-fits
# says: state has other names now
def warm_start(model, state):
    own = model.state_dict()
    left = [n for n in own if n not in state or state[n].shape != own[n].shape]
    for name in left:
        state[name] = own[name]
    model.load_state_dict({n: state[n] for n in own})
    return left
