"""Noise over the views: it keeps the drawing from hiding signals that only a model sees."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["with_noise"]


def with_noise(views: Tensor, most: float, generator: torch.Generator) -> Tensor:
    """Add normal noise, each view [N, C, S, S] at its own strength between 0 and `most`."""
    if most == 0:
        return views
    strength = torch.rand(len(views), 1, 1, 1, generator=generator) * most
    noise = torch.randn(views.shape, generator=generator).mul_(strength)
    return views + noise.to(views)
