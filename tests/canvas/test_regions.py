from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw

from drawkit.canvas.regions import mixed, regions, sharpened

Floats = npt.NDArray[np.float64]


def picture_of(*marks: tuple[str, tuple[int, ...], str], times: int = 8) -> Floats:
    """Marks on white, 48 x 32 px, with soft edges: premultiplied RGBA."""
    large = Image.new("RGB", (48 * times, 32 * times), "white")
    draw = ImageDraw.Draw(large)
    for kind, box, color in marks:
        getattr(draw, kind)([times * side for side in box], fill=color)
    small = large.resize((48, 32), Image.Resampling.BOX).convert("RGBA")
    return np.asarray(small).astype(float) / 255


def test_soft_edges_are_no_regions() -> None:
    picture = picture_of(
        ("ellipse", (4, 4, 28, 28), "#c02020"), ("ellipse", (12, 12, 20, 20), "#204080")
    )
    found = regions(picture, 64, 0.01, 2)
    assert found.count == 3
    assert sorted((255 * found.color[:, 0]).tolist()) == pytest.approx([32, 192, 255], abs=5)
    assert mixed(picture).sum() > 50


def test_a_thin_line_stays_though_none_of_its_pixels_is_pure() -> None:
    picture = picture_of(("line", (4, 6, 44, 25), "black"), times=8)
    large = picture_of(("polygon", (4, 5, 44, 24, 44, 26, 4, 7), "black"))
    for one in (picture, large):
        assert (sharpened(one, 2)[..., 0] < 0.6).sum() >= min(20, (one[..., 0] < 0.5).sum())


@pytest.mark.parametrize("most", [1, 2, 5, 20])
def test_no_more_regions_than_asked_for(most: int) -> None:
    picture = np.random.default_rng(0).random((24, 30, 4))
    picture[..., 3] = 1
    found = regions(picture, most, 0.0, 2)
    assert 1 <= found.count <= most
    assert found.label.shape == (24, 30)
    assert set(np.unique(found.label)) == set(range(found.count))


def test_the_colour_of_a_region_is_its_mean() -> None:
    picture = np.random.default_rng(1).random((16, 16, 4))
    found = regions(picture, 1, 0.0, 0)
    assert np.allclose(found.color[0], picture.reshape(-1, 4).mean(axis=0))


def test_what_is_worth_little_goes_though_there_is_room() -> None:
    picture = np.ones((32, 32, 4))
    picture[8:24, 8:24, :3] = 0.98
    assert regions(picture, 64, 0.03, 2).count == 1
    assert regions(picture, 64, 0.001, 2).count == 2


def test_pixels_that_touch_at_a_corner_are_one_area_only_in_pixel_art() -> None:
    picture = np.ones((16, 16, 4))
    for at in range(4, 12):
        picture[at, at, :3] = 0
    assert regions(picture, 64, 0.0, 0).count == 2
    picture[4:8, 4:8, :3] = picture[8:12, 8:12, :3] = 0
    assert regions(picture, 64, 0.0, 2).count == 3


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (7, 1)])
def test_the_smallest_pictures(shape: tuple[int, int]) -> None:
    picture = np.ones((*shape, 4))
    assert regions(picture, 8, 0.0, 2).count == 1
