"""Weights files: known by what is in them, what is none is said in our words; no code is run."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from drawkit.errors import InputError
from drawkit.files import read_json, readable
from drawkit.files.torchscript import is_torchscript, read_torchscript

__all__ = ["averaged", "check_weights", "is_safetensors", "read_weights"]

_START = 512
_POINTER = b"version https://git-lfs"
_PAGE = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")
_NESTED = ("state_dict", "model", "model_state_dict")
"""Under what training programs keep the weights in a checkpoint."""
_WRAPPERS = ("module.", "_orig_mod.")
"""What parallel and compiled models put before every name."""
_MOST_HEADER = 100_000_000
"""Bytes of a safetensors header at most, by its specification."""


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
    if not is_safetensors(start) and _is_text(start):
        raise InputError(f"{path} is text, not weights")
    if start.startswith(b"PK"):
        _check_archive(path)
    if is_safetensors(start) and path.stat().st_size < _whole_size(path):
        raise InputError(f"{path} is cut off; download it again")


def _check_archive(path: Path) -> None:
    """PyTorch keeps weights in a zip archive, but never packed: that may grow without end."""
    if not zipfile.is_zipfile(path):
        raise InputError(f"{path} is cut off; download it again")
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    if not any(part.filename.endswith("/data.pkl") for part in parts):
        raise InputError(f"{path} is a zip archive, not weights; unpack it first")
    numbers = [part for part in parts if "/code/" not in part.filename]
    if any(part.compress_type != zipfile.ZIP_STORED for part in numbers):
        raise InputError(f"{path} is a packed archive; PyTorch's weights lie in it as they are")


def is_safetensors(start: bytes) -> bool:
    """Whether a file begins as safetensors do: the length of a JSON object, then that."""
    return 2 <= int.from_bytes(start[:8], "little") <= _MOST_HEADER and start[8:9] == b"{"


def read_weights(path: Path) -> dict[str, Tensor]:
    """Name -> tensor of a checkpoint (PyTorch's, safetensors or TorchScript), wherever it nests.

    Raises InputError for what is no checkpoint, and what torch, safetensors and pickle raise for
    one that is broken or would run code.
    """
    check_weights(path)
    with open(path, "rb") as file:
        start = file.read(_START)
    if is_torchscript(path):
        given: Any = read_torchscript(path)
    elif is_safetensors(start):
        from safetensors.torch import load_file

        given = load_file(path)
    else:
        with open(path, "rb") as file, warnings.catch_warnings():  # a path's suffix is believed
            warnings.simplefilter("ignore")
            given = torch.load(file, map_location="cpu", weights_only=True)
    given = averaged(given)
    inner = [given.get(key) for key in _NESTED] if isinstance(given, dict) else []
    given = next((table for table in inner if isinstance(table, dict)), given)
    size = path.stat().st_size
    if (
        not isinstance(given, dict)
        or not given
        or not all(_is_stored(v, size) for v in given.values())
    ):
        raise InputError(f"{path} holds no table of weights")
    return {_own_name(str(name)): value for name, value in given.items()}


def averaged(given: Any) -> Any:
    """Of a training of two networks, the generator that is a mean over steps, with its mean code.

    So rosinality's StyleGAN2 keeps them.
    """
    own = given.get("g_ema") if isinstance(given, dict) else None
    if not isinstance(own, dict):
        return given
    return {**own, **{key: given[key] for key in ("latent_avg",) if key in given}}


def _whole_size(path: Path) -> int:
    """Bytes that a file of safetensors has by its header, as far as that can be read."""
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        try:
            header = read_json(file.read(length))
            ends = [entry["data_offsets"][1] for entry in header.values() if "dtype" in entry]
            return 8 + length + int(max(ends, default=0))
        except (ValueError, LookupError, TypeError, AttributeError):
            return 8 + length


def _is_stored(value: Any, size: int) -> bool:
    """Whether it is a tensor whose numbers can lie in a file of so many bytes."""
    plain = isinstance(value, Tensor) and value.layout == torch.strided and not value.is_meta
    return plain and value.nbytes <= size


def _own_name(name: str) -> str:
    while name.startswith(_WRAPPERS):
        name = name.partition(".")[2]
    return name


def _is_text(start: bytes) -> bool:
    """Whether a file begins as text in UTF-8, UTF-16 or the like does."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    try:
        text = start.decode()
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:  # else a character that was cut
            return False
        text = start[: error.start].decode()
    return bool(text) and not any(char < " " and char not in "\t\n\r\f\x1b" for char in text)
