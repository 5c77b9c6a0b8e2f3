from __future__ import annotations

import pytest
import torch

from drawkit.pictures.seamless import (
    calmest_cut,
    grained,
    material,
    seam_strength,
    seamless,
    tiled_axes,
    window,
)

RAMP = torch.linspace(0, 1, 32).expand(1, 3, 32, 32)
"""Dark at the left, bright at the right: the worst seam there is, across."""


def test_words_name_axes() -> None:
    assert [tiled_axes(word) for word in ("none", "x", "y", "xy")] == [
        (False, False),
        (True, False),
        (False, True),
        (True, True),
    ]


def test_a_ramp_has_a_seam_and_a_wave_has_none() -> None:
    assert seam_strength(RAMP, (True, False)) == pytest.approx(31)
    assert seam_strength(RAMP, (False, True)) == 0
    wave = (torch.arange(32) * (2 * torch.pi / 32)).sin().expand(1, 3, 32, 32)
    assert seam_strength(wave, (True, True)) < 1.01


def test_seamless_takes_the_seam_away_and_leaves_the_middle() -> None:
    mended = seamless(RAMP, (True, False))
    assert seam_strength(mended, (True, False)) < 1
    assert torch.equal(mended[..., 12:20], RAMP[..., 12:20])
    assert torch.equal(seamless(RAMP, (False, False)), RAMP)
    down = seamless(RAMP.transpose(2, 3), (True, True))
    assert seam_strength(down, (True, True)) < 1


def test_it_is_cut_where_little_happens() -> None:
    """An edge right in the middle does not come to lie at the border."""
    halves = (torch.arange(32) >= 16).float().expand(1, 3, 32, 32)
    assert seam_strength(seamless(halves, (True, False)), (True, False)) == 0


def test_windows_go_on_at_the_other_side() -> None:
    numbers = torch.arange(8.0).expand(1, 3, 8, 8)
    for seed in range(20):
        view = window(numbers, (True, False), torch.Generator().manual_seed(seed))
        assert view.shape[2] == 8
        assert 5 <= view.shape[3] <= 13
        assert ((view[..., 1:] - view[..., :-1]) % 8 == 1).all()
    starts = {
        float(window(numbers, (True, True), torch.Generator().manual_seed(s))[0, 0, 0, 0])
        for s in range(30)
    }
    assert len(starts) > 4


def test_a_thing_on_nothing_becomes_a_material() -> None:
    thing = torch.zeros(1, 4, 32, 32)
    thing[:, :, 8:24, 8:24] = torch.tensor([0.2, 0.6, 0.1, 1.0]).view(1, 4, 1, 1)
    thing[:, 0, 12:16, 12:16] = 0.9
    full = material(thing)
    assert full[:, 3].min() > 0.99
    assert torch.equal(full[:, :, 8:24, 8:24], thing[:, :, 8:24, 8:24])
    assert full[:, 2].max() == pytest.approx(0.1, abs=0.01)
    assert torch.equal(material(torch.zeros(1, 4, 8, 8)), torch.zeros(1, 4, 8, 8))


def test_a_plain_material_gets_a_grain_that_goes_on() -> None:
    green = torch.tensor([0.3, 0.6, 0.1, 1.0]).view(1, 4, 1, 1).expand(1, 4, 64, 64)
    lumpy = grained(green, torch.Generator().manual_seed(0))
    assert 0.02 < lumpy[:, 1].std() < 0.2
    assert torch.equal(lumpy[:, 3], green[:, 3])
    assert seam_strength(lumpy, (True, True)) < 1.2
    again = grained(green, torch.Generator().manual_seed(0))
    assert torch.equal(lumpy, again)
    rich = torch.rand(1, 4, 64, 64, generator=torch.Generator().manual_seed(1))
    assert torch.equal(grained(rich, torch.Generator()), rich)


@pytest.mark.parametrize("step", [(1, 1), (2, 2), (2, 1)])
def test_a_tile_is_cut_where_it_is_calm(step: tuple[int, int]) -> None:
    picture = torch.rand(1, 3, 12, 12, generator=torch.Generator().manual_seed(0)) / 4
    picture[..., 0] = 1 - picture[..., 0]  # a line along the left side
    down, across = calmest_cut(picture, (True, False), step)
    assert down == 0
    assert across % step[1] == 0
    rolled = picture.roll((down, across), (2, 3))
    assert seam_strength(picture, (True, False)) > 1 >= seam_strength(rolled, (True, False))
    assert calmest_cut(rolled, (True, False), step) == (0, 0)
    assert calmest_cut(torch.rand(1, 3, 1, 1), (True, True)) == (0, 0)
