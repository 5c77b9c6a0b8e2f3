"""A diffusion model of pictures whose channels are all N(MEAN, SPREAD^2), -1..1: known exactly."""

from __future__ import annotations

import torch
from torch import Tensor

from drawkit.diffusion.denoisers import Denoiser, linear_schedule

__all__ = ["MEAN", "SPREAD", "gaussian_model"]

MEAN, SPREAD = 0.2, 0.25


def gaussian_model(kind: str = "epsilon") -> Denoiser:
    """What lies under noise, by Bayes' rule, told as a model that predicts `kind` does."""
    kept = linear_schedule()

    def predict(noisy: Tensor, times: Tensor) -> Tensor:
        a = kept[times.cpu().long()].to(noisy).view(-1, 1, 1, 1)
        gain = a.sqrt() * SPREAD**2 / (a * SPREAD**2 + 1 - a)
        clean = MEAN + gain * (noisy - a.sqrt() * MEAN)
        noise = (noisy - a.sqrt() * clean) / (1 - a).sqrt()
        told = {
            "epsilon": noise,
            "v_prediction": a.sqrt() * noise - (1 - a).sqrt() * clean,
            "sample": clean,
        }[kind]
        return torch.cat([told, told + 9], dim=1)  # the second half is not about the picture

    return Denoiser(predict, kept, kind=kind)
