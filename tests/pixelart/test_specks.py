from __future__ import annotations

import numpy as np

from drawkit.pixelart.neighbours import neighbours
from drawkit.pixelart.specks import despeckled, orphans, small_groups

GRID = np.array(
    [
        [0, 0, 0, 0, 0, 0],
        [0, 1, 0, 2, 2, 0],
        [0, 0, 0, 0, 0, 0],
        [0, 3, 3, 3, 0, 0],
        [0, 3, 3, 3, 0, 1],
        [0, 0, 0, 0, 0, 0],
    ]
)
FLAT = GRID.ravel()
AROUND = neighbours("rect", 6, 6, corners=True)
GRAYS = np.array([[0.2, 0, 0], [0.3, 0, 0], [0.25, 0, 0], [0.9, 0, 0]])


def test_orphans_are_alone_in_their_colour() -> None:
    assert (orphans(FLAT, AROUND) == (FLAT == 1)).all()
    aslant = np.eye(6, dtype=int).ravel()
    assert not orphans(aslant, AROUND).any()
    assert orphans(aslant, neighbours("rect", 6, 6)).sum() > 0


def test_groups_are_counted_whatever_their_shape() -> None:
    assert (small_groups(FLAT, AROUND, 1) == (FLAT == 1)).all()
    assert (small_groups(FLAT, AROUND, 2) == np.isin(FLAT, (1, 2))).all()
    assert (small_groups(FLAT, AROUND, 5) == np.isin(FLAT, (1, 2))).all()
    assert (small_groups(FLAT, AROUND, 6) == (FLAT != 0)).all()
    snake = np.zeros((9, 9), int)
    snake[::2] = 1
    snake[1::4, 8] = snake[3::4, 0] = 1
    long = int(snake.sum())
    path = neighbours("rect", 9, 9)
    assert not small_groups(snake.ravel(), path, long - 1)[snake.ravel() == 1].any()
    assert small_groups(snake.ravel(), path, long)[snake.ravel() == 1].all()


def test_specks_take_the_colour_around_them() -> None:
    assert (despeckled(FLAT, GRAYS, AROUND, 1) == np.where(FLAT == 1, 0, FLAT)).all()
    clean = despeckled(FLAT, GRAYS, AROUND, 2)
    assert (clean == np.where(FLAT == 3, 3, 0)).all()
    assert (despeckled(FLAT, GRAYS, AROUND, 0) == FLAT).all()


def test_what_stands_out_or_is_kept_stays() -> None:
    assert (despeckled(FLAT, GRAYS, AROUND, 2, contrast=0.08) == np.where(FLAT == 2, 0, FLAT)).all()
    kept = np.arange(36) == 7
    clean = despeckled(FLAT, GRAYS, AROUND, 2, kept=kept)
    assert clean[7] == 1
    assert (clean == 1).sum() == 1
