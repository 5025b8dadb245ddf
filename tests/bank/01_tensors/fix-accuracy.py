# Right and wrong answers to the exercise fix-accuracy of 01_tensors.


# %% right: flatten_and_mean
def accuracy(logits, y):
    return (logits.argmax(dim=1) == y.flatten()).float().mean().item()


# %% right: both_as_columns
def accuracy(logits, y):
    y_hat = logits.argmax(dim=1, keepdim=True)  # (N, 1)
    return (y_hat == y.view(-1, 1)).double().mean().item()


# %% right: squeeze_named_dimension
def accuracy(logits, y):
    if y.dim() == 2:
        y = y.squeeze(1)
    y_hat = logits.max(dim=1).indices
    return int((y_hat == y).sum()) / y.numel()


# %% right: loop_over_rows
def accuracy(logits, y):
    right = 0
    for row, label in zip(logits, y.reshape(-1).tolist(), strict=True):
        right += int(row.argmax().item() == label)
    return right / len(logits)


# %% right: view_as_the_guesses
def accuracy(logits, y):
    y_hat = torch.argmax(logits, -1)
    return torch.eq(y_hat, y.view_as(y_hat)).sum().item() / y_hat.shape[0]


# %% wrong: squeezes_logits_still
# fails: fix-accuracy-test-single
# says: a bare squeeze() also drops the batch dimension
# pitfall: 6
def accuracy(logits, y):
    y_hat = logits.squeeze().argmax(dim=1)
    hits = (y_hat == y.flatten()).sum()
    return hits.item() / len(y)


# %% wrong: broadcasts_still
# fails: fix-accuracy-test-column
# says: 25 pairs
# pitfall: 5
def accuracy(logits, y):
    y_hat = logits.argmax(dim=1)
    hits = (y_hat == y).sum()
    return hits.item() / len(y)


# %% wrong: squeezes_labels
# fails: fix-accuracy-test-single
# says: a bare squeeze() also drops the batch dimension
# pitfall: 6
def accuracy(logits, y):
    y = y.squeeze()
    hits = (logits.argmax(dim=1) == y).sum()
    return hits.item() / len(y)


# %% wrong: squeezes_columns_alone
# fails: fix-accuracy-test-column
# says: Dimension out of range
# fails: fix-accuracy-test-single
# says: squeeze(1) needs two
# pitfall: 6
def accuracy(logits, y):
    hits = (logits.argmax(dim=1) == y.squeeze(1)).sum()
    return hits.item() / len(y)


# %% wrong: divides_by_all_pairs
# fails: fix-accuracy-test-column
# says: 25 pairs
# pitfall: 5
def accuracy(logits, y):
    return (logits.argmax(dim=1) == y).float().mean().item()


# %% wrong: clamps_the_symptom
# fails: fix-accuracy-test-column
# says: 25 pairs
def accuracy(logits, y):
    y_hat = logits.argmax(dim=1)
    hits = (y_hat == y).sum()
    return min(1.0, hits.item() / len(y))


# %% wrong: columns_alone
# fails: fix-accuracy-test-column
# says: got 1.6 for y of shape (5,)
# pitfall: 5
def accuracy(logits, y):
    y_hat = logits.argmax(dim=1, keepdim=True)
    hits = (y_hat == y).sum()
    return hits.item() / len(y)


# %% wrong: argmax_over_rows
# fails: fix-accuracy-test-column, fix-accuracy-test-single
def accuracy(logits, y):
    y_hat = logits.argmax(dim=0)
    hits = (y_hat == y.reshape(-1)).sum()
    return hits.item() / len(y)


# %% wrong: guesses_over_everything
# fails: fix-accuracy-test-column
# says: 3 of 5 right
# pitfall: 6
def accuracy(logits, y):
    y_hat = logits.squeeze().argmax(dim=-1 if len(logits) == 1 else None)
    hits = (y_hat == y.reshape(-1)).sum()
    return hits.item() / len(logits)


# %% wrong: returns_a_tensor
# fails: fix-accuracy-test-column
# says: return a Python float, not Tensor
def accuracy(logits, y):
    return (logits.argmax(dim=1) == y.reshape(-1)).float().mean()


# %% wrong: counts_not_shares
# fails: fix-accuracy-test-column
# says: return a Python float, not int
def accuracy(logits, y):
    return (logits.argmax(dim=1) == y.reshape(-1)).sum().item()


# %% wrong: share_of_classes
# fails: fix-accuracy-test-column
# says: 3 of 5 right
# fails: fix-accuracy-test-single
def accuracy(logits, y):
    hits = (logits.argmax(dim=1) == y.reshape(-1)).sum()
    return hits.item() / logits.shape[1]


# %% wrong: batch_of_one_is_always_right
# fails: fix-accuracy-test-single
# says: expected 0.0, got 1.0
def accuracy(logits, y):
    if len(logits) == 1:
        return 1.0
    return (logits.argmax(dim=1) == y.reshape(-1)).float().mean().item()
