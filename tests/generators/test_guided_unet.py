"""The UNet of guided-diffusion: the published names and shapes, the noise that diffusers sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from tiny_unet import save_tiny_unet, tiny_unet, unet_shapes
from torch import Tensor

from drawkit.errors import InputError
from drawkit.generators.guided_unet import GuidedUnet, load_guided_unet


def meta(shapes: dict[str, tuple[int, ...]]) -> dict[str, Tensor]:
    return {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}


@pytest.mark.parametrize(
    ("more", "millions", "factor"),
    [
        ({}, 552.8, 32),  # 256x256_diffusion_uncond.pt: 2.21 GB
        ({"factors": (0.5, 1, 1, 2, 2, 4, 4), "attended": (4, 5, 6)}, None, 64),  # 512 px
        (
            {  # pixel art of 256 px, by others
                "base": 128,
                "attended": (4,),
                "by_blocks": False,
                "scaled": False,
            },
            None,
            32,
        ),
    ],
)
def test_the_published_shapes_are_understood(
    more: dict[str, Any], millions: float | None, factor: int
) -> None:
    net = GuidedUnet(meta(unet_shapes(**more)))
    assert (net.factor, net.channels) == (factor, 3)
    if millions is not None:
        total = sum(tensor.numel() for tensor in net.values()) / 1e6
        assert total == pytest.approx(millions, abs=2)
    picture = torch.empty(1, 3, 2 * factor, factor, device="meta")
    assert net.noise(picture, torch.empty(1, device="meta")).shape == picture.shape


def theirs(by_blocks: bool, scaled: bool) -> Any:
    diffusers = pytest.importorskip("diffusers")
    how = "resnet" if by_blocks else "conv"
    torch.manual_seed(3)
    return diffusers.UNet2DModel(
        sample_size=16,
        out_channels=6,
        block_out_channels=(32, 64),
        layers_per_block=2,
        down_block_types=(
            "ResnetDownsampleBlock2D" if by_blocks else "DownBlock2D",
            "AttnDownBlock2D",
        ),
        up_block_types=("AttnUpBlock2D", "ResnetUpsampleBlock2D" if by_blocks else "UpBlock2D"),
        downsample_type=how,
        upsample_type=how,
        attention_head_dim=16,
        attn_norm_num_groups=32,
        resnet_time_scale_shift="scale_shift" if scaled else "default",
        flip_sin_to_cos=True,
        freq_shift=0,
        norm_eps=1e-5,
        downsample_padding=1,
    ).eval()


def renamed(model: Any, by_blocks: bool) -> dict[str, Tensor]:
    """The tensors of diffusers under the names of guided-diffusion."""
    given = model.state_dict()
    found: dict[str, Tensor] = {}

    def block(old: str, new: str) -> None:
        parts = {"norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1"}
        parts |= {"norm2": "out_layers.0", "conv2": "out_layers.3"}
        parts |= {"conv_shortcut": "skip_connection"}
        for theirs, ours in parts.items():
            for kind in ("weight", "bias"):
                if f"{old}.{theirs}.{kind}" in given:
                    found[f"{new}.{ours}.{kind}"] = given[f"{old}.{theirs}.{kind}"]

    def attention(old: str, new: str, heads: int) -> None:
        for kind in ("weight", "bias"):
            found[f"{new}.norm.{kind}"] = given[f"{old}.group_norm.{kind}"]
            out = given[f"{old}.to_out.0.{kind}"]
            found[f"{new}.proj_out.{kind}"] = out[..., None] if kind == "weight" else out
            each = [given[f"{old}.to_{name}.{kind}"] for name in "qkv"]
            split = [one.view(heads, -1, *one.shape[1:]) for one in each]
            joint = torch.stack(split, 1).flatten(0, 2)  # a head's query, key and value together
            found[f"{new}.qkv.{kind}"] = joint[..., None] if kind == "weight" else joint

    def same(old: str, new: str) -> None:
        for kind in ("weight", "bias"):
            found[f"{new}.{kind}"] = given[f"{old}.{kind}"]

    same("time_embedding.linear_1", "time_embed.0")
    same("time_embedding.linear_2", "time_embed.2")
    same("conv_in", "input_blocks.0.0")
    for level, first in enumerate((1, 4)):
        for at in range(2):
            block(f"down_blocks.{level}.resnets.{at}", f"input_blocks.{first + at}.0")
            if level:
                attention(f"down_blocks.1.attentions.{at}", f"input_blocks.{first + at}.1", 4)
    change = block if by_blocks else same
    change(
        f"down_blocks.0.downsamplers.0{'' if by_blocks else '.conv'}",
        f"input_blocks.3.0{'' if by_blocks else '.op'}",
    )
    block("mid_block.resnets.0", "middle_block.0")
    attention("mid_block.attentions.0", "middle_block.1", 4)
    block("mid_block.resnets.1", "middle_block.2")
    for level in range(2):
        for at in range(3):
            block(f"up_blocks.{level}.resnets.{at}", f"output_blocks.{3 * level + at}.0")
            if not level:
                attention(f"up_blocks.0.attentions.{at}", f"output_blocks.{at}.1", 4)
    change(
        f"up_blocks.0.upsamplers.0{'' if by_blocks else '.conv'}",
        f"output_blocks.2.2{'' if by_blocks else '.conv'}",
    )
    same("conv_norm_out", "out.0")
    same("conv_out", "out.2")
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("by_blocks", "scaled"), [(True, True), (False, False)])
@torch.no_grad()
def test_the_noise_is_that_of_diffusers(by_blocks: bool, scaled: bool, tmp_path: Path) -> None:
    model = theirs(by_blocks, scaled)
    tensors = renamed(model, by_blocks)
    assert sum(tensor.numel() for tensor in tensors.values()) == model.num_parameters()
    torch.save({"state_dict": tensors}, tmp_path / "m.pt")
    net = load_guided_unet(str(tmp_path / "m.pt"), heads=4)
    noisy = torch.randn(2, 3, 8, 16)
    times = torch.tensor([3.0, 820.0])
    wanted = model(noisy, times).sample[:, :3]
    assert wanted.std() > 0.05
    assert torch.allclose(net.noise(noisy, times), wanted, atol=2e-5)


def bad(tmp_path: Path) -> Iterator[tuple[str, dict[str, Tensor]]]:
    whole = tiny_unet()
    yield "no tensor 'middle_block", {k: v for k, v in whole.items() if "middle_block.2" not in k}
    yield "its shapes do not fit", {**whole, "out.2.weight": torch.zeros(6, 8, 3, 3)}
    yield "is led by classes", {**whole, "label_emb.weight": torch.zeros(10, 128)}
    yield "no tensor 'input_blocks.0.0.weight'", {"a": torch.zeros(2)}


def test_what_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    for at, (said, tensors) in enumerate(bad(tmp_path)):
        file = tmp_path / f"{at}.safetensors"
        save_file(tensors, file)
        with pytest.raises(InputError, match=said):
            load_guided_unet(str(file))
    with pytest.raises(InputError, match="its shapes do not fit"):
        load_guided_unet(str(save_tiny_unet(tmp_path / "t.safetensors")), heads=5)


def test_pulled_weights_go_by_their_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(InputError, match="run: drawkit models pull guided-diffusion-256"):
        load_guided_unet("guided-diffusion-256")
    place = tmp_path / "drawkit" / "generators" / "guided-diffusion-256.pt"
    place.parent.mkdir(parents=True)
    torch.save(tiny_unet(), place)
    assert load_guided_unet("guided-diffusion-256").factor == load_guided_unet(str(place)).factor
