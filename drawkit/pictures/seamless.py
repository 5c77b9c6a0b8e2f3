"""Seamless tiles: views that go on at the other side, starts without a seam, and its measure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.scene.grid import Grid

__all__ = [
    "Tile",
    "calmest_cut",
    "grained",
    "grid_seam",
    "material",
    "pixels_seam",
    "seam_strength",
    "seamless",
    "tiled_axes",
    "window",
]

Tile = tuple[bool, bool]
"""Whether a picture goes on at its other side, across and down."""

_LAYERS = 12
_GOLDEN = 0.6180339887498949

_GRAIN = 0.06
"""Spread of the brightness (0..1) from which on a material has enough of a grain of its own."""
_GRAINS = ((6, 1.0), (12, 0.7))
"""Knots of the grain on a side of the tile, and how much they count: lumps, and smaller ones."""
_LUMA = (0.299, 0.587, 0.114)

_SHOWN = (0.7, 1.6)
"""Sides of the tile in a window: from a part of it to more than one."""


def tiled_axes(word: str) -> Tile:
    """`none`, `x`, `y` or `xy` -> across, down."""
    return "x" in word, "y" in word


def window(picture: Tensor, tile: Tile, generator: torch.Generator) -> Tensor:
    """A random part of the endless picture that the tile [N, C, H, W] makes, seams anywhere.

    Along an axis that is not tiled the picture stays as it is.
    """
    low, high = _SHOWN
    share = low + (high - low) * float(torch.rand((), generator=generator))
    for dim, tiled in ((3, tile[0]), (2, tile[1])):
        side = picture.shape[dim]
        start = int(torch.randint(side, (), generator=generator))
        if tiled:
            at = (torch.arange(max(1, round(share * side))) + start) % side
            picture = picture.index_select(dim, at.to(picture.device))
    return picture


def seamless(picture: Tensor, tile: Tile) -> Tensor:
    """The picture [N, C, H, W] without a seam: toward its border it becomes its own inside.

    It fades into itself moved by about half a side, which goes on at the border and has its
    seam in the middle, where nothing of it is left. What comes to lie at the border is where it
    changes least.
    """
    for dim, tiled in ((3, tile[0]), (2, tile[1])):
        if tiled:
            side = picture.shape[dim]
            steps = (picture - picture.roll(1, dim)).abs().transpose(dim, 0).flatten(1).sum(1)
            start = -(-3 * side // 8)
            calmest = start + int(steps[start : 5 * side // 8 + 1].argmin())
            moved = picture.roll(-calmest, dim)
            off = (torch.arange(side) + 0.5 - side / 2).abs() / (side / 2)  # 1 at the border
            share = ((off - 0.4) / 0.5).clamp(0, 1).to(picture)
            share = share.view([-1 if at == dim else 1 for at in range(4)])
            picture = picture + share * (moved - picture)
    return picture


def material(picture: Tensor) -> Tensor:
    """Premultiplied RGBA [1, 4, H, W] without holes: what is empty shows the same, moved.

    A thing on nothing becomes a stuff that fills the sheet.
    """
    height, width = picture.shape[-2:]
    full = picture
    for turn in range(1, _LAYERS + 1):
        # Steps by the golden ratio never come back to where they were.
        down, across = turn * _GOLDEN % 1 * height, turn * _GOLDEN**2 * 2 % 1 * width
        moved = picture.roll((round(down), round(across)), (2, 3))
        full = full + (1 - full[:, 3:]) * moved
    alpha = full[:, 3:]
    mean = full.mean((2, 3), keepdim=True) / alpha.mean().clamp(min=1e-3)
    return (full + (1 - alpha) * mean).clamp(0, 1) if alpha.max() > 0 else picture


def grained(picture: Tensor, generator: torch.Generator) -> Tensor:
    """Opaque RGBA [1, 4, H, W] with lighter and darker lumps, as far as it is plain itself.

    What is imagined of "grass" is a green area; a tile of one colour is no material. The lumps
    go on at the other side.
    """
    luma = (picture[:, :3] * torch.tensor(_LUMA).view(1, 3, 1, 1).to(picture)).sum(1)
    lacking = (_GRAIN**2 - luma.var()).clamp(min=0).sqrt()
    height, width = picture.shape[-2:]
    lumps = torch.zeros(1, 1, height, width)
    for knots, share in _GRAINS:
        # Three tiles side by side, of which the middle one meets itself at its borders.
        knot = torch.randn(1, 1, knots, knots, generator=generator).repeat(1, 1, 3, 3)
        large = F.interpolate(knot, size=(3 * height, 3 * width), mode="bicubic")
        lumps += share * large[..., height : 2 * height, width : 2 * width]
    lumps = ((lumps - lumps.mean()) / lumps.std()).to(picture)
    mean = luma.mean().clamp(min=0.1)
    rgb = (picture[:, :3] * (1 + lumps * lacking / mean)).clamp(0, 1)
    return torch.cat([rgb, picture[:, 3:]], dim=1)


def calmest_cut(picture: Tensor, tile: Tile, step: tuple[int, int] = (1, 1)) -> tuple[int, int]:
    """By how much to roll [N, C, H, W] down and across, so that its seams lie where it is calm.

    A tile that goes on at its sides may be cut anywhere. It stays where its seam is no stronger
    than an edge inside. step: what the rolls down and across are multiples of.
    """
    rolls = [0, 0]
    for axis, dim in ((0, 2), (1, 3)):
        tiled = (False, tile[1]) if dim == 2 else (tile[0], False)
        if seam_strength(picture, tiled) > 1:
            steps = (picture - picture.roll(1, dim)).abs().transpose(dim, 0).flatten(1).mean(1)
            rolls[axis] = -step[axis] * int(steps[:: step[axis]].argmin())
    return rolls[0], rolls[1]


def seam_strength(picture: Tensor, tile: Tile) -> float:
    """The step across the seam over the largest between two lines inside, of [N, C, H, W].

    Up to 1 the seam is no stronger than an edge inside; 0 where nothing is tiled or nothing
    changes at the seam. A step is the mean over the whole line; of two axes the worse one counts.
    """
    worst = 0.0
    for dim, tiled in ((3, tile[0]), (2, tile[1])):
        if tiled and picture.shape[dim] > 1:
            inside = picture.diff(dim=dim).abs().transpose(dim, 0).flatten(1).mean(1).amax()
            ends = (picture.select(dim, 0) - picture.select(dim, -1)).abs().mean()
            worst = max(worst, float(ends / inside.clamp(min=1e-9)) if ends > 0 else 0.0)
    return worst


def grid_seam(grid: Grid) -> float:
    """The step across the seams over the strongest one inside; up to 1 they do not stand out.

    Of the cells as they are saved, wrapped; what is empty differs from black.
    """
    return pixels_seam(grid.rgba())


def pixels_seam(pixels: npt.NDArray[np.uint8]) -> float:
    """The same of RGBA [H, W, 4]."""
    picture = torch.from_numpy(pixels / 255.0).permute(2, 0, 1)[None]
    return seam_strength(picture, (True, True))
