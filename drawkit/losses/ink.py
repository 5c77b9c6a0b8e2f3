"""Little ink: what is not needed vanishes, and the paper stays clean."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from drawkit.config.limits import Weight, check_limits
from drawkit.losses import Loss, View, losses

__all__ = ["InkConfig", "InkLoss", "mean_ink"]


@dataclass(frozen=True)
class InkConfig:
    """How much a covered paper costs."""

    weight: Weight = 0.0
    """Factor of this loss; 0 leaves it out."""

    def __post_init__(self) -> None:
        """Refuse a weight that is none."""
        check_limits(self, "losses.ink")


def mean_ink(on_paper: Tensor, paper: Tensor) -> Tensor:
    """Mean difference of a picture [1, 3, H, W] to its paper [1, 3, 1, 1], 0..1."""
    return (on_paper - paper).abs().mean()


@losses.register("ink", config=InkConfig)
class InkLoss(Loss):
    """The mean difference of the drawing to its paper."""

    config: InkConfig

    def forward(self, view: View) -> Tensor:
        """0 on empty paper, 1 where black covers white paper."""
        return mean_ink(view.on_paper, view.paper)
