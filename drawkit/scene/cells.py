"""Shapes of cells: which pixel belongs to which cell, and the outline of each cell.

Every shape fills the plane without gap or overlap, so that a picture of a grid needs no
antialiasing and has no colour outside the palette. Measures are in cells: column pitch and row
pitch are 1 each, whatever they are in pixels.

    rect, rectshift   unit squares; in rectshift odd rows stand half a cell to the right
    hex, diamond      odd rows likewise; points reach into the rows above and below
    tri               two columns wide at the base, in turn up and down
    knit              a V, like a stitch

Past the outermost cells (half a cell beside shifted rows, the teeth of hexagons) lies their own
colour, so that a picture is a full rectangle; in a tile it is that of the cells at the other side.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.scene.grid import Cell, Grid, Indices, Tile

__all__ = [
    "LATTICE",
    "SHIFTED",
    "SIZES",
    "cell_at",
    "cell_map",
    "cell_size",
    "enlarged",
    "outline",
]

SIZES: dict[Cell, tuple[float, float]] = {
    "rect": (1, 1),
    "rectshift": (1, 1),
    "hex": (1, 7 / 8),  # sqrt(3) / 2 is 0.866: nearly regular, and whole pixels at 8, 16, 24
    "diamond": (1, 1 / 2),
    "tri": (1 / 2, 7 / 8),  # equilateral, likewise
    "knit": (1, 1),
}
"""Width and height of a cell of each shape where the scale is 1: the pitch of columns and rows."""

SHIFTED: frozenset[Cell] = frozenset({"rectshift", "hex", "diamond"})
"""Shapes whose odd rows stand half a cell to the right."""

LATTICE = (20, 60)
"""Steps in a cell, across and down, on which every corner of every shape lies."""

# The upper edge of a cell, in rows below the top of its pitch, is a + b * t, where t (0..1/2) is
# the distance in columns from the middle of the cell. The lower edge is the next row's upper one.
_UPPER_EDGE: dict[Cell, tuple[float, float]] = {
    "rect": (0, 0),
    "rectshift": (0, 0),
    "hex": (-1 / 6, 2 / 3),
    "diamond": (-1 / 2, 2),
    "knit": (3 / 10, -3 / 2),
}

# Corners in steps of LATTICE, as convex pieces, clockwise on the screen (y points down).
_Piece = tuple[tuple[int, int], ...]
_SQUARE: _Piece = ((0, 0), (10, 0), (20, 0), (20, 60), (10, 60), (0, 60))
_PIECES: dict[Cell, tuple[_Piece, ...]] = {
    "rect": (((0, 0), (20, 0), (20, 60), (0, 60)),),
    "rectshift": (_SQUARE,),  # with the corners of the rows above and below
    "hex": (((10, -10), (20, 10), (20, 50), (10, 70), (0, 50), (0, 10)),),
    "diamond": (((10, -30), (20, 30), (10, 90), (0, 30)),),
    "knit": (
        ((0, -27), (10, 18), (10, 78), (0, 33)),
        ((10, 18), (20, -27), (20, 33), (10, 78)),
    ),
}
_UP: _Piece = ((10, 0), (30, 60), (-10, 60))
_DOWN: _Piece = ((-10, 0), (30, 0), (10, 60))

# A pixel whose centre lies on an edge goes to the cell left of it, or above it where the edge is
# level, as in Skia and resvg. Without the nudges rounding would decide, here so and there so.
_NUDGE_X, _NUDGE_Y = 1e-7, 1e-9


def cell_size(cell: Cell, scale: int) -> tuple[int, int]:
    """Width and height of a cell in whole pixels: `SIZES` times `scale`, rounded, at least 1.

    Squares are `scale` x `scale`; the other shapes keep their proportions exactly at 8, 16, 24...
    """
    width, height = SIZES[cell]
    return max(round(scale * width), 1), max(round(scale * height), 1)


def cell_map(
    cell: Cell,
    rows: int,
    columns: int,
    size: tuple[int, int],
    tile: Tile = (False, False),
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Row and column of the cell that each pixel belongs to: `picture = indices[cell_map(...)]`.

    size: width and height of a cell in pixels. tile: whether cells that reach over a side go on
    at the other one, instead of the outermost ones filling what is left. Two arrays that
    broadcast to [rows * height, columns * width].
    """
    width, height = size
    y = ((np.arange(rows * height) + 0.5) / height)[:, None]
    x = ((np.arange(columns * width) + 0.5) / width)[None, :]
    row, column = cell_at(cell, x, y)
    column = column % columns if tile[0] else np.clip(column, 0, columns - 1)
    return row % rows if tile[1] else np.clip(row, 0, rows - 1), column


def cell_at(
    cell: Cell, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Row and column of the cell around each point, on a plane of cells without end."""
    x, y = x - _NUDGE_X, y - _NUDGE_Y
    if cell in ("rect", "rectshift"):
        row = np.floor(y)
        column = np.floor(x - _shift(cell, row))
    elif cell == "tri":
        row = np.floor(y)
        down = y - row
        left = np.floor(x - 0.5)
        # The edge between a cell and its right neighbour leans with the cell's direction.
        up = (row + left) % 2 == 0
        column = left + (x >= left + np.where(up, 0.5 + down, 1.5 - down))
    else:
        middle = np.floor(y)
        row = middle - 1
        for candidate in (middle, middle + 1):
            row = np.where(y >= candidate + _upper_edge(cell, x, candidate), candidate, row)
        column = np.floor(x - _shift(cell, row))
    return row.astype(np.intp), column.astype(np.intp)


def enlarged(grid: Grid, indices: Indices, scale: int) -> Indices:
    """A picture of `indices`, a frame of `grid`, at `cell_size(grid.cell, scale)`: indices too."""
    rows, columns = indices.shape
    size = cell_size(grid.cell, scale)
    if size == (1, 1):
        return indices
    return np.ascontiguousarray(indices[cell_map(grid.cell, rows, columns, size, grid.tile)])


def outline(cell: Cell, row: int, column: int) -> list[list[tuple[int, int]]]:
    """Corners of a cell as convex pieces, clockwise, in steps of `LATTICE`.

    Neighbours have the corners of a shared edge in common. Pieces may reach beyond the picture.
    """
    pieces = _PIECES[cell] if cell != "tri" else ((_UP, _DOWN)[(row + column) % 2],)
    across, down = LATTICE
    left = across * column + (across // 2 if cell in SHIFTED and row % 2 else 0)
    return [[(left + x, down * row + y) for x, y in piece] for piece in pieces]


def _shift(cell: Cell, row: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How far to the right a row stands, in columns."""
    return np.where(row % 2 == 1, 0.5, 0.0) if cell in SHIFTED else np.zeros_like(row)


def _upper_edge(
    cell: Cell, x: npt.NDArray[np.float64], row: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Where the cells of `row` begin at `x`, in rows below the top of their pitch."""
    start, slope = _UPPER_EDGE[cell]
    inside = x - _shift(cell, row)
    return start + slope * np.abs(inside - np.floor(inside) - 0.5)
