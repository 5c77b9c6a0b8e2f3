"""Few edges: strokes join into areas and lines instead of a tangle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Limits
from drawkit.losses import Loss, LossConfig, StepContext, losses

__all__ = ["SmoothnessConfig", "SmoothnessLoss", "edge_length"]

_EPSILON = 1e-6
"""Rounds the root off at 0, where its slope is infinite; far below one of 256 levels."""


@dataclass(frozen=True)
class SmoothnessConfig(LossConfig):
    """What an edge costs."""

    section = "losses.smoothness"

    knee: Annotated[float, Limits(0.001, 10)] | None = None
    """Contrast above which a stronger edge costs hardly more; none: cost grows with contrast."""


def edge_length(picture: Tensor, knee: float | None = None) -> Tensor:
    """Length of all edges by what their contrast costs, in sides of a square [1, 3, H, W].

    Without a knee this is the total variation: cost is contrast, so edges are better faint than
    strong. With one, faint edges cost much and strong ones little more, so that areas become
    flat and their borders stay crisp (Geman and McClure's bounded cost). Black on white costs 1
    either way, the same drawing costs the same at every resolution, and, as the slope is taken
    in both directions together, turned by any angle.
    """
    height, width = picture.shape[-2:]
    mean: Tensor = _MeanCost.apply(picture, knee)
    length: Tensor = mean * float(height * width) ** 0.5
    return length


class _MeanCost(torch.autograd.Function):
    """Mean cost of all slopes, with its way back written out: torch's takes four times as long."""

    @staticmethod
    def forward(ctx: Any, picture: Tensor, knee: float | None) -> Tensor:
        here = picture[..., :-1, :-1]
        down, across = picture[..., 1:, :-1] - here, picture[..., :-1, 1:] - here
        squares = torch.addcmul(down.square(), across, across)
        root = squares.mean(dim=1).add_(_EPSILON).sqrt_()
        slope = root - _EPSILON**0.5
        ctx.save_for_backward(down, across, root)
        ctx.knee = knee
        cost: Tensor = slope if knee is None else slope * (1 + knee) / (slope + knee)
        return cost.mean()

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor, None]:
        down, across, root = ctx.saved_tensors
        by_slope = grad_output / max(1, root.numel())
        if ctx.knee is not None:
            knee = ctx.knee
            by_slope = by_slope * knee * (1 + knee) / (root - _EPSILON**0.5 + knee).square()
        # slope = root(mean over the channels of down^2 + across^2)
        factor = (by_slope / (down.shape[1] * root))[:, None]
        by_down, by_across = factor * down, factor * across
        by_picture = F.pad(by_down, (0, 1, 1, 0))
        by_picture[..., :-1, 1:] += by_across
        by_picture[..., :-1, :-1] -= by_down.add_(by_across)
        return by_picture, None


@losses.register("smoothness", config=SmoothnessConfig)
class SmoothnessLoss(Loss):
    """How many edges the drawing has, and how strong they are."""

    config: SmoothnessConfig

    def detail(self, views: int | None) -> int | None:
        """What others look at: edges cost the same at every resolution."""
        return 0

    def forward(self, context: StepContext) -> Tensor:
        """0 on empty paper; some tens where strokes make a tangle."""
        return edge_length(_with_seams(context), self.config.knee)


def _with_seams(context: StepContext) -> Tensor:
    """The picture with its first column and row again at its end, where it is a tile."""
    across, down = context.tile
    if not (across or down):
        return context.on_paper  # padding by nothing takes a copy, and one more on the way back
    return F.pad(context.on_paper, (0, int(across), 0, int(down)), mode="circular")
