"""Dashed lines as the pieces that are seen."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from drawkit.scene import Subpath

__all__ = ["dashed"]

Floats = npt.NDArray[np.float64]
_STEPS = 24
"""Straight steps by which the length of a curve is measured."""
_MOST = 20_000
"""Pieces of a path; a line of more is as good as whole."""


def dashed(run: Subpath, pattern: Sequence[float], offset: float) -> list[Subpath]:
    """The pieces of a run under SVG's stroke-dasharray, which goes on round its corners."""
    lengths = [*pattern, *pattern] if len(pattern) % 2 else list(pattern)
    period = sum(lengths)
    if min(lengths) < 0 or not math.isfinite(period) or period <= 0:
        return [run]
    curves = _curves(run)
    marks = _marks(curves)  # [S, STEPS + 1] distance from the start
    whole = float(marks[-1, -1])
    if not math.isfinite(whole) or whole / period * len(lengths) > _MOST:
        return [run]
    spans = _spans(lengths, period, offset, whole)
    pieces = (_between(curves, marks, begin, end) for begin, end in spans)
    return [Subpath(piece) for piece in pieces if piece is not None]


def _spans(
    lengths: Sequence[float], period: float, offset: float, whole: float
) -> list[tuple[float, float]]:
    """Where each dash begins and ends, from 0 to `whole`."""
    found = []
    at = -(offset % period)
    while at < whole:
        for index, size in enumerate(lengths):
            if index % 2 == 0 and at + size >= 0 and at < whole and (size > 0 or at >= 0):
                found.append((max(at, 0.0), min(at + size, whole)))
            at += size
    return found


def _curves(run: Subpath) -> Floats:
    """[S, 4, 2] the control points of every segment."""
    points = run.control_points
    if run.closed:
        points = np.vstack([points, points[:1]])
    return np.stack([points[at : at + 4] for at in range(0, len(points) - 1, 3)])


def _marks(curves: Floats) -> Floats:
    t = np.linspace(0, 1, _STEPS + 1)[None, :, None]
    a, b, c, d = (curves[:, at, None, :] for at in range(4))
    places = a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t**2 * (1 - t) + d * t**3
    steps = np.linalg.norm(np.diff(places, axis=1), axis=2)
    own = np.concatenate([np.zeros((len(curves), 1)), np.cumsum(steps, axis=1)], axis=1)
    before = np.concatenate([[0.0], np.cumsum(own[:, -1])[:-1]])
    marks: Floats = own + before[:, None]
    return marks


def _between(curves: Floats, marks: Floats, begin: float, end: float) -> Floats | None:
    """The control points from one distance to another."""
    points: list[Floats] = []
    first = int(np.searchsorted(marks[:, -1], begin, "right"))
    t = np.linspace(0, 1, _STEPS + 1)
    for at in range(min(first, len(curves) - 1), len(curves)):
        if marks[at, 0] >= end and points:
            break
        low = float(np.interp(begin, marks[at], t)) if begin > marks[at, 0] else 0.0
        high = float(np.interp(end, marks[at], t)) if end < marks[at, -1] else 1.0
        piece = _cut(curves[at], low, high)
        points += list(piece if not points else piece[1:])
    return np.array(points) if points else None


def _cut(curve: Floats, low: float, high: float) -> Floats:
    """The part of a cubic between two parameters."""
    if low > 0:
        curve = _halves(curve, low)[1]
        high = (high - low) / (1 - low) if low < 1 else 1.0
    return _halves(curve, high)[0] if high < 1 else curve


def _halves(curve: Floats, t: float) -> tuple[Floats, Floats]:
    a, b, c, d = curve
    ab, bc, cd = a + (b - a) * t, b + (c - b) * t, c + (d - c) * t
    abc, bcd = ab + (bc - ab) * t, bc + (cd - bc) * t
    middle = abc + (bcd - abc) * t
    return np.array([a, ab, abc, middle]), np.array([middle, bcd, cd, d])
