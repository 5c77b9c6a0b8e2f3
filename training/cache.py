"""What training reads: a folder that `prepare` wrote, or one packed file that needs torch alone.

    python -m training.prepare ART --out CACHE --pack art.pt

packs a cache into less than 50 MiB: pictures of 64 x 64 at 5 bits a channel (one-colour ones: alpha
alone at 4) under lzma, sentence embeddings turned to their first 192 axes at 8 bits.
"""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["Cache", "pack", "read_cache"]

SIDE = 64
BITS, MONO_BITS = 5, 3
AXES = 192
CHUNK = 4000
FILTERS: list[dict[str, Any]] = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]


@dataclass(frozen=True)
class Redrawn:
    """Some pictures in strokes and shapes: `pictures` [M, H, W, 4] uint8, `rows` [M] of them.

    validation: all of the held-out vendor, the same way.
    """

    pictures: Tensor
    rows: Tensor
    validation: Tensor


@dataclass(frozen=True)
class Cache:
    """`pictures` [N, H, W, 4] uint8 premultiplied, `captions` [P, 384], `index` as prepare has it.

    validation, validation_captions, validation_names: the held-out vendor, the same way.
    redrawn: what `training.redraw` wrote beside them, if it ran; never packed.
    """

    pictures: Tensor
    captions: Tensor
    index: dict[str, Any]
    validation: Tensor
    validation_captions: Tensor
    validation_names: list[str]
    redrawn: Redrawn | None = None


def read_cache(path: Path) -> Cache:
    """Read a cache folder, or the file that `pack` made of one."""
    if path.is_file():
        return _unpack(torch.load(path, weights_only=True))
    import numpy as np  # not needed for a packed cache

    return Cache(
        torch.from_numpy(np.load(path / "pictures.npy")),
        torch.from_numpy(np.load(path / "captions.npy")).float(),
        json.loads((path / "index.json").read_text()),
        torch.from_numpy(np.load(path / "validation.npy")),
        torch.from_numpy(np.load(path / "validation-captions.npy")).float(),
        json.loads((path / "validation.json").read_text()),
        _redrawn(path),
    )


def _redrawn(path: Path) -> Redrawn | None:
    """What was drawn again, if anything was."""
    import numpy as np

    if not (path / "redrawn.npy").exists():
        return None
    files = ("redrawn.npy", "redrawn-rows.npy", "validation-redrawn.npy")
    return Redrawn(*(torch.from_numpy(np.load(path / name)) for name in files))


def pack(cache: Cache, target: Path) -> None:
    """Write one file; what `read_cache` makes of it differs from the cache by rounding only."""
    mono = torch.tensor([kind == "mono" for kind in cache.index["kind"]])
    axes = _main_axes(cache.captions)
    state = {
        "index": lzma.compress(json.dumps(cache.index).encode()),
        "mono": _squeeze(cache.pictures[mono], MONO_BITS, alpha_only=True),
        "others": _squeeze(cache.pictures[~mono], BITS),
        "axes": axes.half(),
        "captions": _rounded(cache.captions @ axes),
        "validation": _squeeze(cache.validation, 8),
        "validation_captions": _rounded(cache.validation_captions @ axes),
        "validation_names": cache.validation_names,
    }
    torch.save(state, target.with_suffix(".new"))
    target.with_suffix(".new").replace(target)


def _unpack(state: dict[str, Any]) -> Cache:
    index = json.loads(lzma.decompress(state["index"]))
    mono = torch.tensor([kind == "mono" for kind in index["kind"]])
    pictures = torch.zeros(len(mono), SIDE, SIDE, 4, dtype=torch.uint8)
    pictures[mono] = _swell(state["mono"], MONO_BITS, alpha_only=True)
    pictures[~mono] = _swell(state["others"], BITS)
    axes = state["axes"].float()
    return Cache(
        pictures,
        F.normalize(state["captions"].float() @ axes.T, dim=1),
        index,
        _swell(state["validation"], 8),
        F.normalize(state["validation_captions"].float() @ axes.T, dim=1),
        state["validation_names"],
    )


def _main_axes(captions: Tensor) -> Tensor:  # [P, 384] -> [384, AXES]
    """The directions in which captions differ most (of their second moments)."""
    moments = captions.T @ captions
    return torch.linalg.eigh(moments).eigenvectors[:, -AXES:]


def _rounded(rows: Tensor) -> Tensor:
    """Each row in whole numbers of 8 bits; its length is 1 anyway."""
    return (rows / rows.abs().amax(1, keepdim=True).clamp(min=1e-9) * 127).round().to(torch.int8)


def _squeeze(pictures: Tensor, bits: int, *, alpha_only: bool = False) -> list[bytes]:
    """Pictures [N, H, W, 4] uint8 -> compressed chunks of their channels."""
    chunks = []
    for part in pictures.split(CHUNK):
        small = F.interpolate(
            part.permute(0, 3, 1, 2).float(),
            size=(SIDE, SIDE),
            mode="bilinear",
            antialias=True,
            align_corners=False,
        )
        few = (small / 255 * (2**bits - 1)).round().to(torch.uint8)
        few = few[:, 3:] if alpha_only else few
        chunks.append(lzma.compress(bytes(few.flatten().tolist()), filters=FILTERS))
    return chunks


def _swell(chunks: list[bytes], bits: int, *, alpha_only: bool = False) -> Tensor:
    """What `_squeeze` compressed, as [N, 64, 64, 4] uint8; alpha alone becomes white ink."""
    channels = 1 if alpha_only else 4
    parts = []
    for chunk in chunks:
        flat = torch.frombuffer(bytearray(lzma.decompress(chunk)), dtype=torch.uint8)
        few = flat.view(-1, channels, SIDE, SIDE).expand(-1, 4, -1, -1)
        full = (few.float() * (255 / (2**bits - 1))).round().to(torch.uint8)
        parts.append(full.permute(0, 2, 3, 1))
    return torch.cat(parts)
