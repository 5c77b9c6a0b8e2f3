"""How finely a step draws: as finely as somebody looks."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from drawkit.engine.aims import Aims
from drawkit.engine.scorer import Scorer
from drawkit.losses import WeightedLoss

__all__ = ["detail"]

_LEAST = 112
"""Pixels of the shorter side that there are at least: borders and thin lines stay what they are."""


def detail(
    counting: Collection[WeightedLoss],
    scorers: Sequence[Scorer],
    aims: Aims,
    *,
    scores: bool = False,
) -> int | None:
    """Px of the picture's shorter side that show all that is looked at; None: as many as there are.

    counting: the losses of the step. scores: whether it is for a score as well.
    """
    if not any(one.loss.asks_perceptor for one in counting):
        return None
    if aims.divided:  # a view of a part shows more of it
        return None
    sides = [scorer.perceptor.input_size for scorer in scorers]
    views = _most([one.cutouts.detail(side) for one, side in zip(scorers, sides, strict=True)])
    looked = [one.loss.detail(views) for one in counting]
    return _most([_LEAST, views, *looked, *(sides if scores else ())])


def _most(found: Sequence[int | None]) -> int | None:
    known = [one for one in found if one is not None]
    return None if len(known) < len(found) else max(known, default=0)
