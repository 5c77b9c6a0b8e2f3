"""Exact symmetry: one cell stands for all that mirror it, so they cannot differ."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from drawkit.errors import ConfigError
from drawkit.scene.cells import SHIFTED
from drawkit.scene.grid import Cell

__all__ = ["SYMMETRIES", "Symmetry", "representatives"]

Symmetry = Literal["none", "x", "y", "xy", "rot4"]
SYMMETRIES: tuple[Symmetry, ...] = get_args(Symmetry)

_Numbers = npt.NDArray[np.intp]


def representatives(symmetry: Symmetry, cell: Cell, rows: int, columns: int) -> _Numbers:
    """[rows * columns] for each cell, counted line by line, the first of those that equal it.

    x: the left half mirrors the right; y: the upper half the lower; xy: both; rot4: a quarter
    turn changes nothing. Raises `ConfigError` where the cells have no such symmetry.
    """
    _check(symmetry, cell, rows, columns)
    row, column = np.divmod(np.arange(rows * columns), columns)
    maps = []
    if symmetry in ("x", "xy"):
        maps.append(row * columns + _across(cell, row, column, columns))
    if symmetry in ("y", "xy"):
        maps.append((rows - 1 - row) * columns + column)
    if symmetry == "rot4":
        maps.append(column * columns + columns - 1 - row)
    first = np.arange(rows * columns)
    while True:
        before = first
        for there in maps:
            first = np.minimum(first, first[there])
            np.minimum.at(first, there, first.copy())
        if np.array_equal(first, before):
            return first


def _across(cell: Cell, row: _Numbers, column: _Numbers, columns: int) -> _Numbers:
    """The column of each cell's mirror image left to right."""
    if cell not in SHIFTED:
        return columns - 1 - column
    # Odd rows stand half a cell to the right: their last cell is cut in half, and its mirror
    # image is the gap before their first, which is drawn in the first cell's colour.
    shifted = np.where(column < columns - 1, columns - 2 - column, 0).clip(0)
    return np.where(row % 2 == 1, shifted, columns - 1 - column)


def _check(symmetry: Symmetry, cell: Cell, rows: int, columns: int) -> None:
    """Refuse what the shape and number of the cells rule out."""
    x, y = symmetry in ("x", "xy"), symmetry in ("y", "xy")
    wrong = (
        (cell == "tri" and x and columns % 2 == 0, "an odd number of columns"),
        (cell == "tri" and y and rows % 2 == 1, "an even number of rows"),
        (cell in SHIFTED and y and rows % 2 == 0, "an odd number of rows"),
        (cell == "knit" and y, "cells other than knit, which have a top and a bottom"),
        (symmetry == "rot4" and (cell != "rect" or rows != columns), "a square grid of rect cells"),
    )
    for is_so, needed in wrong:
        if is_so:
            given = f"{columns}x{rows} {cell} cells"
            raise ConfigError(f"pixels.symmetry {symmetry} needs {needed}, got {given}")
