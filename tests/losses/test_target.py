from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor
from views import DISC, view_of

from drawkit.errors import ConfigError
from drawkit.losses import in_middle
from drawkit.losses.target import TargetConfig, TargetLoss, target_distance

PAPER = torch.tensor([0.2, 0.4, 0.9]).view(1, 3, 1, 1)


def painted(width: int, height: int) -> Tensor:
    """The disc on the paper, in the middle of a picture of this size."""
    picture = in_middle(DISC, width, height)
    return picture[:, :3] + (1 - picture[:, 3:]) * PAPER


@pytest.mark.parametrize("size", [(64, 64), (128, 128), (96, 64), (64, 200)])
def test_the_thumbnail_itself_costs_nothing_and_an_empty_paper_does(size: tuple[int, int]) -> None:
    picture = painted(*size)
    assert float(target_distance(picture, DISC, PAPER, 112)) < 1e-3
    empty = PAPER.expand_as(picture)
    assert float(target_distance(empty, DISC, PAPER, 112)) > 0.03


def test_ink_beside_the_thumbnail_costs_as_much_as_ink_in_it() -> None:
    wide = painted(128, 64)
    wide[..., :16] = 0
    assert float(target_distance(wide, DISC, PAPER, 112)) > 0.02


def test_nothing_imagined_costs_nothing() -> None:
    view = view_of(torch.zeros(1, 3, 32, 32, requires_grad=True))
    blind = replace(view, target=None)
    value = TargetLoss(TargetConfig(weight=1.0))(blind)
    value.backward()
    assert float(value.detach()) == 0


def test_the_middle_of_any_size_holds_the_square() -> None:
    wide = in_middle(DISC, 80, 40)
    assert wide.shape == (1, 4, 40, 80)
    assert torch.allclose(wide, wide.flip(3), atol=1e-5)
    assert float(wide[..., :20].abs().max()) == 0
    assert float(wide[..., 20, 40].max()) == pytest.approx(1)


def test_what_is_finer_than_the_side_is_left_to_the_drawing() -> None:
    striped = painted(128, 128)
    striped += torch.where(torch.arange(128) % 8 < 4, 0.2, -0.2)
    near, far = (float(target_distance(striped, DISC, PAPER, side)) for side in (112, 16))
    assert near > 2 * far
    with pytest.raises(ConfigError, match="side is 2; allowed: 4 to 1024"):
        TargetConfig(side=2)


def test_white_ink_beside_the_thumbnail_costs_on_white_too_where_there_is_no_paper() -> None:
    white = torch.ones(1, 3, 1, 1)

    def cost(picture: Tensor) -> float:
        on_paper = picture[:, :3] + (1 - picture[:, 3:])
        view = replace(
            view_of(torch.zeros(1, 3, 32, 32)),
            picture=picture,
            on_paper=on_paper,
            paper=white,
            target=DISC,
        )
        return float(TargetLoss(TargetConfig(weight=1.0))(view))

    clean = in_middle(DISC, 64, 64)
    blot = clean.clone()
    blot[..., :8] = 1.0
    assert cost(clean) < 1e-3
    assert cost(blot) > 0.02


def test_where_words_rest_it_sees_what_half_of_the_pixels_do_not_show() -> None:
    assert TargetLoss(TargetConfig()).detail(71) == 0
    assert TargetConfig().side == 224
    edge = painted(224, 224)
    edge[..., 1::2, :] -= 0.2  # every other row: half of the pixels do not show it
    edge[..., ::2, :] += 0.2
    full, half = (float(target_distance(edge, DISC, PAPER, side)) for side in (224, 112))
    assert full > 0.03
    assert half < 0.01
