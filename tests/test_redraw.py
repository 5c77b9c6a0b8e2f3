"""Training pictures drawn again in strokes: they show the same thing, and batches hold them."""

from __future__ import annotations

import pytest
import torch

from training.cache import Cache, Redrawn
from training.dataset import Art
from training.redraw import redraw, start_paths

RED, BLUE = (1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)


def disc(side: int = 72) -> torch.Tensor:  # [4, H, W] premultiplied
    line = torch.arange(side) + 0.5 - side / 2
    inside = (line[:, None] ** 2 + line[None] ** 2 < (side / 3) ** 2).float()
    return torch.tensor(RED)[:, None, None] * inside


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_redrawn_picture_shows_the_same(seed: int) -> None:
    picture = disc()
    drawn = redraw(picture, torch.Generator().manual_seed(seed))
    assert drawn.shape == picture.shape
    assert bool((drawn[:3] <= drawn[3:] + 1e-5).all())
    assert float((drawn - picture).square().mean()) < 0.4 * float(picture.square().mean())
    assert float((drawn - picture).abs().max()) > 0.05, "strokes leave traces"


def test_strokes_start_on_the_picture_in_its_colors() -> None:
    paths = start_paths(disc(), torch.Generator().manual_seed(4))
    red = (paths.stroke[:, :3] - torch.tensor(RED[:3])).norm(dim=1) < 0.05
    assert 0.4 < float(red.float().mean()) < 1


def art(redrawn: float) -> Art:
    """One blue picture, and its redrawn twin in red."""

    def of(color: tuple[float, ...]) -> torch.Tensor:
        pixel = (torch.tensor(color) * 255).to(torch.uint8)
        return pixel.expand(1, 8, 8, 4).clone()

    index = {
        "name": [0],
        "article": [0],
        "keywords": [[]],
        "coloured": [[]],
        "kind": ["emoji"],
        "weight": [1.0],
    }
    again = Redrawn(of(RED), torch.tensor([0]), of(RED))
    cache = Cache(of(BLUE), torch.ones(1, 384), index, of(BLUE), torch.ones(1, 384), ["it"], again)
    return Art(cache, torch.Generator().manual_seed(0), redrawn)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_share_of_a_batch_is_redrawn(share: float) -> None:
    batch = art(share).batch(400)
    assert float(batch.rgba[:, 0].mean()) == pytest.approx(share, abs=0.08)
    assert float(batch.rgba[:, 2].mean()) == pytest.approx(1 - share, abs=0.08)
