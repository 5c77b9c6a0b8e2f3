"""Outlines of areas of pixels as few Bezier curves: corners as corners, straight sides straight.

Between corners it fits as P. J. Schneider, "An Algorithm for Automatically Fitting Digitized
Curves" (Graphics Gems, 1990).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drawkit.scene.cubics import least_squares, nearer, on_cubic
from drawkit.scene.loops import Point, pixel_sides

__all__ = ["Run", "fitted", "polygon", "ways"]

_ARM = 5
"""Px of an outline on both sides of a point that say whether it turns there."""
_TURN = np.radians(50)
"""Turn between them from which it is a corner."""
_LINE = 0.6
"""Px by which the points of a straight side may be off, as the steps of pixels are."""
_AHEAD = np.cos(0.08)
"""Cosine of how far a line may turn from where the outline goes at its ends."""
_SHORTEST = 5.0
"""Px of a straight side at least."""
_ROUNDS = 3
"""Of finding nearer parameters."""

_Mask = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Run:
    """A closed run of S cubics. points: [3 S, 2] px.

    smooth: [S] whether it goes on without a turn at the knot where segment s begins. straight: [S]
    whether segment s is a line.
    """

    points: _Floats
    smooth: _Mask
    straight: _Mask


def ways(mask: _Mask) -> list[_Floats]:
    """The borders [N, 2] of what is true in [H, W], along the sides of its pixels, xy px.

    Clockwise around what is true, anticlockwise around holes; where two pixels touch at a corner
    alone, the border keeps to each.
    """
    following = pixel_sides(mask)
    found = []
    for first in sorted(following, key=lambda point: (point[1], point[0])):
        while following[first]:
            way, here, before = [first], following[first].pop(0), first
            while here != first:
                way.append(here)
                before, here = here, _next(following[here], before, here)
            found.append(np.array(way, dtype=np.float64))
    return found


def _next(choices: list[Point], before: Point, here: Point) -> Point:
    """Of two sides that go on from a corner the one of the same pixel: the turn to the right."""
    if len(choices) > 1:
        dx, dy = here[0] - before[0], here[1] - before[1]
        right = here[0] - dy, here[1] + dx
        if right in choices:
            choices.remove(right)
            return right
    return choices.pop(0)


def fitted(way: _Floats, tolerance: float, size: tuple[int, int]) -> Run:
    """Few cubics that stay within so many px of a closed way [N, 2] along pixels' sides.

    size: width and height of the sheet; what runs along its sides stays exactly on them.
    """
    pieces: list[tuple[_Floats, bool]] = []
    starts: list[bool] = []
    for points, corners in _stretches(way, size):
        tangent = None if corners else _tangent(points[: _ARM + 1])
        ending = None if corners else _tangent(points[-_ARM - 1 :])
        for n, piece in enumerate(_fit(points, tangent, ending, tolerance)):
            pieces.append(piece)
            starts.append(bool(n) or not corners)
    if len(pieces) == 1:  # one cubic around all is no shape to go on with
        pieces = [(half, False) for half in _halves(pieces[0][0])]
        starts = [starts[0], True]
    straight = np.array([line for _, line in pieces])
    # Two lines that meet are a corner.
    smooth = np.array(starts) & ~(straight & np.roll(straight, 1))
    return Run(np.concatenate([cubic[:3] for cubic, _ in pieces]), smooth, straight)


def polygon(way: _Floats) -> Run:
    """A closed way [N, 2] along pixels' sides as it is: a line from turn to turn."""
    before, after = way - np.roll(way, 1, axis=0), np.roll(way, -1, axis=0) - way
    turns = way[(before != after).any(axis=1)]
    lines = [_line(a, b)[:3] for a, b in zip(turns, np.roll(turns, -1, axis=0), strict=True)]
    straight = np.ones(len(turns), np.bool_)
    return Run(np.concatenate(lines), ~straight, straight)


@dataclass(frozen=True, eq=False)
class _Corner:
    """One of a closed way of points: the last one before it, the first one behind, its place."""

    last: int
    first: int
    place: _Floats


