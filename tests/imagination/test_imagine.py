from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.imagination.imagine import (
    SIDE,
    Imagination,
    load_imagination,
    on_white,
    save_imagination,
)
from drawkit.imagination.sharpen import DRAWN, sharpened
from drawkit.perceptor.clip import ClipPerceptor, open_perceptor
from drawkit.perceptor.names import BUILTIN

WEIGHTS = BUILTIN / "imagination.safetensors"


@pytest.fixture(scope="module")
def perceptor() -> ClipPerceptor:
    return open_perceptor("builtin", precision="fp32", device="cpu")


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def imagined(
    perceptor: ClipPerceptor, text: Tensor, count: int, generator: torch.Generator, **how: Any
) -> Tensor:
    """From noise alone, or from the picture `near`: nothing is recalled."""
    found = perceptor.imagine(text, [1.0], count, generator, recall=False, **how)
    assert found is not None
    assert not found.after
    return found.picture


def test_pictures_are_premultiplied_rgba_and_follow_the_seed(perceptor: ClipPerceptor) -> None:
    text = perceptor.encode_text(["a red apple"])
    one, again, other = (imagined(perceptor, text, 2, seeded(s)) for s in (0, 0, 1))
    assert one.shape == (1, 4, 8 * SIDE, 8 * SIDE)
    assert float(one.min()) >= 0
    assert float(one.max()) <= 1
    assert bool((one[:, :3] <= one[:, 3:] + 1e-6).all())
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_it_imagines_the_colour_that_the_words_name(perceptor: ClipPerceptor) -> None:
    for words, channel in (("a red apple", 0), ("a green leaf", 1), ("a blue heart", 2)):
        picture = imagined(perceptor, perceptor.encode_text([words]), 8, seeded(0))
        ink = picture[0, :3].sum((1, 2)) / picture[0, 3].sum()
        assert int(ink.argmax()) == channel, words


def test_more_pictures_fit_the_words_better(perceptor: ClipPerceptor) -> None:
    text = perceptor.encode_text(["a smiling face"])

    def fit(count: int, seed: int) -> float:
        picture = imagined(perceptor, text, count, seeded(seed))
        seen = F.interpolate(on_white(picture), size=64, mode="bicubic").clamp(0, 1)
        return float(perceptor.encode_image(seen)[0] @ text[0])

    few, many = ([fit(count, seed) for seed in range(3)] for count in (1, 8))
    assert sum(many) > sum(few)


def test_words_to_keep_away_alone_imagine_nothing(perceptor: ClipPerceptor) -> None:
    text = perceptor.encode_text(["a cat"])
    assert perceptor.imagine(text, [-1.0], 2, seeded(0)) is None


def test_weights_come_back_from_the_file_nearly_as_they_were(tmp_path: Path) -> None:
    net = load_imagination(WEIGHTS)
    save_imagination(net, tmp_path / "again.safetensors")
    again = load_imagination(tmp_path / "again.safetensors")
    words = F.normalize(torch.randn(3, 256, generator=seeded(0)), dim=1)
    noise = torch.randn(3, 4, SIDE, SIDE, generator=seeded(1))
    one, two = (n(noise, torch.full((3,), 0.5), words) for n in (net, again))
    with torch.no_grad():
        untrained = Imagination()(noise, torch.full((3,), 0.5), words)
    assert float((one - two).abs().mean()) < 0.01
    assert float((one - untrained).abs().mean()) > 0.1


def disc(side: int, radius: float) -> torch.Tensor:
    """[side, side] 0..1, its border finer than a pixel."""
    fine = torch.linspace(-1, 1, 8 * side)
    whole = (fine[:, None].square() + fine.square() < radius**2).float()[None, None]
    return F.interpolate(whole, size=(side, side), mode="area")[0, 0]


