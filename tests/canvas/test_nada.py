"""A generator that is trained by words: what moves, what rests, and what is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from free_pixels import image_canvas
from stylegan_samples import save_tiny_stylegan, tiny_stylegan3

from drawkit.canvas import canvases
from drawkit.errors import ConfigError
from drawkit.generators.stylegan3 import Stylegan3
from drawkit.losses import losses
from drawkit.perceptor.defaults import defaults_for


@pytest.fixture
def made(tmp_path: Path) -> Any:
    weights = str(save_tiny_stylegan(tmp_path / "tiny.safetensors"))

    def make(**settings: Any) -> Any:
        return image_canvas("nada", (16, 16), weights=weights, **settings)

    return make


def test_layers_are_trained_and_nothing_else(made: Any) -> None:
    canvas = made()
    names = {name.replace("/", ".") for name, _ in canvas.named_parameters()}
    parts = ("weight", "bias", "noise_strength")
    blocks = ("b4.conv1", "b8.conv0", "b8.conv1", "b16.conv0", "b16.conv1")
    wanted = {f"synthesis.{block}.{part}" for block in blocks for part in parts}
    assert names == wanted | {"synthesis.b4.const"}
    (group,) = canvas.param_groups(0.4)
    for slope in torch.autograd.grad(canvas()[:, :3].square().sum(), group.params):
        assert slope.isfinite().all()
        assert slope.abs().sum() > 0
    other = made()
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.mul_(0.5)
        assert not torch.allclose(other(), canvas())
        other.load_state_dict(canvas.state_dict())
        assert torch.equal(other(), canvas())
    assert canvas.to("meta")().is_meta


def test_what_is_shown_stays_while_steps_draw_others(made: Any) -> None:
    canvas = made(batch=3)
    with torch.no_grad():
        shown = canvas()
    pictures = torch.cat([canvas()[:, :3], canvas.others()]).detach()
    assert torch.allclose(pictures, canvas.originals(), atol=1e-4), "it has learned nothing yet"
    assert pictures.shape == (3, 3, 16, 16)
    assert not torch.allclose(pictures[0], pictures[1])
    canvas.advance_(0.1, torch.Generator().manual_seed(1))
    assert not torch.allclose(canvas.originals()[0], pictures[0])
    with torch.no_grad():
        assert torch.equal(canvas(), shown)
        for parameter in canvas.parameters():
            parameter.add_(0.3)
    assert not torch.allclose(canvas.originals(), canvas.others()[:1])


def test_the_layers_that_words_would_change_most_are_trained(made: Any) -> None:
    canvas = made(layers=2)
    loss = canvas()[:, :3].square().mean()
    (slope,) = torch.autograd.grad(loss, [canvas._codes_now], retain_graph=True)
    able = slope[0].abs().mean(1)[:-1]  # the last code is of colours alone
    chosen = set(able.topk(2).indices.tolist())
    canvas.focus_(loss)
    own = dict(canvas.named_parameters())
    layers = [
        [name for name in own if f"/{block}/" in name or (block == "b4/conv1" and "const" in name)]
        for block in ("b4/conv1", "b8/conv0", "b8/conv1", "b16/conv0", "b16/conv1")
    ]
    slopes = dict(zip(own, torch.autograd.grad(loss, list(own.values())), strict=True))
    before = {name: tensor.detach().clone() for name, tensor in own.items()}
    with torch.no_grad():
        for parameter in own.values():
            parameter.add_(0.1)  # as momentum would
    canvas.project_()
    for at, names in enumerate(layers):
        for name in names:
            assert bool(slopes[name].any()) == (at in chosen)
            assert torch.equal(own[name], before[name]) == (at not in chosen)


def test_it_shows_a_start_picture(made: Any) -> None:
    canvas, goal = made(), made(truncation=2.0)
    with torch.no_grad():
        before, wanted = canvas(), goal()
    shown = canvas.start_from_(wanted, torch.Generator())
    assert (shown - wanted).square().mean() < 0.5 * (before - wanted).square().mean()


def test_stylegan3_is_trained_likewise() -> None:
    names = Stylegan3(tiny_stylegan3()).learnable()
    assert len(names) == 16
    assert names[0] == ["synthesis.input.weight"]
    assert names[1] == ["synthesis.L0_36_6.weight", "synthesis.L0_36_6.bias"]
    assert names[-1] == []


@pytest.mark.parametrize("model", ["builtin", "ViT-B-32:openai"])
def test_the_direction_alone_counts(model: str) -> None:
    defaults = defaults_for(model, "nada")
    weights = {name: losses.get(name).config().weight for name in losses.names()}
    weights |= {
        section.partition(".")[2]: keys["weight"]
        for section, keys in defaults.items()
        if section.startswith("losses.") and "weight" in keys
    }
    assert {name for name, weight in weights.items() if weight} == {"domain"}
    assert defaults["perceptor"]["imagine"] == 0


def test_weights_and_classes_must_be_there(made: Any) -> None:
    assert "nada" in canvases.names()
    with pytest.raises(ConfigError, match=r"nada\.label is 3; allowed: 0 to 0"):
        made(label=3)
