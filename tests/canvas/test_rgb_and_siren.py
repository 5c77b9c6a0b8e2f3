"""Layers of pixels, and the net of sines."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from free_pixels import image_canvas
from PIL import Image

from drawkit.canvas.image.rgb import blend
from drawkit.canvas.image.siren import places
from drawkit.errors import ConfigError


@pytest.mark.parametrize(("fine", "coarse"), [(16, 8), (21, 6), (9, 1), (5, 5)])
def test_layers_are_enlarged_as_pillow_does(fine: int, coarse: int) -> None:
    line = np.random.default_rng(0).random((1, coarse), np.float32)
    expected = Image.fromarray(line).resize((fine, 1), Image.Resampling.BILINEAR)
    found = blend(fine, coarse, wrap=False) @ torch.from_numpy(line[0])
    assert np.abs(found.numpy() - np.asarray(expected)[0]).max() < 1e-6


def test_a_line_that_goes_on_is_enlarged_as_if_there_were_three() -> None:
    line = torch.rand(6, generator=torch.Generator().manual_seed(0))
    three = blend(63, 18, wrap=False) @ line.repeat(3)
    assert torch.allclose(blend(21, 6, wrap=True) @ line, three[21:42], atol=1e-6)


def test_what_is_broad_lies_in_the_coarse_layers() -> None:
    canvas = image_canvas("rgb", (64, 64))
    with torch.no_grad():
        canvas.fit_(torch.ones(1, 4, 64, 64))
    strengths = [float(layer.detach().abs().mean()) for layer in canvas.layers]
    assert strengths[-1] > 0
    assert max(strengths[:-1]) < 1e-5


def test_the_net_is_a_net_of_sines() -> None:
    canvas = image_canvas("siren", (24, 16), layers=2, width=8)
    (first, second, last), biases = canvas.weights, canvas.biases
    at = canvas.places[40]  # of the second row, as each has 24
    assert at.tolist() == pytest.approx([(16.5 - 12) / 12, (1.5 - 8) / 12])
    inner = torch.sin(second @ torch.sin(first @ at + biases[0]) + biases[1])
    expected = last @ inner + biases[2]
    assert torch.allclose(canvas.planes()[0, :, 1, 16], expected, atol=1e-5)


def test_finer_sines_make_finer_pictures() -> None:
    rough = [
        float(
            image_canvas("siren", (48, 48), frequency=w).planes().detach().diff(dim=3).abs().mean()
        )
        for w in (4.0, 40.0)
    ]
    assert rough[1] > 3 * rough[0]


def test_a_net_learns_its_start_and_leaves_no_gradient() -> None:
    canvas = image_canvas("siren", (32, 32))
    picture = torch.ones(1, 4, 32, 32)
    picture[:, 1:3, 8:24, 8:24] = 0.1
    before = float((canvas().detach() - picture).abs().mean())
    canvas.start_from_(picture, torch.Generator())
    assert float((canvas().detach() - picture).abs().mean()) < 0.05 < 0.3 * before
    assert all(parameter.grad is None for parameter in canvas.parameters())


def test_places_of_a_tile_lie_on_a_circle() -> None:
    found = places(4, 8, (True, False)).view(4, 8, 3)
    assert torch.allclose(found[..., :2].norm(dim=-1), torch.ones(4, 8))
    steps = (found[0, :, :2] - found[0, :, :2].roll(-1, 0)).norm(dim=-1)
    assert torch.allclose(steps, steps[:1].expand(8), atol=1e-6)


@pytest.mark.parametrize(
    ("canvas", "setting", "value"),
    [("siren", "layers", 0), ("siren", "width", 3), ("rgb", "decay", 5.0), ("wavelet", "lr", -1.0)],
)
def test_what_is_no_setting_is_refused(canvas: str, setting: str, value: float) -> None:
    with pytest.raises(ConfigError, match=rf"^{canvas}.{setting} is .*; allowed: "):
        image_canvas(canvas, **{setting: value})
