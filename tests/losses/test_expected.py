"""What a perceptor expects to see where pictures of the words are."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor
from views import view_of

from drawkit.losses import Expected, RunContext, StepContext
from drawkit.losses.expected import ExpectedConfig, ExpectedLoss, expected_fit, inner_features


def stage(seed: int, count: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, 8, 2, 2, generator=generator, dtype=torch.float64)


def expectation(prompts: int, seed: int = 5) -> Expected:
    generator = torch.Generator().manual_seed(seed)
    ways = torch.randn(prompts, 3, 32, generator=generator, dtype=torch.float64)
    center = torch.randn(32, generator=generator, dtype=torch.float64) / 10
    return F.normalize(ways, dim=2), center


def ready(*expected: Expected | None) -> ExpectedLoss:
    loss = ExpectedLoss(ExpectedConfig())
    loss.setup(RunContext((), 0, torch.device("cpu"), expect=lambda: expected))
    return loss


def seen(stages: Tensor, weights: tuple[float, ...] = (1.0,), shares: int = 1) -> StepContext:
    view = view_of(torch.rand(1, 3, 32, 32), weights=weights, shares=shares)
    outputs = (replace(one, stages=lambda: (stages,)) for one in view.outputs)
    return replace(view, outputs=tuple(outputs))


def test_value_and_gradient_are_those_of_the_formula() -> None:
    views, (ways, center) = stage(1, count=4), expectation(2)
    grouped = views.numpy().reshape(4, 8, 1, 2, 2)
    mean, spread = grouped.mean((2, 3, 4)), grouped.var((2, 3, 4))
    normal = (views.numpy() - mean[..., None, None]) / np.sqrt(spread + 1e-5)[..., None, None]
    bent = 0.5 * normal * (1 + np.vectorize(math.erf)(normal / math.sqrt(2)))
    flat = bent.reshape(4, 32)
    flat = flat / np.linalg.norm(flat, axis=1, keepdims=True) - center.numpy()
    flat = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    cosines = np.einsum("nd,pjd->pj", flat, ways.numpy()) / 4
    fits = np.log(np.exp(7 * cosines).sum(1)) / 7
    assert expected_fit(views, (ways, center), 7.0).numpy() == pytest.approx(fits, abs=1e-9)
    given = views.requires_grad_()
    assert torch.autograd.gradcheck(lambda x: expected_fit(x, (ways, center), 7.0), given)


def test_what_looks_one_of_the_ways_is_near() -> None:
    views, center = stage(1), torch.zeros(32, dtype=torch.float64)
    own = inner_features(views)[:, None]
    others = expectation(1)[0][:, :2]
    for ways in (torch.cat([own, others], dim=1), torch.cat([others, own], dim=1)):
        assert float(ready((ways, center))(seen(views))) < 0.01
    assert float(ready((others, center))(seen(views))) > 0.4


def test_what_has_a_negative_weight_is_pushed_away() -> None:
    expected = expectation(2)
    first, second = (float(ready((w[None], expected[1]))(seen(stage(1)))) for w in expected[0])
    both = ready(expected)(seen(stage(1), weights=(1.0, -0.5)))
    assert float(both) == pytest.approx((first - 0.5 * second) / 1.5, abs=1e-6)


def test_perceptors_without_it_count_for_nothing() -> None:
    one = float(ready(expectation(1))(seen(stage(1))))
    assert one != 0
    assert float(ready(None)(seen(stage(1)))) == 0
    both = ready(expectation(1), None)(seen(stage(1), shares=2))
    assert float(both) == pytest.approx(one / 2, abs=1e-6)
