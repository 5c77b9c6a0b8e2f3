"""Where several things stand on a sheet, and the picture of all of them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from drawkit.imagination.compose import is_strip
from drawkit.imagination.memory import Recalled
from drawkit.imagination.places import (
    Thing,
    places,
    shows_pair,
    side_by_side,
    told_apart,
    varied,
)
from drawkit.pixelart.neighbours import groups, neighbours

WIDE, TALL = (320, 180), (180, 320)


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_few_things_stand_in_one_row_along_the_longer_side(count: int) -> None:
    wide = places(count, WIDE)
    assert wide == [(at / count, 0.0, 1 / count, 1.0) for at in range(count)]
    tall = places(count, TALL)
    assert tall == [(0.0, at / count, 1.0, 1 / count) for at in range(count)]


def test_many_things_stand_in_rows_and_the_last_in_the_middle() -> None:
    seven = places(7, WIDE)
    assert len({top for _, top, _, _ in seven}) == 2
    assert [left for left, top, _, _ in seven if top > 0] == [1 / 8, 3 / 8, 5 / 8]
    assert len({left for left, _, _, _ in places(12, (900, 100))}) == 12


@pytest.mark.parametrize("size", [WIDE, TALL, (700, 100), (130, 100)])
@pytest.mark.parametrize("count", range(2, 13))
def test_places_lie_on_the_sheet_and_not_on_each_other(count: int, size: tuple[int, int]) -> None:
    covered = torch.zeros(240, 240)
    for left, top, width, height in places(count, size):
        rows = slice(round(top * 240), round((top + height) * 240))
        covered[rows, round(left * 240) : round((left + width) * 240)] += 1
    assert float(covered.max()) == 1
    assert float(covered.mean()) > 0.7


def thing(rows: int, columns: int) -> torch.Tensor:
    """A box off the middle of a picture; its left half is red."""
    picture = torch.zeros(1, 4, 128, 128)
    picture[..., 10 : 10 + rows, 10 : 10 + columns] = torch.tensor([0.0, 0, 1, 1])[:, None, None]
    picture[:, 0, 10 : 10 + rows, 10 : 10 + columns // 2] = 1
    return picture


@pytest.mark.parametrize("size", [WIDE, TALL])
@pytest.mark.parametrize(("rows", "columns"), [(60, 90), (100, 40), (118, 118), (6, 6)])
def test_each_thing_stands_whole_in_the_middle_of_its_place(
    size: tuple[int, int], rows: int, columns: int
) -> None:
    sheet = side_by_side([thing(rows, columns)] * 3, size)
    assert sheet.shape[3] / sheet.shape[2] == pytest.approx(size[0] / size[1], rel=0.02)
    across = size[0] > size[1]
    for part in sheet.chunk(3, dim=3 if across else 2):
        y, x = (part[0, 3] > 0.5).nonzero().T
        high, wide = int(y.max() - y.min()) + 1, int(x.max() - x.min()) + 1
        assert wide / high == pytest.approx(columns / rows, rel=0.1)
        assert abs(int(y.max() + y.min()) - part.shape[2]) <= 4
        assert abs(int(x.max() + x.min()) - part.shape[3]) <= 4
        assert max(wide / part.shape[3], high / part.shape[2]) < 0.96


def test_on_a_very_long_sheet_they_stand_in_its_middle() -> None:
    assert side_by_side([thing(60, 60)] * 3, (9000, 10)).shape == (1, 4, 128, 768)
    assert side_by_side([thing(60, 60)] * 3, (10, 9000)).shape == (1, 4, 768, 128)


def test_an_empty_picture_leaves_its_place_empty() -> None:
    sheet = side_by_side([thing(60, 60), torch.zeros(1, 4, 128, 128)], WIDE)
    left, right = sheet.chunk(2, dim=3)
    assert float(left[:, 3].max()) == 1
    assert not right.any()


def test_few_pictures_take_turns_and_are_mirrored_then() -> None:
    two = torch.cat([thing(60, 60), thing(20, 90)])
    found = varied(two, 5)
    assert len(found) == 5
    for one, like in zip(
        found, (two[0], two[1], two[0].flip(2), two[1].flip(2), two[0]), strict=True
    ):
        assert torch.equal(one[0], like)


def test_the_other_prompts_stay_beside_each_thing() -> None:
    assert told_apart(["two cats and a dog", "crayon"]) == [
        Thing(["a cat", "crayon"], 2, kinds=2),
        Thing(["a dog", "crayon"], 1, kinds=1),
    ]
    assert told_apart(["five apples"]) == [Thing(["an apple"], 5, kinds=3)]
    assert told_apart(["a pair of shoes"]) == [Thing(["a shoe"], 2, kinds=1)]
    assert told_apart(["a cat"]) is None
    assert told_apart([]) is None


def test_a_sheet_as_good_as_square_stays_as_it_is() -> None:
    assert not is_strip((100, 100))
    assert not is_strip((125, 100))
    assert is_strip((126, 100))
    assert is_strip((100, 126))


@pytest.mark.parametrize(
    ("count", "rows", "columns", "wide", "high"),
    [(2, 90, 90, 2, 1), (2, 40, 90, 1, 2), (2, 90, 40, 2, 1), (3, 90, 90, 3, 2), (4, 90, 90, 2, 2)],
)
def test_on_a_square_sheet_they_stand_as_their_shape_allows(
    count: int, rows: int, columns: int, wide: int, high: int
) -> None:
    """Two apples beside each other, two fish one over the other, a third one in the middle."""
    sheet = side_by_side([thing(rows, columns)] * count, (224, 224))
    assert sheet.shape[2] == sheet.shape[3]
    solid = (sheet[0, 3] > 0.5).numpy()
    around = neighbours("rect", *solid.shape)
    label = groups(solid.ravel()[around] == solid.ravel()[:, None], around).reshape(solid.shape)
    found = [np.argwhere(label == name) for name in np.unique(label[solid])]
    assert len(found) == count
    middles = np.array([spots.mean(axis=0) for spots in found]) / len(solid)
    assert len(np.unique(middles[:, 0].round(1))) == high
    assert len(np.unique(middles[:, 1].round(1))) == wide
    assert max(np.ptp(spots, axis=0).max() for spots in found) > 0.4 * len(solid)


def test_what_is_remembered_as_two_is_not_doubled() -> None:
    pair = Recalled(torch.zeros(1, 4, 64, 64), ("cherries (ours, CC0)",), None)
    mixed = ("apples (ours, CC0)", "red apple (ours, CC0)")
    one = Recalled(torch.zeros(2, 4, 64, 64), mixed, None)
    fish = Recalled(torch.zeros(1, 4, 64, 64), ("fish (ours, CC0)",), None)
    assert shows_pair(pair, told_apart(["two cherries"]) or [])
    assert not shows_pair(pair, told_apart(["three cherries"]) or [])
    assert not shows_pair(one, told_apart(["two apples"]) or [])
    assert not shows_pair(fish, told_apart(["two fish"]) or [])
    assert not shows_pair(None, told_apart(["two apples"]) or [])
