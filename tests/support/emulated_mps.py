"""A stand-in for an Apple GPU, on the CPU: what MPS refuses is refused here.

Within `emulated_mps()` the device `mps` exists. Tensors on it say so, hold no
float64, do not meet tensors on the CPU in one operation, and give no NumPy array.
Messages are PyTorch's own. Only numbers are not those of a GPU: they are the CPU's.
No machine's MPS was asked; where real MPS differs, real MPS is right.
"""

import contextlib
from collections.abc import Iterator
from unittest import mock

import torch
from torch.overrides import TorchFunctionMode
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing

MPS = torch.device("mps", 0)
NO_FLOAT64 = (
    "Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support "
    "float64. Please use float32 instead."
)
MIXED = (
    "Expected all tensors to be on the same device, but found at least two devices, "
    "mps:0 and cpu!"
)
NO_NUMPY = (
    "can't convert mps:0 device type tensor to numpy. Use Tensor.cpu() to copy the "
    "tensor to host memory first."
)
aten = torch.ops.aten
CROSSES = (aten.copy_.default,)  # writes to one device what it reads from another
TO_NUMPY = (torch.Tensor.numpy, torch.Tensor.__array__)
FACTS = {  # what a tensor on MPS says of itself
    torch.Tensor.device.__get__: MPS,
    torch.Tensor.is_mps.__get__: True,
    torch.Tensor.is_cpu.__get__: False,
    torch.Tensor.get_device: 0,
}


class MpsTensor(torch.Tensor):
    """A tensor that says that it is on MPS; its `numbers` lie on the CPU."""

    @staticmethod
    def __new__(cls, numbers: torch.Tensor) -> "MpsTensor":
        """Wrap `numbers`; raises TypeError for float64, as MPS does."""
        if numbers.dtype in (torch.float64, torch.complex128):
            raise TypeError(NO_FLOAT64)
        return torch.Tensor._make_wrapper_subclass(
            cls,
            numbers.size(),
            strides=numbers.stride(),
            storage_offset=numbers.storage_offset(),
            dtype=numbers.dtype,
            device="cpu",  # PyTorch's own code wants a device that this machine has
        )

    def __init__(self, numbers: torch.Tensor) -> None:
        self.numbers = numbers

    def __repr__(self, **_: object) -> str:
        """As PyTorch writes it, with its device."""
        return f"{self.numbers!r}"[:-1] + ", device='mps:0')"

    def __tensor_flatten__(self) -> tuple[list[str], None]:
        """What it is made of. Modules then keep their parameters as they move."""
        return ["numbers"], None

    @staticmethod
    def __tensor_unflatten__(parts: dict, *_: object) -> "MpsTensor":
        """Make it again from its parts."""
        return MpsTensor(parts["numbers"])

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        """Answer what PyTorch would read from memory that is not there."""
        if func in TO_NUMPY:
            raise TypeError(NO_NUMPY)
        if func in FACTS:
            return FACTS[func]
        if func is torch.Tensor.tolist:
            return args[0].numbers.tolist()
        with torch._C.DisableTorchFunctionSubclass():  # results are of their own type
            return func(*args, **(kwargs or {}))

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        """Compute on the CPU, once MPS would allow it."""
        return on_mps(func, args, kwargs or {})


class Mps(TorchDispatchMode):
    """Lets functions without a tensor, such as `torch.zeros`, make one on MPS."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        """See `on_mps`."""
        return on_mps(func, args, kwargs or {})


class Move(torch.autograd.Function):
    """A copy on the other device; gradients travel back."""

    @staticmethod
    def forward(ctx, tensor: torch.Tensor, to_mps: bool) -> torch.Tensor:
        """Copy the numbers, to MPS or to the CPU."""
        ctx.from_mps = isinstance(tensor, MpsTensor)
        numbers = tensor.numbers if ctx.from_mps else tensor
        return MpsTensor(numbers.clone()) if to_mps else numbers.clone()

    @staticmethod
    def backward(ctx, grad: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Copy the gradient to where the tensor came from."""
        return move(grad, ctx.from_mps), None


def move(tensor: torch.Tensor, to_mps: bool) -> torch.Tensor:
    """The tensor itself where it is there already, else a copy."""
    if isinstance(tensor, MpsTensor) == to_mps:
        return tensor
    return Move.apply(tensor, to_mps)


