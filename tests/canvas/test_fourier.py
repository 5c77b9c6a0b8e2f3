"""Waves: what they make of a picture, and that it comes back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from free_pixels import image_canvas

from drawkit.canvas.image.fourier import amounts
from drawkit.canvas.image.picture import from_planes, to_planes
from drawkit.errors import ConfigError


def test_planes_are_those_of_the_picture() -> None:
    """Every colour of 8 bits comes back, black, white and pure ones too, at every opacity."""
    ramp = torch.linspace(0, 1, 256)
    rgb = torch.stack([ramp, ramp.flip(0), ramp.roll(100)])[None, :, None]
    alpha = torch.tensor([0.0, 0.3, 1.0]).view(1, 1, 3, 1).expand(1, 1, 3, 256)
    picture = torch.cat([rgb * alpha, alpha], dim=1)
    for saturation in (0.5, 1.0, 3.0):
        found = from_planes(to_planes(picture, saturation), saturation)
        assert ((found - picture) * 255).abs().max() < 0.5


def test_gray_is_no_hue_and_hues_follow_the_saturation() -> None:
    planes = torch.zeros(1, 4, 1, 3)
    planes[:, 0] = torch.tensor([-1.0, 0.0, 1.0])
    gray = from_planes(planes, 2.0)
    assert torch.allclose(gray[:, 0], gray[:, 1], atol=1e-5)
    assert gray[0, 0, 0, 0] < gray[0, 0, 0, 1] < gray[0, 0, 0, 2]
    planes[:, 1] = 1.0
    faint, strong = (from_planes(planes, saturation) for saturation in (0.5, 2.0))
    apart = [float((one[:, 0] - one[:, 2]).mean()) for one in (faint, strong)]
    assert 0 < apart[0] < apart[1]


def test_the_colours_have_a_slope_as_their_differences_say() -> None:
    generator = torch.Generator().manual_seed(0)
    planes = torch.randn(1, 4, 2, 2, generator=generator, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda p: from_planes(p, 1.8), planes.requires_grad_())


@pytest.mark.parametrize("size", [(17, 16), (31, 45), (64, 20)])
def test_waves_are_numpys(size: tuple[int, int]) -> None:
    canvas = image_canvas("fourier", size)
    spectrum = torch.view_as_complex(canvas.waves.detach() * canvas.amount[..., None]).numpy()
    expected = np.fft.irfft2(spectrum.astype(complex), s=size[::-1], norm="ortho")
    expected[:3] *= float(canvas.contrast) / expected[:3].std(ddof=1)
    assert np.abs(canvas.planes()[0].detach().numpy() - expected).max() < 1e-4


def test_long_waves_count_more_by_the_decay() -> None:
    flat, usual = amounts(32, 32, 0.0), amounts(32, 32, 1.5)
    assert torch.allclose(flat, torch.ones_like(flat))
    assert float(usual[0, 2] / usual[0, 4]) == pytest.approx(2**1.5, rel=1e-5)
    assert float(usual.square().mean()) == pytest.approx(1, rel=1e-5)
    # The longest wave of a wide picture is as long as the picture.
    assert amounts(16, 64, 1.0)[0, 1] == amounts(16, 64, 1.0).max() > amounts(16, 64, 1.0)[1, 0]


def test_what_is_no_setting_is_refused() -> None:
    for name, value in (("decay", -1.0), ("contrast", 0.0), ("saturation", 0.0), ("lr", 11.0)):
        with pytest.raises(ConfigError, match=rf"^fourier.{name} is .*; allowed: "):
            image_canvas("fourier", **{name: value})
