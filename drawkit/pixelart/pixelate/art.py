"""Pictures that are pixel art already: read cell by cell, as large as they are or enlarged."""

from __future__ import annotations

import logging

import numpy as np
import numpy.typing as npt

from drawkit.color import MAX_SWATCHES
from drawkit.palettes.extract import swatches_in
from drawkit.pixelart.pixelate.cells import read_cells
from drawkit.pixelart.pixelate.lattice import Lattice, find_lattices

__all__ = ["read_art"]

_NOISY = 10.0
"""Mean difference inside cells, in levels of 255, from which on it is no pixel art."""
_ERROR = 3.0
"""How far a cell may be off, times its noise and by its side in px: larger ones have more pixels
that agree, and a middle farther from what is around (measured; WebP has more, JPEG less)."""
_PART = 0.7
"""Share of a cell's width below which one at a side is a part, and may be left out."""
_CLEAR = 3
"""Px of a cell from which on it is worth saying what size a picture has."""

_Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float64]
_Numbers = npt.NDArray[np.intp]

log = logging.getLogger("drawkit")


def read_art(
    pixels: _Pixels, size: int | tuple[int, int], grid: tuple[int, int]
) -> tuple[_Pixels, _Floats] | None:
    """The cells, straight RGBA [rows, columns, 4], and their errors; None for all other pictures.

    The errors [rows, columns] are the levels that compression may have moved each cell; 0 where
    nothing was lost. pixels: straight RGBA [H, W, 4]. size: as the user gave it. grid: the
    columns and rows that come of it; a picture that was cut may have one more or less on its
    shorter side.
    """
    height, width = pixels.shape[:2]
    if (width, height) == grid:
        known = len(swatches_in(pixels)) <= MAX_SWATCHES
        return (pixels, np.zeros((height, width))) if known else None
    found = find_lattices(pixels, *grid)
    lattice = found.even or _matched(found.near, size, grid) or _matched(found.shown, size, grid)
    if lattice is None:
        if found.shown is not None:
            _advise(found.shown, pixels)
        return None
    cells, noise = read_cells(pixels, lattice)
    if noise.mean() >= _NOISY:
        return None
    columns, rows = lattice.size
    return cells, _ERROR * noise / np.sqrt(width / columns * height / rows)


def _matched(
    shown: Lattice | None, size: int | tuple[int, int], grid: tuple[int, int]
) -> Lattice | None:
    """The lattice, without parts of cells at its ends, if it has the asked size."""
    if shown is None:
        return None
    if isinstance(size, int):
        wide = shown.size[0] >= shown.size[1]
        wanted = (size, len(shown.down) - 1) if wide else (len(shown.across) - 1, size)
    else:
        wanted = grid
    across, down = _trimmed(shown.across, wanted[0]), _trimmed(shown.down, wanted[1])
    found = Lattice(across, down)
    return found if found.size == wanted else None


def _trimmed(borders: _Numbers, count: int) -> _Numbers:
    """Borders without the thinner end, as long as there are too many and it is a part of a cell."""
    while len(borders) - 1 > max(count, 1):
        width = np.diff(borders)
        thin = 0 if width[0] <= width[-1] else -1
        if width[thin] >= _PART * np.median(width):
            break
        borders = np.delete(borders, thin)
    return borders


def _advise(shown: Lattice, pixels: _Pixels) -> None:
    """Say what size gives the cells as they are."""
    longer = max(shown.size)
    if max(pixels.shape[:2]) >= _CLEAR * longer and read_cells(pixels, shown)[1].mean() < _NOISY:
        columns, rows = shown.size
        log.info(
            "it is pixel art of %d x %d cells, enlarged; --size %d gives them as they are",
            columns,
            rows,
            longer,
        )
