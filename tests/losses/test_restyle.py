"""A picture of a style's pieces: its colours, its marks, and still the same picture."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.losses._restyle import restyled

ALL = torch.ones(1, 1, 224, 224)


def figure(dark: float = 0.2, light: float = 1.0, side: int = 224) -> Tensor:
    """A dark square in the middle of a light sheet, 30 % of it."""
    picture = torch.full((1, 3, side, side), light)
    low, high = round(0.22 * side), round(0.77 * side)
    picture[..., low:high, low:high] = dark
    return picture


def hatching() -> Tensor:
    """Level brown lines on cream: thin in the upper half, broad in the lower one."""
    row = torch.arange(224)
    ink = torch.where(row < 112, row % 8 < 2, row % 8 < 6).float()[None, None, :, None]
    cream, brown = (torch.tensor(c).view(1, 3, 1, 1) for c in ([1.0, 0.9, 0.7], [0.3, 0.1, 0.0]))
    return (cream * (1 - ink) + brown * ink).expand(1, 3, 224, 224)


def test_colours_and_marks_are_the_style_s_and_the_figure_stays() -> None:
    result = restyled(figure(), ALL, [(hatching(), 1.0)])
    assert result.shape == (1, 3, 224, 224)
    mean = result.mean(dim=(2, 3)) - hatching().mean(dim=(2, 3))
    assert float(mean.abs().max()) < 0.1
    down = (result[..., 1:, :] - result[..., :-1, :]).abs().mean()
    across = (result[..., 1:] - result[..., :-1]).abs().mean()
    assert float(down) > 3 * float(across)  # lines are level, and go on from piece to piece
    seen = F.avg_pool2d(result, 16)
    inside, corner = seen[..., 5:9, 5:9].mean(), seen[..., :2, :2].mean()
    assert float(inside) < float(corner) - 0.15


def test_borders_stay_where_they_are() -> None:
    """Cells are 7 px; a slanted border of two colours is as smooth as it was.

    The style has no such border that a cell could take.
    """
    down, across = torch.meshgrid(torch.arange(224), torch.arange(224), indexing="ij")
    dark = (across > 40 + down * 0.6)[None, None]
    sheets = torch.where(across < 112, 0.1, 0.8).expand(1, 3, -1, -1)
    result = restyled(torch.where(dark, 0.3, 1.0).expand(1, 3, -1, -1), ALL, [(sheets, 1.0)])
    wrong = (result[:, :1] < 0.45) != dark
    assert float(wrong.float().mean()) < 0.002


def test_the_figure_stays_one_where_the_style_has_less_of_a_colour() -> None:
    """A quarter of the style is red; the figure takes 0.32 of the sheet, and all of it is red."""
    style = torch.full((1, 3, 224, 224), 0.9)
    style[..., 168:, :] = torch.tensor([0.9, 0.2, 0.1]).view(1, 3, 1, 1)
    result = restyled(figure(dark=0.5)[..., :112, :112], ALL[..., :112, :112], [(style, 1.0)])
    red = (result[:, 0] - result[:, 1] > 0.3).float().mean()
    assert 0.29 < float(red) < 0.34


def test_several_styles_count_by_weight() -> None:
    red, blue = (
        torch.tensor(c).view(1, 3, 1, 1).expand(1, 3, 64, 64) for c in ([1.0, 0, 0], [0, 0, 1.0])
    )
    result = restyled(figure(), ALL, [(red, 3.0), (blue, 1.0)])
    assert float(result[:, 0].mean()) == pytest.approx(0.75, abs=0.06)
    assert float(result[:, 2].mean()) == pytest.approx(0.25, abs=0.06)


def test_what_is_not_seen_takes_no_colours() -> None:
    """The lighter half of a figure is the lightest there is, unless there is white paper."""
    picture = figure()
    picture[..., 56:168, 56:112] = 0.5

    def lightness(seen: Tensor) -> float:
        return float(restyled(picture, seen, [(hatching(), 1.0)])[..., 63:161, 63:105].mean())

    assert lightness((figure()[:, :1] < 0.5).float()) > lightness(ALL) + 0.15


@pytest.mark.parametrize(
    ("size", "style"), [((16, 16), (1, 1)), ((1, 5), (3, 200)), ((90, 200), (60, 40))]
)
def test_any_size(size: tuple[int, int], style: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(0)
    picture, other = torch.rand(1, 3, *size, generator=generator), torch.rand(1, 3, *style)
    result = restyled(picture, torch.ones_like(picture[:, :1]), [(other, 1.0)])
    assert result.shape == picture.shape
    assert bool(result.isfinite().all())
    assert 0 <= float(result.min()) <= float(result.max()) <= 1
