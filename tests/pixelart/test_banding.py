"""Strips of a middle tone along an edge: what counts as one, and which side takes it."""

from __future__ import annotations

import numpy as np

from drawkit.pixelart.banding import bands, unbanded

LAB = np.array([[0.4, 0.02, 0.0], [0.5, 0.02, 0.0], [0.6, 0.02, 0.0], [0.9, 0.0, 0.0]])
RAMP = np.array(
    [
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1, 1],
        [1, 1, 1, 1, 2, 2],
        [2, 2, 2, 2, 2, 2],
        [2, 2, 2, 2, 2, 2],
    ]
)
FREE = np.zeros(RAMP.shape, bool)


def test_a_strip_between_two_tones_is_banding() -> None:
    assert (bands(RAMP, LAB) == (RAMP == 1)).all()
    assert (bands(RAMP.T, LAB) == (RAMP.T == 1)).all()


def test_softened_steps_wide_tones_and_lines_are_none() -> None:
    softened = np.where((RAMP == 1) & (np.arange(6) < 4) & (np.arange(6) > 1), 1, RAMP // 2 * 2)
    assert (softened == 1).sum() == 2
    assert not bands(softened, LAB).any()
    assert not bands(RAMP.repeat(2, axis=0), LAB).any()
    line = np.where(RAMP == 1, 3, RAMP)  # lighter than both sides
    assert not bands(line, LAB).any()
    assert not bands(np.where(RAMP == 0, -1, RAMP), LAB).any()  # the edge of the figure


def test_a_strip_goes_to_the_side_that_suits_it() -> None:
    apart = np.ones((*RAMP.shape, len(LAB)))
    apart[..., 2] = 0.5
    whole = unbanded(RAMP, apart, LAB, FREE)
    assert (whole == np.where(RAMP == 1, 2, RAMP)).all()
    apart[..., 0] = 0.1
    assert (unbanded(RAMP, apart, LAB, FREE) == np.where(RAMP == 1, 0, RAMP)).all()
    assert (unbanded(RAMP, apart, LAB, ~FREE) == RAMP).all()


def test_strips_go_on_across_a_tile() -> None:
    column = np.array([[0, 0, 2, 2, 2, 1]] * 2 + [[0, 0, 2, 2, 2, 1]])
    assert not bands(column, LAB).any()
    assert (bands(column, LAB, (True, False)) == (column == 1)).all()
