"""Sprites side by side: the same frame, one line to stand on, one palette."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from drawkit.color import Swatch
from drawkit.games.sets import SetConfig
from drawkit.palettes import extract_swatches
from drawkit.pixelart.motion import ground
from drawkit.pixelart.recolor import recolored
from drawkit.scene.grid import Frame, Grid, Indices

__all__ = ["MOST_COLORS", "in_one_palette", "placed"]

MOST_COLORS = 255
"""Colours of a set; a file holds 256, one of them shows nothing."""


def placed(grid: Grid, size: tuple[int, int], config: SetConfig) -> Grid:
    """The same cells in frames of `size` columns and rows, no smaller than the grid's own.

    The figure, as all its frames together show it, stands in the middle and on the line that
    `config` gives; nothing of it is cut off.
    """
    empty = ground(grid)
    columns, rows = size
    shown = np.any([frame.indices != empty for frame in grid.frames], axis=0)
    left, right = _extent(shown.any(axis=0))
    top, bottom = _extent(shown.any(axis=1))
    if config.baseline == "none":
        right, down = (columns - shown.shape[1]) // 2, (rows - shown.shape[0]) // 2
        return _moved(grid, size, empty, right, down)
    across = (columns - (right - left)) // 2 - left
    line = rows - config.margin if config.baseline == "bottom" else (rows + bottom - top) // 2
    down = max(line - bottom, -top)
    return _moved(grid, size, empty, across, down)


def in_one_palette(
    grids: Sequence[Grid], colors: int | None, first: Sequence[Swatch] = ()
) -> list[Grid]:
    """All grids in one palette: `colors` that stand best for them all, or all that they have.

    first: colours that come first in it, used or not. More than 255 stay as they are, each grid
    with its own. Every grid gets a colour that shows nothing, where one of them has it.
    """
    cells = [grid.rgba(frame.indices).reshape(-1, 4) for grid in grids for frame in grid.frames]
    pixels = np.concatenate(cells)[None]
    if colors is not None and pixels[..., 3].any():
        swatches = extract_swatches(pixels, colors)
    else:
        found = {color for grid in grids for color in _used(grid)}
        swatches = tuple(dict.fromkeys([*first, *sorted(found)]))
    if not 1 <= len(swatches) <= MOST_COLORS:
        return list(grids)
    if all(grid.transparent is None for grid in grids):
        return [recolored(grid, swatches) for grid in grids]
    return [recolored(grid, (*swatches, (0, 0, 0)), len(swatches)) for grid in grids]


def _used(grid: Grid) -> list[Swatch]:
    rows = np.unique(np.concatenate([frame.indices.ravel() for frame in grid.frames]))
    return [grid.palette[row] for row in rows.tolist() if row != grid.transparent]


def _extent(used: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """First and behind the last; the whole where nothing is there."""
    places = np.flatnonzero(used)
    return (int(places[0]), int(places[-1]) + 1) if len(places) else (0, len(used))


def _moved(grid: Grid, size: tuple[int, int], empty: int, across: int, down: int) -> Grid:
    def frame_of(indices: Indices) -> Indices:
        frame = np.full(size[::-1], empty, np.uint8)
        rows, columns = np.nonzero(indices != empty)
        frame[rows + down, columns + across] = indices[rows, columns]
        return frame

    frames = tuple(Frame(frame_of(f.indices), f.duration_ms) for f in grid.frames)
    return replace(grid, frames=frames)
