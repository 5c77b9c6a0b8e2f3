"""Which paths of a drawing are seen: not those that are clear, nor those wholly painted over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas.single_path import is_plain, single_path
from drawkit.raster import rasterize
from drawkit.scene import AnyLayer, Path, PathLayer, Rgba, Scene

__all__ = ["only_seen", "seen_paths"]

_OPAQUE = 0.9995
"""Opacity that files write as 1; what is less than `1 - _OPAQUE` they write as 0."""
_WHOLE = 1 - 1e-4
"""Coverage of a pixel that leaves nothing of it free."""


def only_seen(scene: Scene) -> Scene:
    """The scene without paths that show nothing on the paper and under others of their layer.

    Layers that are locked or hidden, or of another kind, stay as they are.
    """
    layers: list[AnyLayer] = []
    for layer in scene.layers:
        if isinstance(layer, PathLayer) and layer.visible and not layer.locked:
            seen = seen_paths(layer.paths, math.ceil(scene.width), math.ceil(scene.height))
            paths = tuple(path for path, shows in zip(layer.paths, seen, strict=True) if shows)
            layers += [replace(layer, paths=paths)] if paths else []
        else:
            layers.append(layer)
    return replace(scene, layers=tuple(layers))


def seen_paths(paths: Sequence[Path], width: int, height: int) -> list[bool]:
    """Whether each path of one group, in paint order, shows on a sheet of that size in px.

    Not seen are paths that are clear, off the sheet, or under opaque later ones of the group with
    a pixel to spare on every side: without them the sheet looks the same at this and at any
    larger size. Opaque is what is written with opacity 1.
    """
    size = width, height
    covered = torch.zeros(1, 1, size[1], size[0], dtype=torch.bool)
    seen = [False] * len(paths)
    for row in reversed(range(len(paths))):
        path = paths[row]
        if not is_plain(path):
            seen[row] = True
            continue
        box = _box(path, size)
        if box is None or not _visible(path):
            continue
        at = (..., slice(box.top, box.bottom), slice(box.left, box.right))
        ink = _alpha(path, box, opaque=False)
        # Other programs may draw a pixel's part on its neighbour.
        touched = F.max_pool2d(ink, 3, stride=1, padding=1) > 0
        seen[row] = bool((touched & ~covered[at]).any())
        if not seen[row]:
            continue
        # Only what one path covers alone: two halves of a pixel let through what is below.
        if all(paint[3] >= _OPAQUE for paint in _paints(path)):
            covered[at] |= ink >= _WHOLE
        elif any(paint[3] >= _OPAQUE for paint in _paints(path)):
            covered[at] |= _alpha(path, box, opaque=True) >= _WHOLE
    return seen


@dataclass(frozen=True)
class _Box:
    """Whole px of the sheet that a path can touch."""

    left: int
    top: int
    right: int
    bottom: int


def _box(path: Path, size: tuple[int, int]) -> _Box | None:
    """Around all that a path paints, its border and two pixels more; none: off the sheet."""
    pad = path.stroke_width / 2 if path.stroke is not None else 0.0
    # Two pixels: half a one of its own edge, and one to spare.
    low = np.clip(np.floor(path.control_points.min(axis=0) - pad) - 2, 0, size).astype(int)
    high = np.clip(np.ceil(path.control_points.max(axis=0) + pad) + 2, 0, size).astype(int)
    if (low >= high).any():
        return None
    return _Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def _paints(path: Path) -> list[Rgba]:
    return [paint for paint in (path.fill, path.stroke) if paint is not None]


def _visible(path: Path) -> bool:
    return any(paint[3] >= 1 - _OPAQUE for paint in _paints(path))


def _alpha(path: Path, box: _Box, *, opaque: bool) -> Tensor:
    """How much of each pixel of the box a path covers, [1, 1, h, w]; opaque: by opaque paint."""
    one = single_path(path, corner=(box.left, box.top))
    if opaque:
        one = replace(one, stroke=_solid(one.stroke), fill=_solid(one.fill))
    picture = rasterize(
        one, box.right - box.left, box.bottom - box.top, (0.0, 0.0, 0.0, 0.0), premultiplied=True
    )
    return picture[None, None, ..., 3]


def _solid(rgba: Tensor) -> Tensor:
    """Opaque where it is written so, else clear."""
    return (rgba[:, 3:] >= _OPAQUE).float().expand(-1, 4)
