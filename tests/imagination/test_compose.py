"""Wide sheets: scenes and several things lie all over them, a single thing stays whole."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image
from tables import first_of
from torch import Tensor

from drawkit import draw
from drawkit.imagination.compose import averaged, corners, falls_apart, fewer, strip_shape
from drawkit.imagination.counts import counted
from drawkit.imagination.imagine import SIDE, on_white
from drawkit.perceptor.clip import ClipPerceptor, open_perceptor
from drawkit.pixelart.neighbours import groups, neighbours

WIDE, TALL, SQUARE = (320, 180), (180, 320), (90, 90)
ACROSS = ("a landscape", "a train", "three fish")
DRAWN = 0.04
"""Share of each fifth of the width that has ink at least."""


@pytest.fixture(scope="module")
def perceptor() -> ClipPerceptor:
    return open_perceptor("builtin", precision="fp32", device="cpu")


def shape_for(perceptor: ClipPerceptor, text: str, size: tuple[int, int]) -> tuple[int, int]:
    words = perceptor.encode_text([text])[0]
    return strip_shape(size, SIDE, [text], words, perceptor.encode_text)


def imagined(
    perceptor: ClipPerceptor,
    text: str,
    size: tuple[int, int],
    count: int = 3,
    *,
    recall: bool = False,
) -> Tensor:
    words, generator = perceptor.encode_text([text]), torch.Generator().manual_seed(0)
    found = perceptor.imagine(
        words, [1.0], count, generator, size=size, texts=[text], recall=recall
    )
    assert found is not None
    return found.picture


@pytest.mark.parametrize(
    "text",
    [*ACROSS, "the sea", "a forest", "mountains", "a city", "a snowy landscape", "a beach"],
)
def test_scenes_lie_all_over_a_wide_sheet(perceptor: ClipPerceptor, text: str) -> None:
    assert shape_for(perceptor, text, WIDE) == (32, 57)


@pytest.mark.parametrize(
    "text", ["Three cats", "a row of trees", "a flock of birds", "seven stars", "12 birds"]
)
def test_several_things_lie_all_over_a_sheet_of_any_shape(
    perceptor: ClipPerceptor, text: str
) -> None:
    assert shape_for(perceptor, text, WIDE) == (32, 57)
    assert shape_for(perceptor, text, TALL) == (57, 32)
    assert shape_for(perceptor, text, (9000, 10)) == (32, 256)


@pytest.mark.parametrize(
    "text",
    [
        "a cat",
        "a red apple",
        "a house",
        "a fish",
        "a castle",
        "a bicycle",
        "two cherries",
        "a school",
        "the number 7",
    ],
)
def test_a_thing_stands_in_the_middle(perceptor: ClipPerceptor, text: str) -> None:
    assert shape_for(perceptor, text, WIDE) == (32, 32)
    assert shape_for(perceptor, text, TALL) == (32, 32)


def test_a_scene_stays_square_on_a_tall_sheet(perceptor: ClipPerceptor) -> None:
    assert shape_for(perceptor, "a landscape", TALL) == (32, 32)


@pytest.mark.parametrize("size", [WIDE, TALL, SQUARE])
@pytest.mark.parametrize("text", ["a cat"])
def test_what_stays_square_is_imagined_to_the_same_bits(
    perceptor: ClipPerceptor, text: str, size: tuple[int, int]
) -> None:
    before = perceptor.imagine(
        perceptor.encode_text([text]), [1.0], 2, torch.Generator().manual_seed(0), recall=False
    )
    assert before is not None
    assert torch.equal(imagined(perceptor, text, size, count=2), before.picture)


@pytest.mark.parametrize("text", [*ACROSS, "a row of trees"])
def test_each_fifth_of_a_wide_picture_has_something_in_it(
    perceptor: ClipPerceptor, text: str
) -> None:
    picture = imagined(perceptor, text, WIDE)
    assert picture.shape[3] / picture.shape[2] == pytest.approx(16 / 9, rel=0.01)
    assert min(ink(picture[0, 3].numpy() > 0.5)) >= DRAWN


@pytest.mark.parametrize(
    ("size", "recall"),
    [
        *((WIDE, False), (WIDE, True), (TALL, True)),
        pytest.param(TALL, False, marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize(
    ("text", "count"),
    [
        *(("three fish", 3), ("two cats", 2), ("five apples", 5), ("a pair of shoes", 2)),
        ("three red balloons", 3),
    ],
)
def test_each_of_several_things_stands_by_itself(
    perceptor: ClipPerceptor, text: str, count: int, size: tuple[int, int], recall: bool
) -> None:
    """Paper runs between them from end to end, and each is taken for one of its kind."""
    picture = imagined(perceptor, text, size, count=12, recall=recall)
    drawn = picture[0, 3].numpy() > 0.5
    filled = drawn.any(axis=0 if size == WIDE else 1)
    parts = np.array_split(filled, count)
    assert all(part.any() for part in parts)
    assert not any(part[[0, -1]].any() for part in parts)
    (one, _), *_ = counted(text) or []
    words = perceptor.encode_text([one, "a car", "a house", "a tree"])
    for part in picture.chunk(count, dim=3 if size == WIDE else 2):
        rows, columns = ((side - min(part.shape[2:])) // 2 for side in part.shape[2:])
        paper = on_white(part[..., rows : part.shape[2] - rows, columns : part.shape[3] - columns])
        seen = torch.nn.functional.interpolate(paper, size=perceptor.input_size, mode="bicubic")
        assert int((perceptor.encode_image(seen.clamp(0, 1)) @ words.T).argmax()) == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [("two apples", 2), ("three fish", 3), ("two cats and a dog", 3), ("two cherries", 1)],
)
def test_on_a_square_sheet_there_are_as_many_too(
    perceptor: ClipPerceptor, text: str, count: int
) -> None:
    """Two cherries hang on one stalk: that is how they are remembered."""
    solid = imagined(perceptor, text, SQUARE, count=4, recall=True)[0, 3].numpy() > 0.5
    assert solid.shape[0] == solid.shape[1]
    around = neighbours("rect", *solid.shape)
    label = groups(solid.ravel()[around] == solid.ravel()[:, None], around)
    _, sizes = np.unique(label[solid.ravel()], return_counts=True)
    assert int((sizes > 0.3 * sizes.max()).sum()) == count


def test_a_strip_wants_the_text_tower(perceptor: ClipPerceptor) -> None:
    lean = open_perceptor("builtin", precision="fp32", device="cpu")
    lean.drop_text_tower()
    for words in ("a landscape", "three fish"):
        text = perceptor.encode_text([words])
        with pytest.raises(RuntimeError, match="text tower"):
            lean.imagine(text, [1.0], 1, torch.Generator(), size=WIDE, texts=[words])


def test_squares_lie_evenly_from_end_to_end() -> None:
    assert corners(32, 32, 32) == [(0, 0)]
    assert [column for _, column in corners(32, 57, 32)] == [0, 8, 17, 25]
    assert [row for row, _ in corners(57, 32, 32)] == [0, 8, 17, 25]


def test_strips_cost_about_as_much_as_the_squares_that_were_asked_for() -> None:
    assert fewer(24, (32, 32), 32) == 24
    assert fewer(100, (32, 57), 32) == 25
    assert fewer(24, (32, 256), 32) == 12
    assert fewer(2, (32, 57), 32) == 2


def test_what_squares_agree_on_stays_and_what_they_do_not_is_averaged() -> None:
    strip = torch.rand(2, 4, 32, 57, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(averaged(strip, 32, lambda square: square), strip, atol=1e-6)
    values = iter([0.0, 1.0])
    two = averaged(strip[..., :41], 32, lambda square: torch.full_like(square, next(values)))
    assert float(two[..., :8].max()) == 0
    assert float(two[..., -8:].min()) == 1
    assert bool((two[0, 0, 0].diff() >= -1e-6).all())


def test_empty_parts_and_other_colours_count_against_a_strip() -> None:
    strips = torch.zeros(3, 4, 32, 50)
    strips[0, 3, :, :10] = 1
    strips[1, 3] = 1  # black all over
    strips[2, 3] = 1  # half of it red
    strips[2, 0, :, 25:] = 1
    apart = falls_apart(strips)
    assert apart[:2].tolist() == [4, 0]
    assert 0.1 < float(apart[2]) < 1
    assert torch.allclose(falls_apart(strips.transpose(2, 3)), apart)


def ink(drawn: np.ndarray) -> list[float]:
    """The share of each fifth of the width that is drawn: [H, W] of bool."""
    return [float(part.mean()) for part in np.array_split(drawn, 5, axis=1)]


def seen(text: str, size: str) -> np.ndarray:
    """Where a quick drawing is not paper."""
    drawing = draw(text, size=size, strokes=96, steps=30, settings={"perceptor.imagine": 8})
    picture = Image.open(io.BytesIO(drawing.png(320))).convert("RGB")
    drawn: np.ndarray = np.abs(np.asarray(picture, np.int16) - 255).max(2) > 48
    return drawn


def aspect(drawn: np.ndarray) -> float:
    """Width by height of what is drawn, but for the outermost hundredths."""
    wide, high = (
        float(np.subtract(*np.percentile(where, (99, 1)))) for where in drawn.nonzero()[::-1]
    )
    return wide / high


@pytest.mark.slow
@pytest.mark.parametrize("text", first_of(ACROSS))
def test_a_wide_drawing_has_ink_in_each_fifth_of_its_width(text: str) -> None:
    assert min(ink(seen(text, "320x180"))) >= DRAWN


@pytest.mark.slow
@pytest.mark.parametrize(("text", "count"), [("three fish", 3), ("two cats", 2)])
def test_several_things_stay_apart_while_they_are_drawn(text: str, count: int) -> None:
    """On a tall sheet one stands below the other, with little between them."""
    drawn = seen(text, "180x320")
    rows = drawn.mean(axis=1)
    parts = np.array_split(rows, count)
    assert all(part.mean() >= DRAWN for part in parts)
    assert all(part[[0, -1]].max() < part.max() / 3 for part in parts)


@pytest.mark.slow
def test_a_cat_is_not_stretched_by_a_wide_sheet() -> None:
    square, wide = seen("a cat", "180x180"), seen("a cat", "320x180")
    assert aspect(wide) == pytest.approx(aspect(square), rel=0.1)
    assert max(ink(wide)[::4]) < DRAWN < max(ink(wide))  # the sides are paper
