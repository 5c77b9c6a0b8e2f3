"""Fidelity: every pixel of the drawing is that of its target, or every square of pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Limits
from drawkit.losses import Loss, LossConfig, StepContext, in_middle, losses
from drawkit.pictures.over import over_paper

__all__ = ["FidelityConfig", "FidelityLoss", "mean_difference"]


@dataclass(frozen=True)
class FidelityConfig(LossConfig):
    """How closely the drawing is its target, and in what detail."""

    section = "losses.fidelity"

    square: Annotated[int, Limits(1, 256)] = 1
    """Px of the side of the squares whose means are compared: what a picture was enlarged by."""
    knee: Annotated[float, Limits(0, 10)] = 0.0
    """Difference of colour, 0..1, from which on twice as much costs twice as much, not four times:
    what cannot be drawn then leaves the colour of the rest alone; 0: squares throughout."""


def mean_difference(
    on_paper: Tensor, target: Tensor, paper: Tensor, square: int, knee: float = 0.0
) -> Tensor:
    """Mean squared difference of [1, 3, H, W] to a picture in its middle, by squares; 0..1.

    target: [1, 4, h, w] premultiplied RGBA; paper: [1, 3, 1, 1], also around it. Squares that
    the sides cut count as whole ones. knee: as of `FidelityConfig`.
    """
    height, width = on_paper.shape[-2:]
    wanted = over_paper(in_middle(target, width, height), paper)
    off = on_paper - wanted
    if square > 1:
        off = F.avg_pool2d(off, square, ceil_mode=True, count_include_pad=False)
    if not knee:
        return off.square().mean()
    by_pixel = off.square().mean(dim=1)
    # Charbonnier's cost: a square below the knee, a line above it.
    return 2 * knee**2 * ((1 + by_pixel / knee**2).sqrt() - 1).mean()


@losses.register("fidelity", config=FidelityConfig)
class FidelityLoss(Loss):
    """The drawing is the picture that it follows, pixel by pixel."""

    content = "picture"
    config: FidelityConfig

    def forward(self, context: StepContext) -> Tensor:
        """0 where it is; nothing to want where there is no picture to follow."""
        if context.target is None:
            return context.zero
        on_paper, paper, config = context.on_paper, context.paper, self.config
        return mean_difference(on_paper, context.target, paper, config.square, config.knee)
