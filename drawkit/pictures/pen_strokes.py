"""The few strokes of a pen that tell most of a picture.

Its chains (`drawkit.pictures.chains`) become curves of few cubics, long ones several strokes.
Strokes are taken one after the other, each for the borders that it shows and none before it does.
The fewer there are, the more freely they follow their chains, so that they reach further.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from torch import Tensor

from drawkit.pictures.chains import Chain, chains_of
from drawkit.pictures.dots import dots_of
from drawkit.pictures.edges import edges_of
from drawkit.pictures.pen_curves import curve_of, even_way

__all__ = ["PenStroke", "pen_strokes"]

_Floats = npt.NDArray[np.float64]

_TOLERANCES = (0.9, 1.3, 1.9, 2.8, 4.0, 6.0)
"""Px of a stroke to its chain, from close to free, in a picture of some 384 px."""
_ENOUGH = 0.93
"""Share of what the freest strokes show from which closer ones do."""
_NEAR = 7
"""Px about a stroke in which there is no need of another one."""
_AGAIN = 0.15
"""How much what lies there still counts."""
_DETAIL = 0.6
"""Below 1, a short stroke tells more for its length than a long one."""
_ALONE, _SMALL = 1.5, 90.0
"""How much more a stroke tells that is this short, in px, and has nothing near: an eye, a nose."""
_DOT = 2.5
"""How much more a dot tells."""
_SURROUNDINGS, _CROWD = 9, 0.6
"""Px about it in which nothing else is; how much less it tells in a crowd: fur, stripes."""
_OUTLINE = 1.5
"""How much the outline of the thing matters, whatever a perceptor goes by."""
_MEETS = 7.0
"""Px that the end of a stroke goes on to meet another one."""
_LUCK = 0.15
"""How much chance changes what a stroke tells (standard deviation of its logarithm)."""
_CRUMB = 0.1
"""A stroke that tells less than this share of the first one is left out."""


@dataclass(frozen=True, eq=False)
class PenStroke:
    """Control points [3 S + 1, 2] xy px, or [3 S, 2] of a closed one."""

    points: _Floats
    closed: bool
    places: _Floats = field(repr=False)


def pen_strokes(
    picture: Tensor,
    count: int,
    segments: int,
    attention: _Floats,
    chance: np.random.Generator | None = None,
) -> list[PenStroke]:
    """Up to `count` strokes of up to `segments` cubics each, the most telling first.

    picture: [4, H, W] premultiplied RGBA 0..1, some 384 px. attention: [H, W], how much each
    place matters, about 1. chance: for other strokes among those that tell as much.
    """
    edges = edges_of(picture)
    outline = _OUTLINE * _outline(picture[3].double().numpy())
    weights = edges.contrast * np.maximum(attention, outline)
    on_ridges = np.where(edges.thin, weights, 0.0)
    ways = [(chain, *even_way(chain)) for chain in chains_of(edges)]
    ways.sort(key=lambda way: -_weight(weights, way[1]).sum())
    dots = [
        stroke
        for dot in dots_of(picture, attention)
        for stroke in _cut(dot, *even_way(dot), 0.9, 4)
    ]
    best: list[tuple[float, list[PenStroke]]] = []
    for tolerance in _TOLERANCES:
        strokes = [
            stroke
            for chain, way, sharp in ways[: 4 * count + 8]
            for stroke in _cut(chain, way, sharp, tolerance, segments)
        ]
        factors = [*(_factor(stroke, on_ridges) for stroke in strokes), *[_DOT] * len(dots)]
        if chance is not None:
            factors = [f * float(np.exp(chance.normal(0, _LUCK))) for f in factors]
        best.append(_chosen([*strokes, *dots], factors, count, weights))
    most = max(shown for shown, _ in best)
    return met(next(strokes for shown, strokes in best if shown >= _ENOUGH * most))


def met(strokes: Sequence[PenStroke]) -> list[PenStroke]:
    """The same, with ends that nearly reach another stroke, or their own other parts, on it."""
    places = np.concatenate([one.places for one in strokes]) if strokes else np.zeros((0, 2))
    owner = np.repeat(np.arange(len(strokes)), [len(one.places) for one in strokes])
    within = np.concatenate([np.arange(len(one.places)) for one in strokes] or [owner])
    found = []
    for row, one in enumerate(strokes):
        points = one.points.copy()
        for end, near, at in ((0, 1, 0), (-1, -2, len(one.places) - 1)):
            if one.closed:
                break
            gap = np.linalg.norm(places - points[end], axis=1)
            gap[(owner == row) & (np.abs(within - at) < 3 * _MEETS)] = np.inf
            to = int(gap.argmin())
            if gap[to] < _MEETS:
                move = places[to] - points[end]
                points[end] += move
                points[near] += move
        found.append(PenStroke(points, one.closed, one.places))
    return found


def _cut(
    chain: Chain, way: _Floats, sharp: list[int], tolerance: float, segments: int
) -> list[PenStroke]:
    """A chain as strokes of about as many cubics each."""
    cubics = curve_of(way, sharp, tolerance, closed=chain.closed)
    pieces = -(-len(cubics) // segments)
    if pieces == 1:
        return [_stroke(cubics, closed=chain.closed and len(cubics) > 1)]
    cuts = np.linspace(0, len(cubics), pieces + 1).round().astype(int)
    return [_stroke(cubics[a:b], closed=False) for a, b in pairwise(cuts.tolist())]


def _stroke(cubics: Sequence[_Floats], *, closed: bool) -> PenStroke:
    points = np.vstack([*(cubic[:3] for cubic in cubics), cubics[-1][3:]])
    t = np.linspace(0, 1, 25)[:-1, None]
    s = 1 - t
    places = np.vstack(
        [s**3 * c[0] + 3 * s * s * t * c[1] + 3 * s * t * t * c[2] + t**3 * c[3] for c in cubics]
    )
    gone = np.concatenate([[0], np.linalg.norm(np.diff(places, axis=0), axis=1).cumsum()])
    at = np.linspace(0, gone[-1], max(2, round(gone[-1])))
    even = np.stack([np.interp(at, gone, places[:, axis]) for axis in (0, 1)], axis=1)
    return PenStroke(points[:-1] if closed else points, closed, even)


def _weight(weights: _Floats, places: _Floats) -> _Floats:
    rows, columns = weights.shape
    x, y = places.astype(int).T
    found: _Floats = weights[_held(y, rows), _held(x, columns)]
    return found


def _chosen(
    strokes: Sequence[PenStroke],
    factors: Sequence[float],
    count: int,
    weights: _Floats,
) -> tuple[float, list[PenStroke]]:
    """The strokes that tell most, each beside those before it, and how much they show in all."""
    left = weights.copy()

    def tells(row: int) -> tuple[float, float]:
        shows = float(_weight(left, strokes[row].places).sum())
        return factors[row] * shows**_DETAIL, shows

    # What one tells only falls, as others cover it: the first that tells what it did is the best.
    heap = [(-tells(row)[0], row) for row in range(len(strokes))]
    heapq.heapify(heap)
    chosen: list[PenStroke] = []
    shown, first = 0.0, -heap[0][0] if heap else 0.0
    while heap and len(chosen) < count:
        before, row = heap[0]
        told, shows = tells(row)
        if told < -before:
            heapq.heapreplace(heap, (-told, row))
            continue
        if told < _CRUMB * first:
            break
        heapq.heappop(heap)
        shown += shows
        chosen.append(strokes[row])
        _cover_(left, strokes[row].places)
    return shown, chosen


def _factor(stroke: PenStroke, on_ridges: _Floats) -> float:
    """How much more it tells than by its length: less in a crowd, more where small and alone."""
    around = on_ridges[_near(on_ridges.shape, stroke.places, _SURROUNDINGS)].sum()
    own = on_ridges[_near(on_ridges.shape, stroke.places, 3)].sum()
    alone = float(own / max(around, 1e-9))
    small = 1.0 + _ALONE * alone if len(stroke.places) <= _SMALL else 1.0
    return small * (1.0 - _CROWD * (1 - alone))


def _cover_(left: _Floats, places: _Floats) -> None:
    """Let what lies near to places count less from now on, in place."""
    left[_near(left.shape, places, _NEAR)] *= _AGAIN


def _near(shape: tuple[int, ...], places: _Floats, reach: int) -> npt.NDArray[np.bool_]:
    """[H, W] what is within so many px of places."""
    near = np.zeros(shape, dtype=np.bool_)
    x, y = places.astype(int).T[:, :, None]
    down, right = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1)
    disc = down**2 + right**2 <= reach**2
    near[_held(y + down[disc], shape[0]), _held(x + right[disc], shape[1])] = True
    return near


def _held(at: npt.NDArray[np.intp], size: int) -> npt.NDArray[np.intp]:
    """Places within 0 to below size; `clip` looks up the limits of whole numbers at each call."""
    return np.minimum(np.maximum(at, 0), size - 1)


def _outline(alpha: _Floats) -> _Floats:
    """[H, W] 1 where what is shown ends, else 0."""
    inside = np.pad(alpha > 0.5, 3, mode="edge")
    rows, columns = alpha.shape
    parts = [inside[y : y + rows, x : x + columns] for y in (0, 3, 6) for x in (0, 3, 6)]
    found: _Floats = (np.any(parts, axis=0) & ~np.all(parts, axis=0)).astype(np.float64)
    return found
