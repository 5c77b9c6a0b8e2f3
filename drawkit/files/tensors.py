"""Networks from files: a checkpoint, a safetensors file or a folder of diffusers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from torch import Tensor

from drawkit.errors import InputError
from drawkit.files import expanded, read_json, read_text
from drawkit.files.broken import RUNS_NOTHING, reading
from drawkit.files.published import PUBLISHED, pulled
from drawkit.files.weights import read_weights

__all__ = ["Found", "built", "read_tensors"]

T = TypeVar("T")
_IN_A_FOLDER = (
    "diffusion_pytorch_model.safetensors",
    "diffusion_pytorch_model.bin",
    "model.safetensors",
    "pytorch_model.bin",
)
_PARTS = ("", "vqvae", "vqmodel")
"""Where a pipeline of diffusers keeps what this is about."""
_PICKLED = b"\x80"


@dataclass(frozen=True, eq=False)
class Found:
    """Name -> tensor, where they were read from, and the `config.json` beside them, if any."""

    path: Path
    tensors: dict[str, Tensor]
    config: dict[str, Any]


def read_tensors(given: str | Path) -> Found:
    """The tensors of a file, of the weights in a folder, or of pulled ones; no code in them is run.

    Raises InputError, in one line, where there are none.
    """
    path = expanded(given)
    if str(given) in PUBLISHED and not path.exists():
        found = pulled(str(given))
        if found is None:
            raise InputError(f"{given} is not on this machine; run: drawkit models pull {given}")
        path = found
    config: dict[str, Any] = {}
    if path.is_dir():
        path = _weights_in(path)
        beside = path.parent / "config.json"
        if beside.is_file():
            config = _config(beside)
    try:
        with reading(path):
            return Found(path, read_weights(path), config)
    except InputError as error:
        if RUNS_NOTHING not in str(error) and not _is_pickle(path):
            raise
        raise InputError(
            f"{path} holds more than tensors, and drawkit runs no code out of files;"
            f" take the tensors out: drawkit models convert {path}"
        ) from error


def built(found: Found, what: str, make: Callable[[Found], T]) -> T:
    """The network that `make` builds, or in one line why these weights are none."""
    try:
        return make(found)
    except KeyError as error:
        raise InputError(
            f"{found.path} holds no {what} that is known: no tensor '{error.args[0]}'"
        ) from error
    except (RuntimeError, IndexError, ValueError) as error:
        raise InputError(
            f"{found.path} holds no {what} that is known: its shapes do not fit"
        ) from error


def _weights_in(folder: Path) -> Path:
    for part in _PARTS:
        for name in _IN_A_FOLDER:
            if (folder / part / name).is_file():
                return folder / part / name
    raise InputError(f"there are no weights in {folder}; diffusers calls them {_IN_A_FOLDER[0]}")


def _config(path: Path) -> dict[str, Any]:
    try:
        found = read_json(read_text(path))
    except ValueError as error:
        raise InputError(f"{path} is not JSON") from error
    return found if isinstance(found, dict) else {}


def _is_pickle(path: Path) -> bool:
    if not path.is_file():
        return False
    with open(path, "rb") as file:
        return file.read(1) == _PICKLED
