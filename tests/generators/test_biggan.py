"""BigGAN-deep: the published names and shapes, and its formulas as a tree of torch's modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from latent_samples import biggan_shapes, save_tiny_biggan, tiny_biggan
from torch import Tensor, nn
from torch.nn.utils import spectral_norm

from drawkit.errors import InputError
from drawkit.generators.biggan import Biggan, load_biggan


class Norm(nn.Module):
    """By kept statistics; scale and offset are its own, or made of what is given."""

    def __init__(self, size: int, given: int) -> None:
        super().__init__()
        self.register_buffer("running_means", torch.zeros(51, size))
        self.register_buffer("running_vars", torch.ones(51, size))
        if given:
            self.scale = spectral_norm(nn.Linear(given, size, bias=False))
            self.offset = spectral_norm(nn.Linear(given, size, bias=False))
        else:
            self.weight, self.bias = nn.Parameter(torch.ones(size)), nn.Parameter(torch.zeros(size))

    def forward(self, x: Tensor, given: Tensor | None = None) -> Tensor:
        if given is None:
            scale, shift = self.weight, self.bias
        else:
            scale, shift = 1 + self.scale(given)[0], self.offset(given)[0]
        mean, variance = self.running_means[50], self.running_vars[50]
        return nn.functional.batch_norm(x, mean, variance, scale, shift, eps=1e-4)


class Block(nn.Module):
    def __init__(self, into: int, out: int, given: int, *, up: bool) -> None:
        super().__init__()
        middle = into // 4
        inputs, outputs = (into, middle, middle, middle), (middle, middle, middle, out)
        for at, size in enumerate((1, 3, 3, 1)):
            self.add_module(f"bn_{at}", Norm(inputs[at], given))
            layer = nn.Conv2d(inputs[at], outputs[at], size, padding=size // 2)
            self.add_module(f"conv_{at}", spectral_norm(layer))
        self.up = nn.Upsample(scale_factor=2, mode="nearest") if up else nn.Identity()
        self.halves = into != out

    def forward(self, x: Tensor, given: Tensor) -> Any:
        parts = dict(self.named_children())
        way = x
        for at in range(4):
            way = parts[f"bn_{at}"](way, given).relu()
            way = parts[f"conv_{at}"](self.up(way) if at == 1 else way)
        kept = x[:, : way.shape[1]] if self.halves else x
        return way + self.up(kept)


class Attention(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        sides = {"theta": (size, size // 8), "phi": (size, size // 8), "g": (size, size // 2)}
        for part, (into, out) in {**sides, "o_conv": (size // 2, size)}.items():
            layer = spectral_norm(nn.Conv2d(into, out, 1, bias=False))
            self.add_module(f"snconv1x1_{part}", layer)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Any:
        parts = dict(self.named_children())
        pool = nn.MaxPool2d(2)
        theta = parts["snconv1x1_theta"](x).flatten(2)
        phi, g = (pool(parts[f"snconv1x1_{part}"](x)).flatten(2) for part in ("phi", "g"))
        seen = torch.einsum("nci,ncj->nij", theta, phi).softmax(2)
        found = torch.einsum("ncj,nij->nci", g, seen).view(1, -1, *x.shape[2:])
        return x + self.gamma * parts["snconv1x1_o_conv"](found)


class Whole(nn.Module):
    """The small one of `tiny_biggan`: a block, attention, a block that doubles."""

    def __init__(self) -> None:
        super().__init__()
        self.embeddings = nn.Linear(10, 6, bias=False)
        self.generator = nn.Module()
        self.generator.gen_z = spectral_norm(nn.Linear(12, 16 * 16 * 8))
        self.generator.layers = nn.ModuleList(
            [Block(128, 128, 12, up=False), Attention(128), Block(128, 8, 12, up=True)]
        )
        self.generator.bn = Norm(8, 0)
        self.generator.conv_to_rgb = spectral_norm(nn.Conv2d(8, 8, 3, padding=1))

    def forward(self, noise: Tensor, shares: Tensor) -> Any:
        given = torch.cat([noise, self.embeddings(shares)], 1)
        net: Any = self.generator
        x = net.gen_z(given[:1]).view(1, 4, 4, 128).permute(0, 3, 1, 2)
        x = net.layers[0](x, given[1:2])
        x = net.layers[2](net.layers[1](x), given[2:3])
        return torch.tanh(net.conv_to_rgb(net.bn(x).relu())[:, :3])


@pytest.mark.parametrize(("side", "blocks"), [(128, 10), (256, 12), (512, 14)])
def test_the_published_shapes_are_understood(side: int, blocks: int) -> None:
    shapes = biggan_shapes(side)
    net = Biggan({name: torch.empty(s, device="meta") for name, s in shapes.items()})
    assert (net.side, net.parts, net.noise, net.classes) == (side, blocks + 1, 128, 1000)


@torch.no_grad()
def test_the_picture_is_that_of_the_formulas(tmp_path: Path) -> None:
    whole, weights = Whole().eval(), tiny_biggan()
    assert {k: tuple(v.shape) for k, v in whole.state_dict().items()} == biggan_shapes(8, 8, 6, 10)
    whole.load_state_dict(weights)
    net = load_biggan(str(save_tiny_biggan(tmp_path / "tiny.safetensors")))
    generator = torch.Generator().manual_seed(1)
    noise = torch.randn(3, 6, generator=generator)
    shares = torch.randn(3, 10, generator=generator).softmax(1)
    wanted = whole(noise, shares)
    assert wanted.std() > 0.02
    assert torch.allclose(net.decode(noise, shares), wanted, atol=1e-5)


def test_what_is_none_is_refused(tmp_path: Path) -> None:
    torn = tiny_biggan()
    del torn["generator.layers.0.bn_2.scale.weight_u"]
    torch.save(torn, tmp_path / "torn.bin")
    with pytest.raises(InputError, match=r"no tensor 'generator\.layers\.0\.bn_2\.scale"):
        load_biggan(str(tmp_path / "torn.bin"))
