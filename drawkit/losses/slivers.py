"""Slivers: filled shapes are not thinner than a line that one would draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from drawkit.config.limits import Limits
from drawkit.losses import Loss, LossConfig, StepContext, losses
from drawkit.losses._controls import controls_of
from drawkit.raster import Paths

__all__ = ["SliversConfig", "SliversLoss", "thinness"]

_SAMPLES = 5
"""Points of a curve that stand for it."""


@dataclass(frozen=True)
class SliversConfig(LossConfig):
    """What is too thin, and what it costs."""

    section = "losses.slivers"

    width: Annotated[float, Limits(0, 100, above=True)] = 2.0
    """Px that a shape is wide at least, in the mean of its length."""


def thinness(paths: Paths, width: float) -> Tensor:
    """How much thinner filled shapes are than `width` px: the mean share, squared, 0..1.

    A shape is as wide as a strip of its area and outline: twice the one by the other.
    """
    points, owner = controls_of(paths)
    t = torch.linspace(0, 1, _SAMPLES, device=points.device)[:, None]
    weights = torch.cat([(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3], dim=1)
    way = weights @ points  # [S, samples, 2]
    steps = way[:, 1:] - way[:, :-1]
    here = way[:, :-1]
    cross = (here[..., 0] * steps[..., 1] - here[..., 1] * steps[..., 0]).sum(dim=1)
    long = (steps.square().sum(dim=-1) + 1e-6).sqrt().sum(dim=1)
    empty = points.new_zeros(len(paths.segments))
    area = empty.index_add(0, owner, cross).abs() / 2
    outline = empty.index_add(0, owner, long)
    lacking = torch.relu(1 - 2 * area / (outline.clamp(min=1e-3) * width))[paths.filled]
    return lacking.square().mean()


@losses.register("slivers", config=SliversConfig)
class SliversLoss(Loss):
    """How many filled shapes are slivers."""

    needs = ("paths",)
    config: SliversConfig

    def forward(self, context: StepContext) -> Tensor:
        """0 where none is; 0 where nothing is filled."""
        paths = context.paths()
        if paths is None or not paths.filled.any():
            return context.zero
        return thinness(paths, self.config.width)
