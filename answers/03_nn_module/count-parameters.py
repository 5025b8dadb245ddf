# Right and wrong answers to the exercise count-parameters of 03_nn_module.


# %% right: loop_with_if
def count_parameters(model):
    trainable = frozen = 0
    for p in model.parameters():
        if p.requires_grad:
            trainable += p.numel()
        else:
            frozen += p.numel()
    return trainable, frozen


# %% right: total_minus_trainable
def count_parameters(model):
    total = sum(p.nelement() for p in model.parameters())
    trainable = sum(p.nelement() for p in model.parameters() if p.requires_grad)
    return (trainable, total - trainable)


# %% right: shapes_multiplied
import math


def count_parameters(model):
    counts = {True: 0, False: 0}
    for _, p in model.named_parameters():
        counts[p.requires_grad] += math.prod(p.shape)
    return counts[True], counts[False]


# %% right: own_walk_with_a_set
def count_parameters(model):
    seen, counts = set(), [0, 0]
    for module in model.modules():
        for p in module.parameters(recurse=False):
            if id(p) not in seen:
                seen.add(id(p))
                counts[0 if p.requires_grad else 1] += p.numel()
    return tuple(counts)


# %% right: set_of_tensors
def count_parameters(model):
    def total(flag):
        return sum(
            p.numel() for p in set(model.parameters()) if p.requires_grad == flag
        )

    return total(True), total(False)


# %% right: flattened
def count_parameters(model):
    learns = [p for p in model.parameters() if p.requires_grad]
    rest = [p for p in model.parameters() if not p.requires_grad]
    return sum(len(p.flatten()) for p in learns), sum(len(p.flatten()) for p in rest)


# %% wrong: attributes_and_lists
# fails: count-parameters-test-registered
# says: a Python list of layers does not count
# pitfall: 21
def count_parameters(model):
    found = {id(p): p for p in model.parameters()}
    for module in model.modules():
        for value in vars(module).values():
            for item in value if isinstance(value, list) else []:
                found |= {id(p): p for p in item.parameters()}
    trainable = sum(p.numel() for p in found.values() if p.requires_grad)
    return trainable, sum(p.numel() for p in found.values()) - trainable


# %% wrong: module_by_module
# fails: count-parameters-test-registered
# says: a shared weight counts once
def count_parameters(model):
    trainable = frozen = 0
    for module in model.modules():
        for p in module.parameters(recurse=False):
            if p.requires_grad:
                trainable += p.numel()
            else:
                frozen += p.numel()
    return trainable, frozen


# %% wrong: children_alone
# fails: count-parameters-test-registered
# says: 5 of the model itself
def count_parameters(model):
    params = [p for child in model.children() for p in child.parameters()]
    trainable = sum(p.numel() for p in params if p.requires_grad)
    return trainable, sum(p.numel() for p in params) - trainable


# %% wrong: parameters_not_numbers
# fails: count-parameters-test-frozen
# says: expected (26, 0), got (4, 0)
# fails: count-parameters-test-registered
def count_parameters(model):
    flags = [p.requires_grad for p in model.parameters()]
    return flags.count(True), flags.count(False)


# %% wrong: state_dict_has_buffers
# fails: count-parameters-test-frozen
# says: expected (26, 0), got (0, 26)
# fails: count-parameters-test-registered
def count_parameters(model):
    values = model.state_dict().values()
    trainable = sum(v.numel() for v in values if v.requires_grad)
    return trainable, sum(v.numel() for v in values) - trainable


# %% wrong: buffers_are_frozen
# fails: count-parameters-test-registered
# says: no buffers
def count_parameters(model):
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    frozen = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return trainable, frozen + sum(b.numel() for b in model.buffers())


# %% wrong: total_and_frozen
# fails: count-parameters-test-frozen
# says: expected (14, 12), got (26, 12)
# fails: count-parameters-test-registered
def count_parameters(model):
    total = sum(p.numel() for p in model.parameters())
    return total, sum(p.numel() for p in model.parameters() if not p.requires_grad)


