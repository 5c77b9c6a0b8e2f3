"""Outlines as straight edges: of curves, and of the lines that a pen draws along them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from drawkit.scene import Subpath

__all__ = ["edges_of", "flattened", "outline_runs", "stroke_polygons"]

Floats = npt.NDArray[np.float64]
_FLATNESS = 0.05
"""Units that a straight edge may be off its curve (Wang 1984)."""
_MOST_STEPS = 128
_SMOOTH = math.cos(math.radians(8))
"""Turns of less are a curve's own, not corners."""
_DOT = 1e-9


def flattened(run: Subpath, flatness: float = _FLATNESS) -> Floats:
    """[N, 2] the corners of straight edges along a run; a closed one ends where it begins."""
    points = run.control_points
    if run.closed:
        points = np.vstack([points, points[:1]])
    starts = np.arange(0, len(points) - 1, 3)
    a, b, c, d = (points[starts + at] for at in range(4))
    bend = np.maximum(np.hypot(*(a - 2 * b + c).T), np.hypot(*(b - 2 * c + d).T))
    counts = np.clip(np.ceil(np.sqrt(0.75 * bend / flatness)), 1, _MOST_STEPS).astype(np.intp)
    owner = np.repeat(np.arange(len(starts)), counts)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    t = (place / counts[owner])[:, None]
    s = 1 - t
    own = s**3 * a[owner] + 3 * s * s * t * b[owner] + 3 * s * t * t * c[owner] + t**3 * d[owner]
    own[place == counts[owner]] = d  # exactly
    return np.vstack([points[:1], own])


def edges_of(polygons: Iterable[Floats]) -> Floats:
    """[E, 4] x, y, x, y of the sides of closed polygons [N, 2] or [M, N, 2]."""
    sides = [
        np.concatenate([polygon, np.roll(polygon, -1, axis=-2)], axis=-1).reshape(-1, 4)
        for polygon in polygons
    ]
    return np.concatenate(sides) if sides else np.zeros((0, 4))


def stroke_polygons(
    corners: Floats, closed: bool, radius: float, cap: str, join: str, limit: float
) -> list[Floats]:
    """Convex polygons [M, N, 2] that together cover a line of that radius along `corners`.

    All run the same way round, so that the nonzero rule joins them to one outline.
    """
    steps = np.diff(corners, axis=0)
    sizes = np.hypot(steps[:, 0], steps[:, 1])
    kept = sizes > _DOT
    if not kept.any():
        return _dot(corners[0], radius, cap)
    points = np.vstack([corners[:1], corners[1:][kept]])
    along = steps[kept] / sizes[kept][:, None]
    side = radius * np.stack([-along[:, 1], along[:, 0]], axis=1)
    starts, ends = points[:-1], points[1:]
    found = [np.stack([starts + side, ends + side, ends - side, starts - side], axis=1)]
    where, before, after = points[1:-1], along[:-1], along[1:]
    if closed:
        where = np.vstack([where, points[:1]])
        before, after = along, np.vstack([along[1:], along[:1]])
    found += _joins(where, before, after, radius, join, limit)
    if not closed:
        found += _ends(points, along, radius, cap)
    return [_one_way(polygons) for polygons in found if len(polygons)]


def outline_runs(
    runs: Sequence[Subpath], radius: float, cap: str, join: str, limit: float
) -> list[Subpath]:
    """The same as closed runs of straight segments, in units of the runs."""
    flatness = min(_FLATNESS, radius / 20) if radius > 0 else _FLATNESS
    polygons: list[Floats] = []
    for run in runs:
        corners = flattened(run, max(flatness, 1e-4))
        for found in stroke_polygons(corners, run.closed, radius, cap, join, limit):
            polygons += list(found)
    return [Subpath(_straight(polygon), closed=True) for polygon in polygons]


def _straight(corners: Floats) -> Floats:
    after = np.roll(corners, -1, axis=0)
    return np.stack(
        [corners, corners + (after - corners) / 3, corners + (after - corners) * 2 / 3], axis=1
    ).reshape(-1, 2)


def _joins(
    where: Floats, before: Floats, after: Floats, radius: float, join: str, limit: float
) -> list[Floats]:
    """What lies between the ends of two lines that meet at an angle."""
    cosine = (before * after).sum(axis=1)
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    outer = np.where(cross > 0, -radius, radius)[:, None]
    first = where + outer * np.stack([-before[:, 1], before[:, 0]], axis=1)
    second = where + outer * np.stack([-after[:, 1], after[:, 0]], axis=1)
    sharp = cosine < _SMOOTH
    found = [np.stack([where, first, second], axis=1)[~sharp | (join == "bevel")]]
    if join == "round":
        found.append(_discs(where[sharp], radius))
    elif join == "miter":
        # 1 / sin(half the angle between the lines) is the miter's length over the width.
        half = np.sqrt(np.clip((1 + cosine) / 2, 1e-12, None))
        pointed = sharp & (1 / half <= limit)
        middle = (first + second) / 2 - where
        tip = (
            where
            + middle
            / np.clip((middle * middle).sum(axis=1), 1e-18, None)[:, None]
            * radius
            * radius
        )
        found.append(np.stack([where, first, tip, second], axis=1)[pointed])
        found.append(np.stack([where, first, second], axis=1)[sharp & ~pointed])
    return found


def _ends(points: Floats, along: Floats, radius: float, cap: str) -> list[Floats]:
    ends = points[[0, -1]]
    if cap == "round":
        return [_discs(ends, radius)]
    if cap == "square":
        out = radius * np.stack([-along[0], along[-1]])
        side = np.stack([-out[:, 1], out[:, 0]], axis=1)
        return [np.stack([ends + side, ends + side + out, ends - side + out, ends - side], axis=1)]
    return []


def _dot(place: Floats, radius: float, cap: str) -> list[Floats]:
    if cap == "round":
        return [_discs(place[None], radius)]
    if cap == "square":
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * radius
        return [_one_way((place + corners)[None])]
    return []


def _discs(centres: Floats, radius: float) -> Floats:
    """[M, N, 2] circles as polygons."""
    count = int(np.clip(math.ceil(math.pi / math.sqrt(2 * _FLATNESS / max(radius, 0.1))), 8, 96))
    turn = np.linspace(0, 2 * math.pi, count, endpoint=False)
    return centres[:, None] + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)


def _one_way(polygons: Floats) -> Floats:
    """The same, each with its area above 0."""
    x, y = polygons[..., 0], polygons[..., 1]
    area = (x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1)
    turned: Floats = np.where((area < 0)[:, None, None], polygons[:, ::-1], polygons)
    return turned
