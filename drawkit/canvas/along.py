"""Strokes that start along the lines of a picture, one after the other, as a pen travels."""

from __future__ import annotations

import torch
from torch import Tensor

from drawkit.canvas.init import Guide

__all__ = ["even_spots", "strokes_along", "tour"]

_CANDIDATES = 12
"""Random places for each one that is taken; the taken ones then lie evenly."""
_ROUNDS = 30
"""Times that a tour is looked through for crossings."""


def strokes_along(segments: Tensor, guide: Guide, generator: torch.Generator) -> Tensor:
    """Control points [K, 2] of open paths with `segments` [N] that follow the guide's picture."""
    knots = segments + 1
    spots = even_spots(guide, int(knots.sum()), generator)
    line, ends = spots[tour(spots)], knots.cumsum(0).tolist()
    return torch.cat([_smooth(line[a:b]) for a, b in zip([0, *ends], ends, strict=False)])


def even_spots(guide: Guide, count: int, generator: torch.Generator) -> Tensor:
    """[count, 2] px in the picture's figure, each as far from those before as can be had."""
    several = guide.spots(_CANDIDATES * count, generator)
    taken = [0]
    nearest = (several - several[0]).norm(dim=1)
    for _ in range(count - 1):
        taken.append(int(nearest.argmax()))
        nearest = torch.minimum(nearest, (several - several[taken[-1]]).norm(dim=1))
    return several[taken]


def tour(spots: Tensor) -> Tensor:
    """An order [N] of spots [N, 2] without long ways: nearest next, then crossings undone."""
    apart = torch.cdist(spots, spots)
    order = [int(spots[:, 0].argmin())]
    left = torch.ones(len(spots), dtype=torch.bool)
    for _ in range(len(spots) - 1):
        left[order[-1]] = False
        order.append(int(apart[order[-1]].masked_fill(~left, torch.inf).argmin()))
    path = torch.tensor(order)
    for _ in range(_ROUNDS):
        if not _turn_best_(path, apart):
            break
    return path


def _turn_best_(path: Tensor, apart: Tensor) -> bool:
    """Turn stretches of the path around while that makes it shorter (2-opt); whether one was."""
    turned = False
    for at in range(len(path) - 2):
        here, after = path[at], path[at + 1]
        ends, nexts = path[at + 2 :], torch.cat([path[at + 3 :], path[:0]])
        gain = apart[here, after] - apart[here, ends]
        gain[:-1] += apart[ends[:-1], nexts] - apart[after, nexts]
        best = int(gain.argmax())
        if gain[best] > 1e-3:
            stop = at + 2 + best
            path[at + 1 : stop + 1] = path[at + 1 : stop + 1].flip(0)
            turned = True
    return turned


def _smooth(knots: Tensor) -> Tensor:
    """Knots [S + 1, 2] -> control points [3 S + 1, 2] of a curve through them (Catmull-Rom)."""
    padded = torch.cat([knots[:1], knots, knots[-1:]])
    slope = (padded[2:] - padded[:-2]) / 6
    inner = torch.stack([knots[:-1], knots[:-1] + slope[:-1], knots[1:] - slope[1:]], dim=1)
    return torch.cat([inner.flatten(0, 1), knots[-1:]])
