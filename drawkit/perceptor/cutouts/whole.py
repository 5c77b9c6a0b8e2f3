"""Views of the whole picture: zoomed out and moved, so that things come whole and centred."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from drawkit.config.limits import Limits, Share, check_limits
from drawkit.errors import ConfigError
from drawkit.perceptor.cutouts import Cutouts, cutouts
from drawkit.perceptor.cutouts.noise import with_noise
from drawkit.perceptor.cutouts.perspective import random_perspective
from drawkit.perceptor.cutouts.warp import detail, half_sides, placed, rotated, uniform, warp

__all__ = ["WholeCutouts", "WholeCutoutsConfig"]


Zoom = Annotated[float, Limits(0.1, 10)]


@dataclass(frozen=True)
class WholeCutoutsConfig:
    """How freely the whole picture moves in its views."""

    zoom: tuple[Zoom, Zoom] = (1.0, 1.45)
    """Smallest and largest side of a view, in sides of the picture."""
    shift: Annotated[float, Limits(0, 0.5)] = 0.125
    """How far the picture moves at most, in sides of the view; it never leaves the view."""
    rotation: Annotated[float, Limits(0, math.pi)] = 0.0
    """Largest turn either way, radians."""
    distortion: Annotated[float, Limits(0, 0.9)] = 0.0
    """How far a corner moves inwards at most, as a share of half a side."""
    flip: bool = False
    """Mirror half of the views."""
    noise: Share = 0.0
    """Largest standard deviation of a view's noise."""

    def __post_init__(self) -> None:
        """Refuse views that show nothing of the picture."""
        check_limits(self, "cutouts.whole")
        if self.zoom[0] > self.zoom[1]:
            raise ConfigError(
                f"cutouts.whole.zoom is {list(self.zoom)}; allowed: smallest <= largest"
            )


@cutouts.register("whole", config=WholeCutoutsConfig)
class WholeCutouts(Cutouts):
    """The whole picture, zoomed out and moved a little in every view."""

    config: WholeCutoutsConfig

    def detail(self, size: int) -> int | None:
        """As much as is left when the picture was shrunk for the views."""
        return detail(size, self._typical)

    def __call__(
        self, picture: Tensor, paper: Tensor, size: int, generator: torch.Generator
    ) -> Tensor:
        """Views [N, 3, size, size] of a picture [1, 3, H, W]."""
        config, count = self.config, self.count
        zoom = uniform(count, *config.zoom, generator)
        # A view of side 2 zoom leaves zoom - 1 on either side of the picture to move in.
        room = torch.minimum((zoom - 1).clamp_min(0), 2 * config.shift * zoom)[:, None]
        center = (2 * torch.rand(count, 2, generator=generator) - 1) * room
        half = zoom[:, None].repeat(1, 2)
        if config.flip:
            half[:, 0] *= (torch.rand(count, generator=generator) < 0.5) * 2.0 - 1.0
        shown = rotated(uniform(count, -config.rotation, config.rotation, generator))
        shown = shown @ placed(center, half)
        if config.distortion:
            sides = half_sides(picture)
            shown = random_perspective(count, sides, config.distortion, 1.0, generator) @ shown
        views = warp(picture, paper, shown, size, self._typical)
        return with_noise(views, config.noise, generator)

    @property
    def _typical(self) -> float:
        # One size for all views of the batch: a bit soft at the nearest, clean at the farthest.
        nearest, farthest = self.config.zoom
        return float((nearest * farthest) ** 0.5)
