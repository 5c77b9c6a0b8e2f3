from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from views import DISC, view_of

from drawkit.losses import StepContext
from drawkit.losses.along_edges import (
    AlongEdgesConfig,
    AlongEdgesLoss,
    cubics,
    gaps,
    kinks,
    places_on,
)
from drawkit.raster import Paths

SIDE = 128
TARGET = torch.nn.functional.interpolate(DISC, size=SIDE, mode="bilinear")


def paths_of(*runs: tuple[Tensor, bool]) -> Paths:
    """Black lines with control points [K, 2], open or closed."""
    closed = torch.tensor([is_closed for _, is_closed in runs])
    black = torch.tensor([0.0, 0.0, 0.0, 1.0]).expand(len(runs), 4)
    return Paths(
        points=torch.cat([points for points, _ in runs]),
        segments=torch.tensor([len(points) // 3 for points, _ in runs]),
        closed=closed,
        radius=torch.ones(len(runs)),
        stroke=black,
        fill=black,
        stroked=torch.ones_like(closed),
        filled=torch.zeros_like(closed),
        even_odd=torch.zeros_like(closed),
    )


def ring(radius: float, middle: float = SIDE / 2) -> Tensor:
    """Control points [12, 2] of a circle."""
    reach = 4 / 3 * math.tan(math.pi / 8)
    points = []
    for quarter in range(4):
        turn = quarter * math.pi / 2
        for x, y in ((1.0, 0.0), (1.0, reach), (reach, 1.0)):
            points.append(
                (
                    middle + radius * (x * math.cos(turn) - y * math.sin(turn)),
                    middle + radius * (x * math.sin(turn) + y * math.cos(turn)),
                )
            )
    return torch.tensor(points)


def context_of(paths: Paths) -> StepContext:
    view, paper = view_of(torch.ones(1, 3, 32, 32)), torch.ones(1, 3, SIDE, SIDE)
    return replace(view, on_paper=paper, target=TARGET, paths=lambda: paths)


def loss_of(points: Tensor, config: AlongEdgesConfig | None = None) -> Tensor:
    loss = AlongEdgesLoss(AlongEdgesConfig() if config is None else config)
    return loss(context_of(paths_of((points, True))))


def test_a_stroke_along_the_border_costs_least() -> None:
    edge = SIDE / 2 * 0.5**0.5  # of the disc
    values = [float(loss_of(ring(edge + off))) for off in (0, 2, 6, -6)]
    assert values[0] < 0.55
    assert values[0] < values[1] < values[2]
    assert values[3] > 0.9


def test_its_gradient_is_that_of_finite_differences() -> None:
    moved = torch.randn(12, 2, generator=torch.Generator().manual_seed(0))
    points = (ring(SIDE / 2 * 0.5**0.5 + 1.5) + 0.3 * moved).double()
    (gradient,) = torch.autograd.grad(_double(points.requires_grad_()), points)
    for at in range(0, 12, 3):
        for axis in (0, 1):
            step = torch.zeros_like(points)
            step[at, axis] = 1e-3
            with torch.no_grad():
                found = (_double(points + step) - _double(points - step)) / 2e-3
            assert float(found) == pytest.approx(float(gradient[at, axis]), rel=0.05, abs=3e-4)


def _double(points: Tensor) -> Tensor:
    config = AlongEdgesConfig(kinks=1.0)
    loss = AlongEdgesLoss(config)
    loss._felt, loss._of = loss._edges(TARGET, SIDE, SIDE).double(), TARGET
    return loss(context_of(paths_of((points, True))))


def test_places_lie_on_the_curves() -> None:
    around = ring(20.0)
    away = torch.tensor([[0.0, 0.0], [3.0, 0.0], [6.0, 0.0], [9.0, 0.0]])
    control, follows = cubics(paths_of((around, True), (away, False)))
    assert control.shape == (5, 4, 2)
    assert follows.tolist() == [1, 2, 3, 0, -1]
    places = places_on(control)
    assert ((places[:4] - SIDE / 2).norm(dim=2) - 20).abs().max() < 0.05
    assert (places[4, :, 1] == 0).all()
    assert 0 < places[4, :, 0].min() < places[4, :, 0].max() < 9


def test_kinks_are_the_turns_at_joins() -> None:
    bent = torch.tensor([[0, 0], [1, 0], [2, 0], [3, 0], [4, 1], [5, 2], [6, 3]]).float()
    control, follows = cubics(paths_of((bent, False)))
    assert kinks(control, follows).tolist() == pytest.approx([math.pi / 4])
    control, follows = cubics(paths_of((ring(20.0), True)))
    assert kinks(control, follows).abs().max() < 1e-5


def test_kinks_cost_and_corners_no_more_than_the_largest() -> None:
    def cost(angle: float) -> float:
        at = SIDE / 2 + torch.tensor([[-9, 0], [-6, 0], [-3, 0], [0, 0]]).float()
        way = torch.tensor([math.cos(angle), math.sin(angle)])
        after = at[3] + way * torch.tensor([3.0, 6.0, 9.0])[:, None]
        loss = AlongEdgesLoss(AlongEdgesConfig(kinks=5.0))
        return float(loss(context_of(paths_of((torch.cat([at, after]), False)))))

    assert cost(0.5) > cost(0.2) > cost(0.0)
    assert cost(1.4) == pytest.approx(cost(1.0), abs=0.05)


def test_ends_near_another_stroke_are_drawn_to_it() -> None:
    across = torch.tensor([[0.0, 50], [30, 50], [60, 50], [90, 50]])
    for gap, wanted in ((0.0, 3 / 4), (2.0, (3 + 2.0**2 / 4.0**2) / 4), (20.0, 1.0)):
        down = torch.tensor([[40.0, 10], [40, 20], [40, 30], [40, 50 - gap]]).requires_grad_()
        control, follows = cubics(paths_of((across, False), (down, False)))
        found = gaps(control, follows, places_on(control), 4.0)
        assert float(found.detach()) == pytest.approx(
            wanted, abs=1e-3
        )  # the three other ends are free
        if gap == 2:
            (slope,) = torch.autograd.grad(found, down)
            assert slope[-1].tolist() == pytest.approx([0, -2 * 2 / 16 / 4], abs=1e-3)


def test_a_ring_has_no_ends() -> None:
    control, follows = cubics(paths_of((ring(20.0), True)))
    assert float(gaps(control, follows, places_on(control), 4.0)) == 0


def test_without_lines_or_picture_it_is_nothing() -> None:
    loss = AlongEdgesLoss(AlongEdgesConfig())
    context = context_of(paths_of((ring(9.0), True)))
    assert float(loss(replace(context, target=None))) == 0
    assert float(loss(replace(context, paths=lambda: None))) == 0
