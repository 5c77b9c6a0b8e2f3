"""CLIPDraw's views: a strong random perspective, then a crop of most of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from drawkit.config.limits import Limits, check_limits
from drawkit.errors import ConfigError
from drawkit.perceptor.cutouts import Cutouts, cutouts
from drawkit.perceptor.cutouts.perspective import random_crop, random_perspective
from drawkit.perceptor.cutouts.warp import detail, half_sides, warp

__all__ = ["ClipdrawCutouts", "ClipdrawCutoutsConfig"]

_RATIO = (3 / 4, 4 / 3)  # torchvision's default, which CLIPDraw does not change


Area = Annotated[float, Limits(0, 1, above=True)]


@dataclass(frozen=True)
class ClipdrawCutoutsConfig:
    """How far the views are bent and how much of the picture they show."""

    distortion: Annotated[float, Limits(0, 1, below=True)] = 0.5
    """How far a corner moves inwards at most, as a share of half a side."""
    scale: tuple[Area, Area] = (0.7, 0.9)
    """Smallest and largest share of the picture's area in a view."""

    def __post_init__(self) -> None:
        """Refuse views that collapse or show more than there is."""
        check_limits(self, "cutouts.clipdraw")
        if self.scale[0] > self.scale[1]:
            raise ConfigError(
                f"cutouts.clipdraw.scale is {list(self.scale)}; allowed: smallest <= largest"
            )


@cutouts.register("clipdraw", config=ClipdrawCutoutsConfig)
class ClipdrawCutouts(Cutouts):
    """Perspective and a crop of most of the picture, as CLIPDraw (arXiv 2106.14843)."""

    config: ClipdrawCutoutsConfig

    def detail(self, size: int) -> int | None:
        """As much as is left when the picture was shrunk for the views."""
        return detail(size, self._zoom)

    def __call__(
        self, picture: Tensor, paper: Tensor, size: int, generator: torch.Generator
    ) -> Tensor:
        """Views [N, 3, size, size] of a picture [1, 3, H, W]."""
        config, half = self.config, half_sides(picture)
        bent = random_perspective(self.count, half, config.distortion, 1.0, generator)
        crop = random_crop(self.count, half, config.scale, _RATIO, generator)
        return warp(picture, paper, bent @ crop, size, zoom=self._zoom)

    @property
    def _zoom(self) -> float:
        scale: float = self.config.scale[1]
        return float(scale**0.5)
