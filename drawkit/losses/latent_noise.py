"""Noise stays like noise: by its mean, deviation, skew and kurtosis (Big Sleep's loss).

A generator knows normal deviates; of numbers that are not like these it makes no good pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from drawkit.losses import Loss, LossConfig, StepContext, losses

__all__ = ["LatentNoiseConfig", "LatentNoiseLoss", "unlike_noise"]

_LARGE = 4.0
"""Weight of squares that are larger than 1 in their mean."""
_LEAST = 1e-6
"""Deviation below which numbers count as all the same."""


@dataclass(frozen=True)
class LatentNoiseConfig(LossConfig):
    """How firmly a generator's noise stays like normal deviates."""

    section = "losses.latent_noise"


def unlike_noise(noise: Tensor) -> Tensor:
    """How far rows [N, D] are from normal deviates; 0 where all four moments are theirs."""
    mean = noise.mean(1, keepdim=True)
    off = noise - mean
    deviation = (off.square().mean(1, keepdim=True) + _LEAST**2).sqrt()
    scores = off / deviation
    moments = (
        mean.abs().mean(),
        (1 - deviation).abs().mean(),
        _LARGE * (noise.square().mean() - 1).clamp(min=0),
        scores.pow(3).mean(1).abs().mean(),
        (scores.pow(4).mean(1) - 3).abs().mean(),
    )
    return torch.stack(moments).sum()


@losses.register("latent_noise", config=LatentNoiseConfig)
class LatentNoiseLoss(Loss):
    """How far the noise that a generator makes its picture of is from normal deviates."""

    needs: ClassVar[tuple[str, ...]] = ("noise",)
    config: LatentNoiseConfig

    def forward(self, context: StepContext) -> Tensor:
        """0 for what is like noise; without an upper end."""
        return unlike_noise(context.ask("noise"))
