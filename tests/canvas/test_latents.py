"""Canvases whose pixels a network makes, with small random networks."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from free_pixels import image_canvas
from latent_samples import save_tiny_biggan, save_tiny_dvae, save_tiny_vqgan
from stylegan_samples import save_tiny_stylegan

from drawkit.canvas import canvases
from drawkit.canvas.image import LATENT_CANVASES
from drawkit.canvas.image.biggan import strongest
from drawkit.canvas.image.latents import clamped
from drawkit.errors import ConfigError
from drawkit.losses import losses
from drawkit.scene import RasterLayer

SAVED = {
    "vqgan": save_tiny_vqgan,
    "dvae": save_tiny_dvae,
    "biggan": save_tiny_biggan,
    "stylegan": save_tiny_stylegan,
}


@pytest.fixture(params=SAVED)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Makes a canvas of each kind."""
    weights = str(SAVED[request.param](tmp_path / "tiny.safetensors"))

    def make(size: tuple[int, int] = (18, 21), **settings: Any) -> Any:
        return image_canvas(request.param, size, weights=weights, **settings)

    return make


def test_any_size_is_an_opaque_picture(made: Any) -> None:
    for size in ((16, 16), (18, 21), (40, 17)):
        canvas = made(size)
        picture = canvas().detach()
        assert picture.shape == (1, 4, size[1], size[0])
        assert (picture[:, 3] == 1).all()
        assert 0 <= picture.min() <= picture.max() <= 1
        assert picture[:, :3].std() > 0.02
        (layer,) = canvas.to_scene().layers
        assert isinstance(layer, RasterLayer)
        assert layer.pixels.shape == (size[1], size[0], 4)


def test_seeds_decide(made: Any) -> None:
    before = torch.random.get_rng_state()
    one, same = made(), made()
    assert torch.equal(one(), same())
    assert torch.equal(torch.random.get_rng_state(), before)


def test_the_latents_alone_are_learned_and_kept(made: Any) -> None:
    canvas = made()
    grouped = [p for group in canvas.param_groups(0.3) for p in group.params]
    assert {id(p) for p in grouped} == {id(p) for p in canvas.parameters()}
    assert {*canvas.state_dict()} >= {name for name, _ in canvas.named_parameters()}
    for slope in torch.autograd.grad(canvas()[:, :3].square().sum(), grouped):
        assert slope.isfinite().all()
        assert slope.abs().sum() > 0
    other = made()
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.mul_(0.5)
    other.load_state_dict(canvas.state_dict())
    assert torch.equal(other(), canvas())


def test_it_goes_to_its_device_as_a_whole(made: Any) -> None:
    assert made().to("meta")().is_meta


def test_wild_latents_come_back(made: Any) -> None:
    canvas = made()
    with torch.no_grad():
        for parameter in canvas.parameters():
            parameter.mul_(1e4)
    canvas.project_()
    once = [p.detach().clone() for p in canvas.parameters()]
    assert canvas().isfinite().all()
    canvas.project_()
    assert all(torch.equal(p, q) for p, q in zip(canvas.parameters(), once, strict=True))


def test_steps_bring_it_nearer_to_a_picture(made: Any) -> None:
    goal = made()().detach()[:, :3]
    other = made()
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.copy_(parameter.roll(1, -1))
    other.project_()
    groups = other.param_groups(0.5)
    adam = torch.optim.Adam([{"params": list(g.params), "lr": g.lr} for g in groups])
    errors = []
    for _ in range(40):
        error = (other()[:, :3] - goal).square().mean()
        adam.zero_grad()
        error.backward()
        adam.step()
        other.project_()
        errors.append(float(error.detach()))
    assert min(errors) < 0.7 * errors[0]


def test_a_vqgan_starts_from_a_picture_by_its_encoder(tmp_path: Path) -> None:
    weights = save_tiny_vqgan(tmp_path / "tiny.safetensors")
    canvas = image_canvas("vqgan", (18, 21), weights=str(weights))
    picture = torch.rand(1, 4, 21, 18, generator=torch.Generator().manual_seed(1))
    picture[:, :3] *= picture[:, 3:]
    shown = canvas.start_from_(picture, torch.Generator())
    assert torch.equal(shown, canvas().detach())
    white = picture[:, :3] + 1 - picture[:, 3:]
    whole = torch.nn.functional.pad(white, (0, 2, 0, 3), mode="replicate")
    found = canvas.net.encode(2 * whole - 1)
    found = torch.maximum(torch.minimum(found, canvas.most), canvas.least)
    assert torch.allclose(canvas.latents, found, atol=1e-5)


def test_without_an_encoder_it_learns_the_picture(tmp_path: Path) -> None:
    weights = str(save_tiny_vqgan(tmp_path / "tiny.safetensors", encoder=False))
    canvas = image_canvas("vqgan", (16, 16), weights=weights)
    goal = image_canvas("vqgan", (16, 16), weights=weights)
    with torch.no_grad():
        goal.latents.copy_(goal.latents.roll(1, -1))
    picture = goal().detach()
    before = (canvas() - picture).square().mean()
    canvas.start_from_(picture, torch.Generator())
    assert (canvas() - picture).square().mean() < 0.7 * before


@pytest.mark.parametrize("name", LATENT_CANVASES)
def test_weights_must_be_given(name: str) -> None:
    assert set(LATENT_CANVASES) <= set(canvases.names())
    with pytest.raises(ConfigError, match=f"--canvas {name} needs --weights: .*published"):
        image_canvas(name)


