"""`draw.target generate`: tiny models of every kind sample the picture that a drawing follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from fakes import FakePerceptor
from gaussian_model import gaussian_model
from PIL import Image
from tiny_unet import save_tiny_unet
from torch import Tensor

from drawkit import Session, draw, dream, resume
from drawkit.errors import BackendError, ConfigError, InputError

SMALL: dict[str, Any] = {"canvas": "pixels", "size": 8, "steps": 1, "cutouts": 2}
FEW: dict[str, Any] = {
    "target.generate.steps": 3,
    "target.generate.side": 16,
    "target.generate.views": 2,
    "losses.target.weight": 1.0,
}


@pytest.fixture(autouse=True)
def _fake_perceptor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> list[Tensor]:
    """Pictures that runs were given to follow; all of them fill the sheet."""
    from drawkit.engine import target

    seen: list[Tensor] = []
    before = target.start_from

    def spy(picture: Tensor, *given: Any, **more: Any) -> Any:
        seen.append(picture)
        assert more["own"]
        return before(picture, *given, **more)

    monkeypatch.setattr(target, "start_from", spy)
    return seen


@pytest.fixture(scope="module")
def unet(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tiny_unet(tmp_path_factory.mktemp("weights") / "tiny.safetensors"))


@pytest.fixture(scope="module")
def session() -> Session:
    return Session()


@pytest.fixture
def generated(session: Session) -> Callable[..., Any]:
    """Draw after what a model samples, with the models that are open already."""

    def drawn(words: Any, weights: str, settings: Any = None, **more: Any) -> Any:
        own = {**FEW, **({} if settings is None else settings)}
        how = {**SMALL, "session": session, **more}
        return draw(words, target="generate", target_weights=weights, settings=own, **how)

    return drawn


Drawn = Callable[..., Any]


def test_perceptors_lead_a_model_without_words(
    unet: str, followed: list[Tensor], generated: Drawn
) -> None:
    drawing = generated("a cat", unet)
    again = generated("a cat", unet)
    assert np.array_equal(again.scene.grid.rgba(), drawing.scene.grid.rgba())
    generated("a boat", unet)
    generated("a cat", unet, seed=1)
    generated("a cat | a boat:-0.5", unet, size="12x8")
    first, same, other, seed, wide = followed
    assert first.shape == (1, 4, 16, 16)
    assert wide.shape == (1, 4, 16, 24)
    assert bool((first[:, 3] == 1).all())
    assert torch.equal(first, same)
    assert not torch.equal(first, other)
    assert not torch.equal(first, seed)
    facts = drawing.scene.metadata
    assert facts.config["draw"]["target"] == "generate"
    assert facts.config["target.generate"]["weights"] == "tiny.safetensors"
    assert facts.config["target.generate"]["steps"] == 3
    assert len(facts.inputs["tiny.safetensors"]) == 64
    assert facts.after == ()


def fit(picture: Tensor, words: str) -> float:
    seen = FakePerceptor()
    small = torch.nn.functional.interpolate(picture[:, :3], size=(32, 32))
    return float((seen.encode_image(small) @ seen.encode_text([words]).T).sum())


def test_what_is_sampled_is_what_the_words_say(
    followed: list[Tensor], generated: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "drawkit.diffusion.denoisers.open_denoiser", lambda *a, **k: gaussian_model()
    )
    for settings in ({"clip_guidance": 0.0}, {}, {"clamp": 0.5}):
        more = {f"target.generate.{key}": value for key, value in settings.items()}
        generated("a cat", "gaussian.pt", {**more, "target.generate.steps": 20})
    generated("a cat:-1 | a boat:0.01", "gaussian.pt", {"target.generate.steps": 20})
    free, led, more, away = (fit(picture, "a cat") for picture in followed)
    assert (free + 0.01 < led < more - 0.02, away < free) == (True, True), (free, led, more, away)


def test_settings_of_the_sampling_change_it(
    unet: str, followed: list[Tensor], generated: Drawn
) -> None:
    generated("a cat", unet)
    for key, value in {
        "eta": 0.0,
        "smoothness": 500.0,
        "saturation": 500.0,
        "range": 5000.0,
        "clamp": 0.01,
        "recipe": "clipdraw",
        "batches": 2,
        "heads": 2,
        "side": 24,
    }.items():
        generated("a cat", unet, {f"target.generate.{key}": value})
        assert not torch.equal(followed[-1], followed[0]), key
    generated("a cat", unet, {"cutouts.disco.turn": 1.0, "cutouts.disco.overview": (0.5, 0.0)})
    assert not torch.equal(followed[-1], followed[0])


def test_a_start_picture_is_changed(
    unet: str, followed: list[Tensor], tmp_path: Path, generated: Drawn
) -> None:
    photo = tmp_path / "photo.png"
    Image.new("RGB", (40, 40), "teal").save(photo)
    with pytest.raises(ConfigError, match=r"say how much of it stays, below 1"):
        generated("a cat", unet, init=photo)
    for keep in (0.9, 0.2):
        generated("a cat", unet, {"target.generate.steps": 10}, init=photo, keep=keep)
    teal = torch.tensor([0, 128, 128]).view(1, 3, 1, 1) / 255
    near, far = (float((one[:, :3] - teal).abs().mean()) for one in followed)
    assert near < far


def test_strokes_and_dreams_follow_it_too(
    unet: str, followed: list[Tensor], session: Session, tmp_path: Path
) -> None:
    """And a drawing goes on without the model that it was drawn after."""
    given: Any = {"target": "generate", "target_weights": unet, "cutouts": 2, "steps": 1}
    given |= {"settings": FEW, "session": session}
    drawn = draw("a cat", strokes=4, size=24, **given)
    assert len(list(drawn.scene.paths())) == 4
    dream("a cat", size=24, **given)
    assert torch.equal(followed[0], followed[1])
    drawn.save(tmp_path / "a.svg")
    assert "tiny.safetensors" in (tmp_path / "a.svg").read_text()
    again = resume(tmp_path / "a.svg", steps=1, cutouts=2, session=session)
    assert "target.generate" not in again.scene.metadata.config


def test_other_words_at_other_times(
    unet: str, followed: list[Tensor], generated: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from drawkit.engine import target

    styled: list[Tensor] = []
    before = target.styled

    def spy(picture: Tensor, *given: Any) -> Tensor:
        styled.append(picture)
        return before(picture, *given)

    monkeypatch.setattr(target, "styled", spy)
    generated("a cat@0-50% | a boat@50-100%", unet, steps=2)
    assert len({float(one.sum()) for one in styled}) == 2
    with pytest.raises(ConfigError, match=r"not about a place"):
        generated("a cat@[0,0,.5,1]", unet)


def test_nobody_looks_at_it(unet: str, followed: list[Tensor], generated: Drawn) -> None:
    with pytest.raises(ConfigError, match=r"reads no words: it needs a perceptor"):
        generated("a cat", unet, model="none")
    generated((), unet, model="none")
    assert followed[0].std() > 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"target": "generate"}, "target generate needs target.generate.weights"),
        ({"target": "imagin"}, "takes imagine or generate, got 'imagin'"),
        ({"target_weights": "a.pt"}, "target_weights needs draw.target generate"),
        ({"settings": {"target.generate.steps": 0}}, "target.generate.steps is 0; allowed: 1 to"),
        ({"settings": {"target.generate.recipe": "x"}}, "unknown cutout recipe 'x'"),
        ({"settings": {"target.generate.eta": 1.5}}, "target.generate.eta is 1.5"),
        ({"settings": {"target.generate.steps": 9}}, "target.generate.steps needs draw.target"),
        ({"target": "generate", "target_weights": "no.pt"}, "no.pt"),
    ],
)
def test_what_it_refuses(given: dict[str, Any], said: str) -> None:
    with pytest.raises((ConfigError, InputError), match=said):
        draw("a cat", **SMALL, **given)


def test_a_session_opens_it_once(
    unet: str, generated: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from drawkit.diffusion import denoisers

    calls: list[str] = []
    before = denoisers.load_guided_unet

    def spy(given: str, heads: int) -> Any:
        calls.append(given)
        return before(given, heads)

    monkeypatch.setattr(denoisers, "load_guided_unet", spy)
    own = Session()
    for seed in (0, 1):
        generated("a cat", unet, seed=seed, session=own)
    assert calls == [unet]


def made(kind: str, folder: Path) -> str:
    import tiny_diffusion

    make: Callable[..., Path] = getattr(tiny_diffusion, kind)
    return str(make(folder))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sd", "sdxl", "sd3", "flux", "sana"])
def test_a_model_of_words_samples(
    kind: str, tmp_path: Path, followed: list[Tensor], generated: Drawn
) -> None:
    pytest.importorskip("diffusers")
    folder = made(kind, tmp_path / "model")
    settings: dict[str, Any] = {"target.generate.side": 16, "target.generate.guidance": 3.0}
    if kind == "sana":
        with pytest.raises(InputError, match=r"a SanaPipeline does not sample this: .*divisible"):
            generated("a cat", folder, settings)
        settings["target.generate.side"] = 32
    if kind == "sd":
        settings["target.generate.side"] = 0
    drawing = generated("a cat", folder, settings)
    generated("a cat", folder, settings, model="none", steps=1)
    generated("a boat", folder, {**settings, "target.generate.negative": "a dog"}, size="16x8")
    first, alone, wide = followed
    side = 32 if kind == "sana" else 16
    assert first.shape == (1, 4, side, side)
    assert wide.shape[-1] > wide.shape[-2]
    assert torch.equal(first, alone)
    assert drawing.scene.metadata.config["target.generate"]["weights"] == "model"
    assert str(tmp_path) not in str(drawing.scene.metadata)
    photo = tmp_path / "photo.png"
    Image.new("RGB", (40, 40), "teal").save(photo)
    if kind == "sana":
        with pytest.raises(InputError, match="a SanaPipeline cannot begin with a picture"):
            generated("a cat", folder, settings, init=photo, keep=0.5)
        return
    generated("a cat", folder, settings, init=photo, keep=0.5)
    assert followed[-1].shape == first.shape
    assert not torch.equal(followed[-1], first)
    if kind != "sd":
        return
    _is_the_pipelines(folder, first)
    generated("a cat | a dog:-1", folder, settings)
    generated("a cat", folder, {**settings, "target.generate.negative": "a dog"})
    generated("a cat", folder, settings, init=photo, keep=0.1)
    near, away, same, far = followed[-4:]
    assert torch.equal(away, same)
    assert not torch.equal(first, away)
    assert not torch.equal(near, far)
    generated("a cat", folder, {**settings, "target.generate.precision": "bf16"})
    assert 0 < float((followed[-1] - first).abs().mean()) < 0.1
    with pytest.raises(InputError, match=r"the LoRA file 'no.safetensors' does not exist"):
        generated("a cat", folder, {**settings, "target.generate.loras": ["no.safetensors"]})
    with pytest.raises(ConfigError, match="reads no pictures"):
        generated(f"@{photo}", folder, settings)


def _is_the_pipelines(folder: str, found: Tensor) -> None:
    """What diffusers' own pipeline makes of the same numbers."""
    from diffusers import DiffusionPipeline

    from drawkit.engine.loop import mix_seed

    pipe = DiffusionPipeline.from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    wanted = pipe(
        "a cat",
        num_inference_steps=3,
        guidance_scale=3.0,
        generator=torch.Generator().manual_seed(mix_seed(0, -2)),
        output_type="np",
        width=16,
        height=16,
    ).images[0]
    assert np.allclose(found[0, :3].permute(1, 2, 0).numpy(), wanted, atol=1e-5)


