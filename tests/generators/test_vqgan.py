"""VQGAN: the published names and shapes, and the same pictures as diffusers' VQModel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from latent_samples import save_tiny_vqgan, tiny_vqgan, vqgan_shapes
from safetensors.torch import save_file

from drawkit.errors import InputError
from drawkit.generators.diffusers_keys import from_diffusers, is_diffusers
from drawkit.generators.vqgan import Vqgan, load_vqgan


def vq_model(
    widths: tuple[int, ...], latent: int, codes: int, *, layers: int = 1, groups: int = 32
) -> Any:
    """A VQModel of diffusers with random weights, attention at the coarsest level."""
    diffusers = pytest.importorskip("diffusers")
    levels = len(widths)
    down = ["DownEncoderBlock2D"] * (levels - 1) + ["AttnDownEncoderBlock2D"]
    up = ["AttnUpDecoderBlock2D"] + ["UpDecoderBlock2D"] * (levels - 1)
    torch.manual_seed(0)
    return diffusers.VQModel(
        block_out_channels=widths,
        down_block_types=down,
        up_block_types=up,
        layers_per_block=layers,
        latent_channels=latent,
        num_vq_embeddings=codes,
        norm_num_groups=groups,
    ).eval()


def meta(shapes: dict[str, tuple[int, ...]]) -> dict[str, torch.Tensor]:
    return {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}


@pytest.mark.parametrize("codes", [1024, 16384])
def test_the_published_shapes_are_understood(codes: int) -> None:
    net = Vqgan(meta(vqgan_shapes(codes)))
    assert (net.factor, net.has_encoder) == (16, True)
    picture = net.decode(torch.empty(1, 256, 2, 3, device="meta"))
    assert picture.shape == (1, 3, 32, 48)
    assert net.encode(picture).shape == (1, 256, 2, 3)


def test_the_table_of_shapes_is_that_of_diffusers() -> None:
    with torch.device("meta"):
        model = vq_model((128, 128, 256, 256, 512), 256, 16384, layers=2)
    found = from_diffusers(model.state_dict())
    assert {name: tuple(tensor.shape) for name, tensor in found.items()} == vqgan_shapes()


@torch.no_grad()
def test_pictures_are_those_of_diffusers(tmp_path: Path) -> None:
    model = vq_model((8, 16, 16), 6, 40, groups=4)
    model.save_pretrained(tmp_path)
    net = load_vqgan(str(tmp_path))
    picture = 2 * torch.rand(1, 3, 24, 40) - 1
    latents = model.encode(picture).latents
    assert torch.allclose(net.encode(picture), latents, atol=1e-5)
    assert torch.allclose(net.quantized(latents), model.quantize(latents)[0], atol=1e-6)
    drawn = net.decode(net.quantized(latents))
    assert drawn.std() > 0.05
    assert torch.allclose(drawn, model.decode(latents).sample, atol=1e-4)


def test_older_names_of_attention_are_known() -> None:
    old = {
        "decoder.mid_block.attentions.0.query.weight": torch.zeros(4, 4),
        "decoder.mid_block.attentions.0.proj_attn.bias": torch.zeros(4),
        "decoder.up_blocks.0.resnets.0.conv_shortcut.weight": torch.zeros(4, 4, 1, 1),
        "decoder.up_blocks.2.resnets.0.conv1.weight": torch.zeros(4, 4, 3, 3),
    }
    assert is_diffusers(old)
    assert {name: tuple(t.shape) for name, t in from_diffusers(old).items()} == {
        "decoder.mid.attn_1.q.weight": (4, 4, 1, 1),
        "decoder.mid.attn_1.proj_out.bias": (4,),
        "decoder.up.2.block.0.nin_shortcut.weight": (4, 4, 1, 1),
        "decoder.up.0.block.0.conv1.weight": (4, 4, 3, 3),
    }


def test_each_latent_becomes_the_nearest_code_and_gradients_pass() -> None:
    net = Vqgan(tiny_vqgan())
    latents = torch.randn(1, 6, 3, 5, requires_grad=True)
    found = net.quantized(latents)
    rows = latents.detach()[0].flatten(1).T
    nearest = net.codebook[torch.cdist(rows, net.codebook).argmin(1)]
    assert torch.allclose(found.detach()[0].flatten(1).T, nearest, atol=1e-6)
    (slope,) = torch.autograd.grad((3 * found).sum(), [latents])
    assert torch.equal(slope, torch.full_like(slope, 3.0))


def test_codes_by_gumbel_softmax_are_known() -> None:
    weights = tiny_vqgan()
    book = weights.pop("quantize.embedding.weight")
    weights["quantize.embed.weight"] = book
    weights["quantize.proj.weight"] = torch.randn(24, 6, 1, 1)
    net = Vqgan(weights)
    found = net.encode(torch.rand(1, 3, 8, 8))
    assert torch.cdist(found[0].flatten(1).T, book).amin(1).max() < 1e-5


def test_a_checkpoint_of_a_training_is_read(tmp_path: Path) -> None:
    kept = {**tiny_vqgan(), "loss.discriminator.main.0.weight": torch.zeros(3)}
    torch.save({"epoch": 3, "state_dict": kept}, tmp_path / "last.ckpt")
    save_tiny_vqgan(tmp_path / "tiny.safetensors")
    one, same = (load_vqgan(str(tmp_path / name)) for name in ("last.ckpt", "tiny.safetensors"))
    codes = one.drawn(2, 2, torch.Generator())
    assert torch.equal(one.decode(codes), same.decode(codes))


class Ran:
    """Leaves a file behind where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def test_what_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    whole, torn = tiny_vqgan(), tiny_vqgan()
    del torn["decoder.mid.block_2.conv1.weight"]
    save_file(torn, tmp_path / "torn.safetensors")
    wrong = {**whole, "decoder.conv_out.weight": torch.zeros(3, 32, 3, 3, 2)}
    save_file(wrong, tmp_path / "wrong.safetensors")
    save_file({"x": torch.zeros(2)}, tmp_path / "other.safetensors")
    torch.save({"state_dict": whole, "hook": Ran(tmp_path / "ran")}, tmp_path / "code.ckpt")
    (tmp_path / "empty").mkdir()
    said = {
        "torn.safetensors": "no tensor 'decoder.mid.block_2.conv1.weight'",
        "wrong.safetensors": "its shapes do not fit",
        "other.safetensors": "holds no VQGAN",
        "code.ckpt": f"drawkit models convert {tmp_path / 'code.ckpt'}",
        "empty": "there are no weights in",
        "none.ckpt": "none.ckpt",
    }
    for name, words in said.items():
        with pytest.raises(InputError) as refused:
            load_vqgan(str(tmp_path / name))
        assert words in str(refused.value)
    assert not (tmp_path / "ran").exists()
