from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from views import DISC, view_of

from drawkit.losses.temporal import TemporalConfig, TemporalLoss, restlessness

START = torch.cat(
    [
        torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0)),
        torch.ones(1, 1, 32, 32),
    ],
    1,
)


def test_few_cells_that_change_wholly_are_cheaper_than_many_that_flicker() -> None:
    before = torch.zeros(1, 3, 16, 16)
    few, many = before.clone(), before + 1 / 16
    few[..., 0, 0] = 1  # the same in squares: 1 of 256 cells
    assert float((few - before).square().mean()) == pytest.approx(
        float((many - before).square().mean())
    )
    assert float(restlessness(few, before)) < 0.1 * float(restlessness(many, before))


def test_it_pulls_back_to_the_start() -> None:
    picture = START[:, :3].clone()
    picture[..., 4, 4] = 1 - picture[..., 4, 4].round()
    picture.requires_grad_()
    view = view_of(picture)
    view = replace(view, target=START)
    loss = TemporalLoss(TemporalConfig(weight=1))(view)
    (slope,) = torch.autograd.grad(loss, picture)
    assert float(loss.detach()) > 0
    moved = slope.abs().sum(dim=1)[0]
    assert float(moved[4, 4]) > 0
    moved[4, 4] = 0
    assert float(moved.max()) < 1e-6
    assert float(((picture - START[:, :3]).detach() * slope).sum()) > 0


def test_a_start_on_nothing_lies_on_the_paper() -> None:
    on_paper = DISC[:, :3] + (1 - DISC[:, 3:])
    assert float(TemporalLoss(TemporalConfig(weight=1))(view_of(on_paper))) == pytest.approx(
        0, abs=1e-6
    )
    assert float(TemporalLoss(TemporalConfig(weight=1))(view_of(0 * on_paper))) > 0.5


def test_without_a_start_it_costs_nothing() -> None:
    view = view_of(torch.zeros(1, 3, 32, 32, requires_grad=True))
    blind = replace(view, target=None)
    assert float(TemporalLoss(TemporalConfig(weight=1))(blind).detach()) == 0
