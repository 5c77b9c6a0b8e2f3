"""Crossings: curves do not turn back on themselves, so that outlines stay simple."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from drawkit.losses import Loss, LossConfig, StepContext, losses
from drawkit.losses._controls import controls_of
from drawkit.raster import Paths

__all__ = ["CrossingsConfig", "CrossingsLoss", "crossing_turns"]

_SHORT = 1e-3
"""Px below which an edge has no direction."""


@dataclass(frozen=True)
class CrossingsConfig(LossConfig):
    """What a curve costs that turns back."""

    section = "losses.crossings"


def crossing_turns(paths: Paths) -> Tensor:
    """How far single curves turn beyond half a circle, where they begin to cross themselves.

    The Xing loss of LIVE (Ma et al., CVPR 2022): the first edge of a cubic's control polygon turns
    to one side; the last one may not lie on the other side of the first. Mean sine over all
    curves, 0..1.
    """
    points, _ = controls_of(paths)
    edges = points[:, 1:] - points[:, :-1]
    edges = edges / (edges.square().sum(dim=-1, keepdim=True) + _SHORT**2).sqrt()
    one, two, three = edges.unbind(1)
    turn = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    over = one[:, 0] * three[:, 1] - one[:, 1] * three[:, 0]
    side = torch.where(turn < 0, -1.0, 1.0)
    # A wave turns to one side and then to the other, and crosses nothing.
    again = two[:, 0] * three[:, 1] - two[:, 1] * three[:, 0]
    return (torch.relu(-side * over) * (again * turn > 0)).mean()


@losses.register("crossings", config=CrossingsConfig)
class CrossingsLoss(Loss):
    """How far curves turn back on themselves."""

    needs = ("paths",)
    config: CrossingsConfig

    def forward(self, context: StepContext) -> Tensor:
        """0 where none does; 0 where there are no paths."""
        paths = context.paths()
        if paths is None or not len(paths.segments):
            return context.zero
        return crossing_turns(paths)
