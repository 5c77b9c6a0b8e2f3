"""Few colours: the drawing makes do with what it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Limits
from drawkit.losses import Loss, LossConfig, StepContext, losses

__all__ = ["ColorCountConfig", "ColorCountLoss", "color_entropy"]

_MOST = 1024
"""Places that are compared, each with every other one; more would say the same."""


@dataclass(frozen=True)
class ColorCountConfig(LossConfig):
    """What another colour costs."""

    section = "losses.color_count"

    width: Annotated[float, Limits(0.005, 1)] = 0.05
    """Difference of the channels up to which two colours count as one."""


def color_entropy(colors: Tensor, width: float) -> Tensor:
    """The logarithm of how many colours [N, 3] really use: 0 for one, log(n) for n in equal parts.

    Each colour counts as a bump of `width`; the sum of all says how common a place in the
    colour space is (Parzen's estimate), its mean logarithm is the entropy.
    """
    apart = (colors[:, None] - colors[None]).square().mean(dim=2) / (2 * width**2)
    return -torch.exp(-apart).mean(dim=1).log().mean()


@losses.register("color_count", config=ColorCountConfig)
class ColorCountLoss(Loss):
    """How many colours the drawing uses, as a logarithm."""

    config: ColorCountConfig

    def forward(self, context: StepContext) -> Tensor:
        """0 for a plain sheet; log(n) for n colours in equal parts."""
        across, down = context.pitch
        cells = F.avg_pool2d(context.on_paper, (down, across))
        height, width = cells.shape[-2:]
        if height * width > _MOST:
            share = (_MOST / (height * width)) ** 0.5
            size = max(1, int(height * share)), max(1, int(width * share))
            cells = F.interpolate(cells, size, mode="nearest")
        return color_entropy(cells[0].flatten(1).T, self.config.width)
