"""Ways along a picture's lines are the same, however many are followed at once."""

import torch

from drawkit.pictures.orientation_field import at_spots, field_of, oklab, unit, walk


def test_a_way_is_the_same_alone_as_among_others_that_end_sooner() -> None:
    across, down = torch.meshgrid(torch.arange(60.0), torch.arange(80.0), indexing="xy")
    picture = (((across - 30).hypot(down - 40) / 6) % 1 > 0.4).float().expand(1, 3, 80, 60)
    lab = oklab(picture).float()
    field = field_of(lab)
    spots = torch.rand(40, 2, generator=torch.Generator().manual_seed(0)) * torch.tensor([60, 80])
    heading = unit(at_spots(field, spots))
    color, apart = at_spots(lab, spots), torch.full((40,), 0.3)
    together = walk(lab, field, spots, heading, (color, apart), 30, bend=2.0)
    for row in range(40):
        own = slice(row, row + 1)
        alone = walk(lab, field, spots[own], heading[own], (color[own], apart[own]), 30, bend=2.0)
        for one, all_ways in zip(alone, together, strict=True):
            assert torch.equal(one.gone, all_ways.gone[own])
            assert torch.allclose(one.turned, all_ways.turned[own], atol=1e-4)
            on = one.on[:, 0]
            assert torch.equal(on, all_ways.on[:, row])
            assert torch.allclose(one.ways[on, 0], all_ways.ways[on, row], atol=1e-3)
    assert len(together[0].gone.unique()) > 5
