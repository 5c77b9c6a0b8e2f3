"""Little ink: what is not needed vanishes, and the paper stays clean."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from drawkit.losses import Loss, LossConfig, StepContext, losses

__all__ = ["InkCoverageConfig", "InkCoverageLoss", "mean_ink"]


@dataclass(frozen=True)
class InkCoverageConfig(LossConfig):
    """How much a covered paper costs."""

    section = "losses.ink_coverage"


def mean_ink(on_paper: Tensor, paper: Tensor) -> Tensor:
    """Mean difference of a picture [1, 3, H, W] to its paper [1, 3, 1, 1], 0..1."""
    return (on_paper - paper).abs().mean()


@losses.register("ink_coverage", config=InkCoverageConfig)
class InkCoverageLoss(Loss):
    """The mean difference of the drawing to its paper."""

    config: InkCoverageConfig

    def detail(self, views: int | None) -> int | None:
        """What others look at: it is a mean."""
        return 0

    def forward(self, context: StepContext) -> Tensor:
        """0 on empty paper, 1 where black covers white paper."""
        return mean_ink(context.on_paper, context.paper)
