from __future__ import annotations

import numpy as np
import pytest

from drawkit.pictures import fitted, fitted_pixels, premultiplied


def noise(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 4), dtype=np.uint8)


def test_fitting_keeps_proportions_and_whole_factors_are_exact() -> None:
    picture = premultiplied(noise(6, 4))
    assert (fitted(picture, 6, 4) == picture).all()
    large = fitted(picture, 18, 12)
    assert np.allclose(large, picture.repeat(3, 0).repeat(3, 1), atol=1e-6)
    assert np.allclose(fitted(large, 6, 4), picture, atol=1e-6)
    square = fitted(picture, 12, 12)
    assert not square[:2].any()
    assert not square[10:].any()
    assert np.allclose(square[2:10], picture.repeat(2, 0).repeat(2, 1), atol=1e-6)


def test_alpha_is_multiplied_in() -> None:
    pixel = premultiplied(np.array([[[255, 128, 0, 51]]], np.uint8))
    assert pixel[0, 0] == pytest.approx([0.2, 0.2 * 128 / 255, 0, 0.2], abs=1e-6)


@pytest.mark.parametrize("size", [(6, 4), (7, 90), (300, 40), (3000, 2000), (64, 1)])
def test_strips_of_large_pictures_make_no_difference(size: tuple[int, int]) -> None:
    pixels = noise(1500, 1100)
    assert (fitted_pixels(pixels, *size) == fitted(premultiplied(pixels), *size)).all()
