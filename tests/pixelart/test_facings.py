"""A figure from other sides: same outline, features that move and go, nothing of a face behind."""

from __future__ import annotations

import numpy as np
import pytest

from drawkit.pixelart.facings import FACINGS, LOOKS, Figure

EMPTY, SKIN, EYE, SHIELD, SIGN = range(5)
PALETTE = [(0, 0, 0), (230, 180, 140), (30, 20, 60), (200, 30, 40), (250, 250, 250)]


def knight() -> np.ndarray:
    """A body with two eyes, and on the right a shield with a sign, in 20 columns."""
    cells = np.full((16, 20), EMPTY, np.uint8)
    cells[2:15, 4:12] = SKIN
    cells[4:6, 5:7] = EYE
    cells[4:6, 10:12] = EYE
    cells[8:13, 12:17] = SHIELD
    cells[10, 14] = SIGN
    return cells


def figure(looks: str = "down") -> Figure:
    return Figure(knight(), PALETTE, EMPTY, looks)  # type: ignore[arg-type]


@pytest.mark.parametrize("facing", FACINGS[8])
@pytest.mark.parametrize("looks", LOOKS)
def test_every_facing_has_the_same_area_and_feet(facing: str, looks: str) -> None:
    seen = figure(looks).seen(facing) != EMPTY
    assert seen.sum() == (knight() != EMPTY).sum()
    assert np.flatnonzero(seen.any(axis=1)).tolist() == list(range(2, 15))


def test_down_is_the_drawing_itself() -> None:
    assert (figure().seen("down") == knight()).all()


def test_the_back_has_no_face_and_the_other_hand() -> None:
    back = figure().seen("up")
    assert set(np.unique(back)) == {EMPTY, SKIN, SHIELD}
    assert np.nonzero(back == SHIELD)[1].max() < np.nonzero(back == SKIN)[1].min()


def test_the_face_turns_and_the_shield_keeps_its_sign() -> None:
    right = figure().seen("right")
    before, after = (np.nonzero(cells == EYE)[1] for cells in (knight(), right))
    assert len(after) == 4, "one eye is past the edge"
    assert after.min() > before.min()
    assert ((right == SIGN) == (knight() == SIGN)).all()


def test_left_is_the_mirror_image_of_right() -> None:
    whole = figure()
    assert whole.mirror_of("left") == "right"  # it holds its shield there
    assert whole.mirror_of("up-left") == "up-right"
    assert whole.mirror_of("down") == whole.mirror_of("right") == ""
    left, right = whole.seen("left"), whole.seen("right")
    assert sorted(map(tuple, left[:, ::-1].T)) == sorted(map(tuple, right.T))


def test_a_figure_seen_from_its_side_is_its_own_side_view() -> None:
    seen = figure("left")
    assert (seen.seen("left") == knight()).all()
    assert (seen.seen("right") == seen.mirrored(knight())).all()
    assert not (seen.seen("up") == EYE).any()


def test_hair_hides_the_face_from_behind() -> None:
    cells = np.full((16, 16), EMPTY, np.uint8)
    cells[1:14, 3:13] = SHIELD
    cells[4:12, 4:12] = SKIN
    cells[11:14, 6:10] = SKIN
    cells[6:8, 5] = EYE
    cells[6:8, 10] = EYE
    back = Figure(cells, PALETTE, EMPTY).seen("up")
    assert set(np.unique(back)) == {EMPTY, SHIELD}


def test_a_mirror_image_has_room() -> None:
    cells = np.full((6, 10), EMPTY, np.uint8)
    cells[1:5, 7:10] = SKIN
    cells[2, 0:7] = SHIELD
    whole = Figure(cells, PALETTE, EMPTY)
    assert (whole.mirrored(cells) != EMPTY).sum() == (cells != EMPTY).sum()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (7, 2)])
def test_the_smallest_and_the_empty_are_seen_too(shape: tuple[int, int]) -> None:
    for value in (EMPTY, SKIN):
        cells = np.full(shape, value, np.uint8)
        whole = Figure(cells, PALETTE, EMPTY)
        for facing in FACINGS[8]:
            assert (whole.seen(facing) == cells).all()


def test_a_turn_goes_round() -> None:
    around = [figure().turning("down", share / 4) for share in range(4)]
    assert around == ["down", "right", "up", "left"]
