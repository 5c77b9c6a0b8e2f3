from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from views import strokes, view_of

from drawkit.errors import ConfigError
from drawkit.losses.slivers import SliversConfig, SliversLoss, thinness
from drawkit.raster import Paths


def boxes(*sizes: tuple[float, float]) -> Paths:
    """Filled boxes of these widths and heights."""
    corners = []
    for wide, high in sizes:
        ends = torch.tensor([[0.0, 0.0], [wide, 0.0], [wide, high], [0.0, high]])
        following = ends.roll(-1, 0)
        corners.append(
            torch.stack([ends.lerp(following, share / 3) for share in range(3)], 1).flatten(0, 1)
        )
    count = len(sizes)
    yes = torch.ones(count, dtype=torch.bool)
    plain = strokes(torch.zeros(4 * count, 2))
    return replace(
        plain,
        points=torch.cat(corners),
        segments=torch.full((count,), 4),
        closed=yes,
        filled=yes,
        stroked=~yes,
    )


def test_a_strip_costs_by_how_much_thinner_it_is() -> None:
    assert float(thinness(boxes((100.0, 4.0)), 2.0)) == 0
    assert float(thinness(boxes((1000.0, 1.0)), 2.0)) == pytest.approx(0.25, rel=0.01)
    assert float(thinness(boxes((1000.0, 0.0)), 2.0)) == pytest.approx(1, rel=0.01)
    assert float(thinness(boxes((20.0, 20.0), (1000.0, 1.0)), 2.0)) == pytest.approx(
        0.125, rel=0.02
    )


def test_following_its_slope_it_grows_wider() -> None:
    paths = boxes((40.0, 1.0))
    points = paths.points.clone().requires_grad_()
    for _ in range(30):
        (slope,) = torch.autograd.grad(thinness(replace(paths, points=points), 3.0), [points])
        points = (points - 10 * slope).detach().requires_grad_()
    assert float(thinness(replace(paths, points=points), 3.0)) < float(thinness(paths, 3.0)) / 2


def test_strokes_are_no_slivers() -> None:
    view = view_of(torch.zeros(1, 3, 32, 32, requires_grad=True))
    loss = SliversLoss(SliversConfig(weight=1.0))
    line = strokes(torch.tensor([[0.0, 0.0], [9.0, 0.0], [18.0, 0.0], [30.0, 0.0]]))
    assert float(loss(view).detach()) == 0
    assert float(loss(replace(view, paths=lambda: line)).detach()) == 0
    assert float(loss(replace(view, paths=lambda: boxes((30.0, 0.5)))).detach()) > 0
    with pytest.raises(ConfigError, match="width"):
        SliversConfig(width=0)
