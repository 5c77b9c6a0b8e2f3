from __future__ import annotations

import numpy as np
import pytest

from drawkit.grid.dither import DITHERS, Dither, thresholds


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
