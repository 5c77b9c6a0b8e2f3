"""pixray's mix: most views zoom into the picture, the others show nearly all of it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from drawkit.config.limits import Share, check_limits
from drawkit.perceptor.cutouts import Cutouts, cutouts
from drawkit.perceptor.cutouts.noise import with_noise
from drawkit.perceptor.cutouts.perspective import random_crop, random_perspective
from drawkit.perceptor.cutouts.warp import detail, half_sides, placed, warp

__all__ = ["PixrayCutouts", "PixrayCutoutsConfig"]

# pixray's `MakeCutouts`: distortion and probability of the perspective of either kind.
_ZOOM_PERSPECTIVE = (0.4, 0.7)
_WIDE_PERSPECTIVE = (0.2, 0.7)
_ZOOM_SCALE = (0.25, 0.95)
_ZOOM = _ZOOM_SCALE[0] ** 0.5
_ZOOM_RATIO = (0.85, 1.2)
_WIDE_SCALE = 0.95


@dataclass(frozen=True)
class PixrayCutoutsConfig:
    """How the two kinds of views are mixed."""

    zoom_share: Share = 0.6
    """Share of the views that zoom in."""
    noise: Share = 0.1
    """Largest standard deviation of a view's noise."""

    def __post_init__(self) -> None:
        """Refuse shares and noise that make no picture."""
        check_limits(self, "cutouts.pixray")


@cutouts.register("pixray", config=PixrayCutoutsConfig)
class PixrayCutouts(Cutouts):
    """Zoomed and wide views with perspective and noise, after pixray.

    Left out of pixray's: its colour jitter, its pooling with maxima and the random grey around
    wide views (ours is the paper).
    """

    config: PixrayCutoutsConfig

    def detail(self, size: int) -> int | None:
        """As much as is left when the picture was shrunk for the views that zoom in."""
        return detail(size, _ZOOM if self.config.zoom_share else 1 / _WIDE_SCALE)

    def __call__(
        self, picture: Tensor, paper: Tensor, size: int, generator: torch.Generator
    ) -> Tensor:
        """Views [N, 3, size, size] of a picture [1, 3, H, W]."""
        half = half_sides(picture)
        zoomed = round(self.count * self.config.zoom_share)
        views = []
        if zoomed:
            bent = random_perspective(zoomed, half, *_ZOOM_PERSPECTIVE, generator)
            crop = random_crop(zoomed, half, _ZOOM_SCALE, _ZOOM_RATIO, generator)
            views.append(warp(picture, paper, bent @ crop, size, zoom=_ZOOM))
        if wide := self.count - zoomed:
            bent = random_perspective(wide, half, *_WIDE_PERSPECTIVE, generator)
            shown = placed(torch.zeros(wide, 2), torch.full((wide, 2), 1 / _WIDE_SCALE))
            views.append(warp(picture, paper, bent @ shown, size, zoom=1 / _WIDE_SCALE))
        return with_noise(torch.cat(views), self.config.noise, generator)
