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
from drawkit.imagination.sharpen import sharpened
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
    assert one.shape == (1, 4, 4 * SIDE, 4 * SIDE)
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


def test_a_thumbnail_becomes_flat_areas_with_crisp_borders() -> None:
    axis = torch.linspace(-1, 1, SIDE)
    distance = (axis[:, None].square() + axis.square()).sqrt()
    alpha = ((0.7 - distance) * 12 + 0.5).clamp(0, 1)  # a soft red disc with a soft dark eye
    eye = ((0.2 - distance) * 12 + 0.5).clamp(0, 1)
    red = 0.9 - 0.8 * eye + 0.02 * torch.randn(SIDE, SIDE, generator=seeded(0))
    soft = torch.stack([red * alpha, 0.1 * alpha, 0.1 * alpha, alpha])[None].clamp(0, 1)
    flat = sharpened(soft)
    assert flat.shape == (1, 4, 4 * SIDE, 4 * SIDE)
    assert set(flat[0, 3].unique().tolist()) == {0, 1}
    assert 2 <= len(flat[0].flatten(1).T.unique(dim=0)) <= 6  # paper, red, dark, mixtures between
    assert float(flat[0, 0, 64, 64]) < 0.3
    assert float(flat[0, 0, 64, 20 + 64]) > 0.8
    assert float(flat[0, 3].mean()) == pytest.approx(float(alpha.mean()), rel=0.05)


def test_borders_do_not_fray_and_crumbs_go() -> None:
    axis = torch.linspace(-1, 1, SIDE)
    clean = (axis[:, None].square() + axis.square() < 0.5).float()
    alpha = (clean + 0.28 * torch.randn(SIDE, SIDE, generator=seeded(2))).clamp(0, 1)
    alpha[2, 2] = 1.0  # a crumb
    flat = sharpened(torch.stack([alpha, 0 * alpha, 0 * alpha, alpha])[None])[0, 3]

    def border(mask: torch.Tensor) -> float:
        return float((mask.diff(dim=0).abs().sum() + mask.diff(dim=1).abs().sum()) / SIDE)

    smooth = F.interpolate(clean[None, None], scale_factor=4, mode="nearest")[0, 0]
    assert border(flat) < 1.15 * border(smooth)
    assert float(flat[4:16, 4:16].max()) == 0


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
