from __future__ import annotations

import numpy as np
import pytest

from drawkit.pixelart.neighbours import groups, neighbours
from drawkit.scene.cells import cell_map, cell_size
from drawkit.scene.grid import CELLS, Cell

ROWS, COLUMNS = 6, 8


def touching(cell: Cell) -> dict[int, set[int]]:
    """Cells whose pixels lie side by side in the picture, away from its border."""
    row, column = np.broadcast_arrays(*cell_map(cell, ROWS, COLUMNS, cell_size(cell, 24)))
    number = row * COLUMNS + column
    found: dict[int, set[int]] = {at: set() for at in range(ROWS * COLUMNS)}
    for one, other in ((number[:, 1:], number[:, :-1]), (number[1:], number[:-1])):
        pairs, counts = np.unique(
            np.stack([one.ravel(), other.ravel()]), axis=1, return_counts=True
        )
        for a, b in pairs[:, counts > 2].T.tolist():
            if a != b:
                found[a].add(b)
                found[b].add(a)
    return found


@pytest.mark.parametrize("cell", CELLS)
def test_they_are_those_that_touch_in_the_picture(cell: Cell) -> None:
    table, seen = neighbours(cell, ROWS, COLUMNS), touching(cell)
    for row in range(2, ROWS - 2):
        for column in range(2, COLUMNS - 2):
            at = row * COLUMNS + column
            assert set(table[at].tolist()) - {at} == seen[at]


@pytest.mark.parametrize("cell", CELLS)
def test_each_is_its_neighbours_neighbour(cell: Cell) -> None:
    for wrap in ((False, False), (True, True)):
        table = neighbours(cell, ROWS, COLUMNS, tile=wrap)
        for at, row in enumerate(table.tolist()):
            assert all(at in table[other] for other in row)


def test_corners_and_edges_of_the_grid() -> None:
    assert set(neighbours("rect", 3, 3)[0].tolist()) == {0, 1, 3}
    assert set(neighbours("rect", 3, 3, corners=True)[0].tolist()) == {0, 1, 3, 4}
    assert set(neighbours("rect", 3, 3, tile=(True, False))[0].tolist()) == {0, 1, 2, 3}
    assert set(neighbours("rect", 3, 3, tile=(True, True))[0].tolist()) == {1, 2, 3, 6}


def test_groups_are_named_after_their_first_cell() -> None:
    cells = np.array([[1, 0, 1, 1], [1, 0, 0, 1], [0, 1, 1, 1]]).ravel()
    around = neighbours("rect", 3, 4)
    found = groups(cells[around] == cells[:, None], around)
    assert found.reshape(3, 4).tolist() == [[0, 1, 2, 2], [0, 1, 1, 2], [8, 2, 2, 2]]
    # Of the chain 2 3 7 11 10 9 only those within two cells of its first one know of it.
    torn = groups(cells[around] == cells[:, None], around, 2)
    assert torn.reshape(3, 4).tolist() == [[0, 1, 2, 2], [0, 1, 1, 2], [8, 9, 7, 3]]
