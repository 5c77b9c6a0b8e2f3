from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from views import DISC, view_of

from drawkit.errors import ConfigError
from drawkit.losses.fidelity import FidelityConfig, FidelityLoss, mean_difference

PAPER = torch.tensor([0.2, 0.4, 0.9]).view(1, 3, 1, 1)


def on_paper(picture: torch.Tensor) -> torch.Tensor:
    return picture[:, :3] + (1 - picture[:, 3:]) * PAPER


def test_it_is_the_mean_squared_difference_pixel_by_pixel() -> None:
    other = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    expected = F.mse_loss(other, on_paper(DISC))
    assert float(mean_difference(other, DISC, PAPER, 1)) == pytest.approx(float(expected))
    assert float(mean_difference(on_paper(DISC), DISC, PAPER, 1)) == 0


def test_what_evens_out_in_a_square_costs_nothing() -> None:
    """A crisp edge may stand for the soft one of a picture that was enlarged."""
    striped = on_paper(DISC)
    striped = striped + torch.where(torch.arange(32) % 4 < 2, 0.2, -0.2)
    assert float(mean_difference(striped, DISC, PAPER, 4)) < 1e-9
    assert float(mean_difference(striped, DISC, PAPER, 1)) > 0.03
    assert float(mean_difference(striped, DISC, PAPER, 5)) > 1e-4  # sides cut squares


def test_beyond_the_knee_it_grows_by_a_line() -> None:
    near, far, farther = (
        float(mean_difference(on_paper(DISC) + off, DISC, PAPER, 1, 0.05)) for off in (0.001, 2, 4)
    )
    assert near == pytest.approx(0.001**2, rel=0.01)
    assert farther == pytest.approx(2 * far, rel=0.05)


def test_without_a_picture_there_is_nothing_to_want() -> None:
    view = view_of(torch.zeros(1, 3, 32, 32, requires_grad=True))
    value = FidelityLoss(FidelityConfig(weight=1.0))(replace(view, target=None))
    value.backward()
    assert float(value.detach()) == 0
    loss = FidelityLoss(FidelityConfig(weight=1.0, square=2))
    assert float(loss(replace(view, target=DISC)).detach()) > 0


def test_limits() -> None:
    with pytest.raises(ConfigError, match="square is 0; allowed: 1 to 256"):
        FidelityConfig(square=0)
