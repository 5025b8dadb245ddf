"""How to call an answer that takes a device, and what must come back from it.

A driver gets the names of the answer cell and a device; it returns results, among
them tensors that must lie on this device. `check` compares them with the CPU's.
It runs inside an answer process, beside the answer.
"""

import contextlib
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from emulated_mps import emulated_mps
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

STAND_INS = ("meta", "mps")
DRIVERS: dict[str, tuple[Callable, tuple[str, ...]]] = {}


def driver(exercise: str, stand_ins: tuple[str, ...] = STAND_INS) -> Callable:
    """Register a driver for an exercise, and the stand-ins that can run it."""

    def register(function: Callable) -> Callable:
        DRIVERS[exercise] = function, stand_ins
        return function

    return register


def check(exercise: str, answer: dict, place: str) -> None:
    """Drive an answer on the CPU and on `place`; AssertionError where they differ.

    `place` is `meta`, `mps` (emulated where there is none), a real accelerator, or
    `auto`, the one of this machine.
    On `meta`, which holds no numbers, shapes and dtypes are compared.
    """
    if place == "auto":
        place = torch.accelerator.current_accelerator(check_available=True).type
    drive, _ = DRIVERS[exercise]
    wanted = drive(answer, torch.device("cpu"))
    emulated = place == "mps" and not torch.backends.mps.is_available()
    with emulated_mps() if emulated else contextlib.nullcontext():
        got = drive(answer, torch.device(place))
        assert len(got) == len(wanted), f"{len(got)} results, and {len(wanted)} on cpu"
        for result, want in zip(got, wanted, strict=True):
            compare(result, want, place)


def compare(got: object, want: object, place: str) -> None:
    """A result of `place` with that of the CPU."""
    if not torch.is_tensor(want):
        same = got == want or (isinstance(want, float) and abs(got - want) < 1e-4)
        assert same, f"{got!r} on {place}, {want!r} on cpu"
        return
    assert got.device.type == place, f"a result is on {got.device}, not on {place}"
    assert (got.shape, got.dtype) == (want.shape, want.dtype), f"{got}, not {want}"
    if place != "meta":
        torch.testing.assert_close(
            got.detach().cpu(), want.detach(), rtol=1e-3, atol=1e-4
        )


def rows(*shape: int) -> torch.Tensor:
    """Numbers from -1 to 1, the same on every call."""
    count = torch.Size(shape).numel()
    return torch.linspace(-1, 1, count).reshape(shape)


def known(model: nn.Module) -> nn.Module:
    """The model, its parameters replaced in place by known numbers."""
    for p in model.parameters():
        p.data.copy_(rows(*p.shape) if p.dim() else torch.tensor(0.5))
    return model


def forward(model: nn.Module, device: torch.device, *shape: int) -> list:
    """What a model makes of four items of a shape, and all that belongs to it."""
    model = known(model).eval().to(device)
    return [model(rows(4, *shape).to(device)), *model.state_dict().values()]


def trained(model: nn.Module, *results: object) -> list:
    """Results, and the parameters that training has left."""
    return [*results, *model.parameters()]


@driver("simple-nn")
def drive_simple_nn(answer, device):
    return forward(answer["SimpleNN"](3, 5, 2), device, 3)


@driver("mlp")
def drive_mlp(answer, device):
    return forward(answer["MLP"]([3, 5, 4, 2]), device, 3)


@driver("own-linear")
def drive_own_linear(answer, device):
    return forward(answer["MyLinear"](3, 2), device, 3)


@driver("standardise-layer")
def drive_standardise(answer, device):
    layer = answer["Standardise"](torch.tensor([1.0, 2.0]), torch.tensor([2.0, 4.0]))
    return forward(layer, device, 2)


@driver("residual-block")
def drive_residual_block(answer, device):
    return forward(answer["ResidualBlock"](3), device, 3)


@driver("fix-model")
def drive_fix_model(answer, device):
    return forward(answer["Classifier"](3, 5, 2), device, 3)


def small_net() -> nn.Module:
    """Three numbers to two logits."""
    return known(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)))


def batches(device: torch.device) -> list:
    """Two batches of rows with class numbers."""
    y = torch.tensor([0, 1, 1, 0, 1])
    whole = rows(5, 3).to(device), y.to(device)
    return [(whole[0][:3], whole[1][:3]), (whole[0][3:], whole[1][3:])]


@driver("train-epoch", ("mps",))  # it returns a number, of which meta has none
def drive_train_epoch(answer, device):
    model = small_net().to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss_fn = nn.CrossEntropyLoss()
    loss = answer["train_epoch"](model, loss_fn, optimizer, batches(device))
    return trained(model, loss)


@driver("evaluate", ("mps",))
def drive_evaluate(answer, device):
    model = small_net().to(device)
    return [*answer["evaluate"](model, nn.CrossEntropyLoss(), batches(device))]


@driver("overfit-one-batch", ("mps",))
def drive_overfits(answer, device):
    model, (X, y) = small_net().to(device), batches(device)[0]
    loss_fn = nn.CrossEntropyLoss()
    return trained(model, answer["overfits"](model, loss_fn, X, y, 20, 0.1))


