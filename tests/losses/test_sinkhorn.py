"""Colours are brought where they cost least, each style as much as it weighs."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from drawkit.losses import _sinkhorn
from drawkit.losses._sinkhorn import transported


def cells(count: int, seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    colors = torch.rand(count, 5, generator=generator, dtype=torch.float64)
    colors[:, 3:] *= 0.05
    return colors, torch.full((count,), 1 / count, dtype=torch.float64)


def test_strict_transport_costs_as_little_as_the_best_of_all_orders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Six cells to six: the best of 720 ways to pair them (colours already spread alike)."""
    monkeypatch.setattr(_sinkhorn, "_LOOSE", 1.0)
    own, there = cells(6, 0), cells(6, 1)
    plan = transported(own, there, torch.zeros(6, dtype=torch.long))
    costs = torch.cdist(_sinkhorn._spread(own, there), there[0]).square()
    best = min(
        float(sum(costs[row, column] for row, column in enumerate(order))) / 6
        for order in itertools.permutations(range(6))
    )
    assert plan.sum(dim=0).tolist() == pytest.approx([1 / 6] * 6, abs=1e-3)
    assert plan.sum(dim=1).tolist() == pytest.approx([1 / 6] * 6, abs=1e-3)
    assert float((plan * costs).sum()) == pytest.approx(best, rel=0.1)


def test_each_style_gets_its_weight_and_its_cells_need_not() -> None:
    own, there = cells(40, 2), cells(30, 3)
    sources = (torch.arange(30) >= 20).long()
    plan = transported(own, there, sources)
    assert plan.sum(dim=1).tolist() == pytest.approx([1 / 40] * 40, abs=2e-3)
    got = plan.sum(dim=0)
    assert float(got[:20].sum()) == pytest.approx(2 / 3, abs=0.01)
    assert float((got - 1 / 30).abs().max()) > 0.01
