"""Which pieces of a filled outline are its edge: those with the inside on one side only."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["boundary_pieces"]

F64 = npt.NDArray[np.float64]
Lines = npt.NDArray[np.float32] | F64
SAME = 1e-4  # px: lines this near are one edge


def boundary_pieces(
    start: Lines, end: Lines, even_odd: bool
) -> tuple[npt.NDArray[np.int64], F64, F64]:  # [L, 2], [L, 2] -> [M], [M, 2], [M]
    """Line, parameter range (low, high) and inside of every piece of edge of a closed outline.

    The inside is +1 on the side of the line's normal (-step y, step x), -1 on the other.

    Lines are cut where they cross; a piece stays where the fill rule says inside on one side
    and outside on the other. Slow and plain: every line against every other.
    """
    start, end = start.astype(np.float64), end.astype(np.float64)
    line, span, side = [], [], []
    for i in range(len(start)):
        step = end[i] - start[i]
        length = float(np.hypot(*step))
        if length < 1e-12:
            continue
        cuts = np.concatenate([[0.0], _crossings(start, end, i), [1.0]])
        for a, b in pairwise(cuts):
            if b - a < 1e-9:
                continue
            before, after = _windings(start, end, i, (a + b) / 2)
            if (before % 2 != after % 2) if even_odd else ((before != 0) != (after != 0)):
                line.append(i)
                span.append((a, b))
                leads = step[1] > 0 if abs(step[1]) >= abs(step[0]) else step[0] < 0
                within = before % 2 != 0 if even_odd else before != 0
                side.append(1.0 if leads == within else -1.0)
    return np.array(line, np.int64), np.array(span).reshape(-1, 2), np.array(side)


def _crossings(start: F64, end: F64, i: int) -> F64:
    """Sorted parameters in (0, 1) where other lines cross line i."""
    origin, step = start[i], end[i] - start[i]
    other = end - start
    gap = start - origin
    turn = step[0] * other[:, 1] - step[1] * other[:, 0]
    safe = np.where(np.abs(turn) < 1e-12, 1.0, turn)
    along = (gap[:, 0] * other[:, 1] - gap[:, 1] * other[:, 0]) / safe
    across = (gap[:, 0] * step[1] - gap[:, 1] * step[0]) / safe
    hit = (np.abs(turn) >= 1e-12) & (along > 0) & (along < 1) & (across >= 0) & (across <= 1)
    hit[i] = False
    return np.sort(along[hit])


def _windings(start: F64, end: F64, i: int, at: float) -> tuple[int, int]:
    """Winding numbers just before and just after line i along the axis it crosses more steeply.

    Lines through the very same point are counted with line i: two that run back over each
    other are no edge.
    """
    point = start[i] + at * (end[i] - start[i])
    step = np.abs(end[i] - start[i])
    x, y = (0, 1) if step[1] >= step[0] else (1, 0)
    low, high = start[:, y], end[:, y]
    up = (low <= point[y]) & (high > point[y])
    down = (high <= point[y]) & (low > point[y])
    rise = np.where(up | down, high - low, 1.0)
    cross = start[:, x] + (point[y] - low) / rise * (end[:, x] - start[:, x])
    turn = up.astype(np.int64) - down.astype(np.int64)
    same = np.abs(cross - point[x]) < SAME
    same[i] = True
    before = int(turn[(cross < point[x]) & ~same].sum())
    return before, before + int(turn[same].sum())
