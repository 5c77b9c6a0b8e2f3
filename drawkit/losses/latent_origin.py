"""Where the latents began: they stay near there, so that a network's pictures stay good ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from drawkit.losses import Loss, LossConfig, StepContext, losses

__all__ = ["LatentOriginConfig", "LatentOriginLoss"]


@dataclass(frozen=True)
class LatentOriginConfig(LossConfig):
    """How firmly latents stay where they began (StyleCLIP's L2, VQGAN+CLIP's init weight)."""

    section = "losses.latent_origin"


@losses.register("latent_origin", config=LatentOriginConfig)
class LatentOriginLoss(Loss):
    """How far the latents of a network have moved since the run began."""

    needs: ClassVar[tuple[str, ...]] = ("moved",)
    config: LatentOriginConfig

    def forward(self, context: StepContext) -> Tensor:
        """The sum of the squares of all their ways."""
        moved: Tensor = context.ask("moved")
        return moved.square().sum()
