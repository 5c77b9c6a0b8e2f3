"""Colours of pixel art that lie a few levels apart are not taken for noise of compression."""

from __future__ import annotations

import numpy as np
import pytest
from enlarged_art import enlarged

from drawkit.pixelart.pixelate import pixelate
from drawkit.pixelart.pixelate.swatches import merged_colors


def ball(step: int) -> np.ndarray:
    """A ramp of six colours in a dark outline of one cell, with single cells on it."""
    y, x = np.mgrid[:32, :32]
    art = np.full((32, 32, 3), (90, 140, 70))
    shade = np.clip(np.hypot(x - 10, y - 9) / 4, 0, 5).astype(int)
    far = np.hypot(x - 15.5, y - 15.5)
    art[far < 13] = (np.array([170, 120, 90]) - step * shade[..., None])[far < 13]
    art[(far >= 12) & (far < 13.2)] = 20, 15, 25
    art[[9, 13, 20], [12, 20, 15]] = 255, 255, 255
    return art.astype(np.uint8)


def bands(step: int) -> np.ndarray:
    """Eight greys side by side, and red cells that stand alone."""
    art = np.repeat(100 + step * np.arange(8), 4)[None, :, None] * np.ones((24, 1, 3), int)
    art[10:14, 2:30:3] = 200, 40, 40
    return art.astype(np.uint8)


def tinted(step: int) -> np.ndarray:
    """Two browns that differ in one channel alone, cell by cell."""
    art = np.full((24, 24, 3), (150, 90, 60))
    art[6:18, 6:18, 2] += step * (np.indices((12, 12)).sum(0) % 3 == 0)
    art[9:15, 9:15] = 40, 40, 160
    art[3, 3:20:2] = 255, 255, 0
    return art.astype(np.uint8)


def scattered(step: int) -> np.ndarray:
    """Cells of nine colours in no order; three of them have a near one."""
    rng = np.random.default_rng(11)
    some = rng.integers(20, 236, (6, 3))
    swatches = np.concatenate([some, some[:3] + np.array([step, step, -step])])
    return swatches[rng.integers(0, 9, (24, 24))].astype(np.uint8)


def wrong(seen: np.ndarray, art: np.ndarray) -> int:
    """Cells whose nearest colour of the art's own is not theirs."""
    swatches = np.unique(art.reshape(-1, 3), axis=0).astype(float)
    apart = ((seen[..., None, :].astype(float) - swatches) ** 2).sum(axis=-1)
    return int((swatches[apart.argmin(axis=-1)] != art).any(axis=-1).sum())


def middles(pixels: np.ndarray, art: np.ndarray, by: float, cut: int, side: int) -> np.ndarray:
    """[rows, columns, 3] the mean of so many pixels each way in the middle of every cell."""
    total = np.zeros(art.shape)
    for down in range(side):
        for right in range(side):
            y, x = (
                np.floor((np.arange(count) + 0.5) * by - start + at - (side - 1) / 2)
                for count, start, at in zip(art.shape, (cut // 2, cut), (down, right), strict=False)
            )
            rows = y.astype(int).clip(0, pixels.shape[0] - 1)
            total += pixels[rows[:, None], x.astype(int).clip(0, pixels.shape[1] - 1), :3]
    return total / side**2


@pytest.mark.parametrize(
    ("art", "by", "kind", "quality", "smooth", "cut"),
    [
        (ball(3), 20, "JPEG", 60, 2, 0),
        (ball(4), 5, "JPEG", 75, 2, 0),
        (ball(5), 9, "JPEG", 80, 2, 2),
        (ball(8), 7, "JPEG", 60, 0, 0),
        (bands(3), 20, "JPEG", 60, 2, 0),
        (bands(4), 9, "JPEG", 80, 2, 2),
        (bands(5), 4, "WEBP", 90, 0, 0),
        (tinted(8), 24, "JPEG", 60, 2, 0),
        (tinted(8), 12, "JPEG", 85, 1, 0),
        (tinted(6), 8, "JPEG", 95, 0, 0),
        (scattered(3), 24, "JPEG", 90, 0, 0),
        (scattered(5), 13, "JPEG", 70, 2, 5),
        (scattered(6), 10, "JPEG", 75, 2, 0),
        (scattered(6), 6.5, "JPEG", 92, 2, 0),
        (scattered(8), 16, "JPEG", 75, 2, 7),
        (scattered(5), 10.5, "WEBP", 75, 0, 3),
    ],
)
def test_no_worse_than_the_middles_of_the_cells(
    art: np.ndarray, by: float, kind: str, quality: int, smooth: int, cut: int
) -> None:
    pixels = enlarged(art, by, kind, quality, smooth, cut)
    grid = pixelate(pixels, max(art.shape))
    assert grid.size == art.shape[1::-1]
    ours = wrong(grid.rgba()[..., :3], art)
    assert ours <= min(wrong(middles(pixels, art, by, cut, side), art) for side in (1, 3))


def test_what_many_cells_hold_tightly_stays_and_noise_goes() -> None:
    rng = np.random.default_rng(0)
    colors = np.full((150, 3), 100)
    colors[100:] = 103
    for error, count in ((0.1, 2), (4.0, 1)):
        seen = np.rint(colors + error * rng.normal(size=(150, 3))).astype(np.uint8)
        swatches, place = merged_colors(seen, 16, np.full(150, error))
        assert len(swatches) == count
        assert len(set(place[:100])) == 1
    seen = np.concatenate([colors, [[120, 120, 120]]]).astype(np.uint8)  # and a single cell
    for error, count in ((2.0, 3), (20.0, 2)):
        errors = np.append(np.full(150, 0.1), error)
        assert len(merged_colors(seen, 16, errors)[0]) == count


def test_what_is_exact_is_only_merged_to_the_limit() -> None:
    steps = np.stack([np.arange(40, 100, 3)] * 3, axis=1).astype(np.uint8)
    assert (merged_colors(steps, 20, np.zeros(20))[0] == steps).all()
    assert len(merged_colors(steps, 19, np.zeros(20))[0]) == 19


def test_many_cells_in_many_colours_are_done_soon() -> None:
    """As many cells as there may be, no two alike: what is compared stays bounded."""
    rng = np.random.default_rng(0)
    colors = rng.integers(0, 256, (512 * 512, 3), dtype=np.uint8)
    swatches, place = merged_colors(colors, 16, rng.uniform(0, 9, len(colors)))
    assert len(swatches) == 16
    assert place.shape == (512 * 512,)


@pytest.mark.parametrize(("by", "quality"), [(8, 75), (9, 80)])
def test_cut_grids_with_few_borders_are_found(by: int, quality: int) -> None:
    """Two lines, and cells that hardly differ: larger cells would explain what is clear as well."""
    art = np.full((20, 20, 3), (90, 120, 70), np.uint8)
    art[4:10, 4:10][np.indices((6, 6)).sum(0) % 2 == 0] = art[12:18:2, 2:18:3] = 96, 126, 76
    art[2, 2:18], art[11, 2:18] = (250, 240, 220), (10, 10, 10)
    pixels = enlarged(art, by, "JPEG", quality, 2, 3)
    grid = pixelate(pixels, 20)
    assert grid.size == (20, 20)
    assert wrong(grid.rgba()[..., :3], art) <= wrong(middles(pixels, art, by, 3, 1), art) < 9
