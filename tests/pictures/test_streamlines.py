"""Lines of known width, length, direction and bend are felt as such."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from drawkit.pictures.streamlines import Lines, lines_of

WHITE = torch.ones(1, 3, 224, 224)


def hatched(width: int = 2, length: int = 40, pitch: int = 8) -> Tensor:
    """Level black lines on white."""
    picture = WHITE.clone()
    for top in range(4, 216, pitch):
        for left in range(4, 220 - length, length + 10):
            picture[..., top : top + width, left : left + length] = 0
    return picture


def ring(radius: float, width: float) -> Tensor:
    at = torch.arange(224) - 111.5
    apart = (at[:, None].square() + at.square()).sqrt()
    picture = WHITE.clone()
    picture[..., (apart - radius).abs() < width / 2] = 0
    return picture


def mean_angle(lines: Lines) -> float:
    """Degrees, 0 level, 90 upright."""
    x, y = lines.directions.mean(dim=0).tolist()
    return math.degrees(math.atan2(y, x) / 2) % 180


@pytest.mark.parametrize(("width", "length"), [(2, 40), (4, 60)])
def test_level_hatching(width: int, length: int) -> None:
    lines = lines_of(hatched(width, length, pitch=4 * width))
    assert float(lines.widths.median()) == pytest.approx(width, abs=0.75)
    assert float(lines.lengths.median()) == pytest.approx(length, abs=width)
    assert min(mean_angle(lines), 180 - mean_angle(lines)) < 2
    assert float(lines.directions.norm(dim=1).mean()) > 0.8
    assert 20 * float(lines.turns.median()) < 0.5
    assert lines.paper.tolist() == pytest.approx([1, 1, 1])


def test_upright_and_aslant() -> None:
    assert mean_angle(lines_of(hatched().transpose(2, 3))) == pytest.approx(90, abs=2)
    row = torch.arange(224)
    down = (((row[:, None] - row) % 12) < 3).float()  # x grows as y does: 45 degrees, y down
    assert mean_angle(lines_of((1 - down).expand(1, 3, 224, 224))) == pytest.approx(45, abs=3)


def test_a_ring_bends_by_its_radius() -> None:
    lines = lines_of(ring(60, 4))
    assert float(lines.turns.median()) == pytest.approx(1 / 60, rel=0.25)
    assert float(lines.widths.median()) == pytest.approx(4, abs=0.75)
    assert float(lines.lengths.median()) > 60
    assert float(lines.directions.mean(dim=0).norm()) < 0.1  # every direction alike


def test_the_size_of_the_picture_plays_no_part() -> None:
    small, large = (
        lines_of(hatched(4)),
        lines_of(hatched(4).repeat_interleave(2, 2).repeat_interleave(2, 3)),
    )
    assert float(large.widths.median()) == pytest.approx(float(small.widths.median()), abs=0.75)
    assert float(large.lengths.median()) == pytest.approx(float(small.lengths.median()), rel=0.1)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (30, 7)])
def test_plain_sheets_of_any_size(size: tuple[int, int]) -> None:
    lines = lines_of(torch.full((1, 3, *size), 0.5))
    assert lines.share == 0
    assert all(bool(t.isfinite().all()) for t in (lines.widths, lines.lengths, lines.turns))


def test_flat_are_areas_in_one_colour_not_hatching_or_shades() -> None:
    poster = WHITE.clone()
    poster[..., 60:160, 40:180] = 0.3
    shades = torch.linspace(0, 1, 224).expand(1, 3, 224, 224)
    assert lines_of(poster).flat
    assert not lines_of(shades).flat
    assert not lines_of(hatched(4, 60, pitch=24)).flat
