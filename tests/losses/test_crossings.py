from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor
from views import strokes, view_of

from drawkit.losses.crossings import CrossingsConfig, CrossingsLoss, crossing_turns

BOW = torch.tensor([[2.0, 16.0], [10.0, 4.0], [22.0, 4.0], [30.0, 16.0]])
LOOP = torch.tensor([[4.0, 20.0], [40.0, 4.0], [-8.0, 4.0], [28.0, 20.0]])
WAVE = torch.tensor([[2.0, 16.0], [10.0, 4.0], [22.0, 28.0], [30.0, 16.0]])


def turns(points: Tensor) -> float:
    return float(crossing_turns(strokes(points)))


def test_a_loop_costs_and_bows_and_waves_do_not() -> None:
    assert turns(LOOP) > 0.1
    assert turns(LOOP.flip(0)) > 0.1
    assert turns(LOOP * torch.tensor([1.0, -1.0])) > 0.1
    assert turns(BOW) == turns(WAVE) == 0
    assert turns(torch.zeros(4, 2)) == 0


def test_following_its_slope_the_loop_opens() -> None:
    points = LOOP.clone().requires_grad_()
    before = float(crossing_turns(strokes(points)).detach())
    for _ in range(60):
        (slope,) = torch.autograd.grad(crossing_turns(strokes(points)), [points])
        points = (points - 20 * slope).detach().requires_grad_()
    assert float(crossing_turns(strokes(points)).detach()) < 0.5 * before


def test_all_segments_count_the_last_of_a_closed_path_too() -> None:
    open_ = strokes(BOW)
    closed = replace(
        strokes(LOOP),
        points=torch.cat([BOW, LOOP[1:3]]),
        segments=torch.tensor([2]),
        closed=torch.tensor([True]),
    )
    assert float(crossing_turns(open_)) == 0
    assert float(crossing_turns(closed)) >= 0


def test_nothing_without_paths() -> None:
    view = view_of(torch.zeros(1, 3, 32, 32, requires_grad=True))
    loss = CrossingsLoss(CrossingsConfig(weight=1.0))
    assert float(loss(view).detach()) == 0
    assert float(loss(replace(view, paths=lambda: strokes(LOOP))).detach()) > 0
