"""Muon in a chosen precision: torch's own works in bf16 alone, which many CPUs only emulate."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

__all__ = ["Muon", "orthogonal"]


def orthogonal(
    update: Tensor, dtype: torch.dtype, how: tuple[float, float, float], steps: int, eps: float
) -> Tensor:
    """A matrix whose rows, or columns, are nearly at right angles: Newton-Schulz, as torch does it.

    how: what the matrix, its cube and its fifth power are multiplied by, in each of `steps`.
    """
    first, third, fifth = how
    tall = update.shape[0] > update.shape[1]
    found = (update.T if tall else update).to(dtype, copy=True)
    found /= found.norm().clamp(min=eps)
    for _ in range(steps):
        gram = found @ found.T
        found = torch.addmm(
            found, torch.addmm(gram, gram, gram, beta=third, alpha=fifth), found, beta=first
        )
    return found.T if tall else found


class Muon(torch.optim.Muon):
    """Steps of equal size in all directions (Jordan, 2024), with AdamW's root mean square.

    dtype: in which directions are made even; their sizes are within a half of each other, so bf16
    is exact enough where it is quick. A checkpoint holds what torch's does.
    """

    def __init__(self, params: Iterable[Tensor], dtype: torch.dtype, **how: Any) -> None:
        super().__init__(params, adjust_lr_fn="match_rms_adamw", **how)
        self.dtype = dtype

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:
        """Move every matrix that has a gradient."""
        assert closure is None, "the loss is known before"
        for group in self.param_groups:
            rate, momentum = group["lr"], group["momentum"]
            how = group["ns_coefficients"], group["ns_steps"], group["eps"]
            for param in group["params"]:
                if param.grad is None:
                    continue
                kept = self.state[param]
                if not kept:
                    kept["momentum_buffer"] = torch.zeros_like(param)
                mean = kept["momentum_buffer"].lerp_(param.grad, 1 - momentum)
                update = param.grad.lerp(mean, momentum) if group["nesterov"] else mean
                even = orthogonal(update, self.dtype, *how)
                param.mul_(1 - rate * group["weight_decay"])
                param.add_(even, alpha=-rate * 0.2 * math.sqrt(max(param.shape)))
