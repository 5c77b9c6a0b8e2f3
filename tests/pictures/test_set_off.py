"""What is as white as its paper gets a shade, and nothing else does."""

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from drawkit.pictures.orientation_field import oklab
from drawkit.pictures.set_off import set_off_from


def disc(radius: float, *rgb: float, inside: tuple[float, ...] = ()) -> Tensor:
    """A disc of one colour [1, 4, 64, 64] on nothing, perhaps with a smaller one in it."""
    line = torch.arange(64) - 31.5
    far = (line[None] ** 2 + line[:, None] ** 2).sqrt()
    picture = torch.zeros(1, 4, 64, 64)
    picture[:, :, far < radius] = torch.tensor([*rgb, 1.0])[:, None]
    if inside:
        picture[:, :3, far < radius / 2] = torch.tensor(inside)[:, None]
    return picture


@pytest.mark.parametrize(("paper", "side"), [(1.0, -1), (0.0, 1), (0.95, -1)])
def test_a_figure_as_the_paper_is_told_from_it(paper: float, side: int) -> None:
    picture = disc(20, paper, paper, paper, inside=(0.8, 0.1, 0.1))
    ground = torch.full((3,), paper)
    shown = set_off_from(picture, ground)
    apart = oklab(shown[:, :3]) - oklab(ground.view(1, 3, 1, 1))
    assert float(apart[0, 0, 31, 14]) * side == pytest.approx(0.07, abs=0.002)
    assert torch.equal(shown[:, 3], picture[:, 3])
    assert torch.equal(shown[..., 32, 32], picture[..., 32, 32])


def test_what_is_nearly_as_the_paper_is_moved_only_as_far_as_it_must() -> None:
    shown = set_off_from(disc(20, 0.97, 0.97, 0.97), torch.ones(3))
    apart = oklab(shown[:, :3]) - oklab(torch.ones(1, 3, 1, 1))
    assert float(apart[0, 0, 31, 31]) == pytest.approx(-0.07, abs=0.002)


def test_lights_within_a_figure_and_other_colours_stay() -> None:
    for picture in (disc(20, 0.1, 0.2, 0.8, inside=(1.0, 1.0, 1.0)), disc(20, 1.0, 0.9, 0.2)):
        assert torch.equal(set_off_from(picture, torch.ones(3)), picture)


def test_a_sheet_that_is_full_stays() -> None:
    picture = torch.ones(1, 4, 32, 48)
    assert torch.equal(set_off_from(picture, torch.ones(3)), picture)


def test_a_thin_line_holds_what_is_within_it() -> None:
    picture = disc(24, 1.0, 1.0, 1.0)
    line = torch.arange(64) - 31.5
    far = (line[None] ** 2 + line[:, None] ** 2).sqrt()
    picture[:, :3, (far > 11.3) & (far < 12.8)] = 0.0
    moved = (set_off_from(picture, torch.ones(3)) != picture).any(dim=1)[0]
    assert torch.equal(moved, (far > 12.8) & (far < 24))


@pytest.mark.parametrize("seed", range(4))
def test_all_that_joins_the_outline_is_found(seed: int) -> None:
    """The groups of white that touch what is bare, as SciPy labels them."""
    chance = np.random.default_rng(seed)
    white, shown = chance.random((40, 52)) < 0.45, chance.random((40, 52)) < 0.97
    picture = torch.zeros(1, 4, 40, 52)
    picture[0, 3] = torch.from_numpy(shown).float()
    picture[0, :3] = torch.from_numpy(white & shown).float()
    moved = (set_off_from(picture, torch.ones(3)) != picture).any(dim=1)[0].numpy()
    every = np.ones((3, 3))
    groups, _ = ndimage.label(white & shown, every)
    at_bare = groups[ndimage.binary_dilation(~shown, every)]
    assert np.array_equal(moved, np.isin(groups, at_bare[at_bare > 0]))
    assert not np.array_equal(moved, white & shown)
