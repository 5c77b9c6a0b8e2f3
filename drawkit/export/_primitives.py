"""Paths that are circles, ellipses, rectangles or lines, as what they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from drawkit.export._footprints import sampled
from drawkit.export._text import plain_number
from drawkit.scene import Path

__all__ = ["primitive"]

_ROUND = 0.002
"""Share of the radius by which four cubics may miss an ellipse; the usual ones miss by 0.0003."""


def primitive(path: Path, decimals: int) -> tuple[str, dict[str, Any]] | None:
    """Name and attributes of the element that is the same as the path, if there is one.

    Nothing is moved by more than half of the last digit that is written. A rectangle is upright.
    """
    if path.more:
        return None
    within = 0.5 * 10.0**-decimals
    found = (_line if not path.closed else _closed)(path, within)
    if found is None:
        return None
    name, numbers = found
    return name, {key: plain_number(value, decimals) for key, value in numbers.items()}


def _line(path: Path, within: float) -> tuple[str, dict[str, float]] | None:
    points = path.control_points
    if path.segments != 1 or path.fill is not None or not _straight(points, within):
        return None
    (x1, y1), (x2, y2) = points[0], points[-1]
    if np.hypot(x2 - x1, y2 - y1) <= 2 * within:  # a dot, which some programs do not draw
        return None
    return "line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2}


def _closed(path: Path, within: float) -> tuple[str, dict[str, float]] | None:
    points = path.control_points
    low, high = points[::3].min(axis=0), points[::3].max(axis=0)
    size = high - low
    if path.segments != 4 or size.min() <= 2 * within:
        return None
    corners = points[::3]
    at_corner = np.minimum(np.abs(corners - low), np.abs(corners - high)).max() <= within
    around = np.vstack([points, points[:1]])
    sides = [_straight(around[at : at + 4], within) for at in range(0, 12, 3)]
    if at_corner and all(sides) and len({tuple(c) for c in np.round(corners / within)}) == 4:
        turned = np.abs(np.diff(around[::3], axis=0))
        if (turned.min(axis=1) <= within).all():
            (x, y), (width, height) = low, size
            return "rect", {"x": x, "y": y, "width": width, "height": height}
    return _ellipse(path, low, high, within)


def _ellipse(path: Path, low: Any, high: Any, within: float) -> tuple[str, dict[str, float]] | None:
    center, radii = (low + high) / 2, (high - low) / 2
    around = sampled(path, float(radii.min()) / 8)
    away = np.linalg.norm((around - center) / radii, axis=1) - 1
    if np.abs(away).max() > min(_ROUND, 2 * within / float(radii.max()) + 0.0004):
        return None
    # Once around, and not four arcs to and fro.
    angles = np.unwrap(np.arctan2(*((around - center) / radii).T[::-1]))
    if abs(abs(angles[-1] - angles[0]) - 2 * np.pi) > 0.1 or np.ptp(angles) > 2 * np.pi + 0.1:
        return None
    (cx, cy), (rx, ry) = center, radii
    if abs(rx - ry) <= within:
        return "circle", {"cx": cx, "cy": cy, "r": (rx + ry) / 2}
    return "ellipse", {"cx": cx, "cy": cy, "rx": rx, "ry": ry}


def _straight(hull: Any, within: float) -> bool:
    """Whether the points of a cubic go straight from its first to its last."""
    way = hull[3] - hull[0]
    length = float(np.linalg.norm(way))
    along = way / max(length, 1e-12)
    away = hull[1:3] - hull[0]
    beside = np.abs(along[0] * away[:, 1] - along[1] * away[:, 0])
    steps = np.diff([0.0, *(away @ along), length])
    near = (np.linalg.norm(away, axis=1) <= length + within).all()
    return bool((beside <= within).all() and (steps >= -within).all() and near)
