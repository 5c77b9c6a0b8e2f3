"""Uneven steps of borders: what counts as one, and that mending them does no harm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from drawkit.pixelart.jaggies import border_length, evened, jaggies

Cells = npt.NDArray[np.intp]


def slope(lengths: Sequence[int]) -> Cells:
    """A border that rises by a cell after each of these lengths."""
    cells = np.zeros((len(lengths) + 6, sum(lengths)), np.intp)
    heights = np.repeat(np.arange(len(lengths)) + 3, lengths)
    for column, height in enumerate(heights):
        cells[len(cells) - height :, column] = 1
    return cells


def free(cells: Cells, colors: int = 2) -> npt.NDArray[np.bool_]:
    return np.ones((*cells.shape, colors), bool)


@pytest.mark.parametrize("lengths", [(3, 1, 3), (1, 3, 1), (4, 4, 1, 4, 4), (2, 5, 2, 2)])
def test_a_step_that_breaks_the_flow_is_told_and_mended(lengths: tuple[int, ...]) -> None:
    for cells in (slope(lengths), slope(lengths).T, slope(lengths)[::-1], slope(lengths)[:, ::-1]):
        assert jaggies(cells) == 1
        mended = evened(cells, free(cells), rounds=2)
        assert jaggies(mended) == 0
        assert (mended != cells).sum() == 1


@pytest.mark.parametrize("lengths", [(6, 3, 2, 1), (1, 1, 1), (2, 3, 2, 3), (5, 5, 5), (4,)])
def test_lines_and_curves_have_none(lengths: tuple[int, ...]) -> None:
    cells = slope(lengths)
    assert jaggies(cells) == 0
    assert (evened(cells, free(cells), rounds=2) == cells).all()


def test_bumps_and_notches_go() -> None:
    cells = np.zeros((9, 16), np.intp)
    cells[4:] = 1
    edge = cells.copy()
    cells[3, 3] = 1
    cells[3, 7:9] = 1
    cells[4, 12] = 0
    assert jaggies(cells) == 3
    assert (evened(cells, free(cells), rounds=2) == edge).all()
    tower = edge.copy()
    tower[2:4, 5:8] = 1
    assert jaggies(tower) == 0


def test_thin_lines_are_not_torn() -> None:
    line = np.zeros((7, 9), np.intp)
    line[2, 1:4] = line[3, 4] = line[4, 5:8] = 1
    assert jaggies(line) == 2
    assert (evened(line, free(line), rounds=4) == line).all()


def test_what_may_not_move_stays() -> None:
    cells = slope((3, 1, 3))
    assert (evened(cells, ~free(cells), rounds=2) == cells).all()
    only_below = free(cells)
    only_below[..., 0] = False
    assert jaggies(evened(cells, only_below, rounds=2)) == 0


def test_steps_go_on_across_a_tile() -> None:
    bumped = np.zeros((8, 8), np.intp)
    bumped[4:] = 1
    bumped[3, 0] = 1
    assert jaggies(bumped) == 0
    assert jaggies(bumped, (True, False)) == 1
    assert jaggies(evened(bumped, free(bumped), (True, False)), (True, False)) == 0


def test_length_of_borders() -> None:
    cells = np.zeros((4, 4), np.intp)
    cells[1:3, 1:3] = 1
    assert border_length(cells) == 8
    cells[0] = -1  # nothing is there, so no border
    assert border_length(cells) == 6
    half = np.zeros((4, 4), np.intp)
    half[:2] = 1
    assert border_length(half) == 4
    assert border_length(half, (False, True)) == 8
