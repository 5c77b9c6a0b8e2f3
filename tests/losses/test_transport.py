"""The terms of the style loss against sums written out, and their slopes."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from drawkit.losses._transport import (
    cosine_costs,
    euclidean_costs,
    moment_distance,
    moments,
    palette_distance,
    relaxed_emd,
    style_distance,
    to_yuv,
)


def cloud(count: int, channels: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, channels, generator=generator, dtype=torch.float64)


ONE, OTHER = cloud(5, 4, 0), cloud(7, 4, 1)


def cosine(a: list[float], b: list[float]) -> float:
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return 1 - dot / math.hypot(*a) / math.hypot(*b)


def relaxed(one: Tensor, other: Tensor, cost: object) -> float:
    """The definition, one place after the other."""
    assert callable(cost)
    there = [min(cost(a, b) for b in other.tolist()) for a in one.tolist()]
    back = [min(cost(a, b) for a in one.tolist()) for b in other.tolist()]
    return float(max(np.mean(there), np.mean(back)))


def test_costs_are_their_definitions() -> None:
    for i, a in enumerate(ONE.tolist()):
        for j, b in enumerate(OTHER.tolist()):
            assert float(cosine_costs(ONE, OTHER)[i, j]) == pytest.approx(cosine(a, b))
            assert float(euclidean_costs(ONE, OTHER)[i, j]) == pytest.approx(
                math.dist(a, b), abs=2e-4
            )


def test_the_relaxed_distance_is_its_definition() -> None:
    value = float(relaxed_emd(cosine_costs(ONE, OTHER)))
    assert value == pytest.approx(relaxed(ONE, OTHER, cosine))
    value = float(relaxed_emd(euclidean_costs(ONE, OTHER)))
    assert value == pytest.approx(relaxed(ONE, OTHER, math.dist), abs=2e-4)


def test_the_relaxed_distance_looks_both_ways() -> None:
    """Leaving out half of a style must cost, and so must adding what it does not have."""
    both, half = torch.tensor([[1.0, 0], [0, 1.0]]), torch.tensor([[1.0, 0]])
    assert float(relaxed_emd(cosine_costs(half, both))) == pytest.approx(0.5)
    assert float(relaxed_emd(cosine_costs(both, half))) == pytest.approx(0.5)
    assert float(relaxed_emd(cosine_costs(both, both.flip(0)))) == pytest.approx(0)


def test_the_relaxed_distance_is_below_the_true_one() -> None:
    """Of sets of one size the true distance is the best assignment; all of 5! are tried."""
    import itertools

    costs = euclidean_costs(ONE, OTHER[:5])
    true = min(
        float(costs[torch.arange(5), torch.tensor(order)].mean())
        for order in itertools.permutations(range(5))
    )
    assert 0 < float(relaxed_emd(costs)) <= true


def test_moments_are_those_of_numpy() -> None:
    one, other = ONE.numpy(), OTHER.numpy()
    means = np.abs(one.mean(0) - other.mean(0)).mean()
    covariances = np.abs(np.cov(one.T, bias=True) - np.cov(other.T, bias=True)).mean()
    assert float(moment_distance(moments(ONE), moments(OTHER))) == pytest.approx(
        means + covariances
    )
    # twice as long, the cosine sees nothing
    assert float(relaxed_emd(cosine_costs(ONE, 2 * ONE))) == pytest.approx(0)
    assert float(moment_distance(moments(ONE), moments(2 * ONE))) > 0.3
    # the same means, another spread
    middle = ONE.mean(0)
    assert float(moment_distance(moments(ONE), moments(middle + 2 * (ONE - middle)))) > 0.05


def test_lightness_and_colour_stand_apart() -> None:
    grays = torch.linspace(0, 1, 5)[:, None].expand(5, 3)
    yuv = to_yuv(grays)
    assert torch.allclose(yuv[:, 0], grays[:, 0], atol=1e-6)
    assert torch.allclose(yuv[:, 1:], torch.zeros(5, 2), atol=1e-4)
    assert float(to_yuv(torch.tensor([[0.0, 0, 1.0]]))[0, 1]) > 0.4


def test_palettes_differ_in_lightness_and_in_colour() -> None:
    def cost(a: list[float], b: list[float]) -> float:
        return math.dist(a, b) + cosine(a, b)

    one, other = cloud(6, 3, 2), cloud(4, 3, 3)
    value = float(palette_distance(one, other))
    assert value == pytest.approx(relaxed(to_yuv(one), to_yuv(other), cost), abs=2e-4)
    assert float(palette_distance(one, one.flip(0))) == pytest.approx(0, abs=1e-6)
    gray, white = torch.full((1, 3), 0.5), torch.ones(1, 3)
    assert float(palette_distance(gray, white)) == pytest.approx(0.5, abs=1e-3)


def test_a_set_is_at_no_distance_from_itself_in_any_order() -> None:
    colors = cloud(5, 3, 4)
    same = style_distance((ONE, ONE.flip(0)), (colors, colors.flip(0)), moments(ONE))
    assert float(same) == pytest.approx(0, abs=1e-6)
    other = ONE.flip(0).roll(1, 1)
    moved = style_distance((ONE, other), (colors, colors.flip(0)), moments(other))
    assert float(moved) > 0.01


@pytest.mark.parametrize(
    "measure",
    [
        lambda one, other: relaxed_emd(cosine_costs(one, other)),
        lambda one, other: relaxed_emd(euclidean_costs(one, other)),
        lambda one, other: moment_distance(moments(one), moments(other)),
        lambda one, other: palette_distance(one[:, :3], other[:, :3]),
        lambda one, other: style_distance((one, other), (one[:, :3], other[:, 1:]), moments(other)),
    ],
)
def test_slopes_are_true(measure: object) -> None:
    assert callable(measure)
    assert torch.autograd.gradcheck(lambda one: measure(one, OTHER), ONE.clone().requires_grad_())


def test_the_slope_stays_finite_where_both_are_the_same() -> None:
    one = ONE.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(
        style_distance((one, ONE), (one[:, :3], ONE[:, :3]), moments(ONE)), one
    )
    assert gradient.isfinite().all()
