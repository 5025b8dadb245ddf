# Right and wrong answers to the exercise split-heads of 01_tensors.


# %% right: unflatten_and_swap
def split_heads(x, H):
    return (
        x.unflatten(2, (H, -1))
        .swapaxes(1, 2)
        .clone(memory_format=torch.contiguous_format)
    )


# %% right: stack_of_chunks
def split_heads(x, H):
    return torch.stack(x.chunk(H, dim=2), dim=1)


# %% right: contiguous_then_view
def split_heads(x, H):
    B, T, D = x.shape
    return x.contiguous().view(B, T, H, D // H).permute(0, 2, 1, 3).contiguous()


# %% right: loop_over_heads
def split_heads(x, H):
    B, T, D = x.shape
    size = D // H
    out = torch.empty(B, H, T, size, dtype=x.dtype)
    for h in range(H):
        out[:, h] = x[..., h * size : (h + 1) * size]
    return out


# %% right: einsum
def split_heads(x, H):
    B, T, D = x.shape
    return torch.einsum("bthk->bhtk", x.view(B, T, H, D // H)).contiguous()


# %% wrong: transposed_is_not_contiguous
# fails: split-heads-test-memory
# says: after transpose one more step
# pitfall: 2
def split_heads(x, H):
    B, T, D = x.shape
    return x.view(B, T, H, D // H).transpose(1, 2)


# %% wrong: contiguous_before_the_swap
# fails: split-heads-test-memory
# says: after transpose one more step
# pitfall: 2
def split_heads(x, H):
    B, T, D = x.shape
    return x.contiguous().view(B, T, H, D // H).transpose(1, 2)


# %% wrong: view_of_the_transposed
# fails: split-heads-test-shape, split-heads-test-pieces
# says: view size is not compatible
# fails: split-heads-test-memory
# pitfall: 2
def split_heads(x, H):
    B, T, D = x.shape
    return x.transpose(1, 2).view(B, H, T, D // H)


# %% wrong: reshape_in_one_go
# fails: split-heads-test-pieces
# says: reshape keeps the reading order
# fails: split-heads-test-memory
# pitfall: 3
def split_heads(x, H):
    B, T, D = x.shape
    return x.reshape(B, H, T, D // H)


# %% wrong: capital_t_turns_everything
# fails: split-heads-test-shape
# says: .T would reverse all dimensions
# fails: split-heads-test-pieces, split-heads-test-memory
# pitfall: 10
def split_heads(x, H):
    B, T, D = x.shape
    return x.reshape(B, T, H, D // H).T


# %% wrong: mt_swaps_the_last_two
# fails: split-heads-test-shape
# says: then swap heads and words
# fails: split-heads-test-pieces, split-heads-test-memory
# pitfall: 10
def split_heads(x, H):
    B, T, D = x.shape
    return x.reshape(B, T, H, D // H).mT


# %% wrong: never_swaps
# fails: split-heads-test-shape
# says: then swap heads and words
# fails: split-heads-test-pieces, split-heads-test-memory
def split_heads(x, H):
    B, T, D = x.shape
    return x.reshape(B, T, H, D // H)


# %% wrong: every_hth_column
# fails: split-heads-test-pieces
# says: head 0 should hold the first two numbers
# fails: split-heads-test-memory
def split_heads(x, H):
    B, T, D = x.shape
    return x.reshape(B, T, D // H, H).permute(0, 3, 1, 2)


# %% wrong: splits_words_not_numbers
# fails: split-heads-test-shape, split-heads-test-pieces, split-heads-test-memory
def split_heads(x, H):
    return torch.stack(x.chunk(H, dim=1), dim=1)


# %% wrong: heads_before_batch
# fails: split-heads-test-shape, split-heads-test-pieces, split-heads-test-memory
def split_heads(x, H):
    return torch.stack(x.chunk(H, dim=2), dim=0)


# %% wrong: memory_order_of_the_parent
# fails: split-heads-test-memory
# says: head 0 is wrong for this x, which is not contiguous
# pitfall: 2
def split_heads(x, H):
    B, T, D = x.shape
    size = D // H
    return x.as_strided((B, H, T, size), (T * D, size, D, 1)).contiguous()


# %% wrong: two_heads_alone
# fails: split-heads-test-shape, split-heads-test-pieces, split-heads-test-memory
def split_heads(x, H):
    half = x.shape[2] // 2
    return torch.stack([x[:, :, :half], x[:, :, half:]], dim=1)


# %% wrong: heads_in_reverse
# fails: split-heads-test-pieces
# says: head 0 should hold the first two numbers
# fails: split-heads-test-memory
def split_heads(x, H):
    B, T, D = x.shape
    return x.reshape(B, T, H, D // H).transpose(1, 2).flip(1).contiguous()


# %% wrong: tuple_of_heads
# fails: split-heads-test-shape
# says: return a tensor, not tuple
# fails: split-heads-test-pieces, split-heads-test-memory
def split_heads(x, H):
    return x.chunk(H, dim=2)


# %% wrong: prints_in_place_of_return
# fails: split-heads-test-shape
# says: not NoneType
# fails: split-heads-test-pieces, split-heads-test-memory
def split_heads(x, H):
    B, T, D = x.shape
    print(x.reshape(B, T, H, D // H).transpose(1, 2))


# %% right: reshape_transpose_contiguous
def split_heads(x, H):
    B, T, D = x.shape
    return x.reshape(B, T, H, D // H).transpose(1, 2).contiguous()


# %% right: unfold_windows
def split_heads(x, heads):
    w = x.shape[-1] // heads
    return (
        x.unfold(-1, w, w)
        .permute(0, 2, 1, 3)
        .clone(memory_format=torch.contiguous_format)
    )


# %% right: unflatten_movedim
def split_heads(x: torch.Tensor, H: int) -> torch.Tensor:
    return x.unflatten(-1, (H, -1)).movedim(2, 1).contiguous()


# %% right: triple_loop
def split_heads(x, H):
    B, T, D = x.shape
    d = D // H
    out = x.new_empty(B, H, T, d)
    for b in range(B):
        for h in range(H):
            for t in range(T):
                out[b, h, t] = x[b, t, h * d : (h + 1) * d]
    return out


# %% wrong: through_float16
# fails: split-heads-test-pieces
def split_heads(x, H):
    B, T, D = x.shape
    return x.half().reshape(B, T, H, D // H).transpose(1, 2).contiguous().to(x.dtype)


# %% wrong: one_head_case_flat
# fails: split-heads-test-pieces
def split_heads(x, H):
    if H == 1:
        return x.contiguous()
    return torch.stack(x.chunk(H, dim=-1), dim=1)


# %% wrong: remembers_shape
# fails: split-heads-test-pieces
_seen = {}


def split_heads(x, H):
    key = (tuple(x.shape), H)
    if key not in _seen:
        _seen[key] = torch.stack(x.chunk(H, dim=-1), dim=1)
    return _seen[key].clone()


# %% equivalent: return x.reshape(B, T, H, D // H).transpose(1, 2).contiguous() => return x.reshape(B, T, H, D // H).transpose(2, 1).contiguous()
# reason: swapping dimensions 1 and 2 is swapping 2 and 1
