"""Square crops of any size, many of them of nearly the whole picture, as Aphantasia has them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Limits, Share, check_limits
from drawkit.errors import ConfigError
from drawkit.perceptor.cutouts import Cutouts, cutouts
from drawkit.perceptor.cutouts.perspective import random_perspective
from drawkit.perceptor.cutouts.warp import half_sides, placed, rotated, uniform, warp

__all__ = ["AphantasiaCutouts", "AphantasiaCutoutsConfig"]

_MACRO = 0.9
"""A crop of at least so many shorter sides shows the whole."""
_MORE = 0.25
"""Share of the picture that is put on each side of it for `overscan`: 1.5 times as large in all."""
_ALIGN = ("uniform", "central", "overscan")


@dataclass(frozen=True)
class AphantasiaCutoutsConfig:
    """How large the crops are and where they lie."""

    smallest: Annotated[float, Limits(0.05, 1, below=True)] = 0.45
    """Smallest side of a crop, in shorter sides of the picture; the largest is one."""
    macro: Share = 0.4
    """Chance of a crop of nearly the whole."""
    align: Literal["uniform", "central", "overscan"] = "uniform"
    """uniform: anywhere; central: rather in the middle; overscan: also over the picture's sides,
    where it goes on at the other side, so that it becomes nearly seamless."""
    distortion: Annotated[float, Limits(0, 1, below=True)] = 0.33
    """How far a corner moves inwards at most, in half sides, in a fifth of the views."""
    rotation: Annotated[float, Limits(0, math.pi)] = 0.26
    """Largest turn either way, radians."""

    def __post_init__(self) -> None:
        """Refuse places that there are not."""
        check_limits(self, "cutouts.aphantasia")
        if self.align not in _ALIGN:
            raise ConfigError(
                f"cutouts.aphantasia.align is '{self.align}'; allowed: {', '.join(_ALIGN)}"
            )


@cutouts.register("aphantasia", config=AphantasiaCutoutsConfig)
class AphantasiaCutouts(Cutouts):
    """Crops of the picture, some of all of it, a little turned and bent."""

    config: AphantasiaCutoutsConfig

    def __call__(
        self, picture: Tensor, paper: Tensor, size: int, generator: torch.Generator
    ) -> Tensor:
        """Views [N, 3, size, size] of a picture [1, 3, H, W]."""
        config, count = self.config, self.count
        side = uniform(count, config.smallest, 1.0, generator)
        macro = torch.rand(count, generator=generator) < config.macro
        wide = uniform(count, max(_MACRO, config.smallest), 1.0, generator)
        half = torch.where(macro, wide, side) * min(half_sides(picture))
        if config.align == "overscan":
            height, width = picture.shape[-2:]
            x, y = round(width * _MORE), round(height * _MORE)
            half = half * max(height, width) / max(height + 2 * y, width + 2 * x)
            picture = F.pad(picture, (x, x, y, y), mode="circular")
        room = (torch.tensor(half_sides(picture)) - half[:, None]).clamp(min=0)
        away = torch.stack([uniform(count, -1, 1, generator) for _ in range(2)], dim=1)
        if config.align == "central":
            away = away * away.abs()
        shown = placed(away * room, half[:, None].repeat(1, 2))
        shown = shown @ rotated(uniform(count, -config.rotation, config.rotation, generator))
        bent = random_perspective(count, (1.0, 1.0), config.distortion, 0.2, generator)
        return warp(picture, paper, shown @ bent, size, float(half.mean()))
