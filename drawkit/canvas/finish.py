"""The last touch of pixel art: what every cell shows, in clusters, without specks, outlined."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.canvas.pixels_config import PixelsConfig
from drawkit.pixelart.banding import unbanded
from drawkit.pixelart.clusters import clustered
from drawkit.pixelart.contour import contour
from drawkit.pixelart.jaggies import UPRIGHT, evened
from drawkit.pixelart.neighbours import neighbours
from drawkit.pixelart.specks import despeckled
from drawkit.scene.grid import Tile

__all__ = ["Finish"]

_Numbers = npt.NDArray[np.integer]
_Flags = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.floating]

_ROUNDS = 2
"""How often each cell looks at whether its neighbours are shown."""
_SPECK = 2
"""Cells of a speck at most, on small grids."""
_SPECK_SHARE = 1 / 512
"""The same as a share of a square as high as the shorter side, on large ones."""
_GIVES = 0.04
"""How much farther (squared) the colour across a border may be from a cell that takes it."""


class Finish:
    """Tidies a grid of one shape and size; the same for the perceptor's picture and the file."""

    def __init__(self, config: PixelsConfig, rows: int, columns: int, tile: Tile) -> None:
        self._config = config
        self._around = neighbours(config.cell, rows, columns, corners=True, tile=tile)
        self._beside = neighbours(config.cell, rows, columns, tile=tile)
        plain = config.dither == "none"  # dithering is made of specks
        speck = config.despeckle
        if speck is None:
            speck = max(_SPECK, round(min(rows, columns) ** 2 * _SPECK_SHARE))
        self._most = speck if plain else 0
        self._coherence = config.coherence if plain else 0.0
        upright = plain and config.cell in UPRIGHT
        self._even = config.even_steps if upright else 0
        self._unband = config.unband and upright
        self._shape, self._tile = (rows, columns), tile

    def __call__(
        self,
        apart: _Floats,
        alpha: _Floats,
        lab: npt.NDArray[np.float64],
        frozen: _Flags,
        line: int,
    ) -> tuple[_Numbers, _Flags, _Flags]:
        """[cells] the row of each cell's colour, whether it is shown, whether it is outline.

        apart: [cells, P] squared distances to the colours lab [P, 3]; alpha: [cells], shown
        above one half; frozen: cells that stay as they are; line: the row of the outline's colour.
        """
        figure = self._figure(alpha, frozen)
        # Hidden cells have no say in colours: where one would be asked, a cell asks itself.
        own = np.arange(len(apart))[:, None]
        around = np.where(figure[self._around], self._around, own)
        rows: _Numbers = clustered(apart, around, self._coherence, frozen)
        rows = despeckled(rows, lab, around, self._most, self._config.contrast, frozen | ~figure)
        rows = self._even_borders(rows, apart, lab, figure, frozen)
        if self._config.outline is None:
            return rows, figure, np.zeros_like(figure)
        drawn = contour(figure, self._beside, self._config.outline_side) & ~frozen
        return np.where(drawn, line, rows), figure | drawn, drawn

    def _figure(self, alpha: _Floats, frozen: _Flags) -> _Flags:
        """What is shown, with an even edge and without lone cells and pinholes."""
        shown = alpha > 0.5
        for _ in range(_ROUNDS):
            company = shown[self._around].mean(axis=1) - 0.5
            even = alpha + self._config.even_edge * company > 0.5
            shown = np.where(frozen, shown, even)
        both_alike = np.zeros((2, 3))
        cells: _Numbers = shown.astype(np.intp)
        cells = despeckled(cells, both_alike, self._around, self._most, kept=frozen)
        movable = np.broadcast_to(~frozen[:, None], (len(cells), 2))
        figure: _Flags = self._evened(cells, movable) == 1
        return figure

    def _even_borders(
        self,
        rows: _Numbers,
        apart: _Floats,
        lab: npt.NDArray[np.float64],
        figure: _Flags,
        frozen: _Flags,
    ) -> _Numbers:
        """Colours of a figure without strips of banding, and with even steps between them."""
        inside = np.where(figure, rows, -1)
        if self._unband:
            table = apart.reshape(*self._shape, -1)
            square, kept = inside.reshape(self._shape), frozen.reshape(self._shape)
            inside = unbanded(square, table, lab, kept, self._tile).ravel()
        if self._even:
            own = np.take_along_axis(apart, np.maximum(inside, 0)[:, None], axis=1)
            inside = self._evened(inside, (apart - own < _GIVES) & ~frozen[:, None])
        return np.where(figure, inside, rows)

    def _evened(self, cells: _Numbers, movable: _Flags) -> _Numbers:
        """[cells] with even steps; movable: [cells, P]."""
        if not self._even:
            return cells
        square, table = cells.reshape(self._shape), movable.reshape(*self._shape, -1)
        return evened(square, table, self._tile, self._even).ravel()
