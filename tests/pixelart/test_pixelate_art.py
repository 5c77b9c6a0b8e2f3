"""Pixel art, enlarged and compressed or as it is, comes back cell by cell."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from enlarged_art import enlarged
from PIL import Image

from drawkit.color import srgb_to_oklab
from drawkit.errors import InputError
from drawkit.palettes import resolve_palette
from drawkit.pictures import reduced
from drawkit.pixelart.pixelate import pixelate
from drawkit.pixelart.pixelate.lattice import Lattices, find_lattices

GOLDEN = Path(__file__).parents[1] / "golden"
GALLERY = Path(__file__).parents[2] / "examples" / "pixels" / "game-sprites"


def golden(name: str) -> np.ndarray:
    with Image.open(GOLDEN / name) as image:
        return np.asarray(image.convert("RGBA"))


def drawn(name: str, background: tuple[int, int, int]) -> np.ndarray:
    """A sprite of the gallery in the colours of PICO-8, on a background: RGB [H, W, 3]."""
    with Image.open(GALLERY / f"{name}.png") as image:
        sprite = image.convert("RGBA")
    flat = Image.new("RGBA", sprite.size, (*background, 255))
    flat.alpha_composite(sprite)
    swatches = np.array(resolve_palette("pico8").swatches, np.uint8)
    return swatches[nearest(np.asarray(flat)[..., :3], swatches)]


def nearest(pixels: np.ndarray, swatches: np.ndarray) -> np.ndarray:
    lab, others = srgb_to_oklab(pixels / 255.0), srgb_to_oklab(swatches / 255.0)
    found: np.ndarray = ((lab[..., None, :] - others) ** 2).sum(axis=-1).argmin(axis=-1)
    return found


SPRITES = {
    "apple": drawn("apple", (255, 255, 255)),
    "church": drawn("church", (60, 60, 60)),
    "chicken": drawn("chicken", (120, 170, 90)),
    "sprite": golden("sprite-32.png")[..., :3],
}


@pytest.mark.parametrize("name", SPRITES)
@pytest.mark.parametrize(
    ("by", "kind", "quality", "smooth", "cut"),
    [
        (4, "JPEG", 90, 2, 0),
        (5, "JPEG", 75, 0, 0),
        (6, "WEBP", 80, 0, 0),
        (8, "JPEG", 75, 2, 3),
        (10, "JPEG", 50, 2, 0),
        (10.5, "JPEG", 75, 2, 0),
        (7.3, "JPEG", 90, 0, 2),
        (12, "WEBP", 50, 0, 4),
        (16, "JPEG", 50, 2, 7),
        (40, "JPEG", 60, 2, 0),
        (10.5, "PNG", 0, 0, 2),
    ],
)
def test_as_exact_as_the_middle_of_every_cell(
    name: str, by: float, kind: str, quality: int, smooth: int, cut: int
) -> None:
    art = SPRITES[name]
    swatches = np.unique(art.reshape(-1, 3), axis=0)
    true = nearest(art, swatches)
    pixels = enlarged(art, by, kind, quality, smooth, cut)
    at = ((np.arange(32) + 0.5) * by).astype(int)
    x, y = (at - cut).clip(0, pixels.shape[1] - 1), (at - cut // 2).clip(0, pixels.shape[0] - 1)
    middle = pixels[y[:, None], x][..., :3]
    grid = pixelate(pixels, 32)
    assert grid.size == (32, 32)
    assert len(grid.palette) <= 16
    ours = grid.rgba()[..., :3]
    wrong = int((nearest(ours, swatches) != true).sum())
    assert wrong <= int((nearest(middle, swatches) != true).sum())
    assert np.abs(ours.astype(int) - art).max(axis=2).mean() < 12
    if kind == "PNG":
        assert (ours == art).all()


def test_noise_of_compression_makes_no_colours() -> None:
    """The palette that is learned is the sprite's own: six colours, each within a few levels."""
    art = SPRITES["sprite"]
    found = np.array(pixelate(enlarged(art, 16, "JPEG", 75), 32).palette)
    true = np.unique(art.reshape(-1, 3), axis=0)
    assert len(found) <= len(true) + 2
    assert all(np.abs(found.astype(int) - color).max(axis=1).min() <= 6 for color in true)


def test_sizes_that_divide_the_enlarged_cells_repeat_them() -> None:
    art = SPRITES["sprite"]
    twice = pixelate(enlarged(art, 8, "PNG", 0), 64).rgba()[..., :3]
    assert (twice == art.repeat(2, 0).repeat(2, 1)).all()


def test_the_size_that_gives_the_cells_is_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    pixelate(enlarged(SPRITES["sprite"], 10, "JPEG", 80), 24)
    assert "pixel art of 32 x 32 cells, enlarged; --size 32 gives them as they are" in caplog.text


