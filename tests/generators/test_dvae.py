"""DALL-E's decoder: the published names and shapes, and the formulas of its description."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from latent_samples import dvae_shapes, filled
from torch import Tensor, nn

from drawkit.errors import InputError
from drawkit.files.pulling import convert
from drawkit.generators.dvae import Dvae, load_dvae


class Conv(nn.Module):
    """A convolution whose tensors are named w and b."""

    def __init__(self, into: int, out: int, size: int) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.randn(out, into, size, size) * (into * size**2) ** -0.5)
        self.b = nn.Parameter(torch.randn(out))

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.conv2d(x, self.w, self.b, padding="same")


class Block(nn.Module):
    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.id_path = nn.Identity() if into == out else Conv(into, out, 1)
        parts: list[tuple[str, nn.Module]] = []
        for at, size in enumerate((1, 3, 3, 3), start=1):
            sides = (into if at == 1 else out // 4, out if at == 4 else out // 4)
            parts += [(f"relu_{at}", nn.ReLU()), (f"conv_{at}", Conv(*sides, size))]
        self.res_path = nn.Sequential(OrderedDict(parts))

    def forward(self, x: Tensor) -> Tensor:
        shown: Tensor = self.id_path(x) + self.res_path(x) / 8**2
        return shown


class Decoder(nn.Module):
    """The decoder as a tree of modules, as the published file pickles it."""

    def __init__(self, codes: int, first: int, width: int) -> None:
        super().__init__()
        parts: list[tuple[str, nn.Module]] = [("input", Conv(codes, first, 1))]
        into = first
        for group, times in enumerate((8, 4, 2, 1), start=1):
            blocks: list[tuple[str, nn.Module]] = []
            for at in (1, 2):
                blocks.append((f"block_{at}", Block(into, times * width)))
                into = times * width
            if group < 4:
                blocks.append(("upsample", nn.Upsample(scale_factor=2, mode="nearest")))
            parts.append((f"group_{group}", nn.Sequential(OrderedDict(blocks))))
        last = OrderedDict([("relu", nn.ReLU()), ("conv", Conv(width, 6, 1))])
        self.blocks = nn.Sequential(OrderedDict([*parts, ("output", nn.Sequential(last))]))

    def forward(self, x: Tensor) -> Any:
        return self.blocks(x)


def test_the_published_shapes_are_understood() -> None:
    net = Dvae({name: torch.empty(s, device="meta") for name, s in dvae_shapes().items()})
    assert (net.codes, net.factor) == (8192, 8)
    with torch.device("meta"):
        whole = Decoder(8192, 128, 256)
    assert {k: tuple(v.shape) for k, v in whole.state_dict().items()} == dvae_shapes()
    assert sum(v.numel() for v in whole.state_dict().values()) > 40e6


@torch.no_grad()
def test_a_pickled_decoder_is_converted_and_draws_the_same(tmp_path: Path) -> None:
    torch.manual_seed(0)
    whole, path = Decoder(20, 8, 8), tmp_path / "decoder.pkl"
    torch.save(whole, path)
    with pytest.raises(InputError, match="drawkit models convert"):
        load_dvae(str(path))
    net = load_dvae(str(convert(path)))
    shares = torch.randn(1, 20, 3, 4).softmax(1)
    wanted = (whole(shares)[:, :3].sigmoid() - 0.1) / 0.8
    assert wanted.std() > 0.02
    assert torch.allclose(net.decode(shares), wanted, atol=1e-5)


def test_what_is_none_is_refused(tmp_path: Path) -> None:
    torn = filled(dvae_shapes(20, 8, 8))
    del torn["blocks.group_3.block_1.id_path.w"]
    torch.save(torn, tmp_path / "torn.pt")
    torch.save({"x": torch.zeros(2)}, tmp_path / "other.pt")
    with pytest.raises(InputError, match="its shapes do not fit"):
        load_dvae(str(tmp_path / "torn.pt"))
    with pytest.raises(InputError, match=r"no tensor 'blocks\.input\.w'"):
        load_dvae(str(tmp_path / "other.pt"))
