"""Hold still what need not move: frames of an animation differ in few cells, not a little in all.

The distance is not squared: between a few cells that change wholly and many that flicker, a
squared distance prefers the flicker (the robust norm of Charbonnier et al., 1994).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Weight, check_limits
from drawkit.losses import Loss, View, in_middle, losses

__all__ = ["StillConfig", "StillLoss", "restlessness"]

_EPSILON = 1e-3
"""Differences below this, a quarter of a level of 255, cost next to nothing."""


@dataclass(frozen=True)
class StillConfig:
    """How firmly a drawing keeps to the picture that it started from."""

    weight: Weight = 0.0
    """Factor of this loss; 0 leaves it out."""

    def __post_init__(self) -> None:
        """Refuse a weight that is none."""
        check_limits(self, "losses.still")


def restlessness(cells: Tensor, before: Tensor) -> Tensor:
    """Mean distance of cells [1, 3, H, W] to what they were before; 0..1."""
    apart = (cells - before).square().mean(dim=1)
    mean: Tensor = ((apart + _EPSILON**2).sqrt() - _EPSILON).mean()
    return mean


@losses.register("still", config=StillConfig)
class StillLoss(Loss):
    """How far the drawing has moved from its start picture, cell by cell."""

    content = "picture"
    config: StillConfig

    def forward(self, view: View) -> Tensor:
        """0..1, by the perceptors' share; 0 without a start picture."""
        down, across = view.pitch[1], view.pitch[0]
        shares = []
        for look in view.looks:
            if look.imagined is not None:
                start = in_middle(look.imagined, *view.on_paper.shape[:1:-1])
                start = start[:, :3] + (1 - start[:, 3:]) * view.paper
                pair = (F.avg_pool2d(p, (down, across)) for p in (view.on_paper, start))
                shares.append(look.weight * restlessness(*pair))
        if not shares:
            return 0 * view.on_paper.sum()
        return torch.stack(shares).sum()
