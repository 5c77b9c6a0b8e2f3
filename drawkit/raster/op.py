"""The fast rasterizer as a torch function with a gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from drawkit.raster import cpu
from drawkit.raster.paths import Paths

__all__ = ["rasterize_op"]


def rasterize_op(
    paths: Paths, background: tuple[float, float, float, float], width: int, height: int
) -> Tensor:
    """Premultiplied RGBA [height, width, 4] of paths over a premultiplied background.

    In memory it lies as planes [4, height, width].
    """
    values = [v.float() for v in (paths.points, paths.radius, paths.stroke, paths.fill)]
    learn = torch.is_grad_enabled() and any(v.requires_grad for v in values)
    flags = (paths.segments, paths.closed, paths.stroked, paths.filled, paths.even_odd)
    picture: Tensor = _Rasterize.apply(*values, flags, background, width, height, learn)
    return picture.permute(1, 2, 0)


class _Rasterize(torch.autograd.Function):
    """Picture [4, height, width]; what drawing found is kept for the way back."""

    @staticmethod
    def forward(
        ctx: Any,
        points: Tensor,
        radius: Tensor,
        stroke: Tensor,
        fill: Tensor,
        flags: tuple[Tensor, ...],
        background: tuple[float, ...],
        width: int,
        height: int,
        learn: bool,
    ) -> Tensor:
        arrays = (t.detach().contiguous().numpy() for t in (points, radius, stroke, fill, *flags))
        ground = np.array(background, np.float32)
        picture, drawn = cpu.draw(cpu.PathArrays(*arrays), ground, width, height, keep=learn)
        ctx.drawn = drawn
        ctx.save_for_backward(points, radius, stroke, fill)
        return torch.from_numpy(picture)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor | None, ...]:
        _ = ctx.saved_tensors  # torch complains here where they were changed since
        gradients = cpu.draw_back(ctx.drawn, slope.contiguous().numpy())
        return (*(torch.from_numpy(v) for v in gradients), *(None,) * 5)
