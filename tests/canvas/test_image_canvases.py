"""What canvases of free pixels do, over all of them."""

from __future__ import annotations

import pytest
import torch
from free_pixels import image_canvas

from drawkit.canvas import canvases
from drawkit.canvas.contract import StartsFromPicture
from drawkit.canvas.image import IMAGE_CANVASES
from drawkit.pictures.seamless import seam_strength
from drawkit.scene import RasterLayer

SIZES = [(16, 16), (40, 23), (33, 64)]
EXACT = [name for name in IMAGE_CANVASES if name != "siren"]


def noise(width: int, height: int, *, opaque: bool) -> torch.Tensor:
    """A picture of all colours, [1, 4, H, W], in 8 bits."""
    generator = torch.Generator().manual_seed(3)
    rgba = torch.randint(0, 256, (1, 4, height, width), generator=generator) / 255
    alpha = torch.ones_like(rgba[:, 3:]) if opaque else (rgba[:, 3:] > 0.5).float()
    return torch.cat([rgba[:, :3] * alpha, alpha], dim=1)


def test_all_are_registered() -> None:
    assert set(IMAGE_CANVASES) <= set(canvases.names())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", EXACT)
def test_a_picture_comes_back_to_the_last_level(name: str, size: tuple[int, int]) -> None:
    for opaque in (True, False):
        canvas = image_canvas(name, size, paper=opaque)
        assert isinstance(canvas, StartsFromPicture)
        assert canvas.start_size == size
        picture = noise(*size, opaque=opaque)
        assert canvas.start_from_(picture, torch.Generator()) is None
        assert ((canvas().detach() - picture) * 255).abs().max() < 0.5
        (layer,) = canvas.to_scene().layers
        assert isinstance(layer, RasterLayer)
        shown = torch.from_numpy(layer.pixels.copy()).permute(2, 0, 1)[None]
        wanted = (picture * 255).round()
        assert torch.equal(shown[:, 3], wanted[:, 3].byte())
        seen = picture[:, 3:] > 0
        assert torch.equal((shown[:, :3] * seen), wanted[:, :3].byte())


@pytest.mark.parametrize("name", IMAGE_CANVASES)
def test_the_mean_of_a_start_is_middle_grey_half_shown(name: str) -> None:
    picture = image_canvas(name, (64, 64), paper=False)().detach()
    assert float(picture[:, 3].mean()) == pytest.approx(0.5, abs=0.15)
    assert float((picture[:, :3] / picture[:, 3:]).mean()) == pytest.approx(0.5, abs=0.15)


@pytest.mark.parametrize("name", IMAGE_CANVASES)
def test_a_tile_goes_on_at_its_other_side(name: str) -> None:
    canvas = image_canvas(name, (64, 48), tile=(True, True))
    with torch.no_grad():
        for parameter in canvas.parameters():
            parameter.mul_(1 if name == "siren" else 10)
    assert seam_strength(canvas().detach(), (True, True)) < 1.1
    plain = image_canvas(name, (64, 48))
    with torch.no_grad():
        for parameter in plain.parameters():
            parameter.mul_(1 if name == "siren" else 10)
    goes_on_anyway = name in ("fourier", "wavelet")
    assert (seam_strength(plain().detach(), (True, True)) > 2) != goes_on_anyway
