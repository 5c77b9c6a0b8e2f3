"""The target: the drawing follows a picture, such as the one that was imagined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Limits
from drawkit.losses import Loss, LossConfig, StepContext, in_middle, losses
from drawkit.pictures.over import over_paper

__all__ = ["TargetConfig", "TargetLoss", "target_distance"]


@dataclass(frozen=True)
class TargetConfig(LossConfig):
    """How closely the drawing follows its target."""

    section = "losses.target"

    side: Annotated[int, Limits(4, 1024)] = 224
    """Pixels of the shorter side at which both are compared; finer is left to the drawing."""


def target_distance(on_paper: Tensor, target: Tensor, paper: Tensor, side: int) -> Tensor:
    """Mean squared difference of [1, 3, H, W] to a picture in its middle, at `side` px; 0..1.

    target: [1, 4, h, w] premultiplied RGBA; paper: [1, 3, 1, 1], also around it.
    """
    height, width = on_paper.shape[-2:]
    scale = min(1.0, side / min(height, width))
    size = (round(height * scale), round(width * scale))
    wanted = over_paper(in_middle(target, size[1], size[0]), paper)
    return F.mse_loss(F.adaptive_avg_pool2d(on_paper, size), wanted)


@losses.register("target", config=TargetConfig)
class TargetLoss(Loss):
    """How far the drawing is from the picture that it is to follow."""

    content = "picture"
    config: TargetConfig

    def detail(self, views: int | None) -> int | None:
        """What words look at: it compares at its side where they rest."""
        return 0

    def forward(self, context: StepContext) -> Tensor:
        """0..1; 0 where there is no such picture."""
        if context.target is None:
            return context.zero
        side = self.config.side
        found = target_distance(context.on_paper, context.target, context.paper, side)
        if context.pitch == (1, 1) and bool((context.picture[:, 3] < 1).any()):
            # Without paper: white ink that nobody sees on white would stay anywhere.
            other = 1 - context.paper
            found = found + target_distance(
                over_paper(context.picture, other), context.target, other, side
            )
        return found
