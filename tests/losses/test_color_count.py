from __future__ import annotations

import math

import pytest
import torch

from drawkit.errors import ConfigError
from drawkit.losses.color_count import ColorCountConfig, color_entropy


@pytest.mark.parametrize("count", [1, 2, 5])
def test_it_counts_colours(count: int) -> None:
    colors = torch.linspace(0, 1, count)[:, None].expand(count, 3).repeat(20, 1)
    assert color_entropy(colors, 0.02).exp() == pytest.approx(count, rel=0.01)


def test_a_rare_colour_counts_less_and_a_like_one_not_at_all() -> None:
    colors = torch.zeros(100, 3)
    colors[:5] = 1
    assert 0.1 < color_entropy(colors, 0.02) < math.log(2) / 2
    colors[:5] = 0.001
    assert color_entropy(colors, 0.02) < 0.001


def test_its_slope_joins_what_is_nearly_alike() -> None:
    colors = torch.tensor([[0.5, 0.5, 0.5], [0.52, 0.5, 0.5]], requires_grad=True)
    (gradient,) = torch.autograd.grad(color_entropy(colors, 0.05), colors)
    assert gradient[0, 0] < 0 < gradient[1, 0]


def test_a_width_that_tells_nothing_apart_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"0.005 to 1"):
        ColorCountConfig(width=0.0)
