"""TorchScript archives, such as OpenAI's own CLIP files: their weights, without their program.

`torch.jit.load` would load the program too and run what it says is done on loading; here the
archive's pickle is read with a table of the few names that weights need, modules become plain
boxes, and only their tensors are taken.
"""

from __future__ import annotations

import collections
import pickle
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from drawkit.errors import InputError

__all__ = ["is_torchscript", "read_torchscript"]


def is_torchscript(path: Path) -> bool:
    """Whether a file is a TorchScript archive, as OpenAI's CLIP files are."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())


def read_torchscript(path: Path) -> dict[str, Tensor]:
    """Name -> tensor of a TorchScript archive; its program is not even loaded.

    Raises InputError for an archive without weights, UnpicklingError for one that names what no
    weights need, and what torch and zipfile raise for broken ones.
    """
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        root = next((n.rpartition("/")[0] for n in names if n.endswith("/data.pkl")), None)
        if root is None:
            raise InputError(f"{path} is a TorchScript archive without weights")
        with archive.open(f"{root}/data.pkl") as pickled:
            module = _Unpickler(pickled, archive, root).load()
    return dict(_tensors(module, "", set()))


class _Box:
    """Stands for a module or any other class of the archive's program."""

    def __setstate__(self, state: Any) -> None:
        self.__dict__.update(state if isinstance(state, dict) else {})


class _Unpickler(pickle.Unpickler):
    """Knows the few names that a module with weights is written with, and no other.

    What it hands out is made for this one file: a pickle may write to what it names.
    """

    def __init__(self, file: Any, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(file)
        self._archive, self._root = archive, root
        self._storages: dict[str, Tensor] = {}

    def find_class(self, module: str, name: str) -> Any:
        """A stand-in for a name that is allowed; UnpicklingError for all others."""
        if module.startswith("__torch__"):
            return type("Box", (_Box,), {})
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if module == "torch" and name.endswith("Storage") and name != "UntypedStorage":
            return getattr(torch, name).dtype
        if module == "torch._utils" and name in ("_rebuild_tensor_v2", "_rebuild_parameter"):
            return partial(_view if name == "_rebuild_tensor_v2" else _first)
        if module == "torch.jit._pickle":  # lists of one type, values with a type written to them
            return partial(_first)
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no weights need")

    def persistent_load(self, given: Any) -> Tensor:
        """The numbers of one storage, flat."""
        kind, dtype, key, _device, count = given
        if kind != "storage":
            raise pickle.UnpicklingError(f"it refers to a {kind}")
        if key not in self._storages:
            data = self._archive.read(f"{self._root}/data/{key}")
            numbers = torch.frombuffer(bytearray(data), dtype=dtype, count=count) if count else None
            self._storages[key] = torch.empty(0, dtype=dtype) if numbers is None else numbers
        return self._storages[key]


def _view(storage: Tensor, offset: int, size: Any, stride: Any, *_rest: Any) -> Tensor:
    return storage.as_strided(tuple(size), tuple(stride), offset)


def _first(value: Any, *_rest: Any) -> Any:
    return value


def _tensors(box: Any, prefix: str, seen: set[int]) -> Iterator[tuple[str, Tensor]]:
    """The tensors of a module and of what it holds, under dotted names; each module once."""
    seen.add(id(box))
    for name, value in vars(box).items():
        if isinstance(value, Tensor):
            yield f"{prefix}{name}", value
        elif isinstance(value, _Box) and id(value) not in seen:
            yield from _tensors(value, f"{prefix}{name}.", seen)
