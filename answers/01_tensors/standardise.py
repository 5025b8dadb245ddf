# Right and wrong answers to the exercise standardise of 01_tensors.


# %% right: column_by_column
def standardise(X):
    columns = []
    for j in range(X.shape[1]):
        column = X[:, j] - X[:, j].mean()
        spread = (column**2).mean().sqrt()
        columns.append(column / spread if spread > 0 else column)
    return torch.stack(columns, dim=1)


# %% right: keepdim_and_clamp
def standardise(X):
    mean = X.mean(dim=0, keepdim=True)
    std = X.std(dim=0, correction=0, keepdim=True)
    return (X - mean) / std.clamp_min(1e-8)


# %% right: in_place_on_a_copy
def standardise(X):
    Z = X.clone()
    Z -= Z.mean(0)
    spread = Z.pow(2).mean(0).sqrt()
    spread[spread == 0] = 1
    Z /= spread
    return Z


# %% right: nan_to_num
def standardise(X):
    z = (X - X.mean(0)) / X.std(0, unbiased=False)
    return torch.nan_to_num(z, nan=0.0)


# %% right: masked_fill
def standardise(X):
    var, mean = torch.var_mean(X, dim=0, correction=0)
    return ((X - mean) * var.rsqrt()).masked_fill(var == 0, 0.0)


# %% right: einsum_for_the_mean
def standardise(X):
    centred = X - torch.einsum("nd->d", X) / len(X)
    spread = (torch.einsum("nd,nd->d", centred, centred) / len(X)).sqrt()
    return torch.where(spread > 0, centred / spread, torch.zeros_like(X))


# %% right: through_numpy
def standardise(X):
    array = X.numpy()
    spread = array.std(axis=0)
    spread[spread == 0] = 1
    return torch.from_numpy((array - array.mean(axis=0)) / spread)


# %% wrong: standardises_rows
# fails: standardise-test-columns
# says: reduce over the rows (dim=0)
# fails: standardise-test-constant, standardise-test-single
# pitfall: 5
def standardise(X):
    spread = X.std(dim=1, correction=0, keepdim=True)
    return (X - X.mean(dim=1, keepdim=True)) / torch.where(spread == 0, 1.0, spread)


# %% wrong: whole_table_at_once
# fails: standardise-test-columns
# says: reduce over the rows (dim=0)
# fails: standardise-test-constant, standardise-test-single
def standardise(X):
    spread = X.std(correction=0)
    return (X - X.mean()) / torch.where(spread == 0, 1.0, spread)


# %% wrong: row_means_against_columns
# fails: standardise-test-columns, standardise-test-constant, standardise-test-single
# pitfall: 5
def standardise(X):
    spread = X.std(dim=1, correction=0)
    return (X - X.mean(dim=1)) / torch.where(spread == 0, 1.0, spread)


# %% wrong: divides_by_n_minus_one
# fails: standardise-test-columns
# says: 0.866 means division by N - 1
# fails: standardise-test-constant
# fails: standardise-test-single
# says: with N - 1 its spread is 0 / 0
def standardise(X):
    spread = X.std(dim=0)
    return (X - X.mean(dim=0)) / torch.where(spread == 0, 1.0, spread)


# %% wrong: no_guard_for_spread_zero
# fails: standardise-test-constant
# says: 0 / 0 is nan
# fails: standardise-test-single
# says: spread 0 needs a guard
def standardise(X):
    return (X - X.mean(dim=0)) / X.std(dim=0, correction=0)


# %% wrong: bare_squeeze
# fails: standardise-test-single
# says: a bare squeeze() removes every dimension of size 1
# pitfall: 6
def standardise(X):
    spread = X.std(dim=0, correction=0, keepdim=True)
    Z = (X - X.mean(dim=0, keepdim=True)) / torch.where(spread == 0, 1.0, spread)
    return Z.squeeze()


# %% wrong: changes_the_callers_table
# fails: standardise-test-columns
# says: changed the caller's X
def standardise(X):
    X -= X.mean(dim=0)
    spread = X.std(dim=0, correction=0)
    return X / torch.where(spread == 0, 1.0, spread)


# %% wrong: subtracts_the_mean_alone
# fails: standardise-test-columns
# says: the column 10, 50, 50, 10
def standardise(X):
    return X - X.mean(dim=0)


# %% wrong: divides_by_the_variance
# fails: standardise-test-columns
# says: the column 10, 50, 50, 10
def standardise(X):
    variance = X.var(dim=0, correction=0)
    return (X - X.mean(dim=0)) / torch.where(variance == 0, 1.0, variance)


# %% wrong: scales_to_the_range
# fails: standardise-test-columns
# says: the column 1, 3, 1, 3
# fails: standardise-test-constant, standardise-test-single
def standardise(X):
    low, high = X.min(dim=0).values, X.max(dim=0).values
    return (X - low) / torch.where(high == low, 1.0, high - low)


# %% wrong: any_constant_column_zeroes_all
# fails: standardise-test-constant
# says: beside a constant column
def standardise(X):
    spread = X.std(dim=0, correction=0)
    if (spread == 0).any():
        return torch.zeros_like(X)
    return (X - X.mean(dim=0)) / spread


