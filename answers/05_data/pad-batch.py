# Right and wrong answers to the exercise pad-batch of 05_data.


# %% right: pad_sequence
def pad_batch(batch):
    rows = [ids for ids, label in batch]
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(ids) for ids in rows])
    y = torch.tensor([label for ids, label in batch])
    return X, lengths, X != 0, y


# %% right: lists_filled_up
def pad_batch(batch):
    longest = max(len(ids) for ids, _ in batch)
    X = [ids.tolist() + [0] * (longest - len(ids)) for ids, _ in batch]
    X = torch.tensor(X, dtype=torch.long).reshape(len(batch), longest)
    mask = X > 0
    return X, mask.sum(dim=1), mask, torch.tensor([y for _, y in batch]).float()


# %% right: functional_pad
def pad_batch(batch):
    lengths = torch.tensor([ids.numel() for ids, _ in batch])
    T = int(lengths.max())
    pad = torch.nn.functional.pad
    X = torch.stack([pad(ids, (0, T - len(ids))) for ids, _ in batch])
    mask = torch.stack([torch.arange(T) < length for length in lengths])
    return X, lengths, mask, torch.tensor([y for _, y in batch], dtype=torch.float32)


# %% right: one_loop_for_all
def pad_batch(batch):
    B, T = len(batch), max(ids.shape[0] for ids, label in batch)
    X = torch.zeros((B, T), dtype=torch.int64)
    mask = torch.zeros((B, T), dtype=torch.bool)
    lengths, y = torch.zeros(B, dtype=torch.int64), torch.zeros(B)
    for k, (ids, label) in enumerate(batch):
        n = ids.shape[0]
        X[k, :n], mask[k, :n], lengths[k], y[k] = ids, True, n, label
    return X, lengths, mask, y


# %% right: scattered_through_the_mask
def pad_batch(batch):
    rows, labels = map(list, zip(*batch))
    lengths = torch.as_tensor(list(map(len, rows)))
    mask = torch.arange(max(map(len, rows))).expand(len(rows), -1) < lengths[:, None]
    X = torch.zeros(mask.shape, dtype=torch.long)
    X[mask] = torch.cat(rows)
    return X, lengths, mask, torch.as_tensor(np.float32(labels))


# %% wrong: default_collate_of_labels
# fails: pad-batch-test-loader
# says: y is torch.float64
# pitfall: 43
def pad_batch(batch):
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(ids) for ids in rows])
    return X, lengths, X != 0, torch.utils.data.default_collate(labels)


# %% wrong: labels_through_numpy
# fails: pad-batch-test-loader
# says: y is torch.float64
# pitfall: 43
def pad_batch(batch):
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(ids) for ids in rows])
    return X, lengths, X != 0, torch.from_numpy(np.array(labels))


# %% wrong: float_padding
# fails: pad-batch-test-rows
# says: X should be int64, not torch.float32
# pitfall: 43
def pad_batch(batch):
    rows, labels = zip(*batch)
    lengths = torch.tensor([len(ids) for ids in rows])
    X = torch.zeros(len(rows), max(lengths))
    for k, ids in enumerate(rows):
        X[k, : len(ids)] = ids
    return X, lengths, X != 0, torch.tensor(labels)


# %% wrong: integer_labels
# fails: pad-batch-test-loader
# says: y is torch.int64
def pad_batch(batch):
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(ids) for ids in rows])
    return X, lengths, X != 0, torch.tensor(labels, dtype=torch.int64)


# %% wrong: time_comes_first
# fails: pad-batch-test-rows
# says: X should be [[4, 2, 5], [3, 0, 0], [2, 6, 0]], got
# fails: pad-batch-test-mask
# says: mask should be (3, 4), not (4, 3)
# fails: pad-batch-test-loader
def pad_batch(batch):
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows)
    lengths = torch.tensor([len(ids) for ids in rows])
    return X, lengths, X != 0, torch.tensor(labels)


# %% wrong: padding_in_front
# fails: pad-batch-test-rows
# says: got [[4, 2, 5], [0, 0, 3], [0, 2, 6]]
# fails: pad-batch-test-mask
# fails: pad-batch-test-loader
def pad_batch(batch):
    T = max(len(ids) for ids, _ in batch)
    X = torch.stack([torch.nn.functional.pad(i, (T - len(i), 0)) for i, _ in batch])
    lengths = torch.tensor([len(ids) for ids, _ in batch])
    return X, lengths, X != 0, torch.tensor([y for _, y in batch])


# %% wrong: cut_to_the_shortest
# fails: pad-batch-test-rows
# says: not torch.Size([3, 1])
# fails: pad-batch-test-mask
# fails: pad-batch-test-loader
def pad_batch(batch):
    T = min(len(ids) for ids, _ in batch)
    X = torch.stack([ids[:T] for ids, _ in batch])
    lengths = torch.tensor([len(ids) for ids, _ in batch])
    return X, lengths, X != 0, torch.tensor([y for _, y in batch])


