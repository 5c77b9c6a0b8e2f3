from __future__ import annotations

import numpy as np
import pytest

from drawkit.pixelart.motion import MOTIONS, ground, moved
from drawkit.scene.grid import Grid

FIGURE = np.zeros((32, 24), np.uint8)
FIGURE[8:24, 8:16] = 1  # a body
FIGURE[24:30, 8:11] = FIGURE[24:30, 13:16] = 2  # and two legs


@pytest.mark.parametrize("motion", MOTIONS)
def test_a_loop_moves_and_invents_no_colour(motion: str) -> None:
    frames = [moved(FIGURE, 0, motion, frame, 6) for frame in range(6)]
    assert any((frame != frames[0]).any() for frame in frames)
    for frame in frames:
        assert frame.shape == FIGURE.shape
        assert frame.dtype == np.uint8
        assert set(np.unique(frame)) <= {0, 1, 2}
        assert (frame != 0).any()


def test_what_bobs_is_the_whole_figure() -> None:
    still, up = (moved(FIGURE, 0, "bob", frame, 2) for frame in (0, 1))
    assert (still == FIGURE).all()
    assert (up[:-1] == FIGURE[1:]).all()


def test_feet_stay_while_it_breathes() -> None:
    breath = moved(FIGURE, 0, "breathe", 1, 3)
    assert (breath[24:] == FIGURE[24:]).all()
    assert (breath[:8] == 0).all()
    assert (breath[8] == 0).all()
    assert (breath[9:24] == FIGURE[9:24]).all()


def test_it_walks_on_one_foot_and_the_other() -> None:
    one, up, two, again = (moved(FIGURE, 0, "walk", frame, 4) for frame in range(4))
    assert (one[29, 8:11] == 0).all()
    assert (one[29, 13:16] == 2).all()
    assert (two[29, 8:11] == 2).all()
    assert (two[29, 13:16] == 0).all()
    assert (up[29] == FIGURE[29]).all()
    assert (up == again).all()
    assert up[7, 10] == 1


def test_a_leap_is_higher_than_a_bob() -> None:
    tops = [
        int(np.flatnonzero((moved(FIGURE, 0, "hop", k, 5) != 0).any(axis=1))[0]) for k in range(5)
    ]
    assert tops[2] == 8 - 3
    assert tops[0] == tops[4] == 8 + 1


def test_grass_leans_both_ways_and_keeps_its_foot() -> None:
    left, right = (moved(FIGURE, 0, "sway", frame, 2) for frame in (0, 1))
    assert (left[29] == FIGURE[29]).all()
    assert (right[29] == FIGURE[29]).all()
    assert (left[8] == np.roll(FIGURE[8], 2)).all() or (left[8] == np.roll(FIGURE[8], 1)).all()
    assert np.argmax(right[8] != 0) < np.argmax(FIGURE[8] != 0) < np.argmax(left[8] != 0)


def test_a_coin_turns_once_around() -> None:
    widths = [int((moved(FIGURE, 0, "spin", k, 8) != 0).any(axis=0).sum()) for k in range(8)]
    assert widths[0] == widths[4] == 8
    assert widths[2] == widths[6] <= 2
    odd = FIGURE.copy()
    odd[8:24, 8] = 2
    assert (moved(odd, 0, "spin", 4, 8)[8] == odd[8][::-1]).all()


def test_nothing_stays_nothing() -> None:
    empty = np.zeros((4, 4), np.uint8)
    for motion in MOTIONS:
        assert (moved(empty, 0, motion, 1, 2) == 0).all()


def test_the_ground_is_what_shows_nothing_or_rules_at_the_border() -> None:
    assert ground(Grid.still(FIGURE, [(0, 0, 0)] * 3, transparent=2)) == 2
    assert ground(Grid.still(FIGURE, [(0, 0, 0)] * 3)) == 0
    framed = np.full((8, 8), 2, np.uint8)
    framed[0, 0], framed[3:5, 3:5] = 0, 1
    assert ground(Grid.still(framed, [(0, 0, 0)] * 3)) == 2


@pytest.mark.parametrize("motion", MOTIONS)
def test_a_figure_at_the_upper_side_moves_too(motion: str) -> None:
    flat = np.zeros((6, 6), np.uint8)
    flat[0, 1:5] = 1
    for frame in range(4):
        assert moved(flat, 0, motion, frame, 4).shape == flat.shape
