"""What a drawing was made with: packages, threads and the weights themselves."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from importlib import metadata

import torch

import drawkit
from drawkit.engine.record import base_name
from drawkit.files import expanded
from drawkit.perceptor import Perceptor
from drawkit.perceptor.names import ModelSpec, folder_of

__all__ = ["versions_of", "weights_hash"]

_PACKAGES = ("torch", "open_clip_torch", "numba", "kornia", "numpy")
"""What a drawing's bytes depend on besides drawkit; their versions are recorded in the file."""
_WEIGHTS = (".safetensors", ".bin", ".pt", ".pth")
_CHUNK = 1 << 20


def versions_of(
    perceptors: Sequence[Perceptor], imaginer: Perceptor | None = None
) -> dict[str, str]:
    """What ran: the same versions, settings and threads give the same drawing again.

    imaginer: who imagined for them, where that is another.
    """
    versions = {"drawkit": drawkit.__version__, "python": platform.python_version()}
    versions |= {package: metadata.version(package) for package in _PACKAGES}
    versions["threads"] = str(torch.get_num_threads())
    named = [
        ("perceptor" if number == 1 else f"perceptor {number}", perceptor)
        for number, perceptor in enumerate(perceptors, start=1)
    ]
    for name, perceptor in [*named, *([] if imaginer is None else [("imagination", imaginer)])]:
        versions[name] = f"{base_name(perceptor.name)} {perceptor.precision}"
        if weights := weights_hash(perceptor.name):
            versions[f"{name} weights"] = weights
    return versions


def weights_hash(model: str) -> str:
    """SHA-256 of a model's own files; empty for one that its public name and tag identify."""
    spec = ModelSpec.parse(model)
    path = expanded(spec.name) if spec.kind == "checkpoint" else folder_of(spec)
    if path is None:
        return ""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    # Of one file its own hash; of several, such as an imagination's beside the model's, of all.
    weights = [file for file in files if file.suffix in _WEIGHTS and file.is_file()]
    digest = hashlib.sha256()
    for path in weights:
        with open(path, "rb") as file:
            while data := file.read(_CHUNK):
                digest.update(data)
    return digest.hexdigest() if weights else ""
