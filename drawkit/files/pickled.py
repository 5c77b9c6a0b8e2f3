"""The tensors of pickled modules and trainings, taken out without running what a pickle names.

Every name in the pickle but those that tensors are written with becomes an empty box.
"""

from __future__ import annotations

import collections
import io
import pickle
import tarfile
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from drawkit.errors import InputError
from drawkit.files.broken import reading
from drawkit.files.torchscript import is_torchscript, read_torchscript
from drawkit.files.weights import averaged, check_weights, is_safetensors, read_weights

__all__ = ["read_pickled"]

_NESTED = ("G_ema", "state_dict", "model_state_dict", "model")
"""Under what training programs keep the weights; StyleGAN's, the generator whose weights are a mean
over steps, which is what is used of it."""
_OF_MODULES = ("_parameters", "_buffers", "_modules")
_MAGIC = 0x1950A86A20F9469CFC6C
"""With what PyTorch began its files before they were zip archives."""


def read_pickled(path: Path) -> dict[str, Tensor]:
    """Name -> tensor of any file that PyTorch wrote; modules give theirs under dotted names.

    Raises InputError, in one line, for a file without tensors, and for one that is broken.
    """
    with reading(path):
        check_weights(path)
        with open(path, "rb") as file:
            start = file.read(16)
        if is_safetensors(start):
            return read_weights(path)
        if is_torchscript(path):
            return read_torchscript(path)
        given = averaged(_loaded(path, start))
        for key in _NESTED:
            if isinstance(given, dict) and isinstance(given.get(key), (dict, _Box)):
                given = given[key]
                break
        found = {name: _alone(value) for name, value in _tensors(given, "", set())}
    if not found:
        raise InputError(f"there are no tensors in {path}")
    return found


def _loaded(path: Path, start: bytes) -> Any:
    """What the file holds, boxes in place of all but tensors and plain values."""
    if not start.startswith(b"PK"):
        if tarfile.is_tarfile(path):  # PyTorch before 0.1.10; it would be unpacked to be read
            raise InputError(f"{path} is a tar archive, which drawkit does not read")
        with open(path, "rb") as file:
            first = _Unpickler(file).load()
        if first != _MAGIC:
            return first
    with open(path, "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.load(file, map_location="cpu", pickle_module=_PICKLE, weights_only=False)


class _Box:
    """Stands for whatever a pickle names: takes all that it is given and does nothing."""

    dump_patches = False

    def __new__(cls, *_args: Any, **_more: Any) -> _Box:
        return object.__new__(cls)

    def __init__(self, *args: Any, **_more: Any) -> None:
        # NVIDIA's files: one function is given the module's state among other things.
        for given in args:
            state = _held(given).get("state")
            if state is not None:
                self.__setstate__(state)

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, tuple) and state:
            state = state[0]
        self.__dict__.update({str(key): value for key, value in _held(state).items()})

    def __setitem__(self, key: Any, value: Any) -> None:
        self.__dict__[str(key)] = value

    def append(self, value: Any) -> None:
        """Lists of a class of their own."""

    def extend(self, values: Any) -> None:
        """The same."""

    def add(self, value: Any) -> None:
        """Sets."""


def _held(given: Any) -> dict[Any, Any]:
    if isinstance(given, dict):
        return given
    return vars(given) if isinstance(given, _Box) else {}


class _Unpickler(pickle.Unpickler):
    """Knows what tensors are written with, and hands out a box for every other name.

    What it hands out is made for this one file: a pickle may write to what it names.
    """

    def find_class(self, module: str, name: str) -> Any:
        """The few that tensors need; a new box for all others."""
        if module == "torch._utils" and name in ("_rebuild_tensor", "_rebuild_tensor_v2"):
            return partial(_rebuilt)
        if module == "torch._utils" and name.startswith("_rebuild_parameter"):
            return partial(_first)
        if (module, name) == ("torch.storage", "_load_from_bytes"):
            return partial(_storage)
        if (module, name) == ("collections", "OrderedDict"):
            return type("Ordered", (collections.OrderedDict,), {})
        if (module, name) == ("copyreg", "_reconstructor"):
            return partial(_first_made)
        return type("Box", (_Box,), {})


_PICKLE = SimpleNamespace(
    Unpickler=_Unpickler, load=lambda file, **how: _Unpickler(file, **how).load(), __name__="boxes"
)
"""What torch.load takes for the module pickle."""


def _rebuilt(storage: Any, offset: int, size: Any, stride: Any, *_rest: Any) -> Tensor:
    found: Tensor = torch._utils._rebuild_tensor(storage, offset, tuple(size), tuple(stride))  # type: ignore[no-untyped-call]
    return found


def _first(value: Any, *_rest: Any) -> Any:
    return value


def _first_made(kind: Any, *_rest: Any) -> Any:
    return kind() if isinstance(kind, type) and issubclass(kind, _Box) else _Box()


def _storage(data: bytes) -> Any:
    return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)


def _tensors(value: Any, name: str, seen: set[int]) -> Iterator[tuple[str, Tensor]]:
    """The tensors in tables and modules, each once; lists are what optimizers keep."""
    if isinstance(value, Tensor):
        yield name, value
        return
    if not isinstance(value, (dict, _Box)) or id(value) in seen:
        return
    seen.add(id(value))
    held = _held(value)
    is_module = any(isinstance(held.get(part), dict) for part in _OF_MODULES)
    tables = [_held(held.get(part)) for part in _OF_MODULES] if is_module else [held]
    for table in tables:
        for key, inner in table.items():
            yield from _tensors(inner, f"{name}.{key}" if name else str(key), seen)


def _alone(tensor: Tensor) -> Tensor:
    """A tensor that shares its numbers with no other."""
    return tensor.detach().clone(memory_format=torch.contiguous_format)
