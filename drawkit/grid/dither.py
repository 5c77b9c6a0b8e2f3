"""Thresholds for dithering: Bayer's matrix, and blue noise made by void and cluster."""

from __future__ import annotations

from functools import cache
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

__all__ = ["DITHERS", "Dither", "thresholds"]

Dither = Literal["none", "bayer", "blue"]
DITHERS: tuple[Dither, ...] = get_args(Dither)

_Floats = npt.NDArray[np.float64]

_BAYER_STEPS = 2
"""4 x 4: what games use; 8 x 8 is finer than small sprites."""
_BLUE_SIDE = 32
_SIGMA = 1.9
_FIRST = 0.1
"""Share of the cells in the first even spread (Ulichney's own)."""


def thresholds(dither: Dither, rows: int, columns: int) -> _Floats:
    """[rows, columns] numbers between -0.5 and 0.5, even on the whole and anywhere; 0 for none."""
    if dither == "none":
        return np.zeros((rows, columns))
    tile = _bayer() if dither == "bayer" else _blue_noise()
    side = len(tile)
    repeats = (-(-rows // side), -(-columns // side))
    return np.tile(tile, repeats)[:rows, :columns]


def _bayer() -> _Floats:
    """Bayer's ordered matrix: every quarter of it is even, and every quarter of that."""
    ranks = np.zeros((1, 1), int)
    for _ in range(_BAYER_STEPS):
        ranks = np.block([[4 * ranks, 4 * ranks + 2], [4 * ranks + 3, 4 * ranks + 1]])
    return _centred(ranks)


@cache
def _blue_noise() -> _Floats:
    """Void and cluster (R. Ulichney, 1993): each next cell goes into the largest gap."""
    side = _BLUE_SIDE
    count = round(side * side * _FIRST)
    start = np.zeros(side * side, bool)
    start[np.random.default_rng(0).permutation(side * side)[:count]] = True
    waves = _kernels(side)
    spread = waves[start].sum(axis=0)
    while True:  # move the most crowded cell into the largest gap until that changes nothing
        crowded = np.where(start, spread, -np.inf).argmax()
        start[crowded], spread = False, spread - waves[crowded]
        gap = np.where(start, np.inf, spread).argmin()
        start[gap], spread = True, spread + waves[gap]
        if gap == crowded:
            break
    ranks = np.zeros(side * side, int)
    taken, crowd = start.copy(), spread.copy()
    for rank in range(count - 1, -1, -1):
        at = np.where(taken, crowd, -np.inf).argmax()
        taken[at], crowd, ranks[at] = False, crowd - waves[at], rank
    for rank in range(count, side * side):
        at = np.where(start, np.inf, spread).argmin()
        start[at], spread, ranks[at] = True, spread + waves[at], rank
    return _centred(ranks.reshape(side, side))


def _kernels(side: int) -> _Floats:
    """How much each cell of a tile that goes on at its other side fills every other one."""
    axis = np.arange(side)
    step = np.minimum(axis, side - axis)
    bump = np.exp(-(step[:, None] ** 2 + step**2) / (2 * _SIGMA**2))
    rows, columns = np.divmod(np.arange(side * side), side)
    kernels: _Floats = bump[(rows[:, None] - rows) % side, (columns[:, None] - columns) % side]
    return kernels


def _centred(ranks: npt.NDArray[np.int_]) -> _Floats:
    """0, 1, 2 ... as numbers between -0.5 and 0.5."""
    return (ranks + 0.5) / ranks.size - 0.5