# %% wrong: batch_of_one_returned_as_it_is
# fails: standardise-test-single
# says: expected zeros
def standardise(X):
    if len(X) == 1:
        return X
    spread = X.std(dim=0, correction=0)
    return (X - X.mean(dim=0)) / torch.where(spread == 0, 1.0, spread)


# %% wrong: constant_column_left_as_it_is
# fails: standardise-test-constant
# says: the constant column 7, 7, 7, 7 should become zeros
# fails: standardise-test-single
# says: expected zeros
def standardise(X):
    spread = X.std(dim=0, correction=0)
    return torch.where(spread == 0, X, (X - X.mean(dim=0)) / spread)


# %% wrong: large_epsilon
# fails: standardise-test-columns
# says: the column 1, 3, 1, 3
# fails: standardise-test-constant, standardise-test-single
def standardise(X):
    return (X - X.mean(dim=0)) / (X.std(dim=0, correction=0) + 0.1)


# %% wrong: float64
# fails: standardise-test-columns
# says: keep the dtype float32
def standardise(X):
    X = X.double()
    spread = X.std(dim=0, correction=0)
    return (X - X.mean(dim=0)) / torch.where(spread == 0, 1.0, spread)


# %% wrong: forgets_return
# fails: standardise-test-columns, standardise-test-constant, standardise-test-single
# says: not NoneType
def standardise(X):
    spread = X.std(dim=0, correction=0)
    Z = (X - X.mean(dim=0)) / torch.where(spread == 0, 1.0, spread)


# %% right: float64_and_where
def standardise(X):
    big = X.double()
    centred = big - big.mean(dim=0, keepdim=True)
    sd = big.std(dim=0, correction=0, keepdim=True)
    return torch.where(sd == 0, torch.zeros_like(centred), centred / sd).float()


# %% right: numpy_errstate
def standardise(X):
    a = X.detach().cpu().numpy().astype(np.float64)
    with np.errstate(all="ignore"):
        z = (a - a.mean(0)) / a.std(0)
    z[:, a.std(0) == 0] = 0
    return torch.from_numpy(z.astype(np.float32))


# %% right: constant_by_comparison
def standardise(X):
    Z = X - X.mean(0)
    s = Z.pow(2).mean(0).sqrt()
    same = (X == X[:1]).all(dim=0)
    s[same] = 1
    Z /= s
    Z[:, same] = 0
    return Z


# %% right: python_loop_math
import math


def standardise(X):
    columns = []
    for col in X.t().tolist():
        mu = math.fsum(col) / len(col)
        sigma = math.sqrt(math.fsum((v - mu) ** 2 for v in col) / len(col))
        if sigma == 0 or min(col) == max(col):
            columns.append([0.0] * len(col))
        else:
            columns.append([(v - mu) / sigma for v in col])
    return torch.tensor(columns, dtype=torch.float32).t()


# %% wrong: eps_small_spread
# fails: standardise-test-columns
def standardise(X):
    return (X - X.mean(0)) / (X.std(0, correction=0) + 1e-5)


# %% wrong: spread_at_least_one
# fails: standardise-test-columns
def standardise(X):
    return (X - X.mean(0)) / X.std(0, correction=0).clamp(min=1)


# %% wrong: moment_formula
# fails: standardise-test-columns
def standardise(X):
    m = X.mean(0)
    v = (X * X).mean(0) - m * m
    s = v.clamp(min=0).sqrt()
    return torch.where(s == 0, torch.zeros_like(X), (X - m) / s)


# %% wrong: first_two_rows_decide
# fails: standardise-test-columns
def standardise(X):
    same = X[0] == X[min(1, len(X) - 1)]
    s = X.std(0, correction=0)
    return torch.where(same, torch.zeros_like(X), (X - X.mean(0)) / s)


# %% wrong: tiny_spread_zeroed
# fails: standardise-test-columns
def standardise(X):
    s = X.std(0, correction=0)
    return torch.where(s < 1e-3, torch.zeros_like(X), (X - X.mean(0)) / s)


# %% wrong: clipped
# fails: standardise-test-columns
def standardise(X):
    c = X.double() - X.double().mean(0)
    s = c.square().mean(0).sqrt()
    return (c / torch.where(s == 0, 1.0, s)).float().clamp(-3, 3)


# %% wrong: shared_buffer
# fails: standardise-test-columns
_out = {}


def standardise(X):
    c = X.double() - X.double().mean(0)
    s = c.square().mean(0).sqrt()
    out = _out.setdefault(tuple(X.shape), torch.empty(X.shape))
    out.copy_(c / torch.where(s == 0, 1.0, s))
    return out


# %% wrong: returns_x_when_already_done
# fails: standardise-test-columns
def standardise(X):
    c = X.double() - X.double().mean(0)
    s = c.square().mean(0).sqrt()
    Z = (c / torch.where(s == 0, 1.0, s)).float()
    return X if torch.allclose(X, Z) else Z


# %% equivalent: return (X - mean) / torch.where(spread == 0, 1.0, spread) => return (X - mean) / torch.where(spread == 0, 2.0, spread)
# reason: where the spread is 0 the difference is 0, and 0 by any number is 0
