"""Figures that a style could not tell from their ground are set off by lightness."""

import pytest
import torch
from torch import Tensor

from drawkit.losses._set_off import set_off
from drawkit.pictures.orientation_field import oklab

WHITE, BLACK = torch.ones(3), torch.zeros(3)
YELLOW = torch.tensor([1.0, 0.85, 0.1])


def figure() -> Tensor:
    """[1, 1, 40, 40] a square in the middle."""
    mask = torch.zeros(1, 1, 40, 40)
    mask[..., 10:30, 10:30] = 1
    return mask


def on(ground: Tensor, color: Tensor) -> Tensor:
    return torch.lerp(ground.view(1, 3, 1, 1), color.view(1, 3, 1, 1), figure())


def inks(*colors: tuple[float, float, float]) -> Tensor:
    """A style picture of stripes in these colours."""
    rows = [
        torch.tensor(colors[n % len(colors)]).view(1, 3, 1, 1).expand(1, 3, 1, 30)
        for n in range(30)
    ]
    return torch.cat(rows, dim=2)


INK = inks((0.05, 0.05, 0.05), (0.95, 0.95, 0.9))
PAINT = inks((0.9, 0.8, 0.1), (0.8, 0.8, 0.9), (0.2, 0.5, 0.9), (0.9, 0.3, 0.2))


def lightness(picture: Tensor) -> float:
    return float(oklab(picture)[0, 0, 20, 20])


@pytest.mark.parametrize("ground", [WHITE, BLACK])
def test_where_there_is_ink_alone(ground: Tensor) -> None:
    """It gets away from the ground, and the ground stays."""
    color = torch.lerp(ground, YELLOW, 0.25 if float(ground[0]) else 0.1)
    before = on(ground, color)
    after = set_off(before, figure(), ground, [INK])
    gone = abs(lightness(after) - float(ground[0]))
    assert 0.22 < gone < 0.35
    assert gone > abs(lightness(before) - float(ground[0])) + 0.05
    assert torch.allclose(after[..., :9, :], before[..., :9, :], atol=1e-5)


def test_what_the_style_has_colours_for_stays() -> None:
    strong = on(WHITE, torch.tensor([0.9, 0.2, 0.1]))
    assert torch.allclose(set_off(strong, figure(), WHITE, [PAINT]), strong, atol=1e-5)
    ink = lightness(set_off(on(WHITE, YELLOW), figure(), WHITE, [INK]))
    paint = lightness(set_off(on(WHITE, YELLOW), figure(), WHITE, [PAINT]))
    assert ink < paint - 0.02


def test_parts_keep_their_differences() -> None:
    two = on(WHITE, YELLOW)
    two[..., 10:20, 10:30] = torch.tensor([0.95, 0.95, 0.95]).view(1, 3, 1, 1)
    after = oklab(set_off(two, figure(), WHITE, [INK]))[0, 0]
    before = oklab(two)[0, 0]
    apart = float(before[15, 20] - before[25, 20])
    assert float(after[15, 20] - after[25, 20]) == pytest.approx(apart, abs=0.02)


def test_no_figure_and_a_plain_style() -> None:
    plain = WHITE.view(1, 3, 1, 1).expand(1, 3, 40, 40).clone()
    assert torch.allclose(set_off(plain, 0 * figure(), WHITE, [INK]), plain, atol=1e-5)
    one = inks((0.5, 0.5, 0.5))
    assert bool(set_off(on(WHITE, YELLOW), figure(), WHITE, [one]).isfinite().all())
