"""One class at a time: what there is of others is held small (Big Sleep's loss)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from drawkit.losses import Loss, LossConfig, StepContext, losses

__all__ = ["LatentClassesConfig", "LatentClassesLoss", "beside_the_strongest"]

_SCALE = 50.0
"""What shares are multiplied by before they are squared."""


@dataclass(frozen=True)
class LatentClassesConfig(LossConfig):
    """How firmly a generator is held to one class in each layer."""

    section = "losses.latent_classes"


def beside_the_strongest(shares: Tensor) -> Tensor:
    """The mean of squares of 50 times all shares [N, K] but the largest of each row; 0..2500."""
    strongest = shares.argmax(1, keepdim=True)
    others = shares.scatter(1, strongest, 0.0)
    return (_SCALE * others).square().sum() / (len(shares) * max(1, shares.shape[1] - 1))


@losses.register("latent_classes", config=LatentClassesConfig)
class LatentClassesLoss(Loss):
    """How much there is of classes beside the strongest one, in each layer."""

    needs: ClassVar[tuple[str, ...]] = ("shares",)
    config: LatentClassesConfig

    def forward(self, context: StepContext) -> Tensor:
        """0 where there is one class; up to 2500."""
        return beside_the_strongest(context.ask("shares"))
