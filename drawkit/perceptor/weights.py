"""Weights files: what is none is said in our words, and reading one never runs code.

OpenAI's own CLIP files are TorchScript archives: programs with their weights. `torch.jit.load`
would load the program too; here the archive's pickle is read with a table of the few names that
weights need, modules become plain boxes, and only their tensors are taken.
"""

from __future__ import annotations

import collections
import pickle
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from drawkit.errors import InputError
from drawkit.files import readable

__all__ = ["check_weights", "is_torchscript", "read_torchscript", "read_weights"]

_START = 512
_POINTER = b"version https://git-lfs"
_PAGE = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")


def check_weights(path: Path) -> None:
    """Raise InputError, in one line, for a file that plainly holds no weights."""
    readable(path)
    with open(path, "rb") as file:
        start = file.read(_START)
    stripped = start.lstrip(b"\xef\xbb\xbf \r\n\t")
    if not start:
        raise InputError(f"{path} is empty; the download may have failed")
    if start.startswith(_POINTER):
        raise InputError(f"{path} is a pointer of Git LFS, not the weights; run: git lfs pull")
    if stripped.lower().startswith(_PAGE):
        raise InputError(f"{path} is a web page, not weights; download the file itself")
    if start.isascii() and b"\0" not in start:
        raise InputError(f"{path} is text, not weights")
    if start.startswith(b"PK") and not zipfile.is_zipfile(path):
        raise InputError(f"{path} is cut off; download it again")


def is_torchscript(path: Path) -> bool:
    """Whether a file is a TorchScript archive, as OpenAI's CLIP files are."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())


def read_weights(path: Path) -> dict[str, Tensor]:
    """Name -> tensor of a checkpoint (PyTorch's, safetensors or TorchScript), wherever it nests.

    Raises InputError for what is no checkpoint, and for one that would run code.
    """
    check_weights(path)
    if is_torchscript(path):
        return read_torchscript(path)
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        return dict(load_file(path))
    given = torch.load(path, map_location="cpu", weights_only=True)
    if isinstance(given, dict) and isinstance(given.get("state_dict"), dict):
        given = given["state_dict"]
    if not isinstance(given, dict) or not all(isinstance(v, Tensor) for v in given.values()):
        raise InputError(f"{path} holds no table of weights")
    return {str(name).removeprefix("module."): value for name, value in given.items()}


def read_torchscript(path: Path) -> dict[str, Tensor]:
    """Name -> tensor of a TorchScript archive; its program is not even loaded."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        root = next((n.rpartition("/")[0] for n in names if n.endswith("/data.pkl")), None)
        if root is None:
            raise InputError(f"{path} is a TorchScript archive without weights")
        with archive.open(f"{root}/data.pkl") as pickled:
            module = _Unpickler(pickled, archive, root).load()
    return dict(_tensors(module, ""))


class _Box:
    """Stands for a module or any other class of the archive's program."""

    def __setstate__(self, state: Any) -> None:
        self.__dict__.update(state if isinstance(state, dict) else {})


class _Unpickler(pickle.Unpickler):
    """Knows the few names that a module with weights is written with, and no other."""

    def __init__(self, file: Any, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(file)
        self._archive, self._root = archive, root
        self._storages: dict[str, Tensor] = {}

    def find_class(self, module: str, name: str) -> Any:
        """A stand-in for a name that is allowed; UnpicklingError for all others."""
        if module.startswith("__torch__"):
            return _Box
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if module == "torch" and name.endswith("Storage"):
            return getattr(torch, name).dtype
        if module == "torch._utils" and name in ("_rebuild_tensor_v2", "_rebuild_parameter"):
            return _view if name == "_rebuild_tensor_v2" else _first
        if module == "torch.jit._pickle":  # lists of one type, values with a type written to them
            return _first
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no weights need")

    def persistent_load(self, given: Any) -> Tensor:
        """The numbers of one storage, flat."""
        kind, dtype, key, _device, count = given
        if kind != "storage":
            raise pickle.UnpicklingError(f"it refers to a {kind}")
        if key not in self._storages:
            data = bytearray(self._archive.read(f"{self._root}/data/{key}"))
            self._storages[key] = torch.frombuffer(data, dtype=dtype, count=count)
        return self._storages[key]


def _view(storage: Tensor, offset: int, size: Any, stride: Any, *_rest: Any) -> Tensor:
    return storage.as_strided(tuple(size), tuple(stride), offset)


def _first(value: Any, *_rest: Any) -> Any:
    return value


def _tensors(box: Any, prefix: str) -> Iterator[tuple[str, Tensor]]:
    """The tensors of a module and of what it holds, under dotted names."""
    for name, value in vars(box).items():
        if isinstance(value, Tensor):
            yield f"{prefix}{name}", value
        elif isinstance(value, _Box):
            yield from _tensors(value, f"{prefix}{name}.")
