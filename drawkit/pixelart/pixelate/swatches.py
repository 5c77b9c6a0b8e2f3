"""The few colours that cells have in common, without what compression did to them.

A cell that is the same all over is held tightly: its colour is off by less than a level. One
that is noisy may be off by many. Colours are learned from tight cells first; a noisy one makes a
colour of its own only where it is farther from those than its noise explains. So neither are
colours a few levels apart taken for noise, nor noise for colours.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

__all__ = ["merged_colors"]

_SURE = 0.45
"""Levels that even a cell without noise may be off: what compression rounds to."""
_FIRST = 1.3
"""Times `_SURE`: how far the tightest cells are off at most. Each next group doubles it."""
_EXPLAINED = 3.0
"""How often its error a cell may be off a colour that is its own."""
_ALIKE = 2.5
"""How often their errors two colours may differ that are one, where one cell has the rarer."""
_CHROMA, _SPARED = 0.8, 0.5
"""How much a level of a colour counts beside one of lightness: in what is exact, and in what was
compressed, which keeps it less."""
_REACH, _SHARE = 1.0, 0.7
"""Distance within which colours are not compared: in levels where all is exact, else in errors."""
_MOST = 512
"""Colours that are compared with each other at most."""
_ROUNDS = 3
_STRIP = 1 << 20
_KEY = np.array([1 << 40, 1 << 20, 1])
"""Three whole numbers of less than half a million as one."""

_Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float64]
_Numbers = npt.NDArray[np.intp]
_Weighed = tuple[_Floats, _Floats, _Floats]
"""Colours [N, 3], how many cells have each, and how sure these are: the sums of 1 / error^2."""


def merged_colors(colors: _Pixels, limit: int, error: _Floats) -> tuple[_Pixels, _Numbers]:
    """Few colours [P, 3] for cells that show `colors` [N, 3], and the one of each cell [N].

    limit: of them at most; as many as that stay as they are where nothing was lost. error: [N]
    levels that each may be off by its noise. A detail of one cell stays where its colour is
    farther from all others than its error. Of too many, those that are most alike are one:
    again and again the two that are nearest, few cells sooner than many.
    """
    exact = not error.any()
    if exact:
        own, at, count = np.unique(colors, axis=0, return_inverse=True, return_counts=True)
        if len(own) <= limit:
            return own, at.ravel()
        chroma, sure = _CHROMA, np.ones(len(colors))
        weight = count.astype(np.float64)
        found = _leaders((_space(own, chroma), weight, weight), _REACH)
    else:
        chroma, sure = _SPARED, 1 / (_SURE**2 + error**2)
        found = _learned(_space(colors, chroma), sure)
    centers = _merged(found, limit, 0.0 if exact else _ALIKE)[0]
    space = _space(colors, chroma)
    for _ in range(_ROUNDS):
        nearest = _nearest(space, centers)[0]
        swatches = np.array([_median(colors[own], sure[own]) for own in _each(nearest)])
        centers = _space(swatches, chroma)
    return swatches, _nearest(space, centers)[0]


def _space(colors: _Pixels, chroma: float) -> _Floats:
    """RGB [N, 3] where a step of compression is about as long everywhere: YCbCr, in levels.

    OKLab tells far more apart near black, where noise would pass for colours.
    """
    red, green, blue = colors.astype(np.float64).T
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    parts = [light, chroma * 0.564 * (blue - light), chroma * 0.713 * (red - light)]
    return np.stack(parts, axis=1)


def _learned(space: _Floats, sure: _Floats) -> _Weighed:
    """Colours of the tightest cells, then of less tight ones that those do not explain."""
    error = 1 / np.sqrt(sure)
    found: _Weighed = (np.empty((0, 3)), np.empty(0), np.empty(0))
    low, high = 0.0, _FIRST * _SURE
    while low < error.max():
        group = np.flatnonzero((error > low) & (error <= high))
        if len(found[0]) and len(group):
            near, apart = _nearest(space[group], found[0])
            variance = error[group] ** 2 + (found[1] / found[2])[near]
            group = group[apart > _EXPLAINED**2 * variance]
        if len(group):
            cells = space[group], np.ones(len(group)), sure[group]
            more = _merged(_leaders(cells, _SHARE * high), _MOST, _ALIKE)
            found = _joined(found, more)
        low, high = high, 2 * high
    near = _nearest(space, found[0])[0]
    used, near = np.unique(near, return_inverse=True)
    found = found[0][used], _sums(near, np.ones(len(near))), _sums(near, sure)
    return found if len(found[0]) <= _MOST else _leaders(found, _SHARE * _SURE)


def _joined(some: _Weighed, more: _Weighed) -> _Weighed:
    space, count, sure = (np.concatenate(both) for both in zip(some, more, strict=True))
    return space, count, sure


def _leaders(colors: _Weighed, reach: float) -> _Weighed:
    """Those that stand for all within a small distance, with what all of these have.

    The distance grows until they are few enough to be compared with each other.
    """
    order = np.argsort(-colors[2], kind="stable")
    space, count, sure = (values[order] for values in colors)
    while True:
        keys = np.rint(space / reach).astype(np.int64) @ _KEY
        _, first, place = np.unique(keys, return_index=True, return_inverse=True)
        if len(first) <= _MOST:
            place = place.ravel()
            return space[first], _sums(place, count), _sums(place, sure)
        reach *= 1.5


def _merged(colors: _Weighed, limit: int, alike: float) -> _Weighed:
    """What is left when the nearest are one, until `limit` are left and none is `alike` another.

    alike: how often their errors two may differ.
    """
    space, count, sure = (values.copy() for values in colors)
    cost = _costs(space, count, sure, np.arange(len(space)))
    np.fill_diagonal(cost, np.inf)
    for left in range(len(space), 1, -1):
        one, other = divmod(int(cost.argmin()), len(space))
        if left <= limit and cost[one, other] >= alike**2:
            break
        both = sure[one] + sure[other]
        space[one] = (sure[one] * space[one] + sure[other] * space[other]) / both
        sure[one], count[one], count[other] = both, count[one] + count[other], 0
        there = np.flatnonzero(count)
        cost[other], cost[:, other] = np.inf, np.inf
        cost[one, there] = _costs(space, count, sure, there, one)
        cost[one, one] = np.inf
        cost[:, one] = cost[one]
    kept = count > 0
    return space[kept], count[kept], sure[kept]


def _costs(
    space: _Floats, count: _Floats, sure: _Floats, many: _Numbers, one: int | None = None
) -> _Floats:
    """What it costs to take two colours for one: [M, M] of `many`, or [M] of `one` and them."""
    variance = count[many] / sure[many]
    if one is None:
        apart = ((space[many, None] - space[many]) ** 2).sum(axis=2)
        variance, fewer = variance[:, None] + variance, np.minimum(count[many, None], count[many])
    else:
        apart = ((space[one] - space[many]) ** 2).sum(axis=1)
        variance, fewer = count[one] / sure[one] + variance, np.minimum(count[one], count[many])
    cost: _Floats = apart * np.sqrt(fewer) / variance
    return cost


def _sums(place: _Numbers, values: _Floats) -> _Floats:
    """[groups] of the values in each group."""
    total: _Floats = np.bincount(place, values).astype(np.float64)
    return total


def _each(place: _Numbers) -> Iterator[_Numbers]:
    """Where each number that occurs stands, the lowest first."""
    order = np.argsort(place, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(place[order])) + 1)


def _median(colors: _Pixels, sure: _Floats) -> _Pixels:
    """The middle colour [3] of `colors` [N, 3], a channel at a time, sure ones counting more."""
    found = np.empty(3, np.uint8)
    for channel in range(3):
        order = np.argsort(colors[:, channel], kind="stable")
        total = np.cumsum(sure[order])
        found[channel] = colors[order[np.searchsorted(total, total[-1] / 2)], channel]
    return found


def _nearest(space: _Floats, centers: _Floats) -> tuple[_Numbers, _Floats]:
    """The nearest center of each colour [N, 3], and its squared distance."""
    near, apart = np.empty(len(space), np.intp), np.empty(len(space))
    size, twice = (centers**2).sum(axis=1), -2 * centers.T
    at_once = max(1, _STRIP // len(centers))
    for first in range(0, len(space), at_once):
        some = space[first : first + at_once]
        found = some @ twice
        found += size
        best = found.argmin(axis=1)
        near[first : first + at_once] = best
        apart[first : first + at_once] = found[np.arange(len(some)), best] + (some**2).sum(axis=1)
    return near, apart
