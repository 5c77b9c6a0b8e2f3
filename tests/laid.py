"""Pictures for paths that start after one, and what such paths show."""

from __future__ import annotations

import torch
from torch import Tensor

from drawkit.raster import Paths, rasterize


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def places(side: int = 224) -> tuple[Tensor, Tensor]:
    """x [1, side] and y [side, 1] of the middles of pixels."""
    line = torch.arange(side) + 0.5
    return line[None, :], line[:, None]


def from_middle(side: int = 224) -> Tensor:
    """How far pixels [side, side] are from the middle, px."""
    across, down = places(side)
    return ((across - side / 2) ** 2 + (down - side / 2) ** 2).sqrt()


def on_white(
    points: Tensor, colors: Tensor, segments: Tensor, side: int, widths: Tensor | None = None
) -> Tensor:
    """RGB [3, side, side] of opaque strokes of some widths, or of filled shapes without."""
    count = len(segments)
    filled = torch.full((count,), widths is None)
    rgba = torch.cat([colors, torch.ones(count, 1)], dim=1)
    paths = Paths(
        points=points,
        segments=segments,
        closed=filled,
        radius=torch.zeros(count) if widths is None else widths / 2,
        stroke=rgba,
        fill=rgba,
        stroked=~filled,
        filled=filled,
        even_odd=torch.zeros_like(filled),
    )
    return rasterize(paths, side, side, (1.0, 1.0, 1.0, 1.0))[..., :3].permute(2, 0, 1)
