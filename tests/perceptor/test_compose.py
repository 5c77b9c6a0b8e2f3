"""Wide sheets: scenes and several things lie all over them, a single thing stays whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from drawkit.perceptor.clip import ClipPerceptor, open_perceptor
from drawkit.perceptor.compose import LAYOUTS, averaged, corners, empty_parts, spreads, strip_shape

WIDE = (320, 180)
SCENES = ["a landscape", "a train", "mountains", "the sea", "a city at night"]
SEVERAL = ["three fish", "two cherries", "a flock of birds", "5 red apples"]
THINGS = ["a cat", "a red apple", "an owl", "a castle", "a robot", "the sun"]
Imagine = Callable[..., Tensor]


@pytest.fixture(scope="module")
def places() -> dict[str, Tensor]:
    """Where the built-in perceptor places each prompt, and the words that layouts are held to."""
    perceptor: ClipPerceptor = open_perceptor("builtin", precision="fp32", device="cpu")
    words = [*SCENES, *SEVERAL, *THINGS, *LAYOUTS]
    return dict(zip(words, perceptor.encode_text(words), strict=True))


@pytest.fixture(scope="module")
def imagine(places: dict[str, Tensor]) -> Imagine:
    perceptor: ClipPerceptor = open_perceptor("builtin", precision="fp32", device="cpu")
    perceptor.drop_text_tower()

    def call(prompt: str, size: tuple[int, int], count: int) -> Tensor:
        found = perceptor.imagine(
            places[prompt][None],
            [1.0],
            count,
            torch.Generator().manual_seed(0),
            size=size,
            texts=[prompt],
        )
        assert found is not None
        return found

    return call


def ink(picture: Tensor) -> list[float]:
    """Share of each fifth of the width that is drawn."""
    shown = (picture[0, 3] > 0.5).float()
    return [float(part.mean()) for part in shown.tensor_split(5, dim=1)]


@pytest.mark.slow
@pytest.mark.parametrize("prompt", ["a landscape", "a train", "three fish"])
def test_there_is_ink_in_each_fifth_of_the_width(prompt: str, imagine: Imagine) -> None:
    wide = imagine(prompt, WIDE, 8)
    assert wide.shape[-1] / wide.shape[-2] == pytest.approx(320 / 180, rel=0.02)
    assert min(ink(wide)) > 0.04


@pytest.mark.parametrize("size", [WIDE, (180, 320), (400, 100)])
def test_a_single_thing_is_what_it_is_on_a_square(size: tuple[int, int], imagine: Imagine) -> None:
    assert torch.equal(imagine("a cat", size, 1), imagine("a cat", (224, 224), 1))


def test_what_lies_all_over_a_sheet(places: dict[str, Tensor]) -> None:
    anchors = torch.stack([places[word] for word in LAYOUTS])
    for wide, wanted in ((True, {*SCENES, *SEVERAL}), (False, {*SEVERAL})):
        words = [*SCENES, *SEVERAL, *THINGS]
        found = {word for word in words if spreads([word], places[word], anchors, wide=wide)}
        assert found == wanted


def test_a_nearly_square_sheet_is_square() -> None:
    assert strip_shape((120, 100), 32) == (32, 32)
    assert strip_shape((320, 180), 32) == (32, 57)
    assert strip_shape((100, 10_000), 32) == (256, 32)


def test_squares_cover_the_strip_and_their_mean_is_one() -> None:
    assert corners((32, 57), 32) == [(0, 0), (0, 8), (0, 16), (0, 24), (0, 25)]
    strip = torch.rand(2, 4, 32, 57, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(averaged(strip, 32, lambda part: part), strip, atol=1e-6)
    doubled = averaged(strip, 32, lambda part: 2 * part)
    assert torch.allclose(doubled, 2 * strip, atol=1e-5)


def test_parts_with_nothing_in_them_are_counted() -> None:
    strip = torch.zeros(1, 4, 32, 50)
    strip[..., 0:10] = 1
    assert empty_parts(strip).tolist() == [4]
    strip[..., 20:50] = 1
    assert empty_parts(strip).tolist() == [1]
