"""Art as other hands would do it, for the second judge: it changes a lot, and not what it shows."""

import pytest
import torch
from torch import Tensor

from training.styled import Styled

WAYS = ("recoloured", "dabbed", "hatched", "grained", "faint")


def discs(count: int = 16) -> Tensor:
    """Dark discs on a light ground, [count, 3, 64, 64]."""
    line = torch.arange(64) + 0.5
    inside = (line[None] - 32) ** 2 + (line[:, None] - 32) ** 2 < 18**2
    return torch.where(inside, 0.15, 0.9).expand(count, 3, 64, 64).clone()


def styled(seed: int = 0, share: float = 1.0) -> Styled:
    return Styled(torch.Generator().manual_seed(seed), share)


def test_pictures_stay_pictures() -> None:
    before = discs()
    after = styled()(before)
    assert after.shape == before.shape
    assert 0 <= float(after.min()) <= float(after.max()) <= 1
    assert float((after - before).abs().mean()) > 0.05
    assert torch.equal(before, discs())  # what was given is left alone


def test_as_many_as_are_asked_for() -> None:
    assert torch.equal(styled(share=0.0)(discs()), discs())
    changed = (styled(share=0.5)(discs(200)) != discs(200)).flatten(1).any(dim=1)
    assert 0.25 < float(changed.float().mean()) < 0.65  # some go through none of the ways


def test_the_same_seed_does_the_same() -> None:
    assert torch.equal(styled(3)(discs()), styled(3)(discs()))
    assert not torch.equal(styled(3)(discs()), styled(4)(discs()))


@pytest.mark.parametrize("way", WAYS)
def test_the_thing_is_still_seen(way: str) -> None:
    """Seen small, inside and outside of the disc still differ in most pictures."""
    before = discs(64)
    after = getattr(styled(), way)(before).clamp(0, 1)
    assert float((after - before).abs().mean()) > 0.01
    inside = after[:, :, 24:40, 24:40].mean(dim=(2, 3))
    outside = after[:, :, :8].mean(dim=(2, 3))
    apart = (inside - outside).norm(dim=1)
    assert float((apart > 0.1).float().mean()) > 0.7
