"""The last touch of pixel art: what every cell shows, without specks, with the outline."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.canvas.pixels_config import PixelsConfig
from drawkit.grid.contour import contour
from drawkit.grid.neighbours import neighbours
from drawkit.grid.specks import despeckled

__all__ = ["Finish"]

_Numbers = npt.NDArray[np.integer]
_Flags = npt.NDArray[np.bool_]


class Finish:
    """Tidies a grid of one shape and size; the same for the perceptor's picture and the file."""

    def __init__(self, config: PixelsConfig, rows: int, columns: int) -> None:
        self._config = config
        self._around = neighbours(config.cell, rows, columns, corners=True)
        self._beside = neighbours(config.cell, rows, columns)
        # Dithering is made of specks.
        self._most = config.despeckle if config.dither == "none" else 0

    def __call__(
        self,
        nearest: _Numbers,
        shown: _Flags,
        lab: npt.NDArray[np.float64],
        frozen: _Flags,
        line: int,
    ) -> tuple[_Numbers, _Flags]:
        """[cells] the row of each cell's colour, and whether it is shown.

        nearest: each cell's own row; shown: whether it has one; lab: [P, 3]; frozen: cells that
        stay as they are; line: the row of the outline's colour.
        """
        figure = self._figure(shown, frozen)
        # Hidden cells have no say in colours: where one would be asked, a cell asks itself.
        own = np.arange(len(nearest))[:, None]
        around = np.where(figure[self._around], self._around, own)
        clean = despeckled(
            nearest, lab, around, self._most, self._config.contrast, frozen | ~figure
        )
        if self._config.outline is None:
            return clean, figure
        drawn = contour(figure, self._beside, self._config.outline_side) & ~frozen
        return np.where(drawn, line, clean), figure | drawn

    def _figure(self, shown: _Flags, frozen: _Flags) -> _Flags:
        """What is shown, without lone cells and pinholes."""
        both_alike = np.zeros((2, 3))
        cells = shown.astype(np.intp)
        figure: _Flags = despeckled(cells, both_alike, self._around, self._most, kept=frozen) == 1
        return figure
