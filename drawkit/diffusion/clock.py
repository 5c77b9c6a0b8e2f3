"""How much noise there is at a share of a model's steps, and what its clock shows then."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor

from drawkit import InputError
from drawkit.diffusion.predictions import PREDICTIONS

__all__ = ["Clock"]

_TIMES = 1000


class Clock:
    """The schedule that a model was trained for: x_t = a x + s n.

    scheduler: of diffusers. tokens: how many its network sees of a picture; some flows spend more
    of their steps on noise where there are many. kind: what the network predicts.
    Raises InputError for a prediction that nobody here knows.
    """

    def __init__(self, scheduler: Any, tokens: int) -> None:
        config = scheduler.config
        kind = str(config.get("prediction_type", "flow"))
        if not hasattr(scheduler, "alphas_cumprod") or kind == "flow_prediction":
            kind = "flow"
        if kind not in PREDICTIONS:
            allowed = ", ".join(PREDICTIONS)
            raise InputError(f"the diffusion model predicts '{kind}'; usable: {allowed}")
        self.kind = kind
        self._kept = None if kind == "flow" else scheduler.alphas_cumprod.cpu()
        self._shift = _shift(config, tokens)

    def levels(self, share: Tensor) -> tuple[Tensor, Tensor]:
        """The factors a and s [N] of picture and noise at shares [N] of the way to noise."""
        if self._kept is None:
            noise = self._noise(share)
            return 1 - noise, noise
        kept = self._kept[self.times(share).long()]
        return kept.sqrt(), (1 - kept).sqrt()

    def times(self, share: Tensor) -> Tensor:
        """[N] what its clock shows: whole steps of a schedule, any of a flow."""
        if self._kept is None:
            return self._noise(share) * _TIMES
        return (share * (len(self._kept) - 1)).round()

    def _noise(self, share: Tensor) -> Tensor:
        """Shifted toward noise (Esser et al., arXiv 2403.03206, equation 23)."""
        return self._shift * share / (1 + (self._shift - 1) * share)


def _shift(config: Any, tokens: int) -> float:
    """How far a flow's steps are shifted toward noise; 1: not at all."""
    if not config.get("use_dynamic_shifting"):
        return float(config.get("flow_shift", config.get("shift", 1.0)))
    few, many = config.get("base_image_seq_len", 256), config.get("max_image_seq_len", 4096)
    low, high = config.get("base_shift", 0.5), config.get("max_shift", 1.15)
    mu = low + (high - low) * (tokens - few) / (many - few)
    return float(mu if config.get("time_shift_type") == "linear" else math.exp(mu))