# %% wrong: fixed_length
# fails: pad-batch-test-rows
# says: not torch.Size([3, 8])
# fails: pad-batch-test-mask
# fails: pad-batch-test-loader
def pad_batch(batch):
    X = torch.zeros(len(batch), 8, dtype=torch.int64)
    for k, (ids, _) in enumerate(batch):
        X[k, : len(ids)] = ids
    lengths = torch.tensor([len(ids) for ids, _ in batch])
    return X, lengths, X != 0, torch.tensor([y for _, y in batch])


# %% wrong: right_for_the_sample_alone
# fails: pad-batch-test-rows
# says: [1]]: the shape torch.Size([2, 3])
# fails: pad-batch-test-mask
# fails: pad-batch-test-loader
def pad_batch(batch):
    X = torch.zeros(len(batch), 3, dtype=torch.int64)
    for k, (ids, _) in enumerate(batch):
        X[k, : len(ids)] = ids[:3]
    lengths = torch.tensor([len(ids) for ids, _ in batch])
    return X, lengths, X != 0, torch.tensor([y for _, y in batch])


# %% wrong: padding_of_the_first_row
# fails: pad-batch-test-mask
# fails: pad-batch-test-loader
# fails: pad-batch-test-rows
# says: ids [[], [4]]: the shape
def pad_batch(batch):
    rows, labels = zip(*batch)
    lengths = torch.tensor([len(ids) for ids in rows])
    X = torch.zeros(len(rows), len(rows[0]), dtype=torch.int64)
    for k, ids in enumerate(rows):
        ids = ids[: len(rows[0])]
        X[k, : len(ids)] = ids
    return X, lengths, X != 0, torch.tensor(labels)


# %% wrong: longest_row_first
# fails: pad-batch-test-mask
# says: lengths are 1, 4, 2, not [4, 2, 1]
# fails: pad-batch-test-loader
# fails: pad-batch-test-rows
def pad_batch(batch):
    batch = sorted(batch, key=lambda pair: -len(pair[0]))
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(ids) for ids in rows])
    return X, lengths, X != 0, torch.tensor(labels)


# %% wrong: mask_of_the_padding
# fails: pad-batch-test-mask
# says: for real ids: the mask should be
def pad_batch(batch):
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(ids) for ids in rows])
    return X, lengths, X == 0, torch.tensor(labels)


# %% wrong: mask_loses_unknown_words
# fails: pad-batch-test-mask
# says: for real ids: the mask should be
def pad_batch(batch):
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(ids) for ids in rows])
    return X, lengths, X > 1, torch.tensor(labels)


# %% wrong: mask_of_ones_and_zeros
# fails: pad-batch-test-mask
# says: mask should be bool, not torch.int64
def pad_batch(batch):
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(ids) for ids in rows])
    return X, lengths, (X != 0).long(), torch.tensor(labels)


# %% wrong: mask_one_too_long
# fails: pad-batch-test-mask
# says: for real ids: the mask should be
def pad_batch(batch):
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(ids) for ids in rows])
    mask = torch.arange(X.shape[1]) <= lengths[:, None]
    return X, lengths, mask, torch.tensor(labels)


# %% wrong: lengths_as_a_list
# fails: pad-batch-test-mask
# says: lengths is a list
def pad_batch(batch):
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    return X, [len(ids) for ids in rows], X != 0, torch.tensor(labels)


# %% wrong: padded_in_place
# fails: pad-batch-test-rows
# says: the samples have changed
def pad_batch(batch):
    T = max(len(ids) for ids, _ in batch)
    lengths = torch.tensor([len(ids) for ids, _ in batch])
    for k, (ids, y) in enumerate(batch):
        batch[k] = torch.nn.functional.pad(ids, (0, T - len(ids))), y
    X = torch.stack([ids for ids, _ in batch])
    return X, lengths, X != 0, torch.tensor([y for _, y in batch])


# %% wrong: a_single_row_is_shared
# fails: pad-batch-test-rows
# says: X shares memory with the samples
def pad_batch(batch):
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    if len(rows) == 1:
        X = rows[0].unsqueeze(0)
    lengths = torch.tensor([len(ids) for ids in rows])
    return X, lengths, X != 0, torch.tensor(labels)


# %% wrong: drops_empty_rows
# fails: pad-batch-test-rows
# says: ids [[], [4]]: the shape
# fails: pad-batch-test-mask
def pad_batch(batch):
    batch = [pair for pair in batch if len(pair[0])]
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(ids) for ids in rows])
    return X, lengths, X != 0, torch.tensor(labels)


# %% wrong: returns_three
# fails: pad-batch-test-rows
# says: return (X, lengths, mask, y)
# fails: pad-batch-test-mask
# fails: pad-batch-test-loader
def pad_batch(batch):
    rows, labels = zip(*batch)
    X = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    return X, X != 0, torch.tensor(labels)
