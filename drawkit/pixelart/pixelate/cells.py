"""What each cell of enlarged pixel art shows, and how sure that is.

Compression blurs a cell's border and leaves a little noise in its middle. A cell takes the
median of its inner part; how much that part differs says how far the median may be off.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.pixelart.pixelate.lattice import Lattice

__all__ = ["read_cells"]

_MARGIN, _WIDEST = 0.17, 4
"""Share of a cell's side that is left out at each border, and px at most."""
_SAMPLES = 7
"""Pixels of a cell each way that are looked at, at most."""
_STRIP = 1 << 22

_Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float64]
_Numbers = npt.NDArray[np.intp]


def read_cells(pixels: _Pixels, lattice: Lattice) -> tuple[_Pixels, _Floats]:
    """Straight RGBA [rows, columns, 4] of the cells of a picture [H, W, 4], and their noise.

    The noise [rows, columns] is the mean difference inside each, in levels of 255; 0 where
    nothing was lost.
    """
    x, y = _inner(lattice.across), _inner(lattice.down)
    columns, rows = lattice.size
    cells = np.empty((rows, columns, 4), np.uint8)
    noise = np.empty((rows, columns))
    at_once = max(1, _STRIP // (x.size * y.shape[1]))
    for top in range(0, rows, at_once):
        seen = pixels[y[top : top + at_once, :, None, None], x[None, None]]  # [r, k, c, k, 4]
        seen = seen.swapaxes(1, 2).reshape(len(seen), columns, -1, 4)
        middle = np.rint(np.median(seen, axis=2))
        cells[top : top + at_once] = middle
        noise[top : top + at_once] = np.abs(seen - middle[:, :, None]).mean(axis=(2, 3))
    return cells, noise


def _inner(borders: _Numbers) -> _Numbers:
    """[cells, samples] pixels of each cell along one side, away from its borders."""
    width = np.diff(borders)
    margin = np.minimum(np.rint(_MARGIN * width), _WIDEST)
    first, last = borders[:-1] + margin, borders[1:] - 1 - margin
    count = int(min(_SAMPLES, max(1, np.median(last - first + 1))))
    share = np.linspace(0, 1, count) if count > 1 else np.array([0.5])
    return np.rint(first[:, None] + share * (last - first)[:, None]).astype(np.intp)