def test_clamping_lets_gradients_lead_back_alone() -> None:
    given = torch.tensor([-0.5, 0.5, 1.5, -0.5, 1.5], requires_grad=True)
    picture = clamped(given)
    assert picture.tolist() == [0, 0.5, 1, 0, 1]
    slopes = torch.tensor([1.0, 1, 1, -1, -1])
    (found,) = torch.autograd.grad(picture, [given], slopes)
    # A step against the gradient: outside, only those that it brings back count.
    assert found.tolist() == [0, 1, 1, -1, 0]


def test_a_mean_over_steps_is_shown_and_the_newest_learns(made: Any) -> None:
    canvas, plain = made(ema=0.9), made(ema=0.0)
    own = list(canvas.parameters())
    begun = [p.detach().clone() for p in own]
    history = []
    for step in range(3):
        with torch.no_grad():
            for parameter, start in zip(own, begun, strict=True):
                parameter.copy_(start + 0.05 * (step + 1) * start.roll(1, -1))
        canvas.advance_(0.0, torch.Generator())
        history.append([p.detach().clone() for p in own])
    # Each weighs 0.9 times as much as the one after it; where the run began has no part in it.
    shares = torch.tensor([0.81, 0.9, 1.0]) / 2.71
    with torch.no_grad():
        for at, parameter in enumerate(plain.parameters()):
            parameter.copy_(sum(s * one[at] for s, one in zip(shares, history, strict=True)))
        assert torch.allclose(canvas(), plain(), atol=1e-4)
        other = made(ema=0.9)
        other.load_state_dict(canvas.state_dict())
        assert torch.equal(other(), canvas())
    for parameter, newest in zip(plain.parameters(), own, strict=True):
        parameter.data.copy_(newest)
    assert torch.allclose(canvas().detach(), plain().detach(), atol=1e-5)
    assert torch.equal(own[0], history[-1][0])


def test_a_stylegan_starts_at_its_mean_or_by_chance(tmp_path: Path) -> None:
    weights = str(save_tiny_stylegan(tmp_path / "tiny.safetensors"))
    canvas = image_canvas("stylegan", (16, 16), weights=weights)
    assert torch.equal(canvas.codes, canvas.net["mapping.w_avg"].expand(6, -1))
    drawn = image_canvas("stylegan", (16, 16), weights=weights, truncation=0.7)
    assert (drawn.codes - canvas.codes).std() > 0.01
    rates = [canvas.param_groups(at)[0].lr for at in (0.0, 0.025, 0.05, 0.5, 0.75, 0.875, 1.0)]
    assert rates == pytest.approx([0.002, 0.05, 0.1, 0.1, 0.1, 0.05, 0.002])
    canvas.codes.data += 0.5
    assert float(canvas.moved().detach().square().sum()) == pytest.approx(
        0.25 * canvas.codes.numel(), rel=1e-4
    )
    plain = image_canvas("stylegan", (16, 16), weights=weights, grain=0.0)
    assert not torch.allclose(plain(), image_canvas("stylegan", (16, 16), weights=weights)())


def test_classes_of_a_biggan_are_few_where_so_many_are_wanted(tmp_path: Path) -> None:
    weights = str(save_tiny_biggan(tmp_path / "tiny.safetensors"))
    canvas = image_canvas("biggan", (16, 16), weights=weights)
    shares = canvas.shares()
    assert torch.allclose(shares, canvas.classes.sigmoid())
    assert 0.01 < shares.mean() < 0.04
    few = image_canvas("biggan", (16, 16), weights=weights, max_classes=2)
    order, row = few.classes[0].argsort(descending=True), (few.classes[0] / 2).exp()
    first, second = few.shares()[0][order[:2]]
    most, next_, *_ = row.sort(descending=True).values
    assert torch.isclose(first, most / row.sum())
    assert torch.isclose(second, next_ / (row.sum() - most))
    assert (few.shares() > 0).sum(1).tolist() == [2, 2, 2]
    assert (strongest(few.classes, 99) > 0).all()


def test_losses_of_a_network_know_its_canvas(tmp_path: Path) -> None:
    canvas = image_canvas("biggan", weights=str(save_tiny_biggan(tmp_path / "tiny.safetensors")))
    assert canvas.noise().shape == (3, 6)
    for name in ("latent_noise", "latent_classes", "latent_origin"):
        assert all(hasattr(canvas, need) for need in losses.get(name).cls.needs)


def test_latents_can_be_kept_small_and_near_to_where_they_began(made: Any) -> None:
    canvas = made()
    own = list(canvas.parameters())
    assert torch.equal(canvas.values(), torch.cat([p.flatten() for p in own]))
    assert not canvas.moved().any()
    context: Any = SimpleNamespace(ask=lambda name: getattr(canvas, name)())
    with torch.no_grad():
        for parameter in own:
            parameter.add_(0.25)
    for name in ("latent_size", "latent_origin"):
        plugin = losses.get(name)
        slopes = torch.autograd.grad(plugin.cls(plugin.config())(context), own)
        for slope, parameter in zip(slopes, own, strict=True):
            towards = parameter if name == "latent_size" else torch.full_like(slope, 0.5)
            assert torch.allclose(slope, towards, atol=1e-5)
