"""Strokes turn, thicken and lengthen toward a picture's lines; only strokes do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor
from views import strokes, view_of

from drawkit.config import Given
from drawkit.engine import Run, settings_for
from drawkit.errors import ConfigError
from drawkit.losses import StepContext
from drawkit.losses.strokes_like import (
    StrokesLikeConfig,
    StrokesLikeLoss,
    drawn_lines,
    weighted_distance,
)


@pytest.fixture
def level(tmp_path: Path) -> str:
    """Level lines, 4 px wide and 50 px long."""
    pixels = np.full((224, 224), 255, np.uint8)
    for top in range(6, 214, 12):
        for left in (6, 66, 126):
            pixels[top : top + 4, left : left + 50] = 0
    Image.fromarray(pixels).save(tmp_path / "level.png")
    return str(tmp_path / "level.png")


def straight(angle: float, length: float = 50.0, count: int = 6) -> Tensor:
    """Control points [4 N, 2] of straight strokes at an angle in degrees."""
    turn = torch.tensor(angle).deg2rad()
    along = torch.stack([turn.cos(), turn.sin()]) * length / 3
    starts = torch.arange(1, count + 1)[:, None, None] * torch.tensor([20.0, 20.0])
    return (starts + torch.arange(4)[:, None] * along).flatten(0, 1)


def seen(points: Tensor, width: float = 4.0) -> StepContext:
    view = view_of(torch.ones(1, 3, 32, 32))
    return replace(view, picture=torch.ones(1, 4, 224, 224), paths=lambda: strokes(points, width))


def value(level: str, points: Tensor, width: float = 4.0, **factors: float) -> float:
    config = StrokesLikeConfig(images=(level,), **factors)
    return float(StrokesLikeLoss(config)(seen(points, width)))


def test_strokes_are_measured() -> None:
    drawn = drawn_lines(strokes(straight(30.0, 60.0), 3.0), 112)
    assert drawn.widths.tolist() == pytest.approx([6.0] * 6)  # as if the side were 224 px
    assert drawn.lengths.tolist() == pytest.approx([120.0] * 6, rel=1e-3)
    assert drawn.turns.tolist() == pytest.approx([0] * 6, abs=1e-4)
    wanted = [0.5, 3**0.5 / 2]
    assert drawn.directions.mean(dim=0).tolist() == pytest.approx(wanted, abs=1e-4)
    corner = torch.tensor([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [10.0, 20.0]])
    assert float(drawn_lines(strokes(corner), 224).turns[0]) == pytest.approx(
        np.pi / 2 / 30, rel=1e-3
    )


def test_distance_is_that_of_moving_weights() -> None:
    values, weights = torch.tensor([0.0, 4.0]), torch.tensor([1.0, 3.0])
    wanted = torch.tensor([0.0, 1.0, 1.0, 1.0])
    far = weighted_distance(values[None], weights, wanted[None])
    assert float(far) == pytest.approx(0.75 * 3)
    both = torch.stack([wanted.flip(0), wanted + 1]), torch.ones(4), wanted.expand(2, -1)
    assert weighted_distance(*both).tolist() == pytest.approx([0, 1])


def test_the_picture_s_own_strokes_cost_least(level: str) -> None:
    same = value(level, straight(0.0))
    assert same < 0.6
    assert value(level, straight(90.0)) > same + 0.5
    assert value(level, straight(0.0), width=12.0) > same + 0.8
    assert value(level, straight(0.0, length=15.0)) > same + 0.8
    bent = straight(0.0)
    bent[1::4, 1] += 30
    assert value(level, bent) > same + 0.3
    assert value(level, straight(90.0), direction=0.0) == pytest.approx(
        value(level, straight(0.0), direction=0.0), abs=1e-4
    )


def test_what_has_no_strokes_costs_nothing(level: str) -> None:
    loss = StrokesLikeLoss(StrokesLikeConfig(images=(level,)))
    assert float(loss(view_of(torch.ones(1, 3, 32, 32)))) == 0
    shapes = strokes(straight(0.0))
    closed = replace(
        shapes, closed=~shapes.closed, stroked=shapes.closed, points=shapes.points[:18]
    )
    assert float(loss(replace(view_of(torch.ones(1, 3, 32, 32)), paths=lambda: closed))) == 0


def test_a_weight_needs_a_picture() -> None:
    with pytest.raises(ConfigError, match="no picture; name one in images, or give --style-image"):
        StrokesLikeLoss(StrokesLikeConfig(weight=1.0))
    with pytest.raises(ConfigError, match=r"strokes_like\.turn is -1; allowed: 0 to 1000"):
        StrokesLikeConfig(turn=-1)


def drawn(level: str, weight: float) -> tuple[float, float]:
    """Mean width, and how level strokes are (1: all, -1: all upright), after a short run."""
    given = {
        "draw.prompts": ["a cat"],
        "draw.size": 64,
        "strokes.lr_width": 1.0,
        "draw.threads": 1,
        "perceptor.imagine": 0,
        "optimize.steps": 40,
        "cutouts.count": 1,
        "strokes.strokes": 12,
        "strokes.max_width": 40.0,
        "strokes.init_width": 24.0,
        "losses.strokes_like.weight": weight,
        "losses.strokes_like.images": [level],
    }
    run = Run(settings_for({key: Given(v, "test") for key, v in given.items()}))
    for _ in run:
        pass
    found = drawn_lines(run._loop.canvas.paths(), 64)
    level_ = (found.directions[:, 0] * found.edge_areas).sum() / found.edge_areas.sum()
    return float(found.widths.mean().detach()), float(level_.detach())


def test_a_drawing_takes_over_the_lines(level: str) -> None:
    without, with_it = drawn(level, 0.0), drawn(level, 3.0)
    assert with_it[0] < 0.8 * without[0]
    assert with_it[1] > without[1] + 0.25