def on_red(eye: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
    """A dark eye on red: premultiplied RGBA [1, 4, H, W]."""
    return torch.stack([(0.9 - 0.8 * eye) * alpha, 0.1 * alpha, 0.1 * alpha, alpha])[None]


def test_a_thumbnail_becomes_areas_with_crisp_borders() -> None:
    """As the picture is that it was made from, finer than its cells, without rings between."""
    crisp = sharpened(on_red(disc(SIDE, 0.2), disc(SIDE, 0.7)))
    assert crisp.shape == (1, 4, 8 * SIDE, 8 * SIDE)
    assert set(crisp[0, 3].unique().tolist()) == {0, 1}
    wanted = on_red(*((disc(8 * SIDE, radius) > 0.5).float() for radius in (0.2, 0.7)))
    off = (crisp - wanted).abs().amax(1)[0]
    assert float((off > 0.2).float().mean()) < 0.012  # of both borders a tenth of a cell
    mixed = (crisp[0, 0] > 0.2) & (crisp[0, 0] < 0.8)
    assert not mixed.any()


def test_thin_lines_and_small_gaps_stay() -> None:
    alpha = torch.zeros(SIDE, SIDE)
    alpha[8:24, 8:24] = 1
    alpha[2:8, 12] = alpha[2:8, 14] = 0.7  # whiskers, blurred
    alpha[2:8, 11] = alpha[2:8, 15] = 0.2
    alpha[2:8, 13] = 0.4
    eye = torch.zeros(SIDE, SIDE)
    eye[16, 12:20] = 0.7
    crisp = sharpened(on_red(eye, alpha), calm=DRAWN)[0]
    rows = crisp[3, 5 * 8 + 4]
    assert int((rows.diff() > 0).sum()) == 2  # two whiskers
    assert float(crisp[0, 16 * 8 + 4, 16 * 8].min()) < 0.5


def test_areas_are_shaded_as_the_thumbnail_is() -> None:
    shade = torch.linspace(0.5, 0.56, SIDE).expand(SIDE, SIDE)
    picture = torch.stack([shade, shade, shade, torch.ones(SIDE, SIDE)])[None]
    crisp = sharpened(picture)[0, 0, 4 * SIDE]
    assert float((crisp - torch.linspace(0.5, 0.56, 8 * SIDE)).abs().max()) < 0.015
    assert float(crisp.diff().abs().max()) < 0.005


def test_borders_do_not_fray_and_crumbs_go() -> None:
    clean = (disc(SIDE, 0.7) > 0.5).float()
    alpha = (clean + 0.28 * torch.randn(SIDE, SIDE, generator=seeded(2))).clamp(0, 1)
    alpha[2, 2] = 1.0  # a crumb
    flat = sharpened(torch.stack([alpha, 0 * alpha, 0 * alpha, alpha])[None])[0, 3]

    def border(mask: torch.Tensor) -> float:
        return float((mask.diff(dim=0).abs().sum() + mask.diff(dim=1).abs().sum()) / SIDE)

    smooth = F.interpolate(clean[None, None], scale_factor=8, mode="nearest")[0, 0]
    assert border(flat) < 1.15 * border(smooth)
    assert float(flat[8:32, 8:32].max()) == 0


def test_an_empty_thumbnail_stays_empty() -> None:
    assert float(sharpened(torch.zeros(1, 4, SIDE, SIDE)).abs().max()) == 0


def test_words_are_imagined_into_a_picture_that_partly_stays(perceptor: ClipPerceptor) -> None:
    disc = torch.zeros(1, 4, 64, 64)
    axis = torch.linspace(-1, 1, 64)
    inside = (axis[:, None].square() + axis.square() < 0.5).float()
    disc[0, 3], disc[0, 2] = inside, inside  # blue
    text = perceptor.encode_text(["a red apple"])
    small = F.interpolate(disc, size=(SIDE, SIDE), mode="area")
    apart = []
    for keep in (0.05, 0.3, 0.9):
        found = imagined(perceptor, text, 4, seeded(0), near=disc, keep=keep)
        seen = F.interpolate(found, size=(SIDE, SIDE), mode="area")
        apart.append(float((on_white(seen) - on_white(small)).square().mean()))
    assert apart[0] > apart[1] > apart[2]
    assert apart[2] < 0.02
