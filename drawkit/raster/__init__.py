"""Paths to pixels and back: the differentiable rasterizer (knows no canvas, CLIP or file)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

__all__ = ["Paths", "rasterize"]


@dataclass(frozen=True, eq=False)
class Paths:
    """N paths of cubic Bezier segments in paint order, as tensors.

    points: [K, 2] float, xy in pixels, y down, pixel centres at +0.5; all paths one after the
    other: 3 S + 1 points an open path of S segments, 3 S a closed one (its last segment returns
    to its point 0). radius: [N] float, half the SVG stroke width. stroke, fill: [N, 4] straight
    RGBA 0..1. segments: [N] int64. closed, stroked, filled, even_odd: [N] bool. A path both
    filled and stroked paints its stroke over its fill. An open path is filled as if closed by a
    straight line. Differentiable in points, radius, stroke and fill.
    """

    points: Tensor
    segments: Tensor
    closed: Tensor
    radius: Tensor
    stroke: Tensor
    fill: Tensor
    stroked: Tensor
    filled: Tensor
    even_odd: Tensor


def rasterize(
    paths: Paths,
    width: int,
    height: int,
    background: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0),
    *,
    premultiplied: bool = False,
    rasterizer: str = "numba",
) -> Tensor:  # [H, W, 4] RGBA 0..1
    """Draw paths as antialiased pixels: RGBA [height, width, 4], straight alpha."""
    raise NotImplementedError
