from __future__ import annotations

import numpy as np
import pytest

from drawkit.pixelart.dither import DITHERS, Dither, thresholds, undithered


@pytest.mark.parametrize("dither", DITHERS)
def test_they_are_even_on_the_whole(dither: Dither) -> None:
    tile = thresholds(dither, 64, 64)
    assert tile.shape == (64, 64)
    assert abs(tile.mean()) < 1e-9
    assert abs(tile).max() < 0.5
    if dither != "none":
        for share in (0.1, 0.5, 0.9):
            assert (tile < share - 0.5).mean() == pytest.approx(share, abs=0.06)


def test_none_moves_nothing() -> None:
    assert not thresholds("none", 5, 7).any()


def test_blue_noise_has_no_coarse_waves() -> None:
    """White noise has as much of them as of fine ones; that it fails is the proof."""
    blue = thresholds("blue", 32, 32)
    white = np.random.default_rng(1).permutation(blue.ravel()).reshape(32, 32)
    assert coarse_share(blue) < 0.2 * coarse_share(white)


def coarse_share(tile: np.ndarray) -> float:
    power = abs(np.fft.fft2(tile)) ** 2
    step = np.minimum(np.arange(32), 32 - np.arange(32))
    coarse = np.hypot(step[:, None], step) < 6
    return float(power[coarse].sum() / power.sum())


@pytest.mark.parametrize("size", [(32, 32), (16, 16), (24, 40), (48, 20), (96, 96)])
def test_blue_noise_goes_on_at_the_sides_of_a_tile(size: tuple[int, int]) -> None:
    """Small areas across the seam are as even as those inside; of a cut pattern they are not."""
    assert undithered("blue", *size, (True, True)) == ""
    tile = thresholds("blue", *size, (True, True))
    assert tile.shape == size
    assert unevenness_at_seam(tile) < 1.3
    cut = thresholds("blue", size[0] + 5, size[1] + 5)[:-5, :-5]
    if any(side % 32 for side in size):
        assert unevenness_at_seam(cut) > 1.3


def unevenness_at_seam(tile: np.ndarray) -> float:
    """How much means of 3 x 3 cells differ across the seams, over how much they do inside."""
    moved = [np.roll(tile, (down, across), (0, 1)) for down in (-1, 0, 1) for across in (-1, 0, 1)]
    means = np.mean(moved, axis=0)
    seam = np.ones(tile.shape, bool)
    seam[1:-1, 1:-1] = False
    return float(means[seam].std() / means[~seam].std())


def test_a_small_tile_is_its_own_period() -> None:
    assert undithered("blue", 5, 7, (True, True)) == ""
    assert len(np.unique(thresholds("blue", 5, 7, (True, True)))) == 35


def test_a_tile_that_a_dither_would_break_is_told() -> None:
    cut = thresholds("bayer", 30, 30)
    assert (cut[-1] != thresholds("bayer", 32, 32)[-1][:30]).any()
    assert undithered("bayer", 30, 30, (True, False)) == "sides that 4 divides"
    assert undithered("bayer", 30, 32, (True, False)) == ""
    assert undithered("bayer", 30, 30, (False, False)) == ""
    assert undithered("blue", 37, 32, (True, True)) != ""
    assert undithered("none", 37, 37, (True, True)) == ""
