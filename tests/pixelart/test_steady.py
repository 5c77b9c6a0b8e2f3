"""Motions that keep a figure whole and as large as it is."""

from __future__ import annotations

import numpy as np
import pytest

from drawkit.pixelart.motion import MOTIONS, moved
from drawkit.pixelart.steady import AREA, area_of, steadily_moved

KEPT = [name for name in MOTIONS if name != "spin"]


def slime(top: int = 6) -> np.ndarray:
    cells = np.zeros((24, 24), np.uint8)
    for row in range(top, 22):
        half = min(10, 3 + row - top)
        cells[row, 12 - half : 12 + half] = 1
    cells[12:14, 9] = 2
    cells[12:14, 14] = 2
    return cells


def off(cells: np.ndarray, still: np.ndarray) -> float:
    return abs(area_of(cells, 0) / area_of(still, 0) - 1)


@pytest.mark.parametrize("top", [0, 6])
@pytest.mark.parametrize("motion", KEPT)
def test_the_area_stays(motion: str, top: int) -> None:
    still = slime(top)
    for count in (2, 4, 7):
        for number in range(count):
            assert off(steadily_moved(still, 0, motion, number, count), still) <= AREA


def test_without_it_a_figure_that_sinks_is_smaller() -> None:
    assert max(off(moved(slime(), 0, "breathe", n, 4), slime()) for n in range(4)) > AREA


@pytest.mark.parametrize("motion", KEPT)
def test_it_moves(motion: str) -> None:
    frames = [steadily_moved(slime(), 0, motion, number, 4) for number in range(4)]
    assert any((frame != frames[0]).any() for frame in frames)


def test_what_has_no_room_above_stays_below() -> None:
    still = slime(0)
    assert (steadily_moved(still, 0, "bob", 1, 2) == still).all()
    assert off(moved(still, 0, "bob", 1, 2), still) > 0


def test_a_full_grid_and_an_empty_one_stay() -> None:
    for value in (0, 1):
        cells = np.full((8, 8), value, np.uint8)
        for motion in KEPT:
            assert (steadily_moved(cells, 0, motion, 1, 4) == cells).all()
