from __future__ import annotations

import torch
from fakes import FakePerceptor

from drawkit.perceptor.attention import attention
from drawkit.perceptor.clip import open_perceptor


def test_a_mark_is_looked_at_and_bare_paper_is_not() -> None:
    picture = torch.ones(1, 3, 64, 64)
    picture[:, :, 8:24, 40:56] = 0
    for perceptor in (FakePerceptor(), open_perceptor("builtin", device="cpu")):
        found = attention(perceptor, picture)
        assert found.shape == (64, 64)
        assert float(found.mean()) == 1 or abs(float(found.mean()) - 1) < 1e-4
        assert (found >= 0).all()
        assert found[8:24, 40:56].mean() > 4
        assert found[40:, :24].mean() < 0.2


def test_pictures_of_any_shape_have_a_map_of_theirs() -> None:
    picture = torch.ones(1, 3, 20, 90)
    picture[:, :, 5:15, 60:80] = 0
    found = attention(FakePerceptor(), picture)
    assert found.shape == (20, 90)
    assert found[:, 45:].mean() > found[:, :45].mean()


def test_where_there_is_nothing_all_places_are_alike() -> None:
    assert (attention(FakePerceptor(), torch.ones(1, 3, 32, 32)) == 1).all()
