"""Wavelets of our own, held to those of PyWavelets."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
import pywt
import torch
from free_pixels import image_canvas

from drawkit.canvas.image.configs import Wave
from drawkit.canvas.image.wavelets import joined, low_pass, split
from drawkit.errors import ConfigError

WAVES = pytest.mark.parametrize("wave", get_args(Wave))


@WAVES
def test_filters_are_those_of_pywavelets(wave: Wave) -> None:
    low = low_pass(wave).numpy()
    assert np.abs(low - pywt.Wavelet(wave).dec_lo).max() < 1e-10
    assert np.abs(low - low[::-1]).max() > 1e-3 or wave == "haar"  # the other way round it is not


@WAVES
@pytest.mark.parametrize("side", [2, 6, 20, 64])
def test_halves_are_those_of_pywavelets(wave: Wave, side: int) -> None:
    """Also of lines shorter than the filter."""
    generator = torch.Generator().manual_seed(side)
    line = torch.randn(2, 3, side, generator=generator, dtype=torch.float64)
    halves = split(line, low_pass(wave))
    expected = pywt.dwt(line.numpy(), wave, mode="periodization", axis=-1)
    for ours, theirs in zip(halves, expected, strict=True):
        assert np.abs(ours.numpy() - theirs).max() < 1e-9
    assert (joined(*halves, low_pass(wave)) - line).abs().max() < 1e-9


@WAVES
def test_a_picture_is_pywavelets_sum(wave: Wave) -> None:
    canvas = image_canvas("wavelet", (48, 32), wave=wave)
    amounts = canvas._amounts
    found = canvas.coarse.detach().numpy() * amounts[-1]
    for amount, band in zip(reversed(amounts), reversed(canvas.bands), strict=True):
        across, down, both = band.detach().numpy() * amount
        found = pywt.idwt2((found, (down, across, both)), wave, mode="periodization")
    assert np.abs(canvas.planes()[0].detach().numpy() - found).max() < 1e-4


def test_pixels_are_about_1_where_wavelets_are() -> None:
    canvas = image_canvas("wavelet", (64, 64))
    with torch.no_grad():
        for parameter in canvas.parameters():
            parameter.mul_(10)
        assert float(canvas.planes().std()) == pytest.approx(1, abs=0.25)


def test_a_tile_needs_sides_that_halve() -> None:
    image_canvas("wavelet", (40, 33), tile=(True, False))
    with pytest.raises(ConfigError, match=r"multiple of 8 pixels, got 40x33$"):
        image_canvas("wavelet", (40, 33), tile=(True, True))
