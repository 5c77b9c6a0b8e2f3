"""Sharpness: edges are rewarded, as far as they are strong (as Aphantasia does)."""

from __future__ import annotations

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from drawkit.losses import Loss, LossConfig, StepContext, losses

__all__ = ["SharpnessConfig", "SharpnessLoss", "contrast_of_neighbours"]


@dataclass(frozen=True)
class SharpnessConfig(LossConfig):
    """How much edges are worth."""

    section = "losses.sharpness"


def contrast_of_neighbours(picture: Tensor) -> Tensor:
    """How far pixels [1, 3, H, W] are from those on their right and below, both means summed."""
    return picture.diff(dim=3).abs().mean() + picture.diff(dim=2).abs().mean()


@losses.register("sharpness", config=SharpnessConfig)
class SharpnessLoss(Loss):
    """How soft the picture is."""

    config: SharpnessConfig

    def forward(self, context: StepContext) -> Tensor:
        """-2 where every pixel is the opposite of its neighbours, 0 on empty paper."""
        across, down = context.tile
        seen = F.pad(context.on_paper, (0, int(across), 0, int(down)), mode="circular")
        return -contrast_of_neighbours(seen)
