"""Diffusion guides: the arithmetic of predictions, tiny pipelines of real classes, a drawing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from drawkit import draw
from drawkit.diffusion.clock import Clock
from drawkit.diffusion.guide import DiffusionGuide, open_guide
from drawkit.diffusion.opening import open_pipeline
from drawkit.diffusion.predictions import clean_from
from drawkit.errors import BackendError, ConfigError, InputError
from drawkit.palettes import builtin_palette

pytestmark = [
    pytest.mark.slow,  # diffusers takes seconds to load, and so do its pipelines
    pytest.mark.skipif(find_spec("diffusers") is None, reason="needs the extra `diffusion`"),
]


def made(kind: str, folder: Path, *more: str) -> Path:
    """A tiny model in a folder; loaded late, as collecting the tests needs none."""
    import tiny_diffusion

    make: Callable[..., Path] = getattr(tiny_diffusion, kind)
    return make(folder, *more)


def dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_every_prediction_leads_to_the_picture_that_it_was_made_of(share: float) -> None:
    x, n = (torch.randn(2, 4, 3, 3, generator=dice(k), dtype=torch.float64) for k in (1, 2))
    s = torch.full((1, 1, 1, 1), share, dtype=torch.float64)
    for a, told in (
        (
            (1 - s**2).sqrt(),
            {"epsilon": n, "sample": x, "v_prediction": (1 - s**2).sqrt() * n - s * x},
        ),
        (1 - s, {"flow": n - x}),
    ):
        for kind, predicted in told.items():
            torch.testing.assert_close(clean_from(predicted, a * x + s * n, a, s, kind), x)


def looked(guide: DiffusionGuide, picture: Tensor, guidance: float = 7.5) -> tuple[Tensor, Tensor]:
    share = torch.tensor([0.3, 0.7])
    rgba = torch.cat([picture, torch.ones_like(picture[:, :1])], dim=1)
    paper = torch.ones(1, 3, 1, 1)
    return guide.look(picture, rgba, paper, share, guidance=guidance, generator=dice())


@pytest.mark.parametrize("kind", ["sd", "sdxl", "sd3", "flux", "sana"])
def test_it_sees_the_drawing_by_the_words(kind: str, tmp_path: Path) -> None:
    folder = made(kind, tmp_path / "model")
    picture = torch.rand(1, 3, 20, 30, generator=dice(3)).requires_grad_()
    opened = partial(open_guide, str(folder), side=16)
    guide = opened(["a cat"], ["a dog"])
    seen, clean = looked(guide, picture)
    assert seen.shape[1:] == clean.shape[1:] == (4, 8, 12)
    assert len(clean) == 2
    assert not clean.requires_grad
    (gradient,) = torch.autograd.grad((seen - clean).square().mean(), picture)
    assert float(gradient.abs().sum()) > 0
    again = looked(guide, picture)[1]
    torch.testing.assert_close(again, clean, rtol=0, atol=0)
    other = looked(opened(["a boat"], ["a dog"]), picture)[1]
    away = looked(opened(["a cat"], ["a tree"]), picture)[1]
    assert not torch.equal(other, clean)
    assert not torch.equal(away, clean)
    alone = looked(guide, picture, guidance=1.0)[1]
    of_away = looked(opened(["a cat"], ["a tree"]), picture, guidance=1.0)[1]
    torch.testing.assert_close(alone, of_away)  # 1: the words alone
    keep, noise = guide.levels(torch.tensor([0.2, 0.8]))
    total = keep + noise if kind in ("sd3", "flux", "sana") else keep**2 + noise**2
    torch.testing.assert_close(total, torch.ones(2))
    assert float(noise[0]) < float(noise[1])


def test_what_it_says_is_what_the_pipeline_says(tmp_path: Path) -> None:
    """Its clean picture is the one that the scheduler of diffusers takes from the same output."""
    for prediction in ("epsilon", "v_prediction"):
        folder = made("sd", tmp_path / prediction, prediction)
        guide = open_guide(str(folder), ["a cat"])
        picture = torch.rand(1, 3, 16, 16, generator=dice(3))
        seen, clean = looked(guide, picture, guidance=3.0)
        pipe = open_pipeline(str(folder))
        times = (torch.tensor([0.3, 0.7]) * 999).round().long()
        noise = torch.randn(2, *seen.shape[1:], generator=dice())
        noisy = pipe.scheduler.add_noise(seen.expand(2, -1, -1, -1), noise, times)
        told, other = pipe.encode_prompt("a cat", pipe.device, 1, True, negative_prompt="")
        pipe.scheduler.set_timesteps(1000)
        pipe.scheduler.config.clip_sample = False
        for row, time in enumerate(times):
            with torch.no_grad():
                one = noisy[row : row + 1]
                both = [pipe.unet(one, time, encoder_hidden_states=t).sample for t in (other, told)]
            said = both[0] + 3.0 * (both[1] - both[0])
            wanted = pipe.scheduler.step(said, time, one).pred_original_sample
            torch.testing.assert_close(clean[row : row + 1], wanted, atol=2e-4, rtol=1e-3)
        posterior = pipe.vae.encode(picture_of(picture, 16)).latent_dist.mean
        torch.testing.assert_close(seen, posterior * pipe.vae.config.scaling_factor)


@pytest.mark.parametrize(
    ("kind", "more", "guided"),
    [
        ("flux", "dev", {"guidance_scale": 2.5}),
        ("flux", "schnell", {"true_cfg_scale": 3.0}),
        ("sana", "", {"guidance_scale": 3.0, "use_resolution_binning": False}),
        ("sd3", "", {"guidance_scale": 3.0}),
    ],
)
def test_flows_are_asked_as_their_pipelines_ask_them(
    kind: str, more: str, guided: dict[str, Any], tmp_path: Path
) -> None:
    """The pipelines of diffusers sample; what passes through their networks is compared."""
    folder = made(kind, tmp_path / "model", *filter(None, [more]))
    distilled = more == "dev"
    guide = open_guide(str(folder), ["a cat"], ["a dog"], side=16, distilled=2.5)
    pipe = open_pipeline(str(folder))
    high, wide = (32, 64) if kind == "sana" else (16, 24)
    starts: list[tuple[Tensor, Tensor]] = []
    step = pipe.scheduler.step

    def kept(found: Tensor, time: Tensor, latents: Tensor, **options: Any) -> Any:
        starts.append((found, latents))
        return step(found, time, latents, **options)

    pipe.scheduler.step = kept
    pipe(
        "a cat",
        negative_prompt="a dog",
        height=high,
        width=wide,
        num_inference_steps=3,
        generator=dice(),
        output_type="latent",
        **({"max_sequence_length": 512 if distilled else 256} if kind == "flux" else {}),
        **guided,
    )
    share = torch.linspace(1, 1 / 3, 3) if kind == "flux" else None
    for at, (said, noisy) in enumerate(starts):
        time = pipe.scheduler.timesteps[at]
        if share is not None and not distilled:
            torch.testing.assert_close(guide._clock.times(share[at]), time)
        if kind == "flux":
            said, noisy = (pipe._unpack_latents(one, high, wide, 2) for one in (said, noisy))
        with torch.no_grad():
            found = guide._network.predict(noisy, time[None], 1.0 if distilled else 3.0)
        torch.testing.assert_close(found, said, atol=1e-5, rtol=1e-4)
    assert len(starts) == 3


def test_flows_shift_their_steps_toward_noise_as_their_schedulers_do(tmp_path: Path) -> None:
    """Shares of the way are the steps of the schedulers of diffusers."""
    from diffusers import DPMSolverMultistepScheduler, FlowMatchEulerDiscreteScheduler
    from diffusers.pipelines.flux.pipeline_flux import calculate_shift

    shares = torch.linspace(1, 0.1, 10)
    for tokens in (256, 1024, 4096):
        for kind in ("exponential", "linear"):
            flow = FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, time_shift_type=kind)
            flow.set_timesteps(sigmas=shares.tolist(), mu=calculate_shift(tokens))
            torch.testing.assert_close(Clock(flow, tokens).levels(shares)[1], flow.sigmas[:-1])
    still = FlowMatchEulerDiscreteScheduler(shift=3.0)
    still.set_timesteps(sigmas=shares.tolist())
    torch.testing.assert_close(Clock(still, 9).levels(shares)[1], still.sigmas[:-1])
    torch.testing.assert_close(Clock(still, 9).times(shares), still.timesteps)
    solver = DPMSolverMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
    )
    solver.set_timesteps(10)
    ways = torch.linspace(0, 0.999, 11).flip(0)[:-1]
    torch.testing.assert_close(Clock(solver, 9).levels(ways)[1], solver.sigmas[:-1])
    odd = FlowMatchEulerDiscreteScheduler()
    odd.register_to_config(prediction_type="flow")
    assert Clock(odd, 9).kind == "flow"


def test_a_distilled_model_is_told_its_guidance_and_asked_once(tmp_path: Path) -> None:
    folder = str(made("flux", tmp_path / "dev"))
    picture = torch.rand(1, 3, 16, 16, generator=dice(3))
    weak, strong = (
        looked(open_guide(folder, ["a cat"], side=16, distilled=one), picture, guidance=1.0)
        for one in (1.0, 6.0)
    )
    assert not torch.equal(weak[1], strong[1])
    torch.testing.assert_close(weak[0], strong[0])


def test_half_the_memory(tmp_path: Path) -> None:
    folder = str(made("sd", tmp_path / "model"))
    picture = torch.rand(1, 3, 16, 16, generator=dice(3))
    whole, half = (
        looked(open_guide(folder, ["a cat"], precision=one), picture, guidance=2.0)
        for one in ("fp32", "bf16")
    )
    assert half[1].dtype == torch.float32
    assert 0 < float((whole[1] - half[1]).abs().mean()) < 0.2 * float(whole[1].abs().mean())


def picture_of(picture: Tensor, side: int) -> Tensor:
    assert picture.shape[-1] == side
    return picture * 2 - 1


def test_a_tiny_encoder_and_low_rank_weights(tmp_path: Path) -> None:
    folder = made("sd", tmp_path / "model")
    picture = torch.rand(1, 3, 16, 16, generator=dice(3))
    plain = looked(open_guide(str(folder), ["a cat"]), picture)
    tiny = looked(
        open_guide(str(folder), ["a cat"], vae=str(made("tiny_vae", tmp_path / "vae"))), picture
    )
    assert tiny[0].shape == plain[0].shape
    assert not torch.equal(tiny[0], plain[0])
    larger = looked(open_guide(str(folder), ["a cat"], side=32), picture)
    assert larger[0].shape[-2:] == (16, 16)
    pytest.importorskip("peft")
    looked_with = looked(
        open_guide(str(folder), ["a cat"], loras=[str(made("lora", tmp_path, str(folder)))]),
        picture,
    )
    torch.testing.assert_close(looked_with[0], plain[0])
    assert not torch.equal(looked_with[1], plain[1])


def test_a_drawing_is_led_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fakes import FakePerceptor

    class Opened(FakePerceptor):
        def __init__(self, model: str, **_: object) -> None:
            super().__init__()

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Opened)
    folder = made("sd", tmp_path / "model")
    some: dict[str, Any] = {"strokes": 6, "size": 32, "steps": 12, "cutouts": 2}
    settings = {
        "losses.distill.weight": 10.0,
        "losses.distill.model": str(folder),
        "losses.distill.negative": "a boat",
    }
    values: list[float] = []
    one = draw(
        "a cat",
        settings=settings,
        on_step=lambda step: values.append(step.losses["distill"]),
        **some,
    )
    assert all(value > 0 for value in values)
    assert draw("a cat", settings=settings, **some).svg() == one.svg()
    assert one.scene.metadata.config["losses.distill"]["model"] == "model"
    assert str(tmp_path) not in one.svg()
    assert draw("a cat", **some).svg() != one.svg()
    photo = tmp_path / "p.png"
    one.save(photo)
    with pytest.raises(ConfigError, match=r"losses.distill.model reads words, not pictures"):
        draw(f"@{photo}", settings=settings, **some)


def test_a_sprite_in_a_palette_is_led_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As SD-piXL does: cells of given colours, with what learns the drawing beside the model."""
    from fakes import FakePerceptor

    class Opened(FakePerceptor):
        def __init__(self, model: str, **_: object) -> None:
            super().__init__()

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Opened)
    how = {"model": str(made("sd", tmp_path / "model")), "kind": "vsd", "order": "dreamtime"}
    some: dict[str, Any] = {"canvas": "pixels", "palette": "game-boy", "size": 8}
    some |= {"steps": 6, "cutouts": 2}
    drawn = []
    for weight in (0.0, 100.0):
        given = {"losses.distill.weight": weight}
        given |= {f"losses.distill.{key}": value for key, value in how.items()}
        grid = draw("a cat", settings=given, **some).scene.grid
        assert grid is not None
        drawn.append(grid.rgba()[..., :3].reshape(-1, 3))
    assert (drawn[0] != drawn[1]).any()
    allowed = set(builtin_palette("game-boy").swatches)
    assert {tuple(map(int, colour)) for colour in drawn[1]} <= allowed


