"""Chains of places as smooth curves: few cubics, joined smoothly, with the corners that are there.

Each cubic takes in as much of the way as it can within a tolerance, its ends along the way
(P. J. Schneider, "An Algorithm for Automatically Fitting Digitized Curves", Graphics Gems, 1990).
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from drawkit.pictures.chains import Chain
from drawkit.scene.cubics import least_squares, nearer, on_cubic

__all__ = ["curve_of", "even_way"]

_Floats = npt.NDArray[np.float64]

_STEADY = 1.6
"""Places over which a hand's tremble is taken out of a way (standard deviation)."""
_REACH = 5
"""Places before and after one by which it is told whether the way has a corner there."""
_CORNER = math.cos(math.radians(55))
"""Cosine of a turn from which it is a corner."""
_TANGENT = 6
"""Places before and after one by which its direction is told; fewer on what is short."""
_ROUNDS = 2
"""Times that the places of the way on a cubic are looked for anew."""


def even_way(chain: Chain) -> tuple[_Floats, list[int]]:
    """The steadied places [N, 2], a px from each other, and which of them are corners.

    Of a closed chain the first place comes again at the end, and is a corner where there is one.
    """
    way = np.vstack([chain.places, chain.places[:1]]) if chain.closed else chain.places
    way = _evenly(way)
    sharp = _corners(way, closed=chain.closed)
    if chain.closed and sharp:  # begin at a corner
        way = np.vstack([way[sharp[0] : -1], way[: sharp[0] + 1]])
        sharp = [at - sharp[0] for at in sharp]
    fixed = sorted({*sharp, *(() if chain.closed and not sharp else (0, len(way) - 1))})
    return _steadied(way, fixed, closed=chain.closed), sharp


def curve_of(way: _Floats, sharp: list[int], tolerance: float, *, closed: bool) -> list[_Floats]:
    """Cubics [4, 2] along a way from `even_way`, each within so many px."""
    last = len(way) - 1
    stops = sorted({0, last, *sharp})
    tangents = _tangents(way, set(sharp), closed=closed)
    cubics: list[_Floats] = []
    for begin, end in pairwise(stops):
        at = begin
        while at < end:
            to, cubic = _longest(way, tangents, at, end, tolerance)
            cubics.append(cubic)
            at = to
    return cubics


def _evenly(way: _Floats) -> _Floats:
    """A way [M, 2] as places a px from each other, both ends kept."""
    gone = np.concatenate([[0.0], np.linalg.norm(np.diff(way, axis=0), axis=1).cumsum()])
    at = np.linspace(0, gone[-1], max(4, round(gone[-1]) + 1))
    return np.stack([np.interp(at, gone, way[:, axis]) for axis in (0, 1)], axis=1)


def _corners(way: _Floats, *, closed: bool) -> list[int]:
    """Places where a way turns at once."""
    count = len(way) - 1 if closed else len(way)
    here = np.arange(count) if closed else np.arange(_REACH, count - _REACH)
    if len(here) < 2 * _REACH:
        return []
    before, after = here - _REACH, here + _REACH
    if closed:
        before, after = before % count, after % count
    come, go = way[here] - way[before], way[after] - way[here]
    size = np.linalg.norm(come, axis=1) * np.linalg.norm(go, axis=1)
    cosine = (come * go).sum(1) / np.maximum(size, 1e-9)
    found: list[int] = []
    for n in np.argsort(cosine, kind="stable").tolist():
        if cosine[n] > _CORNER:
            break
        apart = [abs(int(here[n]) - other) for other in found]
        if all(min(gap, count - gap if closed else gap) > 2 * _REACH for gap in apart):
            found.append(int(here[n]))
    return sorted(found)


def _steadied(way: _Floats, fixed: list[int], *, closed: bool) -> _Floats:
    """Each stretch between fixed places under a bell, its ends where they were."""
    reach = int(3 * _STEADY) + 1
    bell = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * _STEADY**2))
    bell /= bell.sum()
    if closed and not fixed:
        ring = np.vstack([way[-1 - reach : -1], way, way[1 : reach + 1]])
        return np.stack([np.convolve(ring[:, axis], bell, "valid") for axis in (0, 1)], axis=1)
    steady = way.copy()
    for begin, end in pairwise(fixed):
        part = way[begin : end + 1]
        near = min(reach, len(part) - 1)
        # Mirrored about its ends, so that they stay and the way still heads out of them.
        head = 2 * part[0] - part[near:0:-1]
        tail = 2 * part[-1] - part[-2 : -near - 2 : -1]
        padded = np.vstack([head, part, tail])
        own = bell[reach - near : reach + near + 1]
        own = own / own.sum()
        steady[begin : end + 1] = np.stack(
            [np.convolve(padded[:, axis], own, "valid") for axis in (0, 1)], axis=1
        )
    return steady


def _tangents(way: _Floats, sharp: set[int], *, closed: bool) -> tuple[_Floats, _Floats]:
    """Where the way comes from and goes to at each place, [N, 2] each, of unit length."""
    count = len(way)
    at = np.arange(count)
    reach = min(_TANGENT, max(1, count // 8))
    if closed and not sharp:
        ring = count - 1
        both = way[(at + reach) % ring] - way[(at - reach) % ring]
        both /= np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-9)
        return both, both
    stops = np.array(sorted({0, count - 1, *sharp}))
    # Nothing beyond a corner says where the way goes before it.
    last, first = stops[np.searchsorted(stops, at)], stops[np.searchsorted(stops, at, "right") - 1]
    before = stops[np.maximum(np.searchsorted(stops, at) - 1, 0)]
    after = stops[np.minimum(np.searchsorted(stops, at, "right"), len(stops) - 1)]
    come = way[np.minimum(at + reach, last)] - way[np.maximum(at - reach, before)]
    go = way[np.minimum(at + reach, after)] - way[np.maximum(at - reach, first)]
    come, go = (v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-9) for v in (come, go))
    return come, go


def _longest(
    way: _Floats, tangents: tuple[_Floats, _Floats], at: int, end: int, tolerance: float
) -> tuple[int, _Floats]:
    """The farthest place that one cubic reaches from `at` within the tolerance, and the cubic."""
    come, go = tangents
    low, step = min(at + 2, end), 8
    cubic = _fitted(way[at : low + 1], go[at], come[low])[1]
    high = end + 1
    while low < end:
        to = min(low + step, end) if high > end else (low + high) // 2
        if to in (low, high):
            break
        off, tried = _fitted(way[at : to + 1], go[at], come[to])
        if off <= tolerance:
            low, cubic, step = to, tried, 2 * step
        else:
            high = to
    if end - low in (1, 2, 3) and low < end:  # no crumb is left over
        cubic, low = _fitted(way[at : end + 1], go[at], come[end])[1], end
    return low, cubic


def _fitted(part: _Floats, leaving: _Floats, arriving: _Floats) -> tuple[float, _Floats]:
    """How far places [N, 2] are from the cubic with these directions, px, and the cubic."""
    gone = np.concatenate([[0.0], np.linalg.norm(np.diff(part, axis=0), axis=1).cumsum()])
    length = max(float(gone[-1]), 1e-9)
    t = gone / length
    for _ in range(_ROUNDS):
        cubic = least_squares(part, t, leaving, arriving, (0.05 * length, 0.75 * length))
        t = nearer(cubic, part, t)
    return float(np.linalg.norm(on_cubic(cubic, t) - part, axis=1).max()), cubic
