"""The patch loss: which crops there are, which count, and where it leads."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from fakes import FakePerceptor
from torch import Tensor
from views import view_of

from drawkit.config import parse_prompts
from drawkit.errors import ConfigError
from drawkit.losses import RunContext
from drawkit.losses.patches import PatchesConfig, PatchesLoss, crops, rejected

PAPER = torch.ones(1, 3, 1, 1)


def dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_crops_below_the_threshold_count_for_nothing() -> None:
    apart = torch.tensor([0.2, 0.69, 0.8, 1.4], requires_grad=True)
    value = rejected(apart, 0.7)
    assert float(value.detach()) == pytest.approx((0.8 + 1.4) / 4)
    (gradient,) = torch.autograd.grad(value, apart)
    assert gradient.tolist() == pytest.approx([0, 0, 0.25, 0.25])
    assert float(rejected(apart.detach(), 0.0)) == pytest.approx(float(apart.detach().mean()))


def test_crops_lie_where_something_is_drawn_and_show_it() -> None:
    picture = torch.ones(1, 3, 64, 96)
    picture[..., 40:50, 70:80] = torch.tensor([1.0, 0.0, 0.0]).view(1, 3, 1, 1)
    plain = PatchesConfig(count=24, askew=0.0)
    found = crops(picture, PAPER, 16, plain, dice())
    assert found.shape == (24, 3, 16, 16)
    assert bool((found[:, 1].amin(dim=(1, 2)) < 0.2).all())  # red is in each
    assert torch.equal(found, crops(picture, PAPER, 16, plain, dice()))
    assert not torch.equal(found, crops(picture, PAPER, 16, plain, dice(1)))
    askew = crops(picture, PAPER, 16, replace(plain, askew=0.9), dice())
    assert not torch.equal(found, askew)
    assert float(askew.min()) >= -1e-5
    assert float(askew.max()) <= 1 + 1e-5


def test_an_undistorted_crop_is_the_part_itself() -> None:
    picture = torch.rand(1, 3, 40, 40, generator=dice())
    whole = PatchesConfig(count=3, askew=0.0, sides=(1.0, 1.0))
    for crop in crops(picture, PAPER, 40, whole, dice()):
        torch.testing.assert_close(crop[None], picture)
    bare = crops(torch.ones(1, 3, 40, 40), PAPER, 8, PatchesConfig(), dice())
    assert float(bare.min()) > 0.9999  # of nothing there are crops too


def test_it_leads_parts_along_the_words() -> None:
    eye = FakePerceptor()
    picture: Tensor = torch.rand(1, 3, 32, 32, generator=dice(3))
    old = eye.encode_image(picture)[0]
    run = RunContext(
        parse_prompts("word 0"),
        0,
        torch.device("cpu"),
        lambda prompts: [eye.encode_text([prompt.text for prompt in prompts])],
        lambda: [old],
    )
    loss = PatchesLoss(PatchesConfig(weight=1, words="a cat", threshold=0.0, count=16))
    loss.setup(run)
    values = []
    for _ in range(12):
        picture.requires_grad_()
        value = loss(view_of(picture))
        (gradient,) = torch.autograd.grad(value, picture)
        values.append(float(value.detach()))
        picture = (picture.detach() - 0.03 * gradient.sign()).clamp(0, 1)
    assert values[-1] < values[0] - 0.1


def test_what_it_cannot_be_without() -> None:
    with pytest.raises(ConfigError, match=r"losses.patches.sides is \[0.5, 0.2\]; allowed: the"):
        PatchesConfig(sides=(0.5, 0.2))
    with pytest.raises(ConfigError, match=r"losses.patches.count is 0"):
        PatchesConfig(count=0)
    with pytest.raises(ConfigError, match=r"losses.patches.words is empty"):
        PatchesLoss(PatchesConfig(weight=1)).setup(RunContext((), 0, torch.device("cpu")))