# %% wrong: frozen_first
# fails: count-parameters-test-frozen, count-parameters-test-registered
def count_parameters(model):
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    frozen = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return frozen, trainable


# %% wrong: layer_is_frozen_or_not
# fails: count-parameters-test-frozen
# says: with a frozen weight
def count_parameters(model):
    trainable = frozen = 0
    seen = set()
    for module in model.modules():
        own = [p for p in module.parameters(recurse=False) if p not in seen]
        seen.update(own)
        count = sum(p.numel() for p in own)
        if any(p.requires_grad for p in own):
            trainable += count
        else:
            frozen += count
    return trainable, frozen


# %% wrong: same_shape_is_the_same
# fails: count-parameters-test-registered
# says: no buffers: (13, 0), got (9, 0)
def count_parameters(model):
    shapes = {p.shape: p for p in model.parameters()}
    trainable = sum(p.numel() for p in shapes.values() if p.requires_grad)
    return trainable, sum(p.numel() for p in shapes.values()) - trainable


# %% wrong: equal_numbers_are_the_same
# fails: count-parameters-test-registered
# says: two single numbers
def count_parameters(model):
    found = []
    for p in model.parameters():
        if not any(p.shape == q.shape and torch.equal(p, q) for q in found):
            found.append(p)
    trainable = sum(p.numel() for p in found if p.requires_grad)
    return trainable, sum(p.numel() for p in found) - trainable


# %% wrong: a_list
# fails: count-parameters-test-frozen
# says: return a tuple of two Python ints
# fails: count-parameters-test-registered
def count_parameters(model):
    counts = [0, 0]
    for p in model.parameters():
        counts[0 if p.requires_grad else 1] += p.numel()
    return counts


# %% wrong: prints
# fails: count-parameters-test-frozen
# says: return a tuple of two Python ints, not None
# fails: count-parameters-test-registered
def count_parameters(model):
    print(sum(p.numel() for p in model.parameters()))


# %% wrong: linear_layers_alone
# fails: count-parameters-test-registered
# says: 5 of the model itself
def count_parameters(model):
    layers = [m for m in model.modules() if isinstance(m, nn.Linear)]
    params = [p for layer in layers for p in layer.parameters()]
    trainable = sum(p.numel() for p in params if p.requires_grad)
    return trainable, sum(p.numel() for p in params) - trainable


# %% wrong: data_ptr
# fails: count-parameters-test-registered
# says: on the device meta
def count_parameters(model):
    unique = {p.data_ptr(): p for p in model.parameters()}
    trainable = sum(p.numel() for p in unique.values() if p.requires_grad)
    return trainable, sum(p.numel() for p in unique.values()) - trainable


# %% wrong: calls_eval
# fails: count-parameters-test-registered
# says: mode or gradients changed
def count_parameters(model):
    model.eval()
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    frozen = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return trainable, frozen


# %% wrong: zero_grads
# fails: count-parameters-test-registered
# says: mode or gradients changed
def count_parameters(model):
    model.zero_grad()
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    frozen = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return trainable, frozen


# %% wrong: two_dims
# fails: count-parameters-test-registered
def count_parameters(model):
    trainable = frozen = 0
    for p in model.parameters():
        n = p.shape[0] * p.shape[1] if p.ndim > 1 else len(p)
        if p.requires_grad:
            trainable += n
        else:
            frozen += n
    return trainable, frozen


# %% wrong: tensor_shape_prod
# fails: count-parameters-test-registered
# says: expected Python ints, got
def count_parameters(model):
    def size(p):
        return torch.tensor(p.shape).prod().item()

    trainable = sum(size(p) for p in model.parameters() if p.requires_grad)
    frozen = sum(size(p) for p in model.parameters() if not p.requires_grad)
    return trainable, frozen
