"""Thresholds for dithering: Bayer's matrix, and blue noise made by void and cluster.

On a seamless tile the pattern has to go on at the other side: its period divides the tile.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from drawkit.scene.grid import Tile

__all__ = ["DITHERS", "Dither", "thresholds", "undithered"]

Dither = Literal["none", "bayer", "blue"]
DITHERS: tuple[Dither, ...] = get_args(Dither)

_Floats = npt.NDArray[np.float64]

_BAYER_STEPS = 2
"""4 x 4: what games use; 8 x 8 is finer than small sprites."""
_BLUE_SIDE = 32
_LEAST_SIDE = 8
"""Of a blue noise that shows no pattern; a smaller tile is its own period."""
_SIGMA = 1.9
_FIRST = 0.1
"""Share of the cells in the first even spread (Ulichney's own)."""


def thresholds(dither: Dither, rows: int, columns: int, tile: Tile = (False, False)) -> _Floats:
    """[rows, columns] numbers between -0.5 and 0.5, even on the whole and anywhere; 0 for none.

    tile: whether the pattern goes on at the other side, across and down; see `undithered`.
    """
    if dither == "none":
        return np.zeros((rows, columns))
    if dither == "bayer":
        pattern = _bayer()
    else:
        pattern = _blue_noise(
            *(_period(side, goes_on) for side, goes_on in ((rows, tile[1]), (columns, tile[0])))
        )
    repeats = [-(-side // own) for side, own in zip((rows, columns), pattern.shape, strict=True)]
    return np.tile(pattern, repeats)[:rows, :columns]


def undithered(dither: Dither, rows: int, columns: int, tile: Tile) -> str:
    """What a tile would need for a dither that goes on at its sides; empty where it does."""
    sides = [side for side, tiled in ((columns, tile[0]), (rows, tile[1])) if tiled]
    period = 2**_BAYER_STEPS
    if dither == "bayer" and any(side % period for side in sides):
        return f"sides that {period} divides"
    if dither == "blue" and not all(_period(side, tiled=True) for side in sides):
        return f"sides that a number from {_LEAST_SIDE} to {_BLUE_SIDE} divides"
    return ""


def _period(side: int, tiled: bool) -> int:
    """Cells after which blue noise repeats on a side of so many; 0 where none would do."""
    if not tiled or side <= _LEAST_SIDE:
        return side if tiled else _BLUE_SIDE
    fitting = (n for n in range(_BLUE_SIDE, _LEAST_SIDE - 1, -1) if side % n == 0)
    return next(fitting, 0)


def _bayer() -> _Floats:
    """Bayer's ordered matrix: every quarter of it is even, and every quarter of that."""
    ranks = np.zeros((1, 1), int)
    for _ in range(_BAYER_STEPS):
        ranks = np.block([[4 * ranks, 4 * ranks + 2], [4 * ranks + 3, 4 * ranks + 1]])
    return _centred(ranks)


@cache
def _blue_noise(rows: int, columns: int) -> _Floats:
    """Void and cluster (R. Ulichney, 1993): each next cell goes into the largest gap."""
    area = rows * columns
    count = max(1, round(area * _FIRST))
    start = np.zeros(area, bool)
    start[np.random.default_rng(0).permutation(area)[:count]] = True
    waves = _kernels(rows, columns)
    spread = waves[start].sum(axis=0)
    while True:  # move the most crowded cell into the largest gap until that changes nothing
        crowded = np.where(start, spread, -np.inf).argmax()
        start[crowded], spread = False, spread - waves[crowded]
        gap = np.where(start, np.inf, spread).argmin()
        start[gap], spread = True, spread + waves[gap]
        if gap == crowded:
            break
    ranks = np.zeros(area, int)
    taken, crowd = start.copy(), spread.copy()
    for rank in range(count - 1, -1, -1):
        at = np.where(taken, crowd, -np.inf).argmax()
        taken[at], crowd, ranks[at] = False, crowd - waves[at], rank
    for rank in range(count, area):
        at = np.where(start, np.inf, spread).argmin()
        start[at], spread, ranks[at] = True, spread + waves[at], rank
    return _centred(ranks.reshape(rows, columns))


def _kernels(rows: int, columns: int) -> _Floats:
    """How much each cell of a tile that goes on at its other side fills every other one."""
    down, across = (np.minimum(axis, len(axis) - axis) for axis in map(np.arange, (rows, columns)))
    bump = np.exp(-(down[:, None] ** 2 + across**2) / (2 * _SIGMA**2))
    row, column = np.divmod(np.arange(rows * columns), columns)
    kernels: _Floats = bump[(row[:, None] - row) % rows, (column[:, None] - column) % columns]
    return kernels


def _centred(ranks: npt.NDArray[np.int_]) -> _Floats:
    """0, 1, 2 ... as numbers between -0.5 and 0.5."""
    return (ranks + 0.5) / ranks.size - 0.5
