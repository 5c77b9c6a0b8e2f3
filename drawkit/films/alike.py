"""Two paths made to have the same points, so that one can become the other; neither looks changed.

Curves are cut where they are longest, closed ones are turned to begin where the other does, and
paint that one lacks is there but clear.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from drawkit.scene.lengths import closed_points
from drawkit.scene.path import Path, Rgba, Subpath

__all__ = ["made_alike"]

_Floats = npt.NDArray[np.float64]


def made_alike(first: Path, second: Path) -> tuple[Path, Path]:
    """The same two pictures, as paths with the same points and kinds of paint."""
    ours, theirs = list(first.subpaths), list(second.subpaths)
    ours += [_dot(theirs[at]) for at in range(len(ours), len(theirs))]
    theirs += [_dot(ours[at]) for at in range(len(theirs), len(ours))]
    pairs = [_runs(a, b) for a, b in zip(ours, theirs, strict=True)]
    stroke = _paint(first.stroke, second.stroke)
    fill = _paint(first.fill, second.fill)
    widths = (
        first.stroke_width if first.stroke is not None else second.stroke_width,
        second.stroke_width if second.stroke is not None else first.stroke_width,
    )
    return (
        _built(first, [a for a, _ in pairs], stroke[0], fill[0], widths[0]),
        _built(second, [b for _, b in pairs], stroke[1], fill[1], widths[1]),
    )


def _built(
    path: Path, runs: list[Subpath], stroke: Rgba | None, fill: Rgba | None, width: float
) -> Path:
    first, *more = runs
    return replace(
        path,
        control_points=first.control_points,
        closed=first.closed,
        more=tuple(more),
        stroke=stroke,
        fill=fill,
        stroke_width=width,
    )


def _paint(first: Rgba | None, second: Rgba | None) -> tuple[Rgba | None, Rgba | None]:
    """Where one has no paint it has the other's, clear."""
    if first is None and second is not None:
        return (*second[:3], 0.0), second
    if second is None and first is not None:
        return first, (*first[:3], 0.0)
    return first, second


def _dot(run: Subpath) -> Subpath:
    """A run of no size in the middle of another, such as a hole that will open."""
    points = run.control_points
    return Subpath(np.broadcast_to(points.mean(axis=0), points.shape), run.closed)


def _runs(first: Subpath, second: Subpath) -> tuple[Subpath, Subpath]:
    ours, theirs = closed_points(first), closed_points(second)
    count = max(len(ours), len(theirs)) // 3
    ours, theirs = _cut(ours, count), _cut(theirs, count)
    if first.closed and second.closed:
        theirs = _turned(ours[:-1], theirs[:-1])
        return Subpath(ours[:-1], True), Subpath(theirs, True)
    # An open line is not turned around for a ring: that would cut it elsewhere.
    if np.linalg.norm(ours - theirs[::-1]) < np.linalg.norm(ours - theirs):
        theirs = theirs[::-1]
    return Subpath(ours), Subpath(theirs)


def _turned(ours: _Floats, theirs: _Floats) -> _Floats:
    """A ring that begins, and runs, where it lies nearest to another; [3 S, 2] both."""
    back = np.roll(theirs[::-1], 1, axis=0)
    best, least = theirs, np.inf
    for ring in (theirs, back):
        for start in range(0, len(ring), 3):
            moved = np.roll(ring, -start, axis=0)
            # Where it lies counts for both rings alike; which point is next to which does not.
            far = float(np.square(moved - moved.mean(axis=0) - ours + ours.mean(axis=0)).sum())
            if far < least:
                best, least = moved, far
    return best


def _cut(points: _Floats, count: int) -> _Floats:
    """A run [3 S + 1, 2] in so many segments, the longest ones cut in halves."""
    cubics = [points[at : at + 4] for at in range(0, len(points) - 1, 3)]
    lengths = [_long(cubic) for cubic in cubics]
    while len(cubics) < count:
        at = int(np.argmax(lengths))
        halves = _halves(cubics[at])
        cubics[at : at + 1] = halves
        lengths[at : at + 1] = [_long(half) for half in halves]
    return np.concatenate([*(cubic[:3] for cubic in cubics), cubics[-1][3:]])


def _halves(cubic: _Floats) -> list[_Floats]:
    rows = [cubic]
    while len(rows[-1]) > 1:
        rows.append((rows[-1][:-1] + rows[-1][1:]) / 2)
    return [np.array([row[0] for row in rows]), np.array([row[-1] for row in rows[::-1]])]


def _long(cubic: _Floats) -> float:
    return float(np.linalg.norm(np.diff(cubic, axis=0), axis=1).sum())
