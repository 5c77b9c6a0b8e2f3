from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from fakes import FakePerceptor
from PIL import Image
from torch import Tensor
from views import strokes, view_of

from drawkit.config import from_assignments
from drawkit.engine import settings_for
from drawkit.errors import ConfigError
from drawkit.losses import Loss, RunContext, losses
from drawkit.losses.ink_coverage import mean_ink
from drawkit.losses.smoothness import SmoothnessConfig, edge_length
from drawkit.losses.text import (
    TextConfig,
    TextLoss,
    cosine_distance,
    prompt_loss,
    spherical_distance,
)

NAMES = losses.names()


def config_of(name: str, folder: Path) -> object:
    """The defaults of a loss, with what it cannot be without."""
    picture = folder / "style.png"
    Image.new("RGB", (32, 32), "teal").save(picture)
    needs: dict[str, Any] = {n: {"images": (str(picture),)} for n in ("style", "strokes_like")}
    needs |= {n: {"words": "a cat"} for n in ("directional", "domain", "patches")}
    needs["slivers"] = {"width": 40.0}
    return losses.get(name).config(**needs.get(name, {}))


def units(count: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(count, 16, generator=generator, dtype=torch.float64), dim=1)


class Sure:
    """A model that knows one picture: bare paper."""

    def levels(self, share: Tensor) -> tuple[Tensor, Tensor]:
        return 1 - share, share

    def look(self, on_paper: Tensor, *_: object, **__: object) -> tuple[Tensor, Tensor]:
        return on_paper, torch.ones(1, 3, 32, 32)


@pytest.mark.parametrize("name", NAMES)
def test_every_loss_falls_in_a_few_steps(name: str, tmp_path: Path) -> None:
    loss: Loss = losses.get(name).cls(config_of(name, tmp_path))
    if name in ("directional", "domain", "patches", "rivals"):
        eye = FakePerceptor()
        grey = eye.encode_image(torch.full((1, 3, 32, 32), 0.5))[0]
        every = {"embed": lambda old: [eye.encode_text([one.text for one in old])]}
        loss.setup(RunContext((), 0, torch.device("cpu"), **every, first_look=lambda: [grey]))
    if name == "expected":
        ways = F.normalize(torch.randn(1, 2, 48, generator=torch.Generator().manual_seed(2)), dim=2)
        expected = ways, torch.zeros(48)
        loss.setup(RunContext((), 0, torch.device("cpu"), expect=lambda: [expected]))
    if name == "distill":
        loss.setup(RunContext((), 0, torch.device("cpu"), guide=Sure))
    generator = torch.Generator().manual_seed(1)
    picture = torch.rand(1, 3, 32, 32, generator=generator).requires_grad_()
    points = (32 * torch.rand(40, 2, generator=generator)).requires_grad_()
    values = []
    for _ in range(5):
        paths = strokes(points)
        if name == "slivers":
            paths = replace(paths, filled=paths.stroked)
        latents = {
            "moved": picture.flatten(),
            "values": picture.flatten(),
            "noise": 3 * picture[0, 0],
            "shares": picture[0, 1],
        }
        latents |= {"originals": torch.full((1, 3, 32, 32), 0.5), "others": picture[:0]}
        ways: Any = {"paths": lambda paths=paths: paths, "ask": latents.get}
        value = loss(replace(view_of(picture), **ways))
        assert value.shape == ()
        values.append(float(value.detach()))
        gradients = torch.autograd.grad(value, (picture, points), materialize_grads=True)
        assert all(gradient.isfinite().all() for gradient in gradients)
        with torch.no_grad():
            picture -= 0.02 * gradients[0].sign()
            picture.clamp_(0, 1)
            points -= 0.1 * gradients[1].sign()
    assert values == sorted(values, reverse=True)
    assert values[-1] < values[0]


@pytest.mark.parametrize("name", NAMES)
def test_every_loss_has_a_weight_and_says_what_it_is(name: str) -> None:
    plugin = losses.get(name)
    assert isinstance(plugin.config().weight, float)
    assert plugin.summary


def test_only_the_words_count_by_default() -> None:
    weights = {name: losses.get(name).config().weight for name in NAMES}
    assert {name for name, weight in weights.items() if weight} == {"text"}


def test_distances_are_those_of_the_papers() -> None:
    features, text = units(3, 0), units(2, 1)
    angle = torch.acos((features @ text.T).clamp(-1, 1))
    assert torch.allclose(cosine_distance(features, text), 1 - angle.cos())
    # pixray: 2 asin^2(chord / 2), and asin(chord / 2) is half the angle.
    assert torch.allclose(spherical_distance(features, text), angle.square() / 2, atol=1e-6)


@pytest.mark.parametrize("distance", [cosine_distance, spherical_distance])
def test_distances_have_true_gradients_and_stay_finite_at_the_ends(distance: object) -> None:
    assert callable(distance)
    features = units(2, 0).requires_grad_()
    assert torch.autograd.gradcheck(lambda f: distance(f, units(2, 1)), features)
    for same in (units(1, 2), -units(1, 2)):
        at = same.clone().requires_grad_()
        value = distance(at, units(1, 2)).sum()
        (gradient,) = torch.autograd.grad(value, at)
        assert gradient.isfinite().all()


