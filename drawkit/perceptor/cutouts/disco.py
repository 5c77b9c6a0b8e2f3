"""Views that begin with the whole picture and go on to its details, as Disco diffusion has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from drawkit.config.limits import Limits, Share, check_limits
from drawkit.errors import ConfigError
from drawkit.perceptor.cutouts import Cutouts, cutouts
from drawkit.perceptor.cutouts.warp import half_sides, placed, uniform, warp

__all__ = ["DiscoCutouts", "DiscoCutoutsConfig"]

_LUMA = (0.299, 0.587, 0.114)
Side = Annotated[float, Limits(0.05, 1)]


@dataclass(frozen=True)
class DiscoCutoutsConfig:
    """How many views show the whole, early and late, and how large the others are."""

    overview: tuple[Share, Share] = (0.75, 0.25)
    """Share of the views that show the whole picture, before and after `turn`; one at least."""
    turn: Share = 0.4
    """Part of the run after which there are more details than overviews."""
    inner: tuple[Side, Side] = (0.4, 0.9)
    """Smallest and largest side of a detail, in shorter sides of the picture."""
    power: Annotated[float, Limits(0.1, 100)] = 1.0
    """Above 1: more small details, below: more large ones."""
    gray: Share = 0.2
    """Share of the details without their hues, before `turn`."""

    def __post_init__(self) -> None:
        """Refuse details that have no size."""
        check_limits(self, "cutouts.disco")
        if self.inner[0] > self.inner[1]:
            raise ConfigError(
                f"cutouts.disco.inner is {list(self.inner)}; allowed: smallest <= largest"
            )


@cutouts.register("disco", config=DiscoCutoutsConfig)
class DiscoCutouts(Cutouts):
    """Overviews first (plain, gray, mirrored, both by turns), details later.

    Gray on gray paper alone.
    """

    config: DiscoCutoutsConfig

    def __init__(self, config: DiscoCutoutsConfig, count: int) -> None:
        super().__init__(config, count)
        self._late = False

    def at(self, progress: float) -> None:
        """More details after `turn`."""
        self._late = progress >= self.config.turn

    def __call__(
        self, picture: Tensor, paper: Tensor, size: int, generator: torch.Generator
    ) -> Tensor:
        """Views [N, 3, size, size] of a picture [1, 3, H, W]: the overviews, then the details."""
        config = self.config
        whole = min(self.count, max(1, round(config.overview[self._late] * self.count)))
        number = torch.arange(whole)
        half = torch.ones(whole, 2)
        half[number % 4 >= 2, 0] = -1.0
        views = warp(picture, paper, placed(torch.zeros(whole, 2), half), size)
        gray = [number % 2 == 1]
        if whole < self.count:
            details, typical = self._details(picture, self.count - whole, generator)
            views = torch.cat([views, warp(picture, paper, details, size, typical)])
            chance = 0.0 if self._late else config.gray
            gray.append(torch.rand(self.count - whole, generator=generator) < chance)
        if bool((paper != paper[:, :1]).any()):  # ink without hues would not lie on such paper
            return views
        without = torch.cat(gray).to(views.device)[:, None, None, None]
        ink = ((views - paper) * views.new_tensor(_LUMA).view(1, 3, 1, 1)).sum(dim=1, keepdim=True)
        return torch.where(without, paper + ink, views)

    def _details(
        self, picture: Tensor, count: int, generator: torch.Generator
    ) -> tuple[Tensor, float]:
        """Homographies [N, 3, 3] of squares within the picture, and how large most are."""
        smallest, largest = self.config.inner
        sides = half_sides(picture)
        share = torch.rand(count, generator=generator) ** self.config.power
        half = (smallest + (largest - smallest) * share) * min(sides)
        room = torch.tensor(sides) - half[:, None]
        center = torch.stack([uniform(count, -1, 1, generator) for _ in sides], dim=1) * room
        return placed(center, half[:, None].repeat(1, 2)), (smallest * largest) ** 0.5 * min(sides)
