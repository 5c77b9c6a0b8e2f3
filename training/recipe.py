"""What decides a run of the image tower: sizes, rates, and how they change over its time."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a run."""

    minutes: float = 85.0
    batch: int = 128
    bank: int = 1024  # further captions a step
    redrawn: float = 0.15  # share of the pictures drawn again in strokes, where there are any
    nothing: int = 20  # further pictures a step that show nothing
    rate: float = 1.6e-3
    decay: float = 0.02
    ema: float = 0.998
    eps: float = 1.0  # reached at 40 % of the run
    eps_end: float = 4.0  # reached at 85 %
    go_on: bool = False  # from weights that were attacked before: the full radius from the start
    threads: int = 1
    seed: int = 0


def radius_at(progress: float, recipe: Recipe) -> float:
    """Clean pictures first (cheap), then a growing attack."""
    if recipe.go_on:
        return recipe.eps_end
    if progress < 0.4:
        return recipe.eps * max(0.0, (progress - 0.1) / 0.3)
    return recipe.eps + (recipe.eps_end - recipe.eps) * min(1.0, (progress - 0.4) / 0.45)


def attacked_share_at(progress: float, recipe: Recipe) -> float:
    """Half of a batch is attacked while the net learns the names, most of it later."""
    return 0.5 if progress < 0.4 and not recipe.go_on else 0.8


def rate_at(progress: float, step: int, recipe: Recipe) -> float:
    """Cosine decay over elapsed time, after 100 steps of warm-up."""
    return recipe.rate * min(1.0, (step + 1) / 100) * 0.5 * (1 + math.cos(math.pi * progress))
