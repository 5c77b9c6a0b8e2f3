"""Closed Bezier curves around areas of pixels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.scene.loops import loops, pixel_sides

__all__ = ["fitted_curve", "outline"]

_SMOOTH = 5
"""Points of an outline that are averaged: the steps of its pixels go, its corners hardly."""
_STIFF = 0.05
"""How much a handle is held to a third of the way, where few points say where it should be."""

_Floats = npt.NDArray[np.float64]


def outline(mask: npt.NDArray[np.bool_]) -> _Floats:
    """The longest border [N, 2] of what is true in [H, W], xy px, along the pixels' sides."""
    return np.array(max(loops(pixel_sides(mask)), key=len), dtype=np.float64)


def fitted_curve(way: _Floats, segments: int) -> _Floats:
    """Control points [3 S, 2] of a closed curve that follows a closed way [N, 2]."""
    dense = _resampled(way, max(len(way), 6 * segments))
    smooth = np.mean([np.roll(dense, n - _SMOOTH // 2, axis=0) for n in range(_SMOOTH)], axis=0)
    knots = _knots(smooth, segments)
    points = []
    for begin, end in zip(knots, [*knots[1:], knots[0] + len(smooth)], strict=True):
        part = smooth[np.arange(begin, end + 1) % len(smooth)]
        points.append(_segment(part))
    return np.concatenate(points)


def _resampled(way: _Floats, count: int) -> _Floats:
    """`count` points evenly along a closed way."""
    closed = np.concatenate([way, way[:1]])
    gone = np.concatenate([[0], np.linalg.norm(np.diff(closed, axis=0), axis=1).cumsum()])
    at = np.arange(count) * gone[-1] / count
    return np.stack([np.interp(at, gone, closed[:, axis]) for axis in (0, 1)], axis=1)


def _knots(way: _Floats, count: int) -> list[int]:
    """Which points of a closed way [N, 2] a polygon of `count` corners should have, in order."""
    first = int(np.linalg.norm(way - way.mean(axis=0), axis=1).argmax())
    chosen = [first, int(np.linalg.norm(way - way[first], axis=1).argmax())]
    while len(chosen) < count:
        chosen.sort()
        best = (-1.0, 0)
        for begin, end in zip(chosen, [*chosen[1:], chosen[0] + len(way)], strict=True):
            inner = np.arange(begin + 2, end - 1)
            if not len(inner):
                continue
            a, b = way[begin], way[end % len(way)]
            along = (b - a) / max(float(np.linalg.norm(b - a)), 1e-9)
            off = way[inner % len(way)] - a
            far = np.abs(off[:, 0] * along[1] - off[:, 1] * along[0])
            if end - begin > len(way) / 2:  # most of the way: it may come back to where it began
                far = np.linalg.norm(off, axis=1)
            best = max(best, (float(far.max()), int(inner[far.argmax()] % len(way))))
        if best[0] < 0:
            free = [n for n in range(len(way)) if n not in chosen]
            best = (0.0, free[len(free) // 2])
        chosen.append(best[1])
    return sorted(chosen)


def _segment(part: _Floats) -> _Floats:
    """Control points [3, 2] of the cubic between the ends of [N, 2], nearest to the others."""
    a, d = part[0], part[-1]
    thirds = np.stack([a + (d - a) / 3, a + (d - a) * 2 / 3])
    gone = np.concatenate([[0], np.linalg.norm(np.diff(part, axis=0), axis=1).cumsum()])
    t = gone / max(float(gone[-1]), 1e-9)
    weights = np.stack([3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2], axis=1)
    straight = ((1 - t) ** 3)[:, None] * a + (t**3)[:, None] * d + weights @ thirds
    system = np.concatenate([weights, _STIFF * np.eye(2)])
    moves = np.linalg.lstsq(system, np.concatenate([part - straight, np.zeros((2, 2))]), rcond=None)
    return np.concatenate([a[None], thirds + moves[0]])