def test_what_has_the_size_and_few_colours_is_unchanged() -> None:
    for name in ("stars-32.png", "sprite-32.png"):
        pixels = golden(name).copy()
        pixels[3:6, 4:9] = 0
        assert (pixelate(pixels, 32).rgba() == pixels).all()
        assert (pixelate(pixels, (32, 32), despeckle=0).rgba() == pixels).all()
    rng = np.random.default_rng(1)
    colors = np.dstack([rng.integers(0, 256, (8, 30, 3)), np.full((8, 30), 255)]).astype(np.uint8)
    assert (pixelate(colors, 30, colors=250).rgba() == colors).all()
    assert len(pixelate(colors, 30).palette) == 16


def test_specks_go_where_it_is_asked() -> None:
    pixels = np.full((32, 32, 4), (20, 20, 50, 255), np.uint8)
    pixels[5, 5, :3] = pixels[9, 20, :3] = 50, 50, 80
    assert (pixelate(pixels, 32).rgba() == pixels).all()
    assert (pixelate(pixels, 32, despeckle=1).rgba() == pixels[0, 0]).all()
    with pytest.raises(InputError, match="despeckle is -1; allowed: 0 to 64"):
        pixelate(pixels, 32, despeckle=-1)


def test_single_cells_of_a_photo_stay_where_it_is_asked() -> None:
    """Too many colours to be taken for pixel art, and one cell a little lighter than the rest."""
    rng = np.random.default_rng(0)
    pixels = np.full((320, 320, 4), 255, np.uint8)
    pixels[..., :3] = rng.normal((20, 20, 50), 3, (320, 320, 3)).clip(0, 255)
    pixels[50:60, 50:60, :3] = rng.normal((60, 60, 90), 3, (10, 10, 3))
    for despeckle, stays in ((0, True), (1, False)):
        cells = pixelate(pixels, 32, colors=2, despeckle=despeckle).rgba().astype(int)
        assert (cells[5, 5, 0] > cells[0, 0, 0] + 20) == stays


def photo(width: int, height: int) -> np.ndarray:
    """Soft shapes and grain; nothing in it is even."""
    rng = np.random.default_rng(2)
    soft = Image.fromarray(rng.integers(0, 256, (9, 12, 3), dtype=np.uint8))
    pixels = np.asarray(soft.resize((width, height), Image.Resampling.BICUBIC)).astype(float)
    y, x = np.mgrid[:height, :width]
    pixels[(x - width * 0.4) ** 2 + (y - height * 0.55) ** 2 < (height * 0.23) ** 2] *= 0.4
    pixels += rng.normal(0, 6, pixels.shape)
    return pixels.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("quality", [40, 75, 95])
@pytest.mark.parametrize("size", [16, 32, 64, 128])
def test_photos_are_not_taken_for_pixel_art(quality: int, size: int) -> None:
    """The blocks of JPEG, 8 px each, are no cells either."""
    for by in (1, 2):
        pixels = enlarged(photo(512, 384), 1, "JPEG", quality)
        soft = Image.fromarray(pixels).resize((512 * by, 384 * by), Image.Resampling.BICUBIC)
        found = find_lattices(np.asarray(soft), size, size * 3 // 4)
        assert found == Lattices(None, None, None)


def test_whole_pictures_are_kept_however_long() -> None:
    pixels = np.full((40, 1000, 4), (200, 200, 200, 255), np.uint8)
    pixels[:, :100, :3], pixels[:, -100:, :3] = (220, 0, 0), (0, 0, 220)
    for picture, flip in ((pixels, False), (pixels.swapaxes(0, 1), True)):
        cells = pixelate(picture, 16).rgba()
        cells = cells.swapaxes(0, 1) if flip else cells
        assert cells.shape == (1, 16, 4)
        assert cells[0, 0].tolist() == [220, 0, 0, 255]
        assert cells[0, -1].tolist() == [0, 0, 220, 255]


def test_what_is_cut_off_is_said(caplog: pytest.LogCaptureFixture) -> None:
    pixels = np.full((100, 200, 4), 255, np.uint8)
    pixelate(pixels, (8, 8))
    assert caplog.messages == [
        "50 % of the picture's width are cut off, half at each end, to fill 8x8 cells"
    ]
    caplog.clear()
    pixelate(pixels, (16, 8))
    pixelate(pixels, 9)
    assert not caplog.messages


def test_large_pictures_are_made_smaller_by_means() -> None:
    rng = np.random.default_rng(4)
    pixels = rng.integers(0, 256, (603, 401, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    small = reduced(pixels, 100 * 100)
    assert small.shape == (121, 81, 4)
    means = pixels[:600, :400].reshape(120, 5, 80, 5, 4).mean(axis=(1, 3))
    assert np.abs(small[:120, :80] - means).max() <= 1
    assert reduced(pixels, 603 * 401) is pixels
