from __future__ import annotations

import numpy as np

from drawkit.pixelart.recolor import recolored
from drawkit.scene.grid import Frame, Grid

BLACK, RED, WINE, GREEN = (0, 0, 0), (250, 0, 0), (160, 20, 30), (0, 200, 0)
CELLS = np.array([[0, 1], [2, 3]])


def test_colours_become_the_nearest_and_durations_stay() -> None:
    grid = Grid((Frame(CELLS, 70),), [BLACK, RED, WINE, GREEN])
    made = recolored(grid, [GREEN, BLACK, (255, 10, 10)])
    assert made.palette == (GREEN, BLACK, (255, 10, 10))
    assert made.indices.tolist() == [[1, 2], [2, 0]]
    assert made.frames[0].duration_ms == 70
    assert made.transparent is None


def test_what_shows_nothing_goes_on_showing_nothing_and_no_colour_joins_it() -> None:
    grid = Grid.still(CELLS, [BLACK, RED, WINE, GREEN], transparent=1)
    # Black is the colour of the index that shows nothing: the black cells must not vanish.
    made = recolored(grid, [(40, 40, 40), RED, GREEN, BLACK], transparent=3)
    assert made.indices.tolist() == [[0, 3], [1, 2]]
    assert made.transparent == 3
    opaque = recolored(grid, [(40, 40, 40), RED, GREEN])
    assert opaque.indices.tolist() == [[0, 1], [1, 2]]
    assert opaque.transparent is None
