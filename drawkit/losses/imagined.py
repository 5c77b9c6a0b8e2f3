"""The thumbnail: the drawing follows the small picture that the perceptor imagined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Limits, Weight, check_limits
from drawkit.losses import Loss, View, in_middle, losses

__all__ = ["ImaginedConfig", "ImaginedLoss", "thumbnail_distance"]


@dataclass(frozen=True)
class ImaginedConfig:
    """How closely the drawing follows what the perceptor imagined."""

    weight: Weight = 0.0
    """Factor of this loss; 0 leaves it out."""
    side: Annotated[int, Limits(4, 1024)] = 112
    """Pixels of the shorter side at which both are compared; finer is left to the drawing."""

    def __post_init__(self) -> None:
        """Refuse sizes at which nothing is seen."""
        check_limits(self, "losses.imagined")


def thumbnail_distance(on_paper: Tensor, imagined: Tensor, paper: Tensor, side: int) -> Tensor:
    """Mean squared difference of [1, 3, H, W] to a thumbnail in its middle, at `side` px; 0..1.

    imagined: [1, 4, h, h] premultiplied RGBA; paper: [1, 3, 1, 1], also around the thumbnail.
    """
    height, width = on_paper.shape[-2:]
    scale = min(1.0, side / min(height, width))
    size = (round(height * scale), round(width * scale))
    wanted = in_middle(imagined, size[1], size[0])
    wanted = wanted[:, :3] + (1 - wanted[:, 3:]) * paper
    return F.mse_loss(F.adaptive_avg_pool2d(on_paper, size), wanted)


@losses.register("imagined", config=ImaginedConfig)
class ImaginedLoss(Loss):
    """How far the drawing is from what the perceptors imagined, by their share."""

    content = "picture"
    config: ImaginedConfig

    def forward(self, view: View) -> Tensor:
        """0..1; 0 where no perceptor has imagined anything."""
        shares = [
            look.weight
            * thumbnail_distance(view.on_paper, look.imagined, view.paper, self.config.side)
            for look in view.looks
            if look.imagined is not None
        ]
        if not shares:
            return 0 * view.on_paper.sum()
        return torch.stack(shares).sum()
