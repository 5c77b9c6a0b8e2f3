"""Few edges: strokes join into areas and lines instead of a tangle."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from drawkit.losses import Loss, View, losses

__all__ = ["SmoothnessConfig", "SmoothnessLoss", "total_variation"]

_EPSILON = 1e-6
"""Rounds the root off at 0, where its slope is infinite; far below one of 256 levels."""


@dataclass(frozen=True)
class SmoothnessConfig:
    """How much an edge costs."""

    weight: float = 0.0
    """Factor of this loss; 0 leaves it out."""


def total_variation(picture: Tensor) -> Tensor:
    """Length of all edges times their contrast, in sides of a square picture [1, 3, H, W].

    The same drawing has the same value at every resolution and turned by any angle (isotropic,
    or edges would lie along the axes). One black line across white paper counts 2: two edges.
    """
    height, width = picture.shape[-2:]
    here = picture[..., :-1, :-1]
    down, across = picture[..., 1:, :-1] - here, picture[..., :-1, 1:] - here
    steepness = ((down.square() + across.square()).mean(dim=1) + _EPSILON).sqrt()
    return (steepness - _EPSILON**0.5).mean() * (height * width) ** 0.5


@losses.register("smoothness", config=SmoothnessConfig)
class SmoothnessLoss(Loss):
    """The total variation of the drawing: how many edges it has."""

    config: SmoothnessConfig

    def forward(self, view: View) -> Tensor:
        """0 on empty paper; some tens where strokes make a tangle."""
        return total_variation(view.on_paper)
