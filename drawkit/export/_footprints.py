"""Which paths touch which: where two share no pixel, their order of painting does not matter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.scene import Path, Subpath

__all__ = ["boxes", "reach", "sampled", "touching"]

_Floats = npt.NDArray[np.float64]
_Mask = npt.NDArray[np.bool_]

_GRID = 64
"""Cells of the longer side of the drawing; finer ones find more paths that are apart."""
_BLEED = 1.0
"""User units that an antialiased edge reaches beyond its path, at the drawing's own size."""


def reach(path: Path) -> float:
    """How far from its curves the line of a path can colour; 0 where it has none."""
    if path.stroke is None:
        return 0.0
    corner = path.miterlimit if path.linejoin == "miter" else 1.0
    return max(path.stroke_width, 0.0) / 2 * max(corner, 2**0.5 if path.linecap == "square" else 1)


def sampled(run: Subpath, step: float) -> _Floats:
    """Points [N, 2] along all segments, no two neighbours farther apart than `step`."""
    points = run.control_points
    if run.closed:
        points = np.vstack([points, points[:1]])
    pieces = []
    for at in range(0, len(points) - 1, 3):
        hull = points[at : at + 4]
        # A curve is no longer than its hull, and no faster than three times its longest side.
        sides = np.linalg.norm(np.diff(hull, axis=0), axis=1)
        count = int(min(max(np.ceil(3 * sides.max() / step), 1), 4096))
        t = np.linspace(0, 1, count + 1)[:, None]
        u = 1 - t
        pieces.append(
            u**3 * hull[0] + 3 * u * u * t * hull[1] + 3 * u * t * t * hull[2] + t**3 * hull[3]
        )
    return np.concatenate(pieces)


def boxes(paths: tuple[Path, ...]) -> _Floats:
    """[N, 4] left, top, right, bottom of the hulls with the strokes' widths."""
    rows = []
    for path in paths:
        around = reach(path)
        points = np.concatenate([run.control_points for run in path.subpaths])
        low, high = points.min(axis=0), points.max(axis=0)
        rows.append([*(low - around), *(high + around)])
    return np.array(rows).reshape(-1, 4)


def touching(paths: tuple[Path, ...], size: tuple[float, float]) -> _Mask:
    """[N, N]: whether two paths may share a pixel; never False where they do.

    Also what lies beside the drawing counts, as pages may show it.
    """
    cell = max(size) / _GRID
    found = boxes(paths)
    low = np.maximum(found[:, :2].min(axis=0) - _BLEED, -np.array(size))
    high = np.minimum(found[:, 2:].max(axis=0) + _BLEED, 2 * np.array(size))
    across, down = (int(side) for side in np.maximum(np.ceil((high - low) / cell), 1))
    masks = np.array([_cells(path, low, cell, (down, across)).ravel() for path in paths])
    covered = masks.astype(np.float32)
    shared: _Mask = covered @ covered.T > 0
    return shared


def _cells(path: Path, low: _Floats, cell: float, shape: tuple[int, int]) -> _Mask:
    """The cells that a path may colour; those beyond the sides count as the nearest inside."""
    points = (np.concatenate([sampled(run, cell / 2) for run in path.subpaths]) - low) / cell
    # A quarter of a cell is half of the distance between two samples.
    around = (_BLEED + reach(path)) / cell + 0.25
    first = np.floor(points - around).astype(int)
    last = np.floor(points + around).astype(int)
    limits = np.array(shape[::-1]) - 1
    first, last = first.clip(0, limits), last.clip(0, limits)
    # Boxes around all samples at once: a corner each in a table that is then summed up.
    table = np.zeros((shape[0] + 1, shape[1] + 1), np.int32)
    np.add.at(table, (first[:, 1], first[:, 0]), 1)
    np.add.at(table, (last[:, 1] + 1, first[:, 0]), -1)
    np.add.at(table, (first[:, 1], last[:, 0] + 1), -1)
    np.add.at(table, (last[:, 1] + 1, last[:, 0] + 1), 1)
    mask: _Mask = table.cumsum(0).cumsum(1)[:-1, :-1] > 0
    return _filled(mask) if path.fill is not None else mask


def _filled(mask: _Mask) -> _Mask:
    """With all that has a marked cell on each of its four sides: more than any fill covers."""
    inside = np.ones_like(mask)
    for axis in (0, 1):
        for way in (slice(None), slice(None, None, -1)):
            turned = mask[way] if axis == 0 else mask[:, way]
            seen = np.logical_or.accumulate(turned, axis=axis)
            inside &= seen[way] if axis == 0 else seen[:, way]
    return inside
