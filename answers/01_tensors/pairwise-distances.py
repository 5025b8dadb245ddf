# Right and wrong answers to the exercise pairwise-distances of 01_tensors.


# %% right: cdist
def pairwise_distances(X, Y):
    return torch.cdist(X, Y)


# %% right: norm_of_differences
def pairwise_distances(X, Y):
    return torch.linalg.norm(X.unsqueeze(1) - Y.unsqueeze(0), dim=-1)


# %% right: two_loops
def pairwise_distances(X, Y):
    table = torch.zeros(len(X), len(Y))
    for i in range(len(X)):
        for j in range(len(Y)):
            table[i, j] = ((X[i] - Y[j]) ** 2).sum() ** 0.5
    return table


# %% right: one_loop_per_coordinate
def pairwise_distances(X, Y):
    squares = torch.zeros(X.shape[0], Y.shape[0])
    for k in range(X.shape[1]):
        squares += (X[:, k, None] - Y[None, :, k]) ** 2
    return squares.sqrt()


# %% right: expanded_square
def pairwise_distances(X, Y):
    squares = (X**2).sum(1, keepdim=True) + (Y**2).sum(1) - 2 * X @ Y.T
    return squares.clamp(min=0).sqrt()


# %% right: einsum
def pairwise_distances(X, Y):
    d = X[:, None] - Y
    return torch.einsum("nmd,nmd->nm", d, d).sqrt()


# %% wrong: row_against_row
# fails: pairwise-distances-test-table
# says: give X and Y a dimension each of their own
# fails: pairwise-distances-test-values, pairwise-distances-test-dimensions
# pitfall: 5
def pairwise_distances(X, Y):
    return ((X - Y) ** 2).sum(dim=1).sqrt()


# %% wrong: column_against_row
# fails: pairwise-distances-test-table
# says: every point of X meets every point of Y
# fails: pairwise-distances-test-values, pairwise-distances-test-dimensions
# pitfall: 5
def pairwise_distances(X, Y):
    squares = ((X[:, None, :] - Y[None, :, :]) ** 2).sum(dim=(0, 1))
    return squares.sqrt()


# %% wrong: transposed
# fails: pairwise-distances-test-table
# says: got (3, 4)
# fails: pairwise-distances-test-values, pairwise-distances-test-dimensions
def pairwise_distances(X, Y):
    return ((Y[:, None, :] - X[None, :, :]) ** 2).sum(dim=2).sqrt()


# %% wrong: squared
# fails: pairwise-distances-test-values
# says: 25 lacks the square root
# fails: pairwise-distances-test-dimensions
def pairwise_distances(X, Y):
    return ((X[:, None, :] - Y[None, :, :]) ** 2).sum(dim=2)


# %% wrong: city_blocks
# fails: pairwise-distances-test-values
# says: 7 adds up sides
# fails: pairwise-distances-test-dimensions
def pairwise_distances(X, Y):
    return (X[:, None, :] - Y[None, :, :]).abs().sum(dim=2)


# %% wrong: averages_the_squares
# fails: pairwise-distances-test-values
# says: from (0, 0) to (3, 4)
# fails: pairwise-distances-test-dimensions
# says: do not average
def pairwise_distances(X, Y):
    return ((X[:, None, :] - Y[None, :, :]) ** 2).mean(dim=2).sqrt()


# %% wrong: two_coordinates_alone
# fails: pairwise-distances-test-dimensions
def pairwise_distances(X, Y):
    dx = X[:, None, 0] - Y[None, :, 0]
    dy = X[:, None, 1] - Y[None, :, 1]
    return torch.hypot(dx, dy)


# %% wrong: last_two_coordinates
# fails: pairwise-distances-test-dimensions
# says: five differences of 2
def pairwise_distances(X, Y):
    return ((X[:, None, -2:] - Y[None, :, -2:]) ** 2).sum(dim=2).sqrt()


# %% wrong: sums_the_points
# fails: pairwise-distances-test-table
# says: need a table (4, 3), got (4, 2)
# fails: pairwise-distances-test-values, pairwise-distances-test-dimensions
def pairwise_distances(X, Y):
    return ((X[:, None, :] - Y[None, :, :]) ** 2).sum(dim=1).sqrt()


# %% wrong: lists_in_a_list
# fails: pairwise-distances-test-table
# says: return a tensor, not list
# fails: pairwise-distances-test-values, pairwise-distances-test-dimensions
def pairwise_distances(X, Y):
    return [[(x - y).norm().item() for y in Y] for x in X]


# %% wrong: nan_on_the_diagonal
# fails: pairwise-distances-test-values
# says: from (3, 4) to (3, 4)
# fails: pairwise-distances-test-dimensions
def pairwise_distances(X, Y):
    d = X[:, None, :] - Y[None, :, :]
    length = (d**2).sum(dim=2).sqrt()
    return (d**2).sum(dim=2) / length


# %% wrong: signed_sum
# fails: pairwise-distances-test-values, pairwise-distances-test-dimensions
def pairwise_distances(X, Y):
    return (X[:, None, :] - Y[None, :, :]).sum(dim=2)


# %% wrong: numbers_of_the_example
# fails: pairwise-distances-test-table
# says: need a table (4, 3)
# fails: pairwise-distances-test-values, pairwise-distances-test-dimensions
def pairwise_distances(X, Y):
    return torch.tensor([[5.0, 1.0]])


# %% wrong: forgets_return
# fails: pairwise-distances-test-table
# says: not NoneType
# fails: pairwise-distances-test-values, pairwise-distances-test-dimensions
def pairwise_distances(X, Y):
    table = torch.cdist(X, Y)


# %% right: plain_broadcast
def pairwise_distances(X, Y):
    return (X[:, None, :] - Y[None, :, :]).pow(2).sum(-1).sqrt()


# %% right: vector_norm
def pairwise_distances(A, B):
    return torch.linalg.vector_norm(A.unsqueeze(1) - B, ord=2, dim=2)


# %% right: transposed_strides
def pairwise_distances(X, Y):
    from_y = ((Y[:, None] - X[None]) ** 2).sum(dim=-1)
    return from_y.sqrt().transpose(0, 1)


# %% right: einsum_of_differences
def pairwise_distances(X, Y):
    d = X.reshape(X.shape[0], 1, -1) - Y.reshape(1, Y.shape[0], -1)
    return torch.einsum("nmk,nmk->nm", d, d) ** 0.5


# %% wrong: ignores_tiny
# fails: pairwise-distances-test-dimensions
def pairwise_distances(X, Y):
    d = X[:, None] - Y[None]
    return torch.where(d.abs() < 0.01, 0.0, d).pow(2).sum(-1).sqrt()


# %% wrong: remembers_y
# fails: pairwise-distances-test-dimensions
_store = {}


def pairwise_distances(X, Y):
    Y = _store.setdefault(tuple(Y.shape), Y.clone())
    return (X[:, None] - Y[None]).pow(2).sum(-1).sqrt()