def test_prompt_weights_are_shares_and_may_be_negative() -> None:
    distances = torch.tensor([[0.2, 0.8], [0.4, 0.6]])
    assert math.isclose(prompt_loss(distances, torch.tensor([1.0, 1.0])), 0.5, abs_tol=1e-6)
    assert math.isclose(prompt_loss(distances, torch.tensor([3.0, 1.0])), 0.4, abs_tol=1e-6)
    pushed = prompt_loss(distances, torch.tensor([1.0, -1.0]))
    assert math.isclose(pushed, (0.3 - 0.7) / 2, abs_tol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_no_loss_is_turned_around(name: str) -> None:
    key = f"losses.{name}.weight"
    with pytest.raises(ConfigError, match=f"^--set: {key} is -0.5; allowed: 0 to 10000$"):
        settings_for(from_assignments([f"{key}=-0.5"]))
    assert settings_for(from_assignments([f"{key}=0"])).sections[f"losses.{name}"].weight == 0


def test_a_single_prompt_costs_the_same_at_any_positive_weight() -> None:
    picture = torch.rand(1, 3, 32, 32)
    one, five = (TextLoss(TextConfig())(view_of(picture, weights=(w,))) for w in (1.0, 5.0))
    assert torch.allclose(one, five)


def test_two_perceptors_that_agree_count_as_one() -> None:
    picture = torch.rand(1, 3, 32, 32)
    loss = TextLoss(TextConfig(distance="spherical"))
    assert torch.allclose(loss(view_of(picture)), loss(view_of(picture, shares=2)))


def test_ink_is_the_mean_difference_to_the_paper() -> None:
    paper = torch.tensor([1.0, 0.5, 0.0]).view(1, 3, 1, 1)
    picture = paper.expand(1, 3, 4, 4).clone()
    assert mean_ink(picture, paper) == 0
    picture[:, :, :2] = torch.tensor([0.0, 0.5, 1.0]).view(1, 3, 1, 1)
    assert math.isclose(mean_ink(picture, paper), 1 / 3, abs_tol=1e-6)


def test_an_unknown_distance_is_refused() -> None:
    with pytest.raises(ConfigError, match="cosine, spherical"):
        TextConfig(distance="euclidean")  # type: ignore[arg-type]


def test_smoothness_counts_edges_the_same_at_every_size_and_angle() -> None:
    def disc(side: int) -> Tensor:
        axis = (torch.arange(side) + 0.5) / side - 0.5
        distance = (axis[:, None].square() + axis.square()).sqrt()
        return ((0.25 - distance) * side + 0.5).clamp(0, 1).expand(1, 3, side, side)

    for side in (100, 300):  # the edge of a disc is its circumference
        assert math.isclose(edge_length(disc(side)), math.pi * 0.5, rel_tol=0.1)
    stripe = torch.ones(1, 3, 100, 100)
    stripe[..., 40:60] = 0
    assert math.isclose(edge_length(stripe), 2.0, rel_tol=0.03)
    assert math.isclose(edge_length(stripe.mT), 2.0, rel_tol=0.03)
    assert edge_length(torch.rand(1, 3, 1, 1).expand(1, 3, 20, 20)) == 0


def test_with_a_knee_strong_edges_cost_hardly_more_than_faint_ones() -> None:
    def stripe(contrast: float) -> Tensor:
        picture = torch.ones(1, 3, 50, 50)
        picture[..., 20:30] = 1 - contrast
        return picture

    assert math.isclose(edge_length(stripe(1.0), 0.1), 2.0, rel_tol=0.05)
    assert math.isclose(edge_length(stripe(0.3)), 0.3 * edge_length(stripe(1.0)), rel_tol=0.01)
    assert edge_length(stripe(0.3), 0.1) > 0.8 * edge_length(stripe(1.0), 0.1)
    assert edge_length(stripe(0.0), 0.1) == 0


@pytest.mark.parametrize("knee", [None, 0.1, 2.0])
@pytest.mark.parametrize("shape", [(1, 3, 5, 4), (2, 3, 2, 3), (1, 1, 6, 2)])
def test_smoothness_has_the_gradient_of_its_value(
    knee: float | None, shape: tuple[int, ...]
) -> None:
    picture = torch.rand(shape, generator=torch.Generator().manual_seed(1)).double()
    picture[..., :2, :2] = 0.5  # no slope at all: the root is rounded off there
    picture.requires_grad_()
    assert torch.autograd.gradcheck(lambda p: edge_length(p, knee), (picture,))
    alone = edge_length(picture, knee)
    twice = torch.autograd.grad(3 * alone, picture)[0]
    assert torch.allclose(twice, 3 * torch.autograd.grad(edge_length(picture, knee), picture)[0])
    for knee in (0.0, -1.0, math.nan):
        with pytest.raises(ConfigError, match="knee"):
            SmoothnessConfig(knee=knee)
