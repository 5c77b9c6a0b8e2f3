"""What a drawing must not be taken for, and that its edges are strong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from fakes import FakePerceptor
from views import view_of

from drawkit.errors import ConfigError
from drawkit.losses import RunContext
from drawkit.losses.rivals import RivalsConfig, RivalsLoss, rival_fit
from drawkit.losses.sharpness import SharpnessConfig, SharpnessLoss, contrast_of_neighbours


def units(count: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(count, 16, generator=generator, dtype=torch.float64), dim=1)


def ready(names: tuple[str, ...], eyes: int = 1, **settings: float) -> RivalsLoss:
    loss = RivalsLoss(RivalsConfig(names=names, **settings))
    eye = FakePerceptor()

    def embed(prompts: object) -> list[torch.Tensor]:
        return [eye.encode_text([one.text for one in prompts])] * eyes  # type: ignore[attr-defined]

    loss.setup(RunContext((), 0, torch.device("cpu"), embed))
    return loss


def test_value_and_gradient_are_those_of_the_formula() -> None:
    features, rivals = units(3, 1).requires_grad_(), units(5, 2)
    cosines = features.detach().numpy() @ rivals.numpy().T
    expected = np.log(np.exp(9.0 * cosines).sum(axis=1)).mean() / 9.0
    assert float(rival_fit(features, rivals, 9.0).detach()) == pytest.approx(expected, abs=1e-12)
    assert torch.autograd.gradcheck(lambda seen: rival_fit(seen, rivals, 9.0), features)


def test_sharp_it_is_the_best_fit_alone() -> None:
    features, rivals = units(1, 1), units(5, 2)
    assert float(rival_fit(features, rivals, 1000.0)) == pytest.approx(
        float((features @ rivals.T).max()), abs=1e-3
    )


def test_what_is_wanted_is_no_rival() -> None:
    picture = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    view = view_of(picture)  # of "word 0"
    with_it, without = (ready(names)(view) for names in (("word 0", "sea"), ("sea",)))
    assert float(with_it) == float(without) != 0
    assert float(ready(("word 0",))(view)) == 0
    # What is to stay away may well be a rival.
    away = replace(view, prompt_weights=torch.tensor([-1.0]))
    assert float(ready(("word 0",))(away)) != 0
    assert float(RivalsLoss(RivalsConfig())(view)) == 0  # not set up


def test_two_perceptors_that_agree_count_as_one() -> None:
    picture = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    one = ready(("sea", "sky"))(view_of(picture))
    two = ready(("sea", "sky"), eyes=2)(view_of(picture, shares=2))
    assert float(two) == pytest.approx(float(one), abs=1e-6)


@pytest.mark.parametrize("names", [(), ("a cat", " ")])
def test_rivals_have_names(names: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match=r"^losses\.rivals\.names takes one name or more"):
        RivalsConfig(names=names)


def test_sharpness_is_the_difference_of_neighbours() -> None:
    picture = torch.rand(1, 3, 5, 7, generator=torch.Generator().manual_seed(0)).double()
    down, across = np.diff(picture.numpy(), axis=2), np.diff(picture.numpy(), axis=3)
    expected = np.abs(down).mean() + np.abs(across).mean()
    assert float(contrast_of_neighbours(picture)) == pytest.approx(expected, abs=1e-12)


def test_a_seam_of_a_tile_is_an_edge_too() -> None:
    picture = torch.zeros(1, 3, 32, 32)
    picture[..., 16:] = 1
    loss = SharpnessLoss(SharpnessConfig())
    plain, tiled = (
        float(loss(replace(view_of(picture), tile=(across, False)))) for across in (False, True)
    )
    assert plain == pytest.approx(-1 / 31)
    assert tiled == pytest.approx(-2 / 32)
