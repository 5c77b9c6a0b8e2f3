"""Pictures changed from words to words: an analytic model, the paper, and the built-in one."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from drawkit.imagination.editing import edited_picture, edited_thumbnail
from drawkit.imagination.guided import guided_clean
from drawkit.imagination.imagine import load_imagination
from drawkit.perceptor.names import BUILTIN


class Point(nn.Module):
    """Knows one picture for all words, and another for none: what the words' first number says."""

    def __init__(self) -> None:
        super().__init__()
        self.null = nn.Parameter(torch.zeros(2))

    def forward(self, noisy: Tensor, time: Tensor, words: Tensor) -> Tensor:
        return words[:, :1, None, None].expand_as(noisy) + 0 * time[:, None, None, None]


def dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_guidance_goes_on_beyond_the_words() -> None:
    noisy, words = torch.zeros(2, 4, 32, 32), torch.tensor([[0.2, 0.0]] * 2)
    times = torch.full((2,), 0.5)
    for guidance, value in ((0.0, 0.0), (1.0, 0.2), (3.0, 0.6), (9.0, 1.0)):
        clean = guided_clean(Point(), noisy, times, words, guidance)  # type: ignore[arg-type]
        torch.testing.assert_close(clean, torch.full_like(noisy, value))


def test_words_that_stay_change_nothing_and_others_move_it_all_over() -> None:
    """A model that is sure of a picture a word goes the difference of both, whatever the noise."""
    picture = torch.rand(1, 4, 32, 32, generator=dice()) * 0.2
    old, new = torch.tensor([0.0, 0.0]), torch.tensor([0.1, 0.0])
    same = edited_thumbnail(Point(), picture, old, old, 1.0, dice())  # type: ignore[arg-type]
    torch.testing.assert_close(same, picture)
    moved = edited_thumbnail(Point(), picture, old, new, 1.0, dice())  # type: ignore[arg-type]
    # from t on, what is left of the way to 5.5 times 0.1
    torch.testing.assert_close(moved - picture, torch.full_like(picture, 0.55), atol=0.02, rtol=0)


def cat(paper: float | None) -> Tensor:
    """An orange disc with dark eyes, premultiplied, on paper or nothing."""
    axis = torch.linspace(-1, 1, 64)
    far = (axis[:, None].square() + axis.square()).sqrt()
    inside = (far < 0.7).float()
    rgb = torch.tensor([0.95, 0.6, 0.15]).view(3, 1, 1) * inside
    if paper is None:
        return torch.cat([rgb, inside[None]])[None]
    return torch.cat([rgb + paper * (1 - inside), torch.ones(1, 64, 64)])[None]


def test_what_fills_its_sheet_keeps_its_details() -> None:
    """Every pixel of a wide photo moves with its neighbours, however strong the change."""
    photo = torch.rand(1, 4, 40, 64, generator=dice(4)) * 0.4 + 0.3
    photo[:, 3] = 1
    old, new = torch.tensor([0.0, 0.0]), torch.tensor([0.02, 0.0])
    found = edited_picture(Point(), photo, old, new, 1.0, dice())  # type: ignore[arg-type]
    moved = (found - photo)[:, :3]
    assert float(moved.mean()) > 0.03
    assert float(moved.std()) < 0.01
    assert bool((found[:, 3] == 1).all())


@pytest.mark.slow
def test_a_hint_stays_near_and_paper_stays_paper() -> None:
    from drawkit.perceptor.clip import open_perceptor

    eye = open_perceptor("builtin")
    net = load_imagination(BUILTIN / "imagination.safetensors")
    old, new = eye.encode_text(["an orange circle", "a blue circle"])
    gone = {}
    for paper, strengths in ((1.0, (0.2, 0.9)), (None, (0.9,))):
        picture = cat(paper)
        for strength in strengths:
            found = edited_picture(net, picture, old, new, strength, dice())
            assert found.shape == picture.shape
            assert 0 <= float(found.min()) <= float(found.max()) <= 1
            assert bool((found[:, :3] <= found[:, 3:] + 1e-6).all())
            corner = found[0, :, :4, :4] - picture[0, :, :4, :4]
            assert float(corner.abs().max()) < 0.1
            middle = slice(24, 40)
            blue, red = (found[0, at, middle, middle].mean() for at in (2, 0))
            gone[strength] = float(blue - red)
    assert gone[0.9] > gone[0.2] + 0.2