@pytest.mark.slow
def test_a_folder_of_a_model_without_words(
    tmp_path: Path, followed: list[Tensor], generated: Drawn
) -> None:
    """Without a guide it is what the DDIM of diffusers makes of the same noise."""
    diffusers = pytest.importorskip("diffusers")
    torch.manual_seed(0)
    net = diffusers.UNet2DModel(
        sample_size=16,
        block_out_channels=(8, 8),
        norm_num_groups=4,
        layers_per_block=1,
        down_block_types=("DownBlock2D",) * 2,
        up_block_types=("UpBlock2D",) * 2,
    )
    schedule = diffusers.DDIMScheduler(
        num_train_timesteps=16,
        beta_end=0.3,
        timestep_spacing="linspace",
        clip_sample=False,
        prediction_type="v_prediction",
    )
    diffusers.DDIMPipeline(net, schedule).save_pretrained(tmp_path / "ddim")
    net.save_pretrained(tmp_path / "net")
    settings = {"target.generate.side": 0, "target.generate.steps": 16, "target.generate.eta": 0.0}
    generated((), str(tmp_path / "ddim"), settings, model="none")
    generated("a cat", str(tmp_path / "net"), {"target.generate.side": 0})
    assert followed[0].shape == followed[1].shape == (1, 4, 16, 16)
    from drawkit.engine.loop import mix_seed

    x = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(mix_seed(0, -2)))
    schedule.set_timesteps(16)
    with torch.no_grad():
        for time in schedule.timesteps:
            x = schedule.step(net(x, time).sample, time, x).prev_sample
    assert torch.allclose(followed[0][:, :3], ((x + 1) / 2).clamp(0, 1), atol=1e-4)


@pytest.mark.slow
def test_a_filter_that_blanks_the_picture_is_told(
    tmp_path: Path, generated: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    diffusers = pytest.importorskip("diffusers")
    folder = made("sd", tmp_path / "model")
    before = diffusers.StableDiffusionPipeline.__call__

    def blanked(self: Any, *given: Any, **more: Any) -> Any:
        found = before(self, *given, **more)
        found.nsfw_content_detected = [True]
        return found

    blanked.__signature__ = __import__("inspect").signature(before)  # type: ignore[attr-defined]
    monkeypatch.setattr(diffusers.StableDiffusionPipeline, "__call__", blanked)
    with pytest.raises(InputError, match="the model's own filter blanked the picture"):
        generated("a cat", folder, {"target.generate.side": 0})


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, generated: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "diffusers", None)
    (tmp_path / "model_index.json").write_text("{}")
    with pytest.raises(BackendError, match=r"pip install 'drawkit\[diffusion\]'"):
        generated("a cat", str(tmp_path))
