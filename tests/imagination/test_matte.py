"""Pictures without their paper, and back on it."""

from __future__ import annotations

import pytest
import torch

from drawkit.imagination.matte import matted


@pytest.mark.parametrize("paper", [(1.0, 1.0, 1.0), (0.2, 0.3, 0.9), (0.0, 0.0, 0.0)])
def test_what_comes_off_its_paper_looks_the_same_back_on_it(paper: tuple[float, ...]) -> None:
    rgb = torch.tensor(paper).view(1, 3, 1, 1).expand(1, 3, 20, 30).clone()
    rgb[..., 5:15, 8:20] = torch.rand(1, 3, 10, 12, generator=torch.Generator().manual_seed(1))
    picture = torch.cat([rgb, torch.ones(1, 1, 20, 30)], dim=1)
    matte = matted(picture)
    assert matte.paper is not None
    torch.testing.assert_close(matte.paper.flatten(), torch.tensor(paper))
    assert float(matte.figure[:, 3, :4].max()) == 0
    assert bool((matte.figure[:, :3] <= matte.figure[:, 3:]).all())
    torch.testing.assert_close(matte.on_paper(matte.figure), picture, atol=1e-5, rtol=0)


def test_what_fills_its_sheet_or_lies_on_nothing_stays_as_it_is() -> None:
    full = torch.cat([torch.rand(1, 3, 9, 9), torch.ones(1, 1, 9, 9)], dim=1)
    clear = torch.full((1, 4, 9, 9), 0.5)
    for picture in (full, clear):
        matte = matted(picture)
        assert matte.paper is None
        assert matte.figure is picture
        assert matte.on_paper(picture) is picture
