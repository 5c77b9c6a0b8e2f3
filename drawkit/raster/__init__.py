"""Paths to pixels and back: the differentiable rasterizer (knows no canvas, CLIP or file)."""

from __future__ import annotations

import torch
from torch import Tensor

from drawkit.errors import InputError, suggestion
from drawkit.raster.paths import Paths

__all__ = ["RASTERIZERS", "Paths", "rasterize", "straight"]

RASTERIZERS = ("diffvg", "numba", "reference")


def rasterize(
    paths: Paths,
    width: int,
    height: int,
    background: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0),
    *,
    premultiplied: bool = False,
    rasterizer: str = "numba",
) -> Tensor:  # [H, W, 4] RGBA 0..1
    """Draw paths as antialiased pixels: RGBA [height, width, 4], 0..1.

    background is straight RGBA; alpha 0 gives a transparent picture. The result is straight
    RGBA too, or premultiplied. Gradients flow to the points, radius, stroke and fill of
    `paths`. `rasterizer` is `numba` (fast, float32, on devices with a backend: the CPU, and what
    plug-ins add), `reference` (slow, plain torch, any float type, any device) or `diffvg` (where
    `pydiffvg` is installed). Raises InputError for a wrong shape, a NaN, a negative radius, a
    background out of range or an unknown rasterizer, BackendError for a device without backend.
    """
    paths.check()
    if len(background) != 4 or not all(0 <= value <= 1 for value in background):
        raise InputError(f"background is straight RGBA, four numbers 0..1, got {background}")
    if width < 1 or height < 1:
        raise InputError(f"a picture of {width} x {height} pixels; at least 1 x 1")
    if rasterizer == "numba":
        picture = _fast(paths, width, height, background)
    elif rasterizer == "reference":
        from drawkit.raster.reference import rasterize_reference

        picture = rasterize_reference(paths, width, height, background)
    elif rasterizer == "diffvg":
        from drawkit.raster.diffvg import rasterize_diffvg

        picture = rasterize_diffvg(paths, width, height, background).to(paths.points.device)
    else:
        raise InputError(f"unknown rasterizer '{rasterizer}'{suggestion(rasterizer, RASTERIZERS)}")
    return picture if premultiplied else straight(picture)


def straight(picture: Tensor) -> Tensor:  # [..., 4]
    """Premultiplied RGBA to straight; where alpha is 0 the colour is 0."""
    alpha = picture[..., 3:]
    seen = alpha > 1e-6
    color = picture[..., :3] / torch.where(seen, alpha, torch.ones_like(alpha))
    return torch.cat([torch.where(seen, color, torch.zeros_like(color)), alpha], -1)


def _fast(
    paths: Paths, width: int, height: int, background: tuple[float, float, float, float]
) -> Tensor:
    from drawkit.raster.op import rasterize_op

    red, green, blue, alpha = background
    return rasterize_op(paths, (red * alpha, green * alpha, blue * alpha, alpha), width, height)
