"""The loop: pictures to views to losses to better parameters; yields a `Step` at a time."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Step"]


@dataclass(frozen=True)
class Step:
    """What one update did. `score` is set every `score_every` steps, else None.

    score: cosine of the whole clean drawing on its paper with the prompts (weighted mean).
    """

    index: int
    total: int
    loss: float
    losses: dict[str, float]
    score: float | None
    best_score: float | None
