"""All eight orientations, in every kind of file that holds one, against Pillow's own turning."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps

from drawkit.pictures import read_pixels


def four_colors() -> Image.Image:
    """16 x 24; one colour a corner, so that no turn looks like another."""
    pixels = np.zeros((16, 24, 3), np.uint8)
    pixels[:8, :12], pixels[:8, 12:] = (200, 40, 40), (40, 180, 60)
    pixels[8:, :12], pixels[8:, 12:] = (40, 60, 200), (240, 230, 90)
    return Image.fromarray(pixels)


def saved(kind: str, way: int, **options: Any) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = way
    file = io.BytesIO()
    four_colors().save(file, kind, exif=exif, **options)
    return file.getvalue()


def by_hand(pixels: np.ndarray, way: int) -> np.ndarray:
    """What EXIF 2.32 says of where the first row and column belong."""
    return {
        1: pixels,
        2: pixels[:, ::-1],
        3: np.rot90(pixels, 2),
        4: pixels[::-1],
        5: pixels.transpose(1, 0, 2),
        6: np.rot90(pixels, -1),
        7: np.rot90(pixels.transpose(1, 0, 2), 2),
        8: np.rot90(pixels),
    }[way]


@pytest.mark.parametrize("way", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_pictures_stand_upright(kind: str, way: int) -> None:
    exact: dict[str, dict[str, Any]] = {
        "JPEG": {"quality": 100, "subsampling": 0},
        "WEBP": {"lossless": True},
        "AVIF": {"quality": 100, "subsampling": "4:4:4"},
    }
    data = saved(kind, way, **exact.get(kind, {}))
    found = read_pixels(data)[..., :3].astype(int)
    expected = by_hand(np.asarray(four_colors()), way).astype(int)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 8
    with Image.open(io.BytesIO(data)) as image:
        image.load()  # Pillow turns a TIFF here
        theirs = np.asarray(ImageOps.exif_transpose(image).convert("RGB")).astype(int)
    assert np.abs(found - theirs).max() <= 2


@pytest.mark.parametrize("way", [0, 9, 77])
def test_orientations_that_do_not_exist_turn_nothing(way: int) -> None:
    assert read_pixels(saved("PNG", way)).shape[:2] == (16, 24)


@pytest.mark.parametrize("exif", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"\0" * 40])
def test_broken_tags_are_none(exif: bytes) -> None:
    file = io.BytesIO()
    four_colors().save(file, "JPEG", exif=exif)
    assert read_pixels(file.getvalue()).shape[:2] == (16, 24)
