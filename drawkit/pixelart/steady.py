"""Motions of a character that stays itself: nothing leaves the grid, its area stays.

The motions are those of `motion.py`; a figure that sinks grows wider by as many cells, as in
squash and stretch, and one that has no room above leaps less high.
"""

from __future__ import annotations

import numpy as np

from drawkit.pixelart.motion import moved
from drawkit.scene.grid import Indices

__all__ = ["AREA", "area_of", "steadily_moved"]

AREA = 0.05
"""How far the area of a frame may be from that of the figure at rest, of the latter."""

_NEAR = 0.5
"""Of that, what is left as it is."""
_WAIST = 0.6
"""Where a figure gives way, from its top."""


def steadily_moved(indices: Indices, empty: int, motion: str, frame: int, frames: int) -> Indices:
    """The `frame`-th of `frames` of a motion, as `moved` has it, in the grid and of one area.

    motion: any but spin, which shows a figure from its sides.
    """
    margin = max(indices.shape)
    wide = np.pad(indices, margin, constant_values=empty)
    found = _fitted(moved(wide, empty, motion, frame, frames), margin, indices.shape, empty)
    area = area_of(indices, empty)
    found = _of_area(found, empty, area)
    # What fills its grid has no room to give way to, and rests.
    return found if abs(area_of(found, empty) - area) <= AREA * area else indices.copy()


def area_of(indices: Indices, empty: int) -> int:
    """Cells that a figure covers."""
    return int((indices != empty).sum())


def _fitted(wide: Indices, margin: int, shape: tuple[int, ...], empty: int) -> Indices:
    """The part of a wider grid; a figure that reaches above comes down, a row that is aside in."""
    rows, columns = shape
    shown = wide != empty
    used = np.flatnonzero(shown.any(axis=1))
    if not len(used):
        return wide[margin : margin + rows, margin : margin + columns].copy()
    down = max(0, margin - int(used[0]))
    result = np.full(shape, empty, wide.dtype)
    for row in range(rows):
        source = wide[row + margin - down]
        there = np.flatnonzero(source != empty)
        if len(there):
            left = min(max(margin, int(there[-1]) + 1 - columns), int(there[0]))
            result[row] = source[left : left + columns]
    return result


def _of_area(cells: Indices, empty: int, target: int) -> Indices:
    """The figure wider, or narrower, in rows about its waist until it covers about `target`.

    On each side of its middle a column comes in, or goes, where it does so unseen in most rows.
    """
    missing = target - area_of(cells, empty)
    if abs(missing) <= AREA * _NEAR * target:
        return cells
    result = cells.copy()
    used = np.flatnonzero((cells != empty).any(axis=1))
    waist = used[0] + (used[-1] - used[0]) * _WAIST
    order = sorted(used[:-1].tolist(), key=lambda row: (abs(row - waist), row))
    by, seams = (1 if missing > 0 else -1), _seams(cells, empty)
    for _ in range(cells.shape[1]):
        before = missing
        for row in order:
            for seam in seams:
                if missing and _seamed(result[row], empty, seam, by):
                    missing -= by
        if missing in (0, before):
            break
    return result


def _seams(cells: Indices, empty: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Of the left and the right half: the column to part it at, and the way out from there."""
    columns = np.nonzero(cells != empty)[1]
    middle = int(np.median(columns))
    low, high = (int(np.percentile(columns, share)) for share in (20, 80))
    alike = (cells[:, :-1] == cells[:, 1:]) & (cells[:, 1:] != empty)
    votes = alike.sum(axis=0)
    left = min(range(max(low, 1), max(middle, low + 1, 2)), key=lambda c: (-votes[c - 1], c))
    last = cells.shape[1] - 2
    right = min(
        range(min(middle, last), max(min(high, last), min(middle, last) + 1)),
        key=lambda c: (-votes[c], -c),
    )
    return (left, -1), (right, 1)


def _seamed(row: Indices, empty: int, seam: tuple[int, int], by: int) -> bool:
    """Let the part of a row beyond the seam move out by a cell (in: -1); whether it could."""
    column, way = seam
    outer = row[column::way]
    if outer[0] == empty or len(outer) < 2:
        return False
    if by > 0:
        if outer[-1] != empty:
            return False
        outer[1:] = outer[:-1].copy()
    else:
        if outer[1] == empty:
            return False
        outer[:-1] = outer[1:].copy()
        outer[-1] = empty
    return True
