"""Few edges: strokes join into areas and lines instead of a tangle."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from drawkit.losses import Loss, View, losses

__all__ = ["SmoothnessConfig", "SmoothnessLoss", "total_variation"]


@dataclass(frozen=True)
class SmoothnessConfig:
    """How much an edge costs."""

    weight: float = 0.0
    """Factor of this loss; 0 leaves it out."""


def total_variation(picture: Tensor) -> Tensor:
    """Length of all edges times their contrast, in sides of a picture [1, C, H, W].

    The same drawing has the same value at every resolution. One black line across white paper
    counts 2 (two edges), lines on a checkerboard of n x n cells about 2 n.
    """
    height, width = picture.shape[-2:]
    down = (picture[..., 1:, :] - picture[..., :-1, :]).abs().mean() * (height - 1)
    across = (picture[..., :, 1:] - picture[..., :, :-1]).abs().mean() * (width - 1)
    return down + across


@losses.register("smoothness", config=SmoothnessConfig)
class SmoothnessLoss(Loss):
    """The total variation of the drawing: how many edges it has."""

    config: SmoothnessConfig

    def forward(self, view: View) -> Tensor:
        """0 on empty paper; some tens where strokes make a tangle."""
        return total_variation(view.on_paper)
