"""Hold still what need not move: frames of an animation differ in few cells, not a little in all.

The distance is not squared: between a few cells that change wholly and many that flicker, a
squared distance prefers the flicker (the robust norm of Charbonnier et al., 1994).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from drawkit.losses import Loss, LossConfig, StepContext, in_middle, losses
from drawkit.pictures.over import over_paper

__all__ = ["TemporalConfig", "TemporalLoss", "restlessness"]

_EPSILON = 1e-3
"""Differences below this, a quarter of a level of 255, cost next to nothing."""


@dataclass(frozen=True)
class TemporalConfig(LossConfig):
    """How firmly a drawing keeps to the picture that it started from."""

    section = "losses.temporal"


def restlessness(cells: Tensor, before: Tensor) -> Tensor:
    """Mean distance of cells [1, 3, H, W] to what they were before; 0..1."""
    apart = (cells - before).square().mean(dim=1)
    mean: Tensor = ((apart + _EPSILON**2).sqrt() - _EPSILON).mean()
    return mean


@losses.register("temporal", config=TemporalConfig)
class TemporalLoss(Loss):
    """How far the drawing has moved from its start picture, cell by cell."""

    content = "picture"
    config: TemporalConfig

    def forward(self, context: StepContext) -> Tensor:
        """0..1; 0 without a start picture."""
        if context.target is None:
            return context.zero
        start = in_middle(context.target, *context.on_paper.shape[:1:-1])
        start = over_paper(start, context.paper)
        cell = context.pitch[1], context.pitch[0]
        return restlessness(F.avg_pool2d(context.on_paper, cell), F.avg_pool2d(start, cell))
