"""Paths to pixels and back: the differentiable rasterizer (knows no canvas, CLIP or file)."""

from __future__ import annotations

from torch import Tensor

from drawkit.raster.paths import Paths
from drawkit.raster.reference import rasterize_reference

__all__ = ["Paths", "rasterize"]


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
    return rasterize_reference(paths, width, height, background)
