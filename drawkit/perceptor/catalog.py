"""Which perceptors there are: built in, on this machine, or to be downloaded.

The well-known ones are listed with size and licence; any other model and tag of OpenCLIP works
as well (`describe` says whether it is here).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import open_clip
import open_clip.pretrained

from drawkit.errors import InputError
from drawkit.files import expanded
from drawkit.perceptor.downloads import downloaded
from drawkit.perceptor.known import APACHE, KNOWN
from drawkit.perceptor.loading import checked_tag
from drawkit.perceptor.names import BUILTIN, ModelSpec
from drawkit.perceptor.trouble import downloading

__all__ = ["ModelEntry", "describe", "listed_models", "pull"]


@dataclass(frozen=True)
class ModelEntry:
    """One perceptor: name as `--model` takes it, where it is, size in MB (0 unknown), licence.

    state: `built in`, `cached` (on this machine) or `available` (to be downloaded).
    figures: what its card says was measured, by name; see training/README.md.
    """

    name: str
    state: str
    size_mb: int
    licence: str
    path: Path | None = None
    figures: Mapping[str, float] = field(default_factory=dict)


def listed_models() -> list[ModelEntry]:
    """The built-in perceptor, then the well-known ones, then what else is on this machine."""
    others = [f"{name}/{tag}" for name, tag in open_clip.list_pretrained()]
    cached = [name for name in others if name not in KNOWN and downloaded(ModelSpec.parse(name))]
    return [describe(name) for name in ("builtin", *KNOWN, *cached)]


def describe(model: str) -> ModelEntry:
    """What is known of one model without loading it. Raises InputError where there is none."""
    spec = ModelSpec.parse(model)
    if spec.kind == "builtin":
        card = json.loads((BUILTIN / "card.json").read_text(encoding="utf-8"))
        size = _megabytes(BUILTIN)
        return ModelEntry("builtin", "built in", size, APACHE, BUILTIN, card["figures"])
    if spec.kind in ("local-dir", "checkpoint"):
        own = expanded(spec.name)
        if not own.exists():
            raise InputError(f"{own} does not exist; give a checkpoint or an OpenCLIP folder")
        return ModelEntry(str(spec), "cached", _megabytes(own), "its own", own)
    if spec.kind == "openclip":
        spec = ModelSpec("openclip", spec.name, checked_tag(spec))
    name = f"{spec.name}/{spec.tag}" if spec.kind == "openclip" else str(spec)
    size, licence = KNOWN.get(name, (0, "see its model card"))
    path = downloaded(spec)
    if path is None:
        return ModelEntry(name, "available", size, licence)
    return ModelEntry(name, "cached", _megabytes(path), licence, path)


def pull(model: str) -> ModelEntry:
    """Download the weights, unless they are here. Raises BackendError where that fails."""
    entry = describe(model)
    if entry.state != "available":
        return entry
    spec = ModelSpec.parse(entry.name)
    with downloading(entry.name):
        if spec.kind == "hf-hub":
            open_clip.pretrained.download_pretrained_from_hf(spec.name)
        else:
            source: Any = open_clip.get_pretrained_cfg(spec.name, spec.tag)
            open_clip.pretrained.download_pretrained(source)
    return describe(entry.name)


def _megabytes(path: Path) -> int:
    """Size of a file or of the files in a folder, rounded up."""
    files = [path] if path.is_file() else [file for file in path.iterdir() if file.is_file()]
    return -(-sum(file.stat().st_size for file in files) // 10**6)
