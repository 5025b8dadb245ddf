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
# fails: fix-accuracy-test-single
def accuracy(logits, y):
    return (logits.argmax(dim=1) == y.reshape(-1)).float().mean()


# %% wrong: counts_not_shares
# fails: fix-accuracy-test-column
# says: return a Python float, not int
# fails: fix-accuracy-test-single
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


# %% right: flat_y
def accuracy(logits, y):
    y_hat = logits.argmax(dim=1)
    hits = (y_hat == y.reshape(-1)).sum()
    return hits.item() / len(y)


# %% right: keepdim_column
def accuracy(logits, y):
    guess = logits.argmax(dim=-1, keepdim=True)
    return (guess == y.view(len(y), 1)).double().mean().item()


# %% right: turned_column
def accuracy(logits, y):
    if y.ndim == 2:
        y = y.T
    return (logits.argmax(1) == y).sum().item() / logits.shape[0]


# %% right: python_lists
def accuracy(logits, y):
    right = 0
    truths = y.flatten().tolist()
    for scores, truth in zip(logits.tolist(), truths):
        if scores.index(max(scores)) == truth:
            right += 1
    return right / len(truths)


# %% wrong: best_score_starts_at_zero
# fails: fix-accuracy-test-column
def accuracy(logits, y):
    hits = 0
    for row, t in zip(logits.tolist(), y.reshape(-1).tolist()):
        best, guess = 0, 0
        for c, s in enumerate(row):
            if s > best:
                best, guess = s, c
        hits += guess == t
    return hits / len(y)


# %% wrong: hand_softmax_overflow
# fails: fix-accuracy-test-column
def accuracy(logits, y):
    p = logits.exp() / logits.exp().sum(1, keepdim=True)
    return (p.argmax(1) == y.reshape(-1)).sum().item() / len(y)


# %% wrong: sigmoid_saturates
# fails: fix-accuracy-test-column
def accuracy(logits, y):
    return (logits.sigmoid().argmax(1) == y.reshape(-1)).sum().item() / len(y)


# %% wrong: identity_of_ints
# fails: fix-accuracy-test-column
def accuracy(logits, y):
    pairs = zip(logits.argmax(1).tolist(), y.reshape(-1).tolist())
    return sum(a is b for a, b in pairs) / len(y)


# %% wrong: uint8_sum
# fails: fix-accuracy-test-column
def accuracy(logits, y):
    hits = (logits.argmax(1) == y.reshape(-1)).sum(dtype=torch.uint8)
    return hits.item() / len(y)


# %% wrong: rounded
# fails: fix-accuracy-test-column
def accuracy(logits, y):
    return round((logits.argmax(1) == y.reshape(-1)).sum().item() / len(y), 2)


# %% wrong: int_when_all_right
# fails: fix-accuracy-test-single
def accuracy(logits, y):
    hits = (logits.argmax(1) == y.reshape(-1)).sum().item()
    if hits == len(y):
        return 1
    return hits / len(y) if hits else 0


# %% wrong: bool_for_batch_of_one
# fails: fix-accuracy-test-single
def accuracy(logits, y):
    if len(y) == 1:
        return bool(logits.argmax() == y.flatten()[0])
    return (logits.argmax(1) == y.reshape(-1)).sum().item() / len(y)


# %% wrong: sorted_both
# fails: fix-accuracy-test-column
def accuracy(logits, y):
    a = logits.argmax(1).sort().values
    b = y.reshape(-1).sort().values
    return (a == b).sum().item() / len(y)


# %% wrong: squeeze_when_square
# fails: fix-accuracy-test-column
def accuracy(logits, y):
    y_hat = logits.argmax(1)
    table = y_hat == y
    if table.ndim == 2 and table.shape[0] > 2:
        table = table.diagonal()
    return table.sum().item() / len(y)
