"""The colour that rules in each cell: pixels vote, the winner is not the mean of all.

The mean of a cell on a border is a colour that the picture does not have, and its edges go soft.
Here pixels vote: for the nearest of a few colours of the picture, those in flat areas with more
weight than those on edges. The cell takes the mean of the pixels that won.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.color import srgb_to_oklab
from drawkit.palettes import extract_swatches
from drawkit.pixelart.neighbours import Neighbours

__all__ = ["closest", "distance", "ruling_colors"]

_VOTED = 48
"""Colours of the picture that pixels vote for."""
_EDGE = 0.05
"""Difference to its neighbours (OKLab) at which a pixel's vote counts half."""
_LINE = 2.0
"""How much more a colour counts that differs from the mean around its cell by 1: lines stay."""

_Floats = npt.NDArray[np.float64]
_Numbers = npt.NDArray[np.intp]


def ruling_colors(pixels: npt.NDArray[np.uint8], place: _Numbers, around: Neighbours) -> _Floats:
    """OKLab colours [cells, 3] that rule in each cell of straight RGBA [H, W, 4].

    place: [H * W] the cell that each pixel lies in; around: each cell's neighbours. Something
    has to be visible.
    """
    count = len(around)
    alpha = pixels[..., 3].ravel() / 255.0
    lab = srgb_to_oklab(pixels[..., :3] / 255.0)
    flat = lab.reshape(-1, 3)
    ballot = srgb_to_oklab(np.array(extract_swatches(pixels, _VOTED)) / 255.0)
    vote = closest(flat, ballot)
    mean = _sums(place, alpha, flat, count)[around].mean(axis=1)
    weight = alpha * _calm(lab).ravel() * (1 + _LINE * distance(flat, mean[place]))
    tally = np.bincount(place * len(ballot) + vote, weight, count * len(ballot))
    winner = tally.reshape(count, len(ballot)).argmax(axis=1)
    return _sums(place, weight * (vote == winner[place]), flat, count)


def _calm(lab: _Floats) -> _Floats:
    """[H, W] 1 where a pixel is like its neighbours, toward 0 on edges."""
    steps = np.zeros(lab.shape[:2])
    for axis in (0, 1):
        step = np.sqrt((np.diff(lab, axis=axis) ** 2).sum(axis=-1))
        first, last = ((1, 0), (0, 0)), ((0, 1), (0, 0))
        if axis == 1:
            first, last = first[::-1], last[::-1]
        steps = np.maximum(steps, np.minimum(np.pad(step, first), np.pad(step, last)))
    return 1 / (1 + steps / _EDGE)


def _sums(place: _Numbers, weight: _Floats, lab: _Floats, count: int) -> _Floats:
    """[cells, 3] weighted means of the pixels' colours."""
    total = np.maximum(np.bincount(place, weight, count), 1e-9)
    parts = [np.bincount(place, weight * lab[:, axis], count) / total for axis in range(3)]
    return np.stack(parts, axis=1)


def closest(lab: _Floats, swatches: _Floats) -> _Numbers:
    """The nearest of `swatches` [P, 3] for each colour [N, 3], a strip at a time."""
    size = (swatches**2).sum(axis=1)
    strips = np.array_split(lab, max(1, len(lab) * len(swatches) >> 23))
    return np.concatenate([(size - 2 * strip @ swatches.T).argmin(axis=1) for strip in strips])


def distance(one: _Floats, other: _Floats) -> _Floats:
    """Between colours [N, 3] and others [N, 3] or one [3]: [N]."""
    apart: _Floats = np.sqrt(((one - other) ** 2).sum(axis=1))
    return apart
