"""Score distillation: the papers' gradients, a Gaussian's mean, and the built-in model's pull."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from fakes import FakePerceptor
from PIL import Image
from torch import Tensor
from views import view_of

from drawkit import draw
from drawkit.config import parse_prompts
from drawkit.diffusion.variational import Variational
from drawkit.errors import ConfigError
from drawkit.losses import RunContext, StepContext
from drawkit.losses._noise_orders import shares
from drawkit.losses.distill import DistillConfig, DistillLoss, noise_weight, pulled

MEAN, SPREAD = 0.3, 0.2


class Gaussian:
    """Pictures around a mean: what lies under noise is known exactly (Bayes)."""

    asked: list[Tensor]

    def __init__(self, *, flow: bool = True) -> None:
        self.flow, self.asked = flow, []

    def levels(self, share: Tensor) -> tuple[Tensor, Tensor]:
        return (1 - share, share) if self.flow else ((1 - share**2).sqrt(), share)

    def look(
        self,
        on_paper: Tensor,
        picture: Tensor,
        paper: Tensor,
        share: Tensor,
        *,
        guidance: float,
        generator: torch.Generator,
    ) -> tuple[Tensor, Tensor]:
        self.asked.append(share)
        keep, noise = (one.view(-1, 1, 1, 1) for one in self.levels(share))
        noisy = keep * on_paper + noise * torch.randn(
            len(share), *on_paper.shape[1:], generator=generator
        )
        gain = keep * SPREAD**2 / (keep**2 * SPREAD**2 + noise**2)
        return on_paper, (MEAN + gain * (noisy - keep * MEAN)).detach()


def set_up(config: DistillConfig, guide: Any, prompt: str = "word 0") -> DistillLoss:
    loss = DistillLoss(config)
    device = torch.device("cpu")
    loss.setup(RunContext(parse_prompts(prompt), 0, device, guide=lambda: guide))
    return loss


@pytest.mark.parametrize("weighting", ["even", "noise", "flow"])
def test_a_gaussian_pulls_a_picture_to_its_mean(weighting: Any) -> None:
    config = DistillConfig(weight=1, weighting=weighting, looks=8, order="random")
    loss = set_up(config, Gaussian(flow=weighting != "noise"))
    picture = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    far = (picture - MEAN).abs().mean()
    size = picture.numel()
    for step in range(300):
        picture.requires_grad_()
        dice = torch.Generator().manual_seed(step)
        value = loss(replace(view_at(picture), generator=dice))
        (gradient,) = torch.autograd.grad(value, picture)
        picture = picture.detach() - 0.05 * size * gradient
    assert (picture - MEAN).abs().mean() < 0.1 * far
    assert abs(float(picture.mean()) - MEAN) < 0.02


def view_at(picture: Tensor) -> StepContext:
    small = view_of(torch.zeros(1, 3, 32, 32))
    return replace(small, picture=picture, on_paper=picture)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_gradient_is_that_of_the_papers(share: float) -> None:
    """w (n' - n) of DreamFusion and v' - (n - x) of a flow, from the formulas of their models."""
    dice = torch.Generator().manual_seed(2)
    x = torch.randn(1, 5, generator=dice, dtype=torch.float64).requires_grad_()
    noise = torch.randn(1, 5, generator=dice, dtype=torch.float64)
    s = torch.tensor([share], dtype=torch.float64)
    for weighting, a in (("noise", (1 - s**2).sqrt()), ("flow", 1 - s)):
        noisy = (a * x + s * noise).detach()
        told = torch.tanh(3 * noisy + 0.2)  # what a model says: noise, or a velocity
        if weighting == "noise":
            clean = (noisy - s * told) / a
            paper = s**2 * (told - noise)
        else:
            clean = noisy - s * told
            paper = told - (noise - x.detach())
        value = pulled(x, clean, noise_weight(weighting, a, s))
        (gradient,) = torch.autograd.grad(value, x)
        torch.testing.assert_close(gradient * 5 / 2, paper)  # of a mean, and of a square


def test_noise_falls_and_looks_may_be_rare() -> None:
    guide = Gaussian()
    loss = set_up(DistillConfig(weight=1, noise=(0.2, 0.8), every=3), guide)
    view = view_at(torch.rand(1, 3, 8, 8).requires_grad_())
    values = [float(loss(replace(view, step=k + 1, progress=k / 6)).detach()) for k in range(6)]
    assert [value > 0 for value in values] == [True, False, False, True, False, False]
    assert [shares[0].item() for shares in guide.asked] == pytest.approx([0.8, 0.5])
    random = set_up(DistillConfig(weight=1, noise=(0.2, 0.8), order="random", looks=64), guide)
    random(view)
    shares = guide.asked[-1]
    assert 0.2 <= float(shares.min()) < 0.3 < 0.7 < float(shares.max()) <= 0.8


def test_the_most_noise_falls_where_it_is_annealed() -> None:
    dice = torch.rand(2000, generator=torch.Generator().manual_seed(1))
    for progress, most in ((0.0, 0.8), (0.5, 0.5), (1.0, 0.2)):
        found = shares("annealed", (0.2, 0.8), progress, dice, Gaussian().levels)
        assert float(found.min()) == pytest.approx(0.2, abs=1e-3)
        assert float(found.max()) == pytest.approx(most, abs=1e-3)


def test_dreamtime_spends_its_steps_as_its_paper_says() -> None:
    """Noise never rises, and the steps between two amounts are as the weight between them."""
    levels, noise = Gaussian(flow=False).levels, (0.02, 0.98)
    one = torch.zeros(1)
    found = torch.cat([shares("dreamtime", noise, k / 499, one, levels) for k in range(500)])
    assert bool((found.diff() <= 0).all())
    assert found[0] == pytest.approx(0.98)
    t = torch.linspace(*noise, 20001, dtype=torch.float64)
    bell = torch.where(t > 0.8, torch.exp(-((t - 0.8) ** 2) / 0.18), 1.0)
    bell = torch.where(t < 0.5, torch.exp(-((t - 0.5) ** 2) / 0.02), bell)
    weight = bell * t / (1 - t**2).sqrt()  # the root of (1 - alpha) / alpha
    for low, high in ((0.3, 0.5), (0.5, 0.8), (0.8, 0.98)):
        wanted = float(weight[(t >= low) & (t < high)].sum() / weight.sum())
        share = float(((found >= low) & (found < high)).float().mean())
        assert share == pytest.approx(wanted, abs=0.01)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"noise": (0.9, 0.2)}, r"noise is \[0.9, 0.2\]; allowed: the first one lower"),
        ({"noise": (0.0, 0.2)}, "noise"),
        ({"order": "up"}, "order is 'up'; allowed: random, falling, annealed, dreamtime"),
        ({"kind": "csd"}, "kind is 'csd'; allowed: sds, vsd"),
        ({"kind": "vsd"}, "kind vsd is for a model in a folder: set model too"),
        ({"vsd_rank": 0}, "vsd_rank is 0"),
        ({"vsd_rate": -1.0}, "vsd_rate is -1"),
        ({"weighting": "all"}, "weighting is 'all'; allowed: even, noise, flow"),
        ({"control_kind": "pose", "model": "m"}, "control_kind is 'pose'; allowed: canny, depth, "),
        ({"control_scale": -0.5}, "control_scale is -0.5"),
        ({"control": "folder"}, "control is for a model in a folder: set model too"),
        ({"vae": "folder"}, "vae is for a model in a folder: set model too"),
        ({"precision": "fp16"}, "precision is 'fp16'; allowed: fp32, bf16"),
        ({"guidance": -1.0}, "guidance is -1"),
        ({"distilled_guidance": -1.0}, "distilled_guidance is -1"),
        ({"looks": 0}, "looks is 0"),
    ],
)
def test_what_it_refuses(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=f"losses.distill.{said}"):
        DistillConfig(**given)


def test_a_model_in_a_folder_is_opened_as_it_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def opened(*given: Any, **options: Any) -> Gaussian:
        seen.append((*given, options))
        return Gaussian()

    monkeypatch.setattr("drawkit.diffusion.guide.open_guide", opened)
    none = {"control": None, "variational": None}
    how = {"vae": "tiny", "loras": ("a",), "side": 64, "precision": "bf16"}
    config = DistillConfig(
        weight=1, model="folder", negative="word 2", distilled_guidance=2.0, **how
    )
    set_up(config, None, "a cat | a dog:-1")
    assert seen == [
        ("folder", ["a cat"], ["a dog", "word 2"], {**how, "distilled": 2.0, **none}),
    ]
    learning = DistillConfig(weight=1, model="folder", kind="vsd", vsd_rank=2, vsd_rate=0.1)
    set_up(learning, None)
    assert seen[-1][-1]["variational"] == Variational(rank=2, rate=0.1, seed=0)


def test_a_controlnet_is_shown_the_picture_that_the_drawing_begins_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Opened(FakePerceptor):
        def __init__(self, model: str, **_: object) -> None:
            super().__init__()

    seen: list[Any] = []

    def opened(*_: Any, **options: Any) -> Gaussian:
        seen.append(options["control"])
        return Gaussian()

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Opened)
    monkeypatch.setattr("drawkit.diffusion.guide.open_guide", opened)
    picture, path = tmp_path / "p.png", tmp_path / "p.svg"
    Image.new("RGBA", (20, 10), (255, 0, 0, 128)).save(picture)
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">'
        '<path d="M0 0H20V10H0z" fill="#f00" fill-opacity=".5"/></svg>'
    )
    how = {"weight": 1, "model": "m", "control": "c", "control_kind": "depth", "control_scale": 0.5}
    settings = {f"losses.distill.{name}": value for name, value in how.items()}

    def drawn(**options: Any) -> Tensor:
        draw("a dog", settings=settings, steps=1, cutouts=2, **options)
        assert (seen[-1].folder, seen[-1].kind, seen[-1].scale) == ("c", "depth", 0.5)
        picture: Tensor = seen[-1].picture(512)
        return picture

    for shown in (
        drawn(init=picture, size=32, strokes=4),
        drawn(init=path, size=32),
        drawn(init=picture, size=16, canvas="pixels"),  # finer than its cells
    ):
        assert shown.shape == (1, 4, 512, 512)
        middle = shown[0, :, 256, 256]
        torch.testing.assert_close(middle, torch.tensor([0.5, 0, 0, 0.5]), atol=0.01, rtol=0)
        assert not shown[0, :, :100].any()  # as wide as fits
    with pytest.raises(ConfigError, match=r"distill.control needs a picture to keep to; name one"):
        draw("a dog", settings=settings, strokes=4, size=32, steps=1)


def test_what_it_cannot_be_without() -> None:
    with pytest.raises(ConfigError, match="needs a perceptor that imagines"):
        set_up(DistillConfig(weight=1), None)
    with pytest.raises(ConfigError, match="is for prompts about the whole drawing"):
        set_up(DistillConfig(weight=1), Gaussian(), "a dog@[0,0,0.5,1]")


@pytest.mark.slow
def test_the_built_in_model_pulls_a_drawing_without_a_thumbnail() -> None:
    losses: list[float] = []
    settings = {"losses.distill.weight": 100.0, "losses.distill.looks": 1}
    drawing = draw(
        *("a red apple",),
        canvas="pixels",
        size=16,
        steps=30,
        cutouts=2,
        imagine=0,
        settings=settings,
        on_step=lambda step: losses.append(step.losses["distill"]),
    )
    assert min(losses[-3:]) < 0.5 * losses[0]
    assert drawing.scene.grid is not None
    middle = drawing.scene.grid.rgba()[6:12, 5:11, :3].astype(int)
    assert (middle[..., 0] - middle[..., 2]).mean() > 80  # red


def test_who_has_no_imagination_is_told() -> None:
    with pytest.MonkeyPatch.context() as patch:

        class Opened(FakePerceptor):
            def __init__(self, model: str, **_: object) -> None:
                super().__init__()

        patch.setattr("drawkit.engine.session.open_perceptor", Opened)
        with pytest.raises(ConfigError, match=r"losses.distill needs a perceptor that imagines"):
            draw("a dog", settings={"losses.distill.weight": 1}, strokes=4, size=32, steps=1)