def test_what_is_no_model_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no folder with a diffusion model"):
        open_guide(str(tmp_path / "nowhere"), ["a cat"])
    with pytest.raises(InputError, match="does not hold a diffusion model that can be read"):
        open_guide(str(tmp_path), ["a cat"])
    (tmp_path / "model_index.json").write_text("{")
    with pytest.raises(InputError, match="does not hold a diffusion model that can be read"):
        open_guide(str(tmp_path), ["a cat"])
    (tmp_path / "model_index.json").write_text("[]")
    with pytest.raises(InputError, match=r"model_index.json' is no table of the parts of a model"):
        open_guide(str(tmp_path), ["a cat"])
    folder = made("sd", tmp_path / "model")
    with pytest.raises(InputError, match="is no folder with an autoencoder"):
        open_guide(str(folder), ["a cat"], vae=str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match=r"the LoRA file '.*' does not exist"):
        open_guide(str(folder), ["a cat"], loras=[str(tmp_path / "no.safetensors")])
    (tmp_path / "bad.safetensors").write_bytes(b"no tensors")
    with pytest.raises((InputError, BackendError)):
        open_guide(str(folder), ["a cat"], loras=[str(tmp_path / "bad.safetensors")])


def test_a_drawing_too_long_for_the_model_is_told_in_one_line(tmp_path: Path) -> None:
    """Stable Diffusion 3 knows so many places, and no more."""
    guide = open_guide(str(made("sd3", tmp_path / "model")), ["a cat"])
    said = r"cannot see a drawing of 60 x 20 px with 16 px at its shorter side: \S"
    with pytest.raises(InputError, match=said) as caught:
        looked(guide, torch.rand(1, 3, 20, 60))
    assert "\n" not in str(caught.value)


def test_another_kind_of_pipeline_is_named(tmp_path: Path) -> None:
    from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel

    unet = UNet2DModel(
        sample_size=8,
        block_out_channels=(8, 8),
        norm_num_groups=4,
        layers_per_block=1,
        down_block_types=("DownBlock2D",) * 2,
        up_block_types=("UpBlock2D",) * 2,
    )
    DDPMPipeline(unet, DDPMScheduler()).save_pretrained(tmp_path)
    with pytest.raises(InputError, match="is a DDPMPipeline; usable: StableDiffusionPipeline, "):
        open_guide(str(tmp_path), ["a cat"])


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "diffusers", None)
    with pytest.raises(BackendError, match=r"pip install 'drawkit\[diffusion\]'"):
        open_guide("anywhere", ["a cat"])
