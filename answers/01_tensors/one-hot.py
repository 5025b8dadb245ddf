# Right and wrong answers to the exercise one-hot of 01_tensors.


# %% right: identity_rows
def one_hot(labels, num_classes):
    return torch.eye(num_classes)[labels]


# %% right: compare_with_arange
def one_hot(labels, num_classes):
    return (labels.unsqueeze(1) == torch.arange(num_classes)).float()


# %% right: functional
def one_hot(labels, num_classes):
    return torch.nn.functional.one_hot(labels, num_classes).to(torch.float32)


# %% right: scatter
def one_hot(labels, num_classes):
    table = torch.zeros(labels.shape[0], num_classes)
    return table.scatter_(1, labels[:, None], 1)


# %% right: loop_over_rows
def one_hot(labels, num_classes):
    rows = []
    for label in labels.tolist():
        rows.append([1.0 if k == label else 0.0 for k in range(num_classes)])
    return torch.tensor(rows)


# %% right: through_numpy
def one_hot(labels, num_classes):
    return torch.from_numpy(np.eye(num_classes, dtype=np.float32)[labels.numpy()])


# %% wrong: returns_int64
# fails: one-hot-test-table
# says: expected dtype float32, got torch.int64
# pitfall: 9
def one_hot(labels, num_classes):
    return torch.nn.functional.one_hot(labels, num_classes)


# %% wrong: capital_tensor_is_unset_memory
# fails: one-hot-test-ones
# says: torch.Tensor(n, c) reserves room
# pitfall: 9
def one_hot(labels, num_classes):
    table = torch.Tensor(len(labels), num_classes)
    table[torch.arange(len(labels)), labels] = 1
    return table


# %% wrong: capital_tensor_of_the_shape
# fails: one-hot-test-table
# says: need shape (5, 4), got (2,)
# fails: one-hot-test-ones
# pitfall: 9
def one_hot(labels, num_classes):
    table = torch.Tensor([len(labels), num_classes])
    return table


# %% wrong: transposed
# fails: one-hot-test-table, one-hot-test-ones
def one_hot(labels, num_classes):
    return torch.eye(num_classes)[:, labels]


# %% wrong: classes_from_the_labels
# fails: one-hot-test-table
# says: even for a class that no label names
# fails: one-hot-test-ones
def one_hot(labels, num_classes):
    return torch.nn.functional.one_hot(labels).float()


# %% wrong: every_row_every_label
# fails: one-hot-test-ones
# says: label 2 needs
def one_hot(labels, num_classes):
    table = torch.zeros(len(labels), num_classes)
    table[:, labels] = 1
    return table


# %% wrong: counts_from_one
# fails: one-hot-test-ones
# says: label 2 needs
def one_hot(labels, num_classes):
    table = torch.zeros(len(labels), num_classes)
    table[torch.arange(len(labels)), labels - 1] = 1
    return table


# %% wrong: writes_the_label
# fails: one-hot-test-ones
# says: label 2 needs
def one_hot(labels, num_classes):
    table = torch.zeros(len(labels), num_classes)
    table[torch.arange(len(labels)), labels] = labels.float()
    return table


# %% wrong: forgets_return
# fails: one-hot-test-table
# says: return a tensor, not NoneType
# fails: one-hot-test-ones
def one_hot(labels, num_classes):
    table = torch.zeros(len(labels), num_classes)
    table[torch.arange(len(labels)), labels] = 1


# %% wrong: the_example_alone
# fails: one-hot-test-table
# says: 5 labels and 4 classes
# fails: one-hot-test-ones
def one_hot(labels, num_classes):
    return torch.tensor([[0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0]])


# %% wrong: returns_numpy
# fails: one-hot-test-table
# says: return a tensor, not ndarray
# fails: one-hot-test-ones
def one_hot(labels, num_classes):
    return np.eye(num_classes, dtype=np.float32)[labels.numpy()]


# %% wrong: works_only_for_four_classes
# fails: one-hot-test-ones
# says: of 300 classes
def one_hot(labels, num_classes):
    return (labels[:, None] == torch.arange(4)).float()


# %% wrong: changes_the_labels
# fails: one-hot-test-ones
# says: changed the caller's labels
def one_hot(labels, num_classes):
    table = torch.eye(num_classes)[labels]
    labels.zero_()
    return table


# %% right: eye_rows
def one_hot(labels, num_classes):
    return torch.eye(num_classes)[labels]


# %% right: functional_then_cast
import torch.nn.functional as F


def one_hot(labels, num_classes):
    return F.one_hot(labels, num_classes=num_classes).to(dtype=torch.float32)


# %% right: scatter_in_place
def one_hot(y: torch.Tensor, k: int) -> torch.Tensor:
    table = torch.zeros(y.shape[0], k)
    table.scatter_(1, y.unsqueeze(1), 1.0)
    return table


# %% right: compare_with_arange_lambda
one_hot = lambda lab, C: (lab[:, None] == torch.arange(C)).float()


# %% wrong: uint8_labels_wrap
# fails: one-hot-test-ones
def one_hot(labels, num_classes):
    return torch.eye(num_classes)[labels.to(torch.uint8).long()]


# %% wrong: keeps_batch_of_one_flat
# fails: one-hot-test-ones
def one_hot(labels, num_classes):
    return torch.eye(num_classes)[labels].squeeze(0)


# %% wrong: same_buffer_every_call
# fails: one-hot-test-ones
_buffers = {}


def one_hot(labels, num_classes):
    key = (len(labels), num_classes)
    out = _buffers.setdefault(key, torch.zeros(key))
    out.zero_()
    out[torch.arange(len(labels)), labels] = 1
    return out


# %% wrong: cached_by_shape
# fails: one-hot-test-ones
_seen = {}


def one_hot(labels, num_classes):
    key = (tuple(labels.shape), num_classes)
    if key not in _seen:
        _seen[key] = torch.eye(num_classes)[labels]
    return _seen[key].clone()
