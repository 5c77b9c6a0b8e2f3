"""Who touches whom: for each shape of cell the table of every cell's neighbours, and groups."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from drawkit.scene.grid import Cell, Tile

__all__ = ["Neighbours", "filled", "groups", "neighbours"]

Neighbours = npt.NDArray[np.intp]
"""[cells, K] numbers of cells, counted line by line; its own where a cell has no such neighbour."""

# (down, across) from a cell to those it shares an edge with, for rows that stand in place (0) and
# for those half a cell to the right (1); triangles: for those that point up (0) and down (1).
_Steps = tuple[tuple[int, int], ...]
_SQUARE: _Steps = ((-1, 0), (0, -1), (0, 1), (1, 0))
_CORNERS: _Steps = ((-1, -1), (-1, 1), (1, -1), (1, 1))
_HEX = (
    ((0, -1), (0, 1), (-1, -1), (-1, 0), (1, -1), (1, 0)),
    ((0, -1), (0, 1), (-1, 0), (-1, 1), (1, 0), (1, 1)),
)
_EDGES: Mapping[Cell, tuple[_Steps, _Steps]] = MappingProxyType(
    {
        "rect": (_SQUARE, _SQUARE),
        "knit": (_SQUARE, _SQUARE),
        "rectshift": _HEX,
        "hex": _HEX,
        "diamond": (_HEX[0][2:], _HEX[1][2:]),
        "tri": (((0, -1), (0, 1), (1, 0)), ((0, -1), (0, 1), (-1, 0))),
    }
)


def neighbours(
    cell: Cell,
    rows: int,
    columns: int,
    *,
    corners: bool = False,
    tile: Tile = (False, False),
) -> Neighbours:
    """The cells that share an edge with each cell, [rows * columns, K].

    corners: those that only touch at a corner too, where cells stand in columns; a line of
    squares may run aslant. tile: whether the grid goes on at its other side, across and down.
    """
    row, column = np.divmod(np.arange(rows * columns), columns)
    odd = (row + column) % 2 if cell == "tri" else row % 2
    extra = _CORNERS if corners and cell in ("rect", "knit") else ()
    table = [
        np.where(odd == 1, *(_place(row, column, step, rows, columns, tile) for step in both))
        for both in zip(*(_EDGES[cell][at] + extra for at in (1, 0)), strict=True)
    ]
    return np.stack(table, axis=1)


def groups(
    alike: npt.NDArray[np.bool_], around: Neighbours, rounds: int | None = None
) -> npt.NDArray[np.intp]:
    """[cells] the first cell of the connected group that each cell is in.

    alike: [cells, K] which neighbours belong to a cell's own group, both ways. rounds: how many
    cells far it is looked; a group of as many cells is found whole, a larger one may be torn.
    """
    label = np.arange(len(around))
    for _ in range(len(around) if rounds is None else rounds):
        least = np.minimum(label, np.where(alike, label[around], len(label)).min(axis=1))
        if (least == label).all():
            break
        if rounds is None:
            # A cell's label is a cell of its group: telling that one, and asking what it knows,
            # saves going there cell by cell.
            np.minimum.at(least, label, least.copy())
            least = least[least]
        label = least
    return label


def filled(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """An area [H, W] with what it surrounds."""
    held = mask.copy()
    if not mask.any():
        return held
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    outside = np.pad(~mask[box], 1, constant_values=True)
    around = neighbours("rect", *outside.shape)
    flat = outside.ravel()
    label = groups(flat[around] == flat[:, None], around)
    held[box] = (label != label[0]).reshape(outside.shape)[1:-1, 1:-1]
    return held


def _place(
    row: Neighbours,
    column: Neighbours,
    step: tuple[int, int],
    rows: int,
    columns: int,
    tile: Tile,
) -> Neighbours:
    """The cell one step away from each cell; itself where that is outside."""
    there, beside = row + step[0], column + step[1]
    if tile[0]:
        beside = beside % columns
    if tile[1]:
        there = there % rows
    inside = (there >= 0) & (there < rows) & (beside >= 0) & (beside < columns)
    return np.where(inside, there * columns + beside, row * columns + column)
