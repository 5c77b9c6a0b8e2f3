"""Colour words and the inks they stand for, so that `red apple` and `blue apple` differ."""

from __future__ import annotations

import torch
from torch import Tensor

# Centre of each word in RGB, 0..1.
COLOURS: dict[str, tuple[float, float, float]] = {
    "red": (0.86, 0.12, 0.12),
    "orange": (0.96, 0.52, 0.08),
    "yellow": (0.97, 0.84, 0.14),
    "green": (0.16, 0.62, 0.22),
    "blue": (0.15, 0.33, 0.85),
    "purple": (0.50, 0.18, 0.68),
    "pink": (0.97, 0.52, 0.72),
    "brown": (0.46, 0.28, 0.14),
    "black": (0.05, 0.05, 0.05),
    "gray": (0.52, 0.52, 0.52),
    "white": (0.97, 0.97, 0.97),
}


def named_inks(count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw inks [count, 3] around colour words, and the number of each word [count]."""
    centres = torch.tensor(list(COLOURS.values()))
    which = torch.randint(len(centres), (count,), generator=generator)
    jitter = 0.07 * torch.randn(count, 3, generator=generator)
    return (centres[which] + jitter).clamp(0, 1), which
