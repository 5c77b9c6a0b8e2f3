from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from drawkit.errors import InputError
from drawkit.pictures import as_pixels

RED = [255, 0, 0, 255]


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "RGB", "RGBA", "RGBa", "CMYK", "YCbCr", "HSV", "I;16"]
)
def test_every_kind_of_pil_picture(mode: str) -> None:
    image = Image.new("RGB", (3, 2), "white").convert(
        "L" if mode in ("I;16", "LA", "1") else "RGBA"
    )
    if mode == "I;16":
        image = Image.fromarray(np.full((2, 3), 65535, np.uint16))
        assert image.mode == "I;16"
    elif mode == "RGBa":
        image = image.convert("RGBa")
    else:
        image = image.convert("RGB").convert(mode)
    assert (as_pixels(image) == 255).all()
    assert as_pixels(image).shape == (2, 3, 4)


def test_a_pil_picture_is_turned_and_seen_through_as_its_file() -> None:
    image = Image.new("RGBA", (3, 2), (255, 0, 0, 64))
    assert as_pixels(image)[0, 0].tolist() == [255, 0, 0, 64]
    image.getexif()[0x0112] = 6
    assert as_pixels(image).shape == (3, 2, 4)


@pytest.mark.parametrize(
    ("array", "first"),
    [
        (np.full((2, 3), 7, np.uint8), [7, 7, 7, 255]),
        (np.full((2, 3, 3), [1.0, 0.0, 0.0]), RED),
        (np.full((2, 3, 4), [1, 0, 0, 0.5], np.float32), [255, 0, 0, 128]),
        (np.full((2, 3, 4), [255, 0, 0, 9], np.uint8), [255, 0, 0, 9]),
    ],
)
def test_arrays(array: Any, first: list[int]) -> None:
    found = as_pixels(array)
    assert (found.dtype, found.shape) == (np.uint8, (2, 3, 4))
    assert found[0, 0].tolist() == first


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((0, 3), np.uint8), "shape"),
        (np.zeros((2, 2, 2), np.uint8), "shape"),
        (np.zeros((1, 2, 2, 3), np.uint8), "shape"),
        (np.zeros((2, 2), np.int64), "int64"),
        (np.full((2, 2), 1.5), "0..1"),
        (np.full((2, 2), np.nan), "0..1"),
        (np.array(["a", "b"]), "shape"),
        (None, "shape"),
    ],
)
def test_other_things_are_refused_in_one_line(array: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        as_pixels(array)
