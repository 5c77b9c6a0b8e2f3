from __future__ import annotations

import pytest
import torch
from torch import Tensor

from drawkit.losses.isolated_cells import loneliness


def squares(side: int) -> Tensor:
    """A board of squares of `side` cells, black and white, 8 x 8 cells."""
    axis = torch.arange(8) // side
    board = ((axis[:, None] + axis) % 2).float()
    return board.expand(1, 3, 8, 8)


def test_flat_and_stepped_pictures_are_not_lonely() -> None:
    assert loneliness(torch.full((1, 3, 8, 8), 0.3)) == pytest.approx(0, abs=1e-6)
    assert loneliness(squares(2)) == pytest.approx(0, abs=1e-6)
    assert loneliness(torch.eye(8).expand(1, 3, 8, 8)) == pytest.approx(0, abs=1e-6)


def test_a_lone_cell_costs_its_contrast() -> None:
    picture = torch.zeros(1, 3, 8, 8)
    picture[..., 4, 4] = 0.5
    assert loneliness(picture) == pytest.approx(0.5 / 64, abs=1e-4)
    picture[..., 4, 5] = 0.5
    assert loneliness(picture) == pytest.approx(0, abs=1e-6)


def test_at_the_border_it_asks_the_other_side_of_a_tile() -> None:
    picture = torch.zeros(1, 3, 8, 8)
    picture[..., 3, 0] = picture[..., 3, 7] = 1
    assert loneliness(picture) == pytest.approx(2 / 64, abs=1e-4)
    assert loneliness(picture, (False, True)) == pytest.approx(2 / 64, abs=1e-4)
    assert loneliness(picture, (True, False)) == pytest.approx(0, abs=1e-6)


def test_its_slope_pulls_a_lone_cell_to_its_likest_neighbour() -> None:
    picture = torch.zeros(1, 3, 8, 8)
    picture[..., 4, 4] = 0.5
    picture.requires_grad_()
    (gradient,) = torch.autograd.grad(loneliness(picture), picture)
    assert gradient.isfinite().all()
    assert (gradient[0, :, 4, 4] > 0).all()