@driver("fix-loop", ("mps",))
def drive_finetune(answer, device):
    model = nn.Sequential()
    model.body, model.head = nn.Linear(3, 4), nn.Linear(4, 7)
    head = known(nn.Linear(4, 1)).to(device)
    known(model).to(device)
    loader = [(X, y.float()) for X, y in batches(device)]
    losses = answer["finetune"](model, head, loader, 2, 0.1)
    return trained(model, *losses)


@driver("to-device")
def drive_to_device(answer, device):
    X, y = rows(2, 3), torch.tensor([1, 0])
    got = answer["to_device"]({"X": X, "rest": [(y, "text"), {"more": X.T}]}, device)
    return [got["X"], got["rest"][0][0], got["rest"][1]["more"]]


@driver("device-step")
def drive_train_on(answer, device):
    model, results = small_net(), []
    for make in (torch.optim.SGD, torch.optim.Adam):
        _, losses = answer["train_on"](
            model,
            nn.CrossEntropyLoss(),
            lambda weights, make=make: make(weights, lr=0.1),
            batches(torch.device("cpu")),
            device,
        )
        results += losses
    return trained(model, *results)


@driver("fix-device-bugs")
def drive_one_step(answer, device):
    model = known(answer["Scaled"](torch.tensor([1.0, 2.0, 4.0])))
    X, y = np.ones((4, 3)), np.zeros((4, 1))  # float64
    _, loss = answer["one_step"](model, X, y, device)
    return trained(model, loss, *model.buffers())


@driver("best-weights", ("mps",))  # meta keeps no weights to put back
def drive_best(answer, device):
    model = small_net().to(device)
    keeper = answer["BestKeeper"]()
    said = [keeper.update(2.0, model)]
    with torch.no_grad():
        for p in model.parameters():
            p.add_(1.0)
    said.append(keeper.update(3.0, model))
    keeper.restore(model)
    return trained(model, *said)


@driver("warm-start", ("mps",))
def drive_warm_start(answer, device):
    state = known(nn.Linear(3, 2)).state_dict()
    model = nn.Linear(3, 2).to(device)
    return trained(model, answer["warm_start"](model, state))


@driver("save-and-load", ("mps",))  # a file from the CPU into a model elsewhere
def drive_load(answer, device):
    model = nn.Linear(3, 2).to(device)
    with tempfile.TemporaryDirectory() as folder:
        answer["save_weights"](known(nn.Linear(3, 2)), Path(folder, "w.pt"))
        model = answer["load_weights"](model, Path(folder, "w.pt"))
    return trained(model, model.training)


@driver("fix-resume", ("mps",))
def drive_resume(answer, device):
    run = make_run(torch.device("cpu"))
    step(*run, torch.device("cpu"))
    parts = ("model", "optimizer", "scheduler")
    saved = {k: part.state_dict() for k, part in zip(parts, run, strict=True)}
    state = torch.get_rng_state()
    with tempfile.TemporaryDirectory() as folder:
        torch.save(saved | {"epoch": 4, "random": state}, Path(folder, "c.pt"))
        run = make_run(device)
        epoch = answer["resume"](Path(folder, "c.pt"), *run, device)
    torch.set_rng_state(state)
    step(*run, device)
    return trained(run[0], epoch, run[1].param_groups[0]["lr"])


@driver("classifier")
def drive_classifier(answer, device):
    return forward(answer["Classifier"](8, 9, 3), device, 1, 8, 9)


@driver("best-checkpoint", ("mps",))  # a file from the CPU into a model elsewhere
def drive_best_checkpoint(answer, device):
    model = nn.Linear(3, 2).to(device)
    with tempfile.TemporaryDirectory() as folder:
        keeper = answer["BestCheckpoint"](Path(folder, "best.pt"))
        said = keeper.update(3, 0.5, known(nn.Linear(3, 2)))
        return trained(model, said, keeper.restore(model), model.training)


def images() -> DataLoader:
    """Five images of 1 × 3 pixels with class numbers, in batches of two."""
    X, y = rows(5, 1, 1, 3), torch.tensor([0, 1, 1, 0, 1])
    return DataLoader(TensorDataset(X, y), 2)


class Keeper:
    """Finds every epoch the best."""

    def update(self, epoch, val_loss, model):
        return True


@driver("train-with-validation", ("mps",))
def drive_fit(answer, device):
    model, loader = nn.Sequential(nn.Flatten(), small_net()), images()
    with contextlib.redirect_stdout(io.StringIO()):
        history = answer["fit"](model, loader, loader, Keeper(), 2, 2, device)
    return trained(model, *history["train_loss"], *history["val_accuracy"])


@driver("evaluate-on-test", ("mps",))
def drive_evaluate_on_test(answer, device):
    model = nn.Sequential(nn.Flatten(), small_net())
    got = answer["evaluate_on_test"](model, images(), 2, device)
    matrix, recall = got["confusion"], got["recall"]
    assert matrix.device.type == recall.device.type == "cpu", "results are on the CPU"
    return trained(model, got["accuracy"], *matrix.flatten().tolist(), *recall.tolist())


def make_run(device: torch.device) -> tuple:
    """A model on the device, its optimizer and its scheduler."""
    model = known(nn.Linear(3, 2)).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    return model, optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)


def step(model, optimizer, scheduler, device: torch.device) -> None:
    """One step of training and one of the scheduler."""
    X, y = batches(device)[0]
    optimizer.zero_grad()
    nn.CrossEntropyLoss()(model(X), y).backward()
    optimizer.step()
    scheduler.step()
