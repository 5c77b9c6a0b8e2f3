"""A grid made ready for files that hold palette indices: upscaled, the transparent colour first."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image

from drawkit.errors import InputError
from drawkit.scene.cells import SIZES, cell_size, enlarged
from drawkit.scene.grid import Frame, Grid, Indices

__all__ = ["MAX_SIDE", "index_depth", "pictures", "quantized", "scale_for", "transparent_first"]

MAX_SIDE = 16384
"""Longest side of a written picture in px."""

_SHAPED_SCALE = 16
"""Pixels of a cell that is no square, where nothing is asked for: at 1 its shape would be lost."""


def scale_for(grid: Grid, size: int | None = None, scale: int | None = None) -> int:
    """Pixels of a cell: `scale`, or the largest whole number at which `size` holds the longer side.

    Without either 1 for squares, what a game wants, and 16 for other shapes. `InputError` where
    the picture would be too large.
    """
    columns, rows = grid.size
    if scale is None and size is not None:
        width, height = SIZES[grid.cell]
        scale = max(int(size / max(columns * width, rows * height)), 1)
    elif scale is None:
        scale = 1 if grid.cell == "rect" else _SHAPED_SCALE
    across, down = cell_size(grid.cell, scale)
    if max(columns * across, rows * down) > MAX_SIDE:
        raise InputError(
            f"{columns} x {rows} cells at scale {scale} are {columns * across} x {rows * down} px;"
            f" allowed: up to {MAX_SIDE} px a side"
        )
    return scale


def transparent_first(grid: Grid) -> Grid:
    """The same pictures with the transparent colour at index 0; the others keep their order."""
    if grid.transparent in (None, 0):
        return grid
    order = [grid.transparent, *(i for i in range(len(grid.palette)) if i != grid.transparent)]
    places = np.argsort(order).astype(np.uint8)
    frames = tuple(Frame(places[frame.indices], frame.duration_ms) for frame in grid.frames)
    palette = tuple(grid.palette[index] for index in order if index is not None)
    names = tuple(grid.swatch_names[index] for index in order if grid.swatch_names)
    return Grid(frames, palette, 0, grid.cell, grid.tags, grid.tile, names)


def pictures(grid: Grid, scale: int) -> Iterator[tuple[Indices, int]]:
    """Upscaled indices and duration in ms of each frame, one at a time."""
    for frame in grid.frames:
        yield enlarged(grid, frame.indices, scale), frame.duration_ms


def index_depth(colors: int) -> int:
    """Bits that hold an index into so many colours: 1, 2, 4 or 8."""
    return next(depth for depth in (1, 2, 4, 8) if colors <= 1 << depth)


def quantized(image: Image.Image) -> Grid:
    """Any picture as squares of at most 256 colours, for formats that hold no more.

    Alpha becomes all or nothing at one half.
    """
    rgba = np.asarray(image.convert("RGBA"))
    hidden = rgba[..., 3] < 128
    few = image.convert("RGB").quantize(255, method=Image.Quantize.MEDIANCUT)
    colors = np.array(few.getpalette(), np.uint8).reshape(-1, 3)[: int(np.asarray(few).max()) + 1]
    if not hidden.any():
        return Grid.still(np.asarray(few), colors.tolist())
    indices = np.where(hidden, 0, np.asarray(few).astype(int) + 1)
    return Grid.still(indices, [(0, 0, 0), *colors.tolist()], transparent=0)
