"""Imagining led by who judges: CLIP-guided sampling of a flow, without a slope through its net."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["Lead", "leading"]

_UNTIL = 0.6
"""Time from which nobody leads: what is done late comes out as spots that only a net sees."""

Lead = Callable[[Tensor, float], Tensor]
"""Clean pictures [N, 4, h, w], -1..1, that noisy ones lead to at a time 0..1, to better ones."""


def leading(fit: Callable[[Tensor], Tensor], strength: float) -> Lead:
    """Pictures move up the slope of how well they fit, the further the more noise there is.

    fit: premultiplied RGBA [N, 4, h, w], 0..1, to [N] numbers, differentiable. strength: the root
    mean square of a move in pure noise, where pictures are -1..1. The predicted picture alone is
    moved (as in universal guidance, arXiv 2302.07121, its part without the net's own slope), so
    that it costs one look of who judges a step.
    """

    def lead(clean: Tensor, now: float) -> Tensor:
        if now >= _UNTIL:
            return clean
        with torch.enable_grad():
            asked = clean.detach().requires_grad_()
            rgba = (asked + 1) / 2
            alpha = rgba[:, 3:].clamp(0, 1)
            shown = torch.cat([rgba[:, :3].clamp(0, 1).minimum(alpha), alpha], dim=1)
            (slope,) = torch.autograd.grad(fit(shown).sum(), asked)
        length = slope.square().mean((1, 2, 3), keepdim=True).sqrt().clamp(min=1e-12)
        return (clean + strength * (1 - now) * slope / length).clamp(-1, 1)

    return lead
