from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor
from views import DISC, view_of

from drawkit.errors import ConfigError, FileError
from drawkit.losses import PerceptorOutput, RunContext, StepContext
from drawkit.losses.likeness import LikenessConfig, LikenessLoss, stages_apart, stages_at
from drawkit.perceptor import Perceptor
from drawkit.perceptor.clip import open_perceptor

ON_WHITE = DISC[:, :3] + 1 - DISC[:, 3:]


def seen_by(perceptor: Perceptor, picture: Tensor, target: Tensor) -> StepContext:
    output = PerceptorOutput(
        cutouts=picture,
        features=perceptor.encode_image(picture),
        text=torch.zeros(0, 1),
        weight=1.0,
        stages=lambda: perceptor.stages(picture),
        stages_of=perceptor.stages,
        features_of=perceptor.encode_image,
        alike=lambda other: other,
    )
    view = view_of(torch.ones(1, 3, 32, 32))
    return replace(view, on_paper=picture, outputs=(output,), target=target)


def test_the_picture_itself_is_alike_and_bare_paper_is_not() -> None:
    loss = LikenessLoss(LikenessConfig())
    assert float(loss(view_of(ON_WHITE))) == pytest.approx(0, abs=1e-6)
    assert float(loss(view_of(torch.ones_like(ON_WHITE)))) > 0.5
    assert float(loss(replace(view_of(ON_WHITE), target=None))) == 0


def test_lines_need_not_be_as_strong_as_what_they_show() -> None:
    wanted = torch.rand(2, 5, 4, 4, generator=torch.Generator().manual_seed(0))
    bare = torch.zeros(1, 5, 4, 4)
    assert float(stages_apart(0.2 * wanted, wanted, bare)) == pytest.approx(0, abs=1e-6)
    assert float(stages_apart(-wanted, wanted, bare)) == pytest.approx(4, abs=1e-5)


def test_depths_are_shares_of_the_tower() -> None:
    assert stages_at(4, (0.5, 0.75)) == [1, 2]
    assert stages_at(5, (0.5, 0.75, 1.0)) == [2, 3, 4]  # CLIPasso's of a ResNet, and the last
    assert stages_at(12, (0.5, 0.75)) == [5, 8]
    assert stages_at(1, (0.01, 1.0)) == [0, 0]


@pytest.mark.parametrize("depths", [(0.5, 0.75), (1.0,), ()])
def test_its_gradient_is_that_of_finite_differences(depths: tuple[float, ...]) -> None:
    """Through the built-in perceptor's own stages, along the gradient and along a random way."""
    perceptor = open_perceptor("builtin", precision="fp32", device="cpu")
    perceptor._visual.double()
    perceptor._dtype = torch.float64
    side = perceptor.input_size
    generator = torch.Generator().manual_seed(0)
    target = torch.nn.functional.interpolate(DISC.double(), size=side)
    picture = 0.8 + 0.2 * torch.rand(1, 3, side, side, generator=generator, dtype=torch.float64)
    loss = LikenessLoss(LikenessConfig(depths=depths, meaning=0.5))

    def value(of: Tensor) -> Tensor:
        context = seen_by(perceptor, of, target)
        return loss(replace(context, paper=torch.ones(1, 3, 1, 1, dtype=torch.float64)))

    (gradient,) = torch.autograd.grad(value(picture.requires_grad_()), picture)
    way = torch.randn(picture.shape, generator=generator, dtype=torch.float64)
    for along in (gradient / gradient.norm(), way / way.norm()):
        step = 1e-3 * along
        with torch.no_grad():
            found = (value(picture + step) - value(picture - step)) / 2e-3
        # features come out of the tower in float32
        assert float(found) == pytest.approx(float((gradient * along).sum()), rel=0.03, abs=5e-4)


def test_a_named_picture_is_read_and_cut_as_the_sketch_is(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (120, 60))
    picture.paste((200, 20, 20, 255), (80, 20, 110, 50))
    picture.save(tmp_path / "it.png")
    loss = LikenessLoss(LikenessConfig(picture=str(tmp_path / "it.png")))
    loss.setup(RunContext([], 0, torch.device("cpu")))
    red = torch.ones(1, 3, 32, 32)
    red[:, 1:, 2:30, 2:30] = 20 / 255  # fills the sheet but for a little room
    far = replace(view_of(red), target=torch.zeros(1, 4, 32, 32))
    away = torch.ones(1, 3, 32, 32)
    away[:, 1:, :5, :5] = 0
    assert float(loss(far)) < 0.2 < float(loss(replace(view_of(away), target=far.target)))
    with pytest.raises(FileError, match="does not exist"):
        LikenessLoss(LikenessConfig(picture="none.png")).setup(
            RunContext([], 0, torch.device("cpu"))
        )


@pytest.mark.parametrize("given", [{"depths": (0.0,)}, {"depths": (1.5,)}, {"meaning": -1.0}])
def test_what_is_no_depth(given: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"losses\.likeness"):
        LikenessConfig(**given)  # type: ignore[arg-type]


def test_it_must_compare_something() -> None:
    with pytest.raises(ConfigError, match="no depths"):
        LikenessConfig(depths=(), meaning=0.0)
