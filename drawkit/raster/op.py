"""The fast rasterizer as a torch operator, `drawkit::rasterize`, with its gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from drawkit.raster import cpu

__all__ = ["rasterize_op"]


@torch.library.custom_op("drawkit::rasterize", mutates_args=(), device_types="cpu")
def rasterize_op(
    points: Tensor,
    radius: Tensor,
    stroke: Tensor,
    fill: Tensor,
    segments: Tensor,
    closed: Tensor,
    stroked: Tensor,
    filled: Tensor,
    even_odd: Tensor,
    background: list[float],
    width: int,
    height: int,
) -> Tensor:
    """Premultiplied RGBA [height, width, 4] of paths over a premultiplied background."""
    arrays = _arrays(points, radius, stroke, fill, segments, closed, stroked, filled, even_odd)
    return torch.from_numpy(cpu.draw(arrays, np.array(background, np.float32), width, height))


@torch.library.custom_op("drawkit::rasterize_back", mutates_args=(), device_types="cpu")
def rasterize_back(
    slope: Tensor,
    points: Tensor,
    radius: Tensor,
    stroke: Tensor,
    fill: Tensor,
    segments: Tensor,
    closed: Tensor,
    stroked: Tensor,
    filled: Tensor,
    even_odd: Tensor,
    background: list[float],
) -> list[Tensor]:
    """Gradients by points, radius, stroke and fill."""
    arrays = _arrays(points, radius, stroke, fill, segments, closed, stroked, filled, even_odd)
    slope_array = slope.detach().contiguous().numpy()
    gradients = cpu.draw_back(arrays, np.array(background, np.float32), slope_array)
    return [torch.from_numpy(v) for v in gradients]


def _arrays(*tensors: Tensor) -> cpu.PathArrays:
    return cpu.PathArrays(*(t.detach().contiguous().numpy() for t in tensors))


@rasterize_op.register_fake
def _picture_shape(points: Tensor, *rest: Any) -> Tensor:
    *_, width, height = rest
    return points.new_empty((height, width, 4))


@rasterize_back.register_fake
def _gradient_shapes(slope: Tensor, *values: Any) -> list[Tensor]:
    return [torch.empty_like(v) for v in values[:4]]


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    ctx.save_for_backward(*inputs[:9])
    ctx.background = inputs[9]


def _backward(ctx: Any, slope: Tensor) -> tuple[Tensor | None, ...]:
    gradients = rasterize_back(slope, *ctx.saved_tensors, ctx.background)
    return (*gradients, *(None,) * 8)


rasterize_op.register_autograd(_backward, setup_context=_remember)
