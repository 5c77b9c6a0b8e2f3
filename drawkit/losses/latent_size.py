"""Small latents: they are drawn towards 0 all the time (weight decay of VQGAN notebooks)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from drawkit.losses import Loss, LossConfig, StepContext, losses

__all__ = ["LatentSizeConfig", "LatentSizeLoss"]


@dataclass(frozen=True)
class LatentSizeConfig(LossConfig):
    """How strongly latents are drawn towards 0."""

    section = "losses.latent_size"


@losses.register("latent_size", config=LatentSizeConfig)
class LatentSizeLoss(Loss):
    """How large the latents of a network are."""

    needs: ClassVar[tuple[str, ...]] = ("values",)
    config: LatentSizeConfig

    def forward(self, context: StepContext) -> Tensor:
        """Half the sum of their squares: the gradient is each latent itself."""
        values: Tensor = context.ask("values")
        return values.square().sum() / 2