def _stretches(way: _Floats, size: tuple[int, int]) -> Iterator[tuple[_Floats, bool]]:
    """Points [N, 2] from corner to corner; without any, both halves of the way, and False."""
    middles = (way + np.roll(way, -1, axis=0)) / 2
    side = _sides(middles, size)
    corners = _corners(way, middles, side)
    count = len(way)
    calm = _averaged(middles)
    if not corners:
        first = int(np.linalg.norm(calm - calm.mean(axis=0), axis=1).argmax())
        second = int(np.linalg.norm(calm - calm[first], axis=1).argmax())
        if second == first:
            second = (first + count // 2) % count
        for begin, end in ((first, second), (second, first)):
            yield calm[np.arange(begin, begin + (end - begin) % count + 1) % count], False
        return
    for here, there in zip(corners, [*corners[1:], corners[0]], strict=True):
        inner = (here.first + np.arange((there.last - here.first) % count + 1)) % count
        if (there.last - here.first) % count == count - 1:  # nothing lies between
            inner = inner[:0]
        ends = here.place[None], there.place[None]
        if len(inner) and side[inner[0]]:  # along the sheet's side
            yield np.concatenate(ends), True
            continue
        points = middles[inner] if len(inner) < 4 else calm[inner]
        if len(inner) >= 4:  # beside a corner the mean would cut it
            points[[0, -1]] = middles[inner[[0, -1]]]
        yield np.concatenate([ends[0], points, ends[1]]), True


def _sides(points: _Floats, size: tuple[int, int]) -> npt.NDArray[np.intp]:
    """Which side of the sheet each point lies on, 0: none."""
    x, y = points.T
    kinds = [x == 0, x == size[0], y == 0, y == size[1]]
    return np.select(kinds, [1, 2, 3, 4], 0).astype(np.intp)


def _corners(way: _Floats, middles: _Floats, side: npt.NDArray[np.intp]) -> list[_Corner]:
    """The corners of a closed way, in order: where it turns, and where it meets a sheet's side."""
    count = len(way)
    met = np.flatnonzero(side != np.roll(side, -1)).tolist()
    found = {at: _Corner(at, (at + 1) % count, way[(at + 1) % count]) for at in met}
    arm = max(2, min(_ARM, count // 10))
    calm = _averaged(middles)
    back, ahead = calm - np.roll(calm, arm, axis=0), np.roll(calm, -arm, axis=0) - calm
    cross = back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0]
    turn = np.abs(np.arctan2(cross, (back * ahead).sum(axis=1)))
    turn[side > 0] = 0
    for at in met:
        turn[(at + np.arange(1 - arm // 2, 1 + arm // 2)) % count] = 0
    near = np.stack([np.roll(turn, n) for n in range(-arm, arm + 1)])
    kept: list[int] = []
    for at in np.flatnonzero((turn >= near.max(axis=0)) & (turn > _TURN)).tolist():
        if not kept or at - kept[-1] > arm:
            kept.append(at)
    if len(kept) > 1 and kept[0] + count - kept[-1] <= arm:
        kept.pop()
    for at in kept:
        if at not in found and (at - 1) % count not in found:
            found[at] = _Corner((at - 1) % count, (at + 1) % count, _sharp(middles, at))
    return [found[at] for at in sorted(found)]


def _averaged(way: _Floats) -> _Floats:
    """A closed way without the steps of pixels."""
    return (np.roll(way, 1, axis=0) + 2 * way + np.roll(way, -1, axis=0)) / 4


def _sharp(way: _Floats, at: int) -> _Floats:
    """Where the lines on both sides of a corner meet; the corner itself where they do not, near."""
    count = len(way)
    lines = []
    for side in (-1, 1):
        points = way[(at + side * np.arange(1, _ARM + 1)) % count]
        middle = points.mean(axis=0)
        along = np.linalg.svd(points - middle)[2][0]
        lines.append((middle, along))
    (a, u), (b, v) = lines
    cross = u[0] * v[1] - u[1] * v[0]
    if abs(cross) < 0.3:
        corner: _Floats = way[at]
        return corner
    meet: _Floats = a + u * ((b - a)[0] * v[1] - (b - a)[1] * v[0]) / cross
    away = float(np.linalg.norm(meet - way[at]))
    return meet if away < 2 else way[at]


def _tangent(points: _Floats) -> _Floats | None:
    """The direction of a few points."""
    along = points[-1] - points[0]
    length = float(np.linalg.norm(along))
    return along / length if length > 1e-9 else None


def _fit(
    points: _Floats, leaving: _Floats | None, arriving: _Floats | None, tolerance: float
) -> Iterator[tuple[_Floats, bool]]:
    """Cubics [4, 2] through the first and the last of [N, 2], and whether each is a line.

    leaving, arriving: directions at the ends; None: any.
    """
    chord = points[-1] - points[0]
    length = float(np.linalg.norm(chord))
    if length > 1e-9:
        off = points - points[0]
        far = np.abs(off[:, 0] * chord[1] - off[:, 1] * chord[0]).max() / length
        ahead = all(way is None or way @ chord > _AHEAD * length for way in (leaving, arriving))
        if far <= _LINE and ahead and (length >= _SHORTEST or len(points) < 5):
            yield _line(points[0], points[-1]), True
            return
    if len(points) < 5:
        yield _line(points[0], points[-1]), False
        return
    error, worst, cubic = _cubic(points, leaving, arriving)
    if error <= tolerance:
        yield cubic, False
        return
    at = min(max(worst, 2), len(points) - 3)
    low, high = max(0, at - _ARM), min(len(points), at + _ARM + 1)
    middle = _tangent(points[low:high])
    yield from _fit(points[: at + 1], leaving, middle, tolerance)
    yield from _fit(points[at:], middle, arriving, tolerance)


def _line(start: _Floats, end: _Floats) -> _Floats:
    """A straight cubic."""
    return start + (end - start) * (np.arange(4) / 3)[:, None]


def _cubic(
    points: _Floats, leaving: _Floats | None, arriving: _Floats | None
) -> tuple[float, int, _Floats]:
    """The nearest cubic, how far the farthest point is from it, and which one that is."""
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    total = float(steps.sum())
    t = np.concatenate([[0.0], steps.cumsum() / max(total, 1e-9)])
    go, come = (np.zeros(2) if way is None else way for way in (leaving, arriving))
    best: tuple[float, int, _Floats] | None = None
    for _ in range(_ROUNDS):
        cubic = least_squares(points, t, go, come, (0.05 * total, 0.8 * total))
        apart = np.linalg.norm(on_cubic(cubic, t) - points, axis=1)
        worst = int(apart.argmax())
        if best is None or apart[worst] < best[0]:
            best = float(apart[worst]), worst, cubic
        t = nearer(cubic, points, t)
    assert best is not None
    return best


def _halves(cubic: _Floats) -> tuple[_Floats, _Floats]:
    """One cubic as two (de Casteljau)."""
    a, b, c, d = cubic
    ab, bc, cd = (a + b) / 2, (b + c) / 2, (c + d) / 2
    abc, bcd = (ab + bc) / 2, (bc + cd) / 2
    middle = (abc + bcd) / 2
    return np.array([a, ab, abc, middle]), np.array([middle, bcd, cd, d])
