"""The stand-in for MPS refuses what MPS refuses, and computes like the CPU."""

import copy

import pytest
import torch
from emulated_mps import MIXED, NO_FLOAT64, NO_NUMPY, emulated_mps
from torch import nn


@pytest.fixture
def mps():
    with emulated_mps() as device:
        yield device


def is_there(tensor: torch.Tensor) -> bool:
    return tensor.device.type == "mps" and tensor.is_mps and not tensor.is_cpu


REFUSED = {
    "sum": (RuntimeError, MIXED, lambda x: x + torch.ones(2)),
    "product": (RuntimeError, MIXED, lambda x: torch.ones(3, 2) @ x),
    "into-the-cpu": (RuntimeError, MIXED, lambda x: torch.zeros(()).add_(x.sum())),
    "layer": (RuntimeError, MIXED, lambda x: nn.Linear(2, 1)(x)),
    "moved": (TypeError, NO_FLOAT64, lambda x: torch.ones(2).double().to(x.device)),
    "cast": (TypeError, NO_FLOAT64, lambda x: x.double()),
    "made": (
        TypeError,
        NO_FLOAT64,
        lambda x: torch.zeros(2, dtype=torch.float64, device=x.device),
    ),
    "numpy": (TypeError, NO_NUMPY, lambda x: x.numpy()),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_refuses(mps, what):
    error, message, attempt = REFUSED[what]
    with pytest.raises(error) as raised:
        attempt(torch.ones(2, device=mps))
    assert str(raised.value) == message


def test_what_real_devices_allow_is_allowed(mps):
    x = torch.arange(6.0).reshape(2, 3).to(mps)
    assert x.T[0].tolist() == [0.0, 3.0] and x.cpu().numpy().sum() == 15
    assert (x + torch.tensor(1.0)).sum().item() == 21  # a number meets any device
    kept = torch.zeros(2, 3).copy_(x)
    assert kept.device.type == "cpu" and x.copy_(kept + 1).sum().item() == 21
    x[0] = 5
    assert is_there(x) and x[0].tolist() == [5.0] * 3
    for made in (torch.zeros_like(x), x.new_ones(2), torch.randn(2, device=mps), x > 1):
        assert is_there(made)


def test_a_copy_shares_nothing(mps):
    x = torch.ones(2)
    x.to(mps).add_(1)
    assert x.tolist() == [1.0, 1.0]


def test_gradients_travel_between_devices(mps):
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    (w.to(mps) ** 2).sum().backward()
    assert w.grad.tolist() == [2.0, 4.0] and w.grad.device.type == "cpu"


@pytest.mark.parametrize("make", [torch.optim.SGD, torch.optim.Adam])
def test_training_is_that_of_the_cpu(mps, make):
    torch.manual_seed(0)
    models = [nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))]
    models.append(copy.deepcopy(models[0]).to(mps))
    X, y = torch.randn(5, 3), torch.tensor([0, 1, 1, 0, 1])
    for model, place in zip(models, ["cpu", mps], strict=True):
        before = [id(p) for p in model.parameters()]
        optimizer = make(model.parameters(), lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            nn.CrossEntropyLoss()(model(X.to(place)), y.to(place)).backward()
            optimizer.step()
        assert before == [id(p) for p in model.parameters()]
    assert all(map(is_there, models[1].state_dict().values()))
    for p, q in zip(*(model.parameters() for model in models), strict=True):
        torch.testing.assert_close(p.detach(), q.detach().cpu())


def test_afterwards_there_is_no_mps():
    with emulated_mps():
        pass
    if not torch.backends.mps.is_available():
        with pytest.raises(RuntimeError):
            torch.ones(2, device="mps")
