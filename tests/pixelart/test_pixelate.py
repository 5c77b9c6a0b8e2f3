from __future__ import annotations

import numpy as np
import pytest

from drawkit.color import Palette
from drawkit.errors import InputError
from drawkit.palettes import resolve_palette
from drawkit.pixelart.jaggies import border_length
from drawkit.pixelart.pixelate import grid_size, pixelate
from drawkit.scene.grid import CELLS, Cell

RED, BLUE, WHITE = (200, 30, 30, 255), (20, 40, 200, 255), (255, 255, 255, 255)


def halves(width: int = 64, height: int = 64, at: int = 35) -> np.ndarray:
    """Red to the left of column `at`, blue to the right; the border runs through cells."""
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[:, :at], pixels[:, at:] = RED, BLUE
    return pixels


def test_cells_on_an_edge_take_one_side_not_the_mean() -> None:
    grid = pixelate(halves(), 8)
    assert set(map(tuple, grid.rgba().reshape(-1, 4).tolist())) == {RED, BLUE}
    assert (grid.rgba()[:, :4] == RED).all()
    assert (grid.rgba()[:, 4:] == BLUE).all()


def test_soft_edges_come_out_hard() -> None:
    """An antialiased edge has colours of its own; none of them rules in a cell."""
    pixels = halves().astype(float)
    pixels[:, 34] = pixels[:, 33] * 0.6 + pixels[:, 36] * 0.4
    pixels[:, 35] = pixels[:, 33] * 0.2 + pixels[:, 36] * 0.8
    grid = pixelate(pixels.round().astype(np.uint8), 16)
    colors = set(map(tuple, grid.rgba().reshape(-1, 4).tolist()))
    assert colors <= {RED, BLUE}


def test_thin_dark_lines_stay() -> None:
    pixels = np.full((64, 64, 4), 255, np.uint8)
    pixels[:, 31:34, :3] = 0
    assert (pixelate(pixels, 16).rgba()[:, 7:9, 0] == 0).any(axis=1).all()


def test_alpha_is_respected() -> None:
    pixels = halves()
    pixels[:16, :, 3] = 0
    pixels[16:32, :, 3] = 100
    grid = pixelate(pixels, 8)
    assert (grid.rgba()[:4, :, 3] == 0).all()
    assert (grid.rgba()[4:, :, 3] == 255).all()
    assert pixelate(halves(), 8).transparent is None
    with pytest.raises(InputError, match="nothing is visible"):
        pixelate(pixels * np.array([1, 1, 1, 0], np.uint8), 8)


@pytest.mark.parametrize("cell", CELLS)
def test_palettes_are_held_to(cell: Cell) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 50, 4), dtype=np.uint8)
    noise[..., 3] = 255
    palette = resolve_palette("pico8")
    grid = pixelate(noise, 12, palette=palette, cell=cell)
    assert grid.palette == palette.swatches
    assert grid.cell == cell
    few = pixelate(noise, 12, palette=palette, colors=3, cell=cell)
    assert len(few.palette) == 3
    assert set(few.palette) <= set(palette.swatches)
    assert len(pixelate(noise, 12, colors=5, cell=cell).palette) == 5


def test_dithering_mixes() -> None:
    gray = np.full((32, 32, 4), 150, np.uint8)
    gray[..., 3] = 255
    one_bit = Palette("bw", ((0, 0, 0), (255, 255, 255)))
    assert len(np.unique(pixelate(gray, 16, palette=one_bit).indices)) == 1
    for dither in ("bayer", "blue"):
        assert 0.3 < pixelate(gray, 16, palette=one_bit, dither=dither).indices.mean() < 0.95


def test_sizes_keep_proportions() -> None:
    assert grid_size((640, 480), 64, "rect") == (64, 48)
    assert grid_size((480, 640), 64, "rect") == (48, 64)
    assert grid_size((640, 480), (20, 30), "rect") == (20, 30)
    assert grid_size((640, 640), 64, "hex") == (56, 64)
    assert grid_size((6400, 10), 64, "rect") == (64, 1)
    for size in (0, 513, (0, 4), (4, 5000)):
        with pytest.raises(InputError, match="1 to 512 cells"):
            grid_size((64, 64), size, "rect")


def test_small_pictures_are_enlarged() -> None:
    tiny = halves(4, 4, 2)
    grid = pixelate(tiny, 16)
    assert grid.size == (16, 16)
    assert (grid.rgba()[:, :8] == RED).all()


def test_exact_sizes_take_the_middle() -> None:
    wide = halves(128, 64, 64)
    assert (pixelate(wide, (8, 8)).rgba()[:, :4] == RED).all()


def test_cells_between_two_colours_hold_together() -> None:
    """Fur and wood are neither of two near colours: they come out in clusters, not in noise."""
    rng = np.random.default_rng(0)
    pixels = np.full((128, 128, 4), 255, np.uint8)
    tones = 130 + 12 * np.sin(np.arange(32) / 4) + rng.normal(0, 6, (32, 32))
    pixels[..., :3] = tones.clip(0, 255).astype(np.uint8).repeat(4, 0).repeat(4, 1)[..., None]
    two = Palette("two", ((115, 115, 115), (145, 145, 145)))
    cells = pixelate(pixels, 32, palette=two).indices.astype(int)
    nearest = (tones > 130).astype(int)
    assert border_length(cells) < 0.7 * border_length(nearest)
    assert (cells == nearest).mean() > 0.8
