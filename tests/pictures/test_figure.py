from __future__ import annotations

import numpy as np
import pytest

from drawkit.errors import InputError
from drawkit.pictures.figure import figure_sheet


def opaque(height: int, width: int, color: tuple[int, int, int] = (250, 250, 250)) -> np.ndarray:
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[..., :3] = color
    return pixels


def test_what_is_transparent_is_no_part_of_it() -> None:
    pixels = np.zeros((400, 900, 4), np.uint8)
    pixels[100:200, 600:640] = (200, 30, 30, 255)
    sheet = figure_sheet(pixels)
    assert sheet.ground == "alpha"
    height, width = sheet.picture.shape[:2]
    assert height == 384
    assert abs(width / height - 0.45) < 0.03  # 40 by 100, and room around
    assert not sheet.picture[[0, -1]].any()
    assert not sheet.picture[:, [0, -1]].any()
    assert tuple(sheet.pixels[height // 2, width // 2]) == (200, 30, 30, 255)


def test_a_plain_ground_is_left_out_but_not_what_it_surrounds() -> None:
    pixels = opaque(200, 300)
    pixels[50:150, 100:200, :3] = (20, 90, 20)
    pixels[80:120, 130:170, :3] = (250, 250, 250)  # a window, as white as the ground
    sheet = figure_sheet(pixels)
    assert sheet.ground == "plain"
    height, width = sheet.picture.shape[:2]
    assert height == width
    assert sheet.picture[height // 2, width // 2, 3] > 0.99
    assert not sheet.picture[3, 3, 3]


def test_where_there_is_no_plain_ground_all_is_the_thing() -> None:
    pixels = opaque(200, 300)
    pixels[..., 0] = np.linspace(0, 255, 300, dtype=np.uint8)
    sheet = figure_sheet(pixels)
    assert sheet.ground == "none"
    assert sheet.picture.shape == (256, 384, 4)
    assert (sheet.picture[..., 3] > 0.999).all()


@pytest.mark.parametrize("shape", [(1, 2), (2, 1), (3, 3), (1, 3000), (3000, 2), (301, 451)])
def test_sheets_of_any_shape_can_be_drawn_on(shape: tuple[int, int]) -> None:
    pixels = opaque(*shape)
    pixels[: -(-shape[0] // 2), : -(-shape[1] // 2), :3] = 0
    high, wide = figure_sheet(pixels).picture.shape[:2]
    assert min(high, wide) >= 16
    assert max(high, wide) == 384


def test_an_opaque_picture_has_no_clear_border() -> None:  # as of 451 x 301 px it once had
    pixels = np.random.default_rng(0).integers(0, 255, (301, 451, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    assert (figure_sheet(pixels).picture[..., 3] > 0.999).all()


def test_huge_pictures_are_as_small_ones() -> None:
    small = opaque(40, 60)
    small[10:30, 20:40, :3] = (200, 30, 30)
    large = small.repeat(60, axis=0).repeat(60, axis=1)
    one, other = figure_sheet(small).picture, figure_sheet(large).picture
    assert one.shape == other.shape
    assert np.abs(one - other).mean() < 0.02


@pytest.mark.parametrize("shape", [(1, 1), (50, 70)])
def test_there_must_be_something(shape: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="of one colour"):
        figure_sheet(opaque(*shape))
    clear = opaque(*shape)
    clear[..., 3] = 0
    with pytest.raises(InputError, match="wholly transparent"):
        figure_sheet(clear)
