"""Loops without a new drawing: a figure that breathes, hops or walks by whole cells.

Every frame holds the cells of the still figure, moved; no colour is mixed. `share` is the height
of the figure that moves along, so that a figure of 16 cells and one of 64 move alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from drawkit.scene.grid import Grid, Indices

__all__ = ["MOTIONS", "ground", "moved"]

_STEP = 1 / 24
"""How far a figure moves, of its height; a cell at least."""
_HIPS = 0.62
"""Where a figure bends, from its top: what is above sinks when it breathes."""
_FEET = 0.8
"""Where its feet begin."""

_Motion = Callable[[Indices, int, float, int], Indices]


def moved(indices: Indices, empty: int, motion: str, frame: int, frames: int) -> Indices:
    """The `frame`-th of `frames` (2 or more) cells [H, W] of a figure on cells of index `empty`.

    motion: a name of `MOTIONS`. What leaves the grid is lost, so figures need room above. A grid
    without a figure stays as it is.
    """
    shown = np.flatnonzero((indices != empty).any(axis=1))
    if not len(shown):
        return indices.copy()
    top, bottom = int(shown[0]), int(shown[-1]) + 1
    height = bottom - top
    step = max(1, round(height * _STEP))
    # Of two frames one is at rest and one is moved; of more, both ends of the loop rest.
    rise = float(frame) if frames == 2 else math.sin(math.pi * frame / (frames - 1))
    turn = (frame + 0.5) / frames
    if motion == "bob":
        return _shifted(indices, empty, -round(step * rise))
    if motion == "breathe":
        return _sunk(indices, empty, top + round(height * _HIPS), round(step * rise))
    if motion == "hop":
        if rise < 0.3:  # it crouches before it leaps, and where it lands
            return _sunk(indices, empty, top + round(height * _HIPS), step)
        return _shifted(indices, empty, -round(3 * step * rise))
    if motion == "sway":
        return _leaning(indices, empty, bottom, height, step * math.sin(2 * math.pi * turn))
    if motion == "walk":
        return _striding(indices, empty, (top + round(height * _FEET), bottom), step, turn)
    return _turned(indices, empty, math.cos(2 * math.pi * frame / frames))


MOTIONS: Mapping[str, str] = MappingProxyType(
    {
        "bob": "up and down: what floats or waits",
        "breathe": "the upper part sinks and rises: a figure at rest",
        "hop": "crouches, leaps and lands: slimes, rabbits",
        "sway": "leans to and fro over its foot: grass, trees, flames",
        "walk": "one foot after the other, the body bobbing",
        "spin": "turns about its upright axis: coins, keys, gems",
    }
)
"""Name of every motion and what it is for."""


def ground(grid: Grid) -> int:
    """The index of what lies around the figure: nothing, or what most of the border shows."""
    if grid.transparent is not None:
        return grid.transparent
    cells = grid.indices
    border = np.concatenate([cells[0], cells[-1], cells[:, 0], cells[:, -1]])
    return int(np.bincount(border).argmax())


def _shifted(indices: Indices, empty: int, down: int, right: int = 0) -> Indices:
    """All cells moved, with empty ones behind them."""
    rows, columns = indices.shape
    result = np.full_like(indices, empty)
    from_row, to_row = max(0, -down), max(0, down)
    from_column, to_column = max(0, -right), max(0, right)
    high, wide = max(0, rows - abs(down)), max(0, columns - abs(right))
    result[to_row : to_row + high, to_column : to_column + wide] = indices[
        from_row : from_row + high, from_column : from_column + wide
    ]
    return result


def _sunk(indices: Indices, empty: int, joint: int, depth: int) -> Indices:
    """What is above row `joint` moves down over the rows there; what is below stays."""
    depth = min(depth, joint)
    if not depth:
        return indices.copy()
    result = indices.copy()
    result[depth:joint] = indices[: joint - depth]
    result[:depth] = empty
    return result


def _leaning(indices: Indices, empty: int, foot: int, height: int, reach: float) -> Indices:
    """Every row moves aside, the more the higher it is."""
    result = np.full_like(indices, empty)
    for row in range(len(indices)):
        aside = round(reach * 1.5 * max(0, foot - 1 - row) / max(1, height - 1))
        result[row : row + 1] = _shifted(indices[row : row + 1], empty, 0, aside)
    return result


def _striding(
    indices: Indices, empty: int, feet: tuple[int, int], step: int, turn: float
) -> Indices:
    """In turn: the left foot lifted, both down with the body up, the right one, the body up."""
    quarter = int(4 * turn)
    if quarter in (1, 3):
        result = _shifted(indices, empty, -step)
        result[feet[0] : feet[1]] = indices[feet[0] : feet[1]]
        return result
    used = np.flatnonzero((indices[feet[0] : feet[1]] != empty).any(axis=0))
    if not len(used):
        return indices.copy()
    middle = (int(used[0]) + int(used[-1]) + 1) // 2
    half = np.arange(indices.shape[1]) < middle
    lifted = half if quarter == 0 else ~half
    result = indices.copy()
    result[feet[0] : feet[1] - step, lifted] = indices[feet[0] + step : feet[1], lifted]
    result[feet[1] - step : feet[1], lifted] = empty
    return result


def _turned(indices: Indices, empty: int, width: float) -> Indices:
    """As wide as the cosine of the turn; past a quarter turn its mirror image shows."""
    used = np.flatnonzero((indices != empty).any(axis=0))
    centre = (used[0] + used[-1]) / 2
    width = math.copysign(max(abs(width), 1.0 / (used[-1] - used[0] + 1)), width)
    columns = np.arange(indices.shape[1])
    source = np.floor(centre + (columns - centre) / width + 0.5).astype(int)
    inside = (source >= used[0]) & (source <= used[-1])
    result = np.full_like(indices, empty)
    result[:, inside] = indices[:, source[inside]]
    return result
