"""The fast rasterizer as a torch function with a gradient, on whatever device has a backend."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from drawkit.raster.backends import backend_for
from drawkit.raster.paths import Paths

__all__ = ["rasterize_op"]


def rasterize_op(
    paths: Paths, background: tuple[float, float, float, float], width: int, height: int
) -> Tensor:
    """Premultiplied RGBA [height, width, 4] of paths over a premultiplied background.

    In memory it lies as planes [4, height, width]. Raises BackendError where nothing draws on
    the paths' device.
    """
    values = [v.float() for v in (paths.points, paths.radius, paths.stroke, paths.fill)]
    learn = torch.is_grad_enabled() and any(v.requires_grad for v in values)
    planes: Tensor = _Rasterize.apply(*values, paths, background, width, height, learn)
    return planes.permute(1, 2, 0)


class _Rasterize(torch.autograd.Function):
    """Picture [4, height, width]; what drawing found is kept for the way back."""

    @staticmethod
    def forward(
        ctx: Any,
        points: Tensor,
        radius: Tensor,
        stroke: Tensor,
        fill: Tensor,
        paths: Paths,
        background: tuple[float, ...],
        width: int,
        height: int,
        learn: bool,
    ) -> Tensor:
        ctx.backend = backend_for(points.device)
        values = {"points": points, "radius": radius, "stroke": stroke, "fill": fill}
        detached = replace(paths, **{name: value.detach() for name, value in values.items()})
        ground = torch.tensor(background, dtype=torch.float32, device=points.device)
        ctx.save_for_backward(points, radius, stroke, fill)
        planes: Tensor
        planes, ctx.drawn = ctx.backend.draw(detached, ground, width, height, keep=learn)
        return planes

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor | None, ...]:
        _ = ctx.saved_tensors  # torch complains here where they were changed since
        gradients: tuple[Tensor, ...] = ctx.backend.draw_backward(ctx.drawn, grad_output)
        return (*gradients, *(None,) * 5)
