"""Which paths of a drawing matter most: the first few, drawn alone, already show the thing.

Each path gets a rank. The prefix of N is the N lowest ranks, drawn in the drawing's own order
(NeuralSVG, Polaczek et al., arXiv 2501.03992, orders paths so by training; here the finished
drawing is taken apart: again and again the paths go without which it changes least).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch

from drawkit.canvas.single_path import is_plain, single_path
from drawkit.raster import rasterize
from drawkit.scene import AnyLayer, Path, PathLayer, Scene

__all__ = ["prefix", "ranked"]

_SIDE = 32
"""Px of the longer side at which drawings are compared."""
_CLEAR = (0.0, 0.0, 0.0, 0.0)
_MOST = 2.0
"""Times that a pixel of a small part counts at most, beside one of the largest."""
_AT_ONCE = 0.05
"""Share of the paths left that go before it is looked again."""

_Floats = npt.NDArray[np.float32]


def ranked(scene: Scene) -> Scene:
    """The scene with a rank for each path, 1 for the one that matters most.

    Scenes with other layers than visible ones of plain paths stay as they are.
    """
    layers = [layer for layer in scene.layers if isinstance(layer, PathLayer) and layer.visible]
    paths = [path for layer in layers for path in layer.paths]
    if len(layers) < len(scene.layers) or not paths or not all(map(is_plain, paths)):
        return scene
    color = scene.background.color
    part = np.repeat(np.arange(len(layers)), [len(layer.paths) for layer in layers])
    paper = (1.0, 1.0, 1.0) if color is None else color
    ranks = iter(_ranks(_inks(paths, scene), paper, part))
    done: list[AnyLayer] = [
        replace(layer, paths=tuple(replace(path, rank=next(ranks)) for path in layer.paths))
        for layer in layers
    ]
    return replace(scene, layers=tuple(done))


def prefix(scene: Scene, count: int) -> Scene:
    """The scene with the `count` paths of the lowest ranks alone; others than paths stay."""
    layers: list[AnyLayer] = []
    for layer in scene.layers:
        if isinstance(layer, PathLayer):
            few = (path for path in layer.paths if path.rank is None or path.rank <= count)
            layers.append(replace(layer, paths=tuple(few)))
        else:
            layers.append(layer)
    return replace(scene, layers=tuple(layers))


def _inks(paths: list[Path], scene: Scene) -> _Floats:
    """What each path paints alone, premultiplied RGBA [N, P, 4] of a small picture."""
    scale = _SIDE / max(scene.width, scene.height)
    width, height = (max(1, math.ceil(side * scale)) for side in (scene.width, scene.height))
    inks = [
        rasterize(single_path(path, scale=scale), width, height, _CLEAR, premultiplied=True)
        for path in paths
    ]
    return torch.stack(inks).flatten(1, 2).numpy()


def _ranks(
    inks: _Floats, paper: tuple[float, float, float], part: npt.NDArray[np.intp]
) -> list[int]:
    """The rank of each path, by taking away those that change the picture least.

    part: [N] the one that each path belongs to.
    """
    sheet = np.broadcast_to(np.array(paper, np.float32), inks[0, :, :3].shape)
    wanted = sheet
    for ink in inks:
        wanted = ink[:, :3] + wanted * (1 - ink[:, 3:])
    weight = _weight(inks, part)
    left = list(range(len(inks)))
    gone: list[int] = []
    while left:
        harm = _harm(inks[left], sheet, wanted, weight)
        count = max(1, int(_AT_ONCE * len(left)))
        least = {left[at] for at in np.argsort(harm, kind="stable")[:count].tolist()}
        gone += sorted(least, key=lambda row: harm[left.index(row)])
        left = [row for row in left if row not in least]
    ranks = [0] * len(inks)
    for place, row in enumerate(reversed(gone), start=1):
        ranks[row] = place
    return ranks


def _weight(inks: _Floats, part: npt.NDArray[np.intp]) -> _Floats:
    """How much each pixel [P, 1] counts: as the root of its part's area is, an eye's most."""
    seen = np.zeros((int(part.max()) + 1, inks.shape[1]), np.float32)
    through = np.ones(inks.shape[1], np.float32)
    for row in reversed(range(len(inks))):
        alpha = inks[row, :, 3]
        seen[part[row]] += through * alpha
        through = through * (1 - alpha)
    area = seen.sum(axis=1)
    times = np.sqrt(area.max() / np.maximum(area, 1e-6)).clip(1, _MOST)
    weight: _Floats = (times @ seen + through)[:, None]
    return weight


def _harm(
    inks: _Floats, sheet: _Floats, wanted: _Floats, weight: _Floats
) -> npt.NDArray[np.float64]:
    """How far from the wanted picture [P, 3] the others are without each path, [N]."""
    below = [sheet]
    for ink in inks[:-1]:
        below.append(ink[:, :3] + below[-1] * (1 - ink[:, 3:]))
    now = inks[-1, :, :3] + below[-1] * (1 - inks[-1, :, 3:])
    through = np.ones((len(sheet), 1), np.float32)
    off = now - wanted
    harm = np.empty(len(inks))
    for row in reversed(range(len(inks))):
        alpha = inks[row, :, 3:]
        added = through * (inks[row, :, :3] - alpha * below[row])
        harm[row] = (weight * np.square(off - added)).sum()
        through = through * (1 - alpha)
    return harm