class Moves(TorchFunctionMode):
    """Answers calls that name a device before PyTorch looks for its driver."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """See `move`; `torch.tensor` makes its tensor on the CPU first."""
        kwargs = dict(kwargs or {})
        if func is torch.Tensor.cpu:
            return move(args[0], False)
        if func is torch.Tensor.to:
            return self.to(*args, **kwargs)
        if func in (torch.tensor, torch.as_tensor) and "device" in kwargs:
            place = kwargs.pop("device")
            made = func(*args, **kwargs)
            return made if place is None else self.to(made, place)
        return func(*args, **kwargs)

    def to(self, tensor, *args, copy=False, **kwargs):
        """What `Tensor.to` does, from and to MPS."""
        other = kwargs.pop("other", None)
        if args and torch.is_tensor(args[0]):
            other, args = args[0], args[1:]
        device, dtype = (
            (other.device, other.dtype)
            if other is not None
            else torch._C._nn._parse_to(*args, **kwargs)[:2]
        )
        if device is not None and device.type not in ("mps", "cpu"):
            return torch.Tensor.to(tensor, device, dtype or tensor.dtype)
        to_mps = device.type == "mps" if device else isinstance(tensor, MpsTensor)
        if to_mps and tensor.dtype == torch.float64 and dtype in (None, torch.float64):
            raise TypeError(NO_FLOAT64)
        if dtype not in (None, tensor.dtype):
            tensor, copy = torch.Tensor.to(tensor, dtype), False
        moved = move(tensor, to_mps)
        return moved.clone() if copy and moved is tensor else moved


def on_mps(func, args: tuple, kwargs: dict) -> object:
    """Compute what PyTorch asks for; raises RuntimeError where devices are mixed."""
    values = [v for v in pytree.tree_leaves((args, kwargs)) if torch.is_tensor(v)]
    here = [v for v in values if isinstance(v, MpsTensor)]
    # A number, which is a tensor without dimensions on the CPU, may meet any device.
    there = [v for v in values if not isinstance(v, MpsTensor) and v.dim()]
    if here and func not in CROSSES and (there or writes_to_cpu(func, args)):
        raise RuntimeError(MIXED)
    place = kwargs.get("device")
    to_mps = bool(here) if place is None else torch.device(place).type == "mps"
    if func in CROSSES:
        to_mps = isinstance(args[0], MpsTensor)
    if to_mps:
        kwargs = {
            name: {"device": torch.device("cpu"), "pin_memory": False}.get(name, value)
            for name, value in kwargs.items()
        }
    bare = pytree.tree_map_only(MpsTensor, lambda v: v.numbers, (args, kwargs))
    out = func(*bare[0], **bare[1])
    if not to_mps:
        return out
    out = pytree.tree_map_only(torch.Tensor, MpsTensor, out)
    return return_and_correct_aliasing(func, args, kwargs, out)


def writes_to_cpu(func, args: tuple) -> bool:
    """Whether the result goes into a tensor on the CPU, as `total += x` does."""
    in_place = func._schema.is_mutable and args and torch.is_tensor(args[0])
    return bool(in_place) and not isinstance(args[0], MpsTensor)


def save(obj: object, f: object, **kwargs: object) -> None:
    """As `torch.save`; the file does not know that tensors came from MPS."""
    on_cpu = pytree.tree_map_only(torch.Tensor, lambda v: v.detach().cpu(), obj)
    SAVE(on_cpu, f, **kwargs)


def load(f: object, map_location: object = None, **kwargs: object) -> object:
    """As `torch.load`, also with the map location `mps`."""
    if map_location is None or "mps" not in str(map_location):
        return LOAD(f, map_location, **kwargs)
    state = LOAD(f, "cpu", **kwargs)
    return pytree.tree_map_only(torch.Tensor, lambda v: v.to(MPS), state)


SAVE, LOAD = torch.save, torch.load


@contextlib.contextmanager
def emulated_mps() -> Iterator[torch.device]:
    """Within it the device `mps`, which is yielded, can be named.

    What PyTorch says of the machine, such as `torch.accelerator`, stays true.
    """
    files = mock.patch.multiple(torch, save=save, load=load)
    with files, Mps(), Moves():
        yield torch.device("mps")
