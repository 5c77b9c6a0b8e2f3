"""Pictures in the few colours of a flat style."""

import torch
from torch import Tensor

from drawkit.losses._flat import in_flat_colors
from drawkit.losses._restyle import restyled
from drawkit.pictures.orientation_field import oklab

COLORS = torch.tensor([[0.1, 0.2, 0.4], [0.9, 0.5, 0.2], [0.95, 0.9, 0.8]])


def poster() -> Tensor:
    """Three areas of one colour each."""
    picture = COLORS[0].view(1, 3, 1, 1).repeat(1, 1, 128, 128)
    picture[..., 20:70, 30:90] = COLORS[1].view(1, 3, 1, 1)
    picture[..., 90:, :] = COLORS[2].view(1, 3, 1, 1)
    return picture


def disc() -> Tensor:
    """An orange disc on white, 160 px a side."""
    line = torch.arange(160) + 0.5
    inside = (line[None] - 80) ** 2 + (line[:, None] - 80) ** 2 < 50**2
    picture = torch.ones(1, 3, 160, 160)
    picture[0, :, inside] = torch.tensor([0.9, 0.4, 0.1])[:, None]
    return picture


def used(picture: Tensor) -> Tensor:
    """[N] which of the colours each pixel has; -1 where it has none of them."""
    apart = torch.cdist(picture[0].flatten(1).T, COLORS)
    return torch.where(apart.amin(dim=1) < 0.02, apart.argmin(dim=1), -1)


def test_a_flat_style_leaves_its_own_colours_alone() -> None:
    picture = disc()
    new = restyled(picture, torch.ones(1, 1, 160, 160), [(poster(), 1.0)])
    assert float((used(new) < 0).float().mean()) < 0.01


def test_borders_stay_where_they_were_and_are_not_cells() -> None:
    """The disc is one colour, all else others; its rim is a circle to the pixel."""
    new = used(restyled(disc(), torch.ones(1, 1, 160, 160), [(poster(), 1.0)])).view(160, 160)
    line = torch.arange(160) + 0.5
    apart = ((line[None] - 80) ** 2 + (line[:, None] - 80) ** 2).sqrt()
    inner, outer = new[apart < 48], new[apart > 52]
    common = int(inner.mode().values)
    assert float((inner == common).float().mean()) > 0.97
    assert float((outer == common).float().mean()) < 0.03


def test_marks_are_left_to_styles_that_have_them() -> None:
    """A striped style is not made flat: its stripes are seen in the picture."""
    stripes = COLORS[0].view(1, 3, 1, 1).repeat(1, 1, 128, 128)
    stripes[:, :, ::4] = stripes[:, :, 1::4] = COLORS[2].view(1, 3, 1, 1)
    both = [(stripes, 1.0), (poster(), 1.0)]
    for styles in ([(stripes, 1.0)], both):
        new = restyled(disc(), torch.ones(1, 1, 160, 160), styles)
        steps = (new[..., 1:, :] - new[..., :-1, :]).abs().mean()
        assert float(steps) > 0.05


def test_between_cells_colours_go_where_they_belong() -> None:
    """Two cells, dark and light; the border of the picture, not that of the cells, divides them."""
    picture = torch.zeros(1, 3, 20, 40)
    picture[..., 26:] = 1
    wanted = oklab(COLORS[[0, 2]].T[None, :, None])[0, :, 0].T
    new = in_flat_colors(picture, wanted, COLORS[[0, 2]], (1, 2))
    assert bool((used(new).view(20, 40)[:, :25] == 0).all())
    assert bool((used(new).view(20, 40)[:, 27:] == 2).all())
