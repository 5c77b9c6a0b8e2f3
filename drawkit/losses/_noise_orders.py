"""Through how much noise a model looks at each step of a run: orders of score distillation."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["ORDERS", "shares"]

ORDERS = ("random", "falling", "annealed", "dreamtime")

_PLATEAU = (0.5, 0.8)
"""Between these shares of noise no step is rarer than others (DreamTime's m2 and m1)."""
_SPREAD = (0.1, 0.3)
"""Below and above it they are, as by bells so wide (DreamTime's s2 and s1)."""
_FINE = 1000


def shares(
    order: str,
    noise: tuple[float, float],
    progress: float,
    dice: Tensor,
    levels: Callable[[Tensor], tuple[Tensor, Tensor]],
) -> Tensor:
    """[N] shares of noise at `progress` 0..1 of a run, for random numbers [N] 0..1.

    noise: the least and the most. random: any; falling: from the most to the least; annealed: any
    up to a most that falls to the least; dreamtime: falling, as `levels`, shares to factors of
    picture and noise, say how much is to be seen there (Huang et al., arXiv 2306.12422).
    """
    low, high = noise
    falling = high + (low - high) * progress
    if order == "falling":
        return falling * torch.ones_like(dice)
    if order == "dreamtime":
        return _dreamtime(noise, progress, levels) * torch.ones_like(dice)
    return low + ((falling if order == "annealed" else high) - low) * dice


def _dreamtime(
    noise: tuple[float, float],
    progress: float,
    levels: Callable[[Tensor], tuple[Tensor, Tensor]],
) -> Tensor:
    """The share down to which `progress` of all steps' weight lies: s / a times the bells."""
    ways = torch.linspace(noise[1], noise[0], _FINE)
    kept, noisy = levels(ways)
    below = ((_PLATEAU[0] - ways).clamp_min(0) / _SPREAD[0]).square()
    above = ((ways - _PLATEAU[1]).clamp_min(0) / _SPREAD[1]).square()
    passed = (noisy / kept * torch.exp(-(below + above) / 2)).cumsum(0)
    at = int(torch.searchsorted(passed, progress * passed[-1]))
    return ways[min(at, _FINE - 1)]
