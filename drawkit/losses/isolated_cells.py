"""No orphan pixels: every cell has a neighbour that outputs like it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.losses import Loss, LossConfig, StepContext, losses

__all__ = ["IsolatedCellsConfig", "IsolatedCellsLoss", "loneliness"]

_EPSILON = 1e-6
"""Keeps the slope of the distance finite where two cells are alike; a thousandth of a level."""
_FAR = 2.0
"""Further than any two colours: what lies outside is no company."""


@dataclass(frozen=True)
class IsolatedCellsConfig(LossConfig):
    """What it costs a cell to be alone in its colour."""

    section = "losses.isolated_cells"


def loneliness(cells: Tensor, tile: tuple[bool, bool] = (False, False)) -> Tensor:
    """Mean distance of cells [1, 3, H, W] to the most alike of their eight neighbours; 0..1.

    tile: whether they go on at the other side, across and down.
    """
    height, width = cells.shape[-2:]
    padded = cells
    for dim, tiled in ((3, tile[0]), (2, tile[1])):
        first, last = padded.narrow(dim, 0, 1), padded.narrow(dim, padded.shape[dim] - 1, 1)
        away = torch.full_like(first, _FAR)
        padded = torch.cat([last, padded, first] if tiled else [away, padded, away], dim)
    distances = [
        (padded[..., down : down + height, across : across + width] - cells)
        .square()
        .mean(dim=1)
        .add(_EPSILON)
        .sqrt()
        for down in range(3)
        for across in range(3)
        if (down, across) != (1, 1)
    ]
    nearest = torch.stack(distances).amin(dim=0).clamp(max=1.0)
    mean: Tensor = (nearest - _EPSILON**0.5).mean()
    return mean


@losses.register("isolated_cells", config=IsolatedCellsConfig)
class IsolatedCellsLoss(Loss):
    """How much cells stand alone in their colour: orphan pixels and frayed edges."""

    config: IsolatedCellsConfig

    def forward(self, context: StepContext) -> Tensor:
        """0 where every cell has a neighbour like it; up to 1."""
        across, down = context.pitch
        return loneliness(F.avg_pool2d(context.on_paper, (down, across)), context.tile)
