"""Places, windows and samples of feature maps against sums written out."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from drawkit.losses._hypercolumns import (
    patches_at,
    pyramid,
    random_places,
    random_views,
    sampled,
)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def by_hand(maps: Tensor, view: int, x: float, y: float) -> list[float]:
    """Bilinear between the centres of four cells; cells at the border go on outside."""
    _, channels, height, width = maps.shape
    across, down = (x + 1) / 2 * width - 0.5, (y + 1) / 2 * height - 0.5
    across, down = min(max(across, 0), width - 1), min(max(down, 0), height - 1)
    left, top = math.floor(across), math.floor(down)
    right, low = min(left + 1, width - 1), min(top + 1, height - 1)
    part, share = across - left, down - top
    return [
        float(
            (1 - share) * ((1 - part) * cells[top, left] + part * cells[top, right])
            + share * ((1 - part) * cells[low, left] + part * cells[low, right])
        )
        for cells in maps[view, :channels]
    ]


@pytest.mark.parametrize("size", [(5, 5), (3, 8), (1, 1)])
def test_samples_are_bilinear(size: tuple[int, int]) -> None:
    maps = torch.rand(2, 3, *size, generator=seeded(0), dtype=torch.float64)
    places = random_places(2, 6, seeded(1)).double()
    places[0, 0] = torch.tensor([-1.0, 1.0])  # a corner
    found = sampled(maps, places)
    assert found.shape == (12, 3)
    wanted = [by_hand(maps, v, *places[v, k].tolist()) for v in range(2) for k in range(6)]
    assert torch.allclose(found, torch.tensor(wanted, dtype=torch.float64))
    assert not torch.allclose(sampled(maps.flip(0), places), found)  # views stay apart


def test_samples_have_true_slopes() -> None:
    maps = torch.rand(1, 2, 4, 4, generator=seeded(0), dtype=torch.float64).requires_grad_()
    places = random_places(1, 5, seeded(1)).double()
    assert torch.autograd.gradcheck(lambda m: sampled(m, places), maps)


def test_maps_of_one_view_fit_over_each_other() -> None:
    """A ramp says where it was sampled, at any size of the map."""
    places = random_places(1, 20, seeded(2)) * 0.7
    for side in (4, 8, 64):
        ramp = (torch.arange(side) + 0.5) / side * 2 - 1
        maps = torch.stack([ramp.expand(side, side), ramp[:, None].expand(side, side)])[None]
        assert torch.allclose(sampled(maps, places), places[0], atol=1e-5)


def test_places_cover_the_view_and_follow_the_seed() -> None:
    places = random_places(2, 4000, seeded(0))
    assert places.shape == (2, 4000, 2)
    assert float(places.amin()) >= -1
    assert float(places.amax()) <= 1
    assert torch.allclose(places.mean(dim=1), torch.zeros(2, 2), atol=0.05)
    assert torch.allclose(places.std(dim=1), torch.full((2, 2), 3**-0.5), atol=0.02)
    assert torch.equal(places, random_places(2, 4000, seeded(0)))
    assert not torch.equal(places, random_places(2, 4000, seeded(1)))


def test_patches_are_the_neighbours_in_reading_order() -> None:
    views = torch.rand(1, 3, 8, 8, generator=seeded(0), dtype=torch.float64)
    row, column = 3, 5
    place = torch.tensor([[[(column + 0.5) / 4 - 1, (row + 0.5) / 4 - 1]]], dtype=torch.float64)
    scales = patches_at(pyramid(views), place)
    assert [patch.shape for patch in scales] == [(1, 27)] * 4
    wanted = [
        float(value) - 0.5
        for down in (-1, 0, 1)
        for across in (-1, 0, 1)
        for value in views[0, :, row + down, column + across]
    ]
    assert torch.allclose(scales[0][0], torch.tensor(wanted, dtype=torch.float64))
    whole = views.mean(dim=(2, 3))[0] - 0.5  # at 8 px a cell is the whole view
    assert torch.allclose(scales[3][0], whole.repeat(9))
    assert not torch.allclose(scales[1], scales[0])


def test_a_small_view_has_fewer_scales() -> None:
    assert len(patches_at(pyramid(torch.rand(1, 3, 2, 2)), torch.zeros(1, 1, 2))) == 2


def test_views_are_the_whole_and_half_of_it_by_turns() -> None:
    ramp = torch.arange(24.0).expand(1, 1, 8, 24)
    views = random_views(ramp, 4, 8, seeded(3))
    assert views.shape == (4, 1, 8, 8)
    for number, spread in enumerate((7.0, 3.0, 7.0, 3.0)):
        row = views[number, 0, 0]
        assert float(row[-1] - row[0]) == pytest.approx(spread)
    closer = random_views(ramp, 1, 8, seeded(3), first=1)
    assert float(closer.max() - closer.min()) < 0.6 * float(views[0].max() - views[0].min())
    starts = {float(random_views(ramp, 1, 8, seeded(s))[0, 0, 0, 0]) for s in range(200)}
    assert starts == set(map(float, range(17)))
