"""Cells: the fast map against polygons, point by point; no gap, no overlap, no foreign colour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from drawkit.scene.cells import LATTICE, SIZES, cell_at, cell_map, cell_size, enlarged, outline
from drawkit.scene.grid import CELLS, Cell, Grid, Tile, untileable

EVERY = pytest.mark.parametrize("cell", CELLS)


def inside(piece: list[tuple[int, int]], points: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Whether each point, in cells, lies in a convex clockwise polygon of lattice corners."""
    corners = np.array(piece, float) / LATTICE
    found = np.ones(len(points), bool)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        edge, away = end - start, points - start
        found &= edge[0] * away[:, 1] - edge[1] * away[:, 0] > 0
    return found


@EVERY
def test_map_agrees_with_the_polygons_and_they_fill_the_plane(cell: Cell) -> None:
    points = np.random.default_rng(1).uniform(2, 6, (4000, 2))
    row, column = cell_at(cell, points[:, 0], points[:, 1])
    owners = np.zeros(len(points), int)
    for r in range(10):
        for c in range(10):
            mine = np.zeros(len(points), bool)
            for piece in outline(cell, r, c):
                mine |= inside(piece, points)
            owners += mine
            assert ((row == r) & (column == c) == mine).all()
    assert (owners == 1).all()


@EVERY
def test_neighbours_share_the_corners_of_their_edge(cell: Cell) -> None:
    """Every edge of an inner cell is the edge of another, the other way round."""
    edges: set[tuple[tuple[int, int], ...]] = set()
    for r in range(6):
        for c in range(6):
            for piece in outline(cell, r, c):
                edges |= set(zip(piece, piece[1:] + piece[:1], strict=True))
    for r in (2, 3):
        for c in (2, 3):
            for piece in outline(cell, r, c):
                for start, end in zip(piece, piece[1:] + piece[:1], strict=True):
                    assert (end, start) in edges


@EVERY
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (16, 14), (7, 5)])
def test_every_pixel_has_a_cell_of_the_picture(cell: Cell, size: tuple[int, int]) -> None:
    row, column = np.broadcast_arrays(*cell_map(cell, 4, 6, size))
    assert row.shape == (4 * size[1], 6 * size[0])
    assert row.min() >= 0
    assert row.max() <= 3
    assert column.min() >= 0
    assert column.max() <= 5


@EVERY
def test_every_cell_shows_and_inner_ones_have_their_area(cell: Cell) -> None:
    size = cell_size(cell, 16)
    row, column = np.broadcast_arrays(*cell_map(cell, 6, 7, size))
    areas = np.zeros((6, 7), int)
    np.add.at(areas, (row, column), 1)
    assert (areas > 0).all()
    assert np.abs(areas[1:-1, 1:-1] / (size[0] * size[1]) - 1).max() < 0.1


@EVERY
def test_the_pattern_repeats(cell: Cell) -> None:
    """Cells of one kind have the same pixels everywhere: edges fall alike."""
    width, height = cell_size(cell, 12)
    row, column = np.broadcast_arrays(*cell_map(cell, 12, 12, (width, height)))
    here = (slice(2 * height, 4 * height), slice(2 * width, 4 * width))
    there = (slice(8 * height, 10 * height), slice(6 * width, 8 * width))
    assert (row[here] + 6 == row[there]).all()
    assert (column[here] + 4 == column[there]).all()


def test_squares_are_plain_repetition() -> None:
    indices = np.arange(6, dtype=np.uint8).reshape(2, 3)
    grid = Grid.still(indices, [(0, 0, 0)] * 6)
    assert (enlarged(grid, indices, 5) == np.kron(indices, np.ones((5, 5), int))).all()


@EVERY
def test_sizes(cell: Cell) -> None:
    assert cell_size(cell, 8) == tuple(8 * side for side in SIZES[cell])
    assert min(cell_size(cell, 1)) == 1


@EVERY
@pytest.mark.parametrize("tile", [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize("scale", [1, 8, 13])
def test_tiles_side_by_side_are_one_larger_grid(cell: Cell, tile: Tile, scale: int) -> None:
    """What sticks out at one side of a tile is what its neighbour there lacks."""
    indices = np.random.default_rng(0).integers(0, 3, (4, 6))
    one = Grid.still(indices, [(i, i, i) for i in range(3)], None, cell, tile)
    times = 1 + 2 * tile[1], 1 + 2 * tile[0]
    picture = enlarged(one, one.indices, scale)
    height, width = picture.shape
    many = enlarged(one, np.tile(one.indices, times), scale)
    # The middle one: at its tiled sides nothing of the whole picture's border shows.
    top, left = tile[1] * height, tile[0] * width
    assert (many[top : top + height, left : left + width] == picture).all()


def test_what_cannot_meet_is_refused() -> None:
    assert untileable("tri", 4, 5, (True, False)) == "an even number of columns"
    assert untileable("tri", 5, 4, (False, True)) == "an even number of rows"
    assert untileable("hex", 5, 5, (True, False)) == ""
    assert untileable("hex", 5, 5, (True, True)) == "an even number of rows"
    assert untileable("rect", 5, 5, (True, True)) == untileable("knit", 5, 5, (True, True)) == ""
    with pytest.raises(ValueError, match="a tile of diamond cells needs an even number of rows"):
        Grid.still(np.zeros((3, 4), int), [(0, 0, 0)], None, "diamond", (False, True))
