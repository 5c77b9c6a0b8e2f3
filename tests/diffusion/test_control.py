"""ControlNets: what they are shown, the pipelines of diffusers, and what is none."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from drawkit.diffusion.control import ControlKind, Steered, condition
from drawkit.diffusion.guide import DiffusionGuide, open_guide
from drawkit.diffusion.opening import open_controlnet, open_pipeline
from drawkit.errors import InputError

pytestmark = [
    pytest.mark.slow,  # diffusers takes seconds to load
    pytest.mark.skipif(find_spec("diffusers") is None, reason="needs the extra `diffusion`"),
]


def dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def square(opacity: float = 1.0) -> Tensor:
    """[1, 4, 64, 64]: a grey square from 16 to 48 on nothing."""
    picture = torch.zeros(1, 4, 64, 64)
    picture[:, :3, 16:48, 16:48] = 0.4 * opacity
    picture[:, 3, 16:48, 16:48] = opacity
    return picture


def looked(guide: DiffusionGuide) -> tuple[Tensor, Tensor]:
    """Where it leads, and the gradient that it gives."""
    rgb = torch.rand(1, 3, 16, 16, generator=dice(3)).requires_grad_()
    share, paper = torch.tensor([0.5]), torch.ones(1, 3, 1, 1)
    seen, clean = guide.look(
        rgb, torch.ones(1, 4, 16, 16), paper, share, guidance=3.0, generator=dice()
    )
    (gradient,) = torch.autograd.grad((seen - clean).square().mean(), rgb)
    return clean, gradient


@pytest.mark.parametrize("kind", ["sd", "sdxl"])
def test_it_is_asked_as_the_pipelines_ask_it(kind: str, tmp_path: Path) -> None:
    """Diffusers samples under the same ControlNet; what its scheduler gets is compared."""
    import diffusers
    import tiny_diffusion

    folder = getattr(tiny_diffusion, kind)(tmp_path / "model")
    net = tiny_diffusion.controlnet(tmp_path / "control", folder)
    picture = square()[..., 8:40, 8:40]
    shown: ControlKind = "canny"
    given = Steered(str(net), shown, 0.7, lambda side: picture)
    guide = open_guide(str(folder), ["a cat"], ["a dog"], control=given, side=32)
    pipe = open_pipeline(str(folder))
    steered = getattr(diffusers, type(pipe).__name__.replace("Pipeline", "ControlNetPipeline"))
    pipe = steered(**pipe.components, controlnet=open_controlnet(str(net)))
    pipe.set_progress_bar_config(disable=True)
    kept: list[tuple[Tensor, Tensor, Tensor]] = []
    step = pipe.scheduler.step

    def stepped(found: Tensor, time: Tensor, latents: Tensor, **options: Any) -> Any:
        kept.append((found, time, latents))
        return step(found, time, latents, **options)

    pipe.scheduler.step = stepped
    pipe(
        "a cat",
        negative_prompt="a dog",
        image=condition(picture, shown),
        controlnet_conditioning_scale=0.7,
        height=32,
        width=32,
        guidance_scale=3.0,
        num_inference_steps=2,
        generator=dice(),
        output_type="latent",
    )
    for said, time, noisy in kept:
        with torch.no_grad():
            found = guide._network.predict(noisy, time[None], 3.0)
        torch.testing.assert_close(found, said, atol=1e-5, rtol=1e-4)
    assert len(kept) == 2


def test_its_scale_is_how_much_it_counts(tmp_path: Path) -> None:
    import tiny_diffusion

    folder = str(tiny_diffusion.sd(tmp_path / "model"))
    net = str(tiny_diffusion.controlnet(tmp_path / "control", Path(folder)))
    clean, gradient = looked(open_guide(folder, ["a cat"]))
    found = {}
    for scale in (0.0, 0.5, 1.0):
        given = Steered(net, "scribble", scale, lambda side: square())
        found[scale] = looked(open_guide(folder, ["a cat"], control=given))
    assert torch.equal(found[0.0][0], clean)
    assert torch.equal(found[0.0][1], gradient)
    assert not torch.allclose(found[0.5][1], gradient)
    assert not torch.allclose(found[1.0][1], found[0.5][1])
    other = Steered(net, "scribble", 1.0, lambda side: square()[..., :40, :])
    assert not torch.allclose(
        looked(open_guide(folder, ["a cat"], control=other))[1], found[1.0][1]
    )


def test_what_it_is_shown() -> None:
    edges = condition(square(), "canny")
    assert edges.shape == (1, 3, 64, 64)
    assert set(edges.unique().tolist()) == {0.0, 1.0}
    near = torch.zeros(64, 64, dtype=torch.bool)
    near[14:50, 14:50] = True
    near[19:45, 19:45] = False
    assert edges[0, 0][near].any()
    assert not edges[0, 0][~near].any()
    large = square().repeat_interleave(8, 2).repeat_interleave(8, 3)
    thick, thin = (condition(large, kind)[0, 0].mean() for kind in ("scribble", "canny"))
    assert 2 < float(thick / thin) < 12
    white = torch.ones(1, 4, 64, 64)
    assert not condition(white, "canny")[..., 4:-4, 4:-4].any()
    figure = white * square()[:, 3:]  # white on nothing: its outline is one all the same
    assert condition(figure, "canny")[0, 0][near].any()
    deep = condition(square(), "depth")
    torch.testing.assert_close(deep[0, :, 20, 20], torch.full((3,), 0.4))
    assert not deep[..., :16, :].any()
    large = Steered("", "depth", 1.0, lambda side: square()[..., :32]).shown(96)
    assert large.shape == (1, 3, 192, 96)  # edges are looked for as fine as the model sees
    with pytest.raises(InputError, match="a ControlNet needs a picture to keep to; name one"):
        Steered("", "depth", 1.0, lambda side: None).shown(96)


def test_what_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    import tiny_diffusion

    folder = tiny_diffusion.sd(tmp_path / "sd")
    net = tiny_diffusion.controlnet(tmp_path / "net", folder)

    def opened(model: Path, control: Path) -> None:
        open_guide(
            str(model),
            ["a cat"],
            control=Steered(str(control), "canny", 1.0, lambda side: square()),
        )

    with pytest.raises(InputError, match="is no folder with a ControlNet"):
        opened(folder, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="does not hold a ControlNet that can be read"):
        opened(folder, tmp_path / "empty")
    with pytest.raises(InputError, match="is a UNet2DConditionModel; usable: ControlNetModel"):
        opened(folder, folder / "unet")
    (tmp_path / "empty" / "config.json").write_text("[]")
    with pytest.raises(InputError, match=r"config.json' is no JSON of a model"):
        opened(folder, tmp_path / "empty")
    with pytest.raises(InputError, match="ControlNet for another model: its cross_attention_dim "):
        opened(tiny_diffusion.sdxl(tmp_path / "xl"), net)
    with pytest.raises(InputError, match=r"is not for a SanaPipeline; usable with: StableDiff.*XL"):
        opened(tiny_diffusion.sana(tmp_path / "sana"), net)
